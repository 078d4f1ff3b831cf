//! A zip file that is sent while it is written: nothing of it lies in memory but a few parts, and
//! nothing on a disk.

use std::io::{self, Write};
use std::time::Duration;

use api::Timestamp;
use bytes::Bytes;
use futures_util::Stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::error::Error;

/// Bytes that are sent in one go.
const CHUNK: usize = 64 * 1024;
/// Parts that wait for the writer, and chunks that wait for the reader.
const WAITING: usize = 4;
/// Somebody who takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is put into the archive.
enum Part {
    /// Begins a file; text is packed, pictures are so already.
    File { name: String, packed: bool },
    /// Goes on with it.
    Bytes(Bytes),
    /// All is in it.
    End,
}

/// The end that is written to. Dropped before [`Archive::finish`], whoever reads sees the
/// transfer break off instead of an archive that misses something.
pub(in crate::privacy) struct Archive {
    parts: mpsc::Sender<Part>,
}

impl Archive {
    /// An archive whose files are dated, and what it reads like from outside.
    pub(in crate::privacy) fn open(
        at: Timestamp,
    ) -> (Self, impl Stream<Item = io::Result<Bytes>> + use<>) {
        let (parts, taken) = mpsc::channel(WAITING);
        let (sent, chunks) = mpsc::channel(WAITING);
        let handle = Handle::current();
        tokio::task::spawn_blocking(move || {
            let pipe = Pipe { sent: sent.clone(), handle: handle.clone(), chunk: Vec::new() };
            if let Err(error) = write(taken, pipe, at) {
                // Whoever does not read any more does not hear of it either.
                let _gone = handle.block_on(timeout(PATIENCE, sent.send(Err(error))));
            }
        });
        let stream = futures_util::stream::unfold(chunks, async |mut chunks| {
            chunks.recv().await.map(|chunk| (chunk, chunks))
        });
        (Self { parts }, stream)
    }

    /// Begins a file of text, which is packed.
    pub(super) async fn text(&self, name: &str) -> Result<(), Error> {
        self.send(Part::File { name: name.to_owned(), packed: true }).await
    }

    /// Begins a picture, which is stored as it is.
    pub(super) async fn picture(&self, name: &str) -> Result<(), Error> {
        self.send(Part::File { name: name.to_owned(), packed: false }).await
    }

    /// Goes on with the file begun last.
    pub(super) async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.send(Part::Bytes(bytes.into())).await
    }

    /// Says that everything is in it.
    pub(super) async fn finish(self) -> Result<(), Error> {
        self.send(Part::End).await
    }

    async fn send(&self, part: Part) -> Result<(), Error> {
        let gone = |_| Error::Unavailable("whoever asked for the archive has gone".into());
        self.parts.send(part).await.map_err(gone)
    }
}

/// Writes parts as they come. On a thread that may wait, since the packer is not asynchronous.
fn write(mut parts: mpsc::Receiver<Part>, pipe: Pipe, at: Timestamp) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(pipe);
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::File { name, packed } => zip.start_file(name, options(packed, at))?,
            Part::Bytes(bytes) => zip.write_all(&bytes)?,
            Part::End => {
                zip.finish()?.into_inner().flush()?;
                return Ok(());
            }
        }
    }
    Err(io::Error::other("the archive was not finished"))
}

fn options(packed: bool, at: Timestamp) -> SimpleFileOptions {
    let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    SimpleFileOptions::default().compression_method(method).last_modified_time(dos_time(at))
}

/// The time as zip files hold it: UTC here, since they know no zones.
fn dos_time(at: Timestamp) -> DateTime {
    let at = at.date_time();
    let year = u16::try_from(at.year()).unwrap_or(1980);
    DateTime::from_date_and_time(
        year,
        at.month().into(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
    )
    .unwrap_or_default()
}

/// The end that the packer writes to.
struct Pipe {
    sent: mpsc::Sender<io::Result<Bytes>>,
    handle: Handle,
    chunk: Vec<u8>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() {
            return Ok(());
        }
        match self.handle.block_on(timeout(PATIENCE, self.sent.send(Ok(chunk.into())))) {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    async fn read(stream: impl Stream<Item = io::Result<Bytes>>) -> Vec<io::Result<Bytes>> {
        stream.collect().await
    }

    #[tokio::test]
    async fn an_archive_reads_as_it_was_written() {
        let (archive, stream) = Archive::open(Timestamp::from_seconds(1_795_348_800));
        let reading = tokio::spawn(read(stream));
        archive.text("data/ü.json").await.unwrap();
        for _ in 0..1000 {
            archive.write("0123456789".repeat(100)).await.unwrap();
        }
        archive.picture("pictures/a.jpg").await.unwrap();
        archive.write(vec![7; 200_000]).await.unwrap();
        archive.finish().await.unwrap();
        let chunks: Vec<Bytes> = reading.await.unwrap().into_iter().map(Result::unwrap).collect();
        assert!(chunks.iter().all(|chunk| chunk.len() < 2 * CHUNK + 200_000));
        let mut zip = zip::ZipArchive::new(io::Cursor::new(chunks.concat())).unwrap();
        let text = io::read_to_string(zip.by_name("data/ü.json").unwrap()).unwrap();
        assert_eq!(text.len(), 1_000_000);
        assert_eq!(zip.by_name("pictures/a.jpg").unwrap().size(), 200_000);
    }

    #[tokio::test]
    async fn one_that_was_not_finished_breaks_off() {
        let (archive, stream) = Archive::open(Timestamp::default());
        archive.text("a").await.unwrap();
        drop(archive);
        let chunks = read(stream).await;
        assert!(chunks.last().is_some_and(Result::is_err), "{chunks:?}");
    }
}
