//! Pictures travel: offered by hash first, sent only when the market does not hold them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use api::client::{Client, ClientError};
use api::listing::KnownImagesRequest;
use api::picture::{LARGEST, Unfit, recognise};
use api::{Code, Problem};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};

use crate::progress::Progress;
use crate::talk::Talk;

/// Hashes that are asked about at once; the market takes no more.
const ASKED: usize = 200;

/// How pictures are sent.
pub(super) struct Upload<'a> {
    /// The market.
    pub(super) client: &'a Client,
    /// Where to say how to go on.
    pub(super) talk: &'a Talk,
    /// How many are read or sent at the same time.
    pub(super) jobs: usize,
    /// Whether nothing is sent.
    pub(super) dry_run: bool,
}

/// What became of the pictures.
#[derive(Debug, Default)]
pub(super) struct Photos {
    /// What a gallery calls each of them. In a dry run those that the market does not hold have
    /// the hash of their bytes instead, which is enough to see that a gallery would change.
    pub(super) hashes: HashMap<PathBuf, String>,
    /// Held by the market before.
    pub(super) already: u64,
    /// Not held by the market, and not sent in a dry run.
    pub(super) waiting: u64,
    /// Sent now.
    pub(super) uploaded: u64,
    /// Why files are not taken, here or by the market.
    pub(super) refused: HashMap<PathBuf, String>,
}

/// A picture by the bytes it has; several files may be the same.
struct Picture {
    sha256: String,
    paths: Vec<PathBuf>,
}

impl Upload<'_> {
    /// Hashes, asks, and sends what is missing.
    pub(super) async fn run(
        &self,
        paths: &[PathBuf],
        progress: &Progress<'_>,
    ) -> anyhow::Result<Photos> {
        let mut photos = Photos::default();
        if paths.is_empty() {
            return Ok(photos);
        }
        let pictures = self.hash(paths, &mut photos).await?;
        let missing = self.ask(pictures, &mut photos).await?;
        if self.dry_run {
            photos.waiting = u64::try_from(missing.len()).unwrap_or_default();
            for picture in missing {
                photos.name(picture.paths, &picture.sha256);
            }
            return Ok(photos);
        }
        self.talk.if_stopped(
            "pictures that are in stay in; the same command goes on where this one stopped",
        );
        let bar = progress.bar("photos", u64::try_from(missing.len()).unwrap_or_default());
        let mut sent =
            stream::iter(missing).map(|picture| self.send(picture)).buffer_unordered(self.jobs);
        while let Some((picture, stored)) = sent.try_next().await? {
            bar.add(1);
            match stored {
                Ok(hash) => {
                    photos.uploaded += 1;
                    photos.name(picture.paths, &hash);
                }
                Err(reason) => {
                    let refused = picture.paths.into_iter().map(|path| (path, reason.clone()));
                    photos.refused.extend(refused);
                }
            }
        }
        Ok(photos)
    }

    async fn hash(&self, paths: &[PathBuf], photos: &mut Photos) -> anyhow::Result<Vec<Picture>> {
        let mut hashed = stream::iter(paths.iter().cloned())
            .map(|path| async { tokio::task::spawn_blocking(move || (look_at(&path), path)).await })
            .buffered(self.jobs);
        let mut pictures: Vec<Picture> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        while let Some((hash, path)) = hashed.try_next().await? {
            match hash {
                Ok(sha256) => {
                    let at = *known.entry(sha256.clone()).or_insert(pictures.len());
                    if at == pictures.len() {
                        pictures.push(Picture { sha256, paths: Vec::new() });
                    }
                    pictures[at].paths.push(path);
                }
                Err(reason) => drop(photos.refused.insert(path, reason)),
            }
        }
        Ok(pictures)
    }

    /// Those that the market does not hold.
    async fn ask(
        &self,
        pictures: Vec<Picture>,
        photos: &mut Photos,
    ) -> anyhow::Result<Vec<Picture>> {
        let mut missing = Vec::new();
        let mut waiting = pictures.into_iter().peekable();
        while waiting.peek().is_some() {
            let batch: Vec<Picture> = waiting.by_ref().take(ASKED).collect();
            let sha256 = batch.iter().map(|picture| picture.sha256.clone()).collect();
            let known = self.client.known_images(&KnownImagesRequest { sha256 }).await?;
            let hashes: HashMap<String, String> =
                known.images.into_iter().map(|image| (image.upload_sha256, image.hash)).collect();
            for picture in batch {
                if let Some(hash) = hashes.get(&picture.sha256) {
                    photos.already += 1;
                    photos.name(picture.paths, hash);
                } else {
                    missing.push(picture);
                }
            }
        }
        Ok(missing)
    }

    /// Sends one; its hash, or why the market refuses it.
    async fn send(&self, picture: Picture) -> anyhow::Result<(Picture, Result<String, String>)> {
        let bytes = tokio::fs::read(&picture.paths[0]).await?;
        match self.client.upload_image(bytes.into()).await {
            Ok(stored) => Ok((picture, Ok(stored.hash))),
            Err(ClientError::Problem(Problem {
                code: Code::Invalid | Code::TooLarge,
                detail,
                ..
            })) => Ok((picture, Err(detail))),
            Err(error) => Err(error.into()),
        }
    }
}

impl Photos {
    fn name(&mut self, paths: Vec<PathBuf>, hash: &str) {
        self.hashes.extend(paths.into_iter().map(|path| (path, hash.to_owned())));
    }
}

/// SHA-256 of a picture in hexadecimal digits, or why the market would not take it.
fn look_at(path: &Path) -> Result<String, String> {
    let words = |error: std::io::Error| format!("it cannot be read: {error}");
    let length = std::fs::metadata(path).map_err(words)?.len();
    if usize::try_from(length).is_ok_and(|length| length > LARGEST) {
        return Err(Unfit::TooLarge.to_string());
    }
    let bytes = std::fs::read(path).map_err(words)?;
    recognise(&bytes).map_err(|unfit| unfit.to_string())?;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(&bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
