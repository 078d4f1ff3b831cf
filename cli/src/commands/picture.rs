//! Pictures named on the command line.

use std::path::{Path, PathBuf};

use api::client::Client;
use api::listing::{GalleryEntry, GalleryImage};
use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::exit::Failure;

/// The name of a file, or the empty one that takes a picture away.
pub(super) fn or_none() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// The bytes of a file, of which there is one at least.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let refuse = |why: String| {
        Failure::usage(format!("{} {why}", path.display()), "name a JPEG, PNG, GIF or WebP file")
    };
    let bytes = std::fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.is_empty() {
        return Err(refuse("is empty".to_owned()).into());
    }
    Ok(bytes)
}

/// Sends a picture to the market and gives the place in a gallery that it may have.
pub(super) async fn entry(client: &Client, path: &Path, alt: &str) -> anyhow::Result<GalleryEntry> {
    let stored = client.upload_image(read(path)?.into()).await?;
    Ok(GalleryEntry { hash: stored.hash, alt: alt.to_owned() })
}

/// A picture that may be chosen, taken away with an empty name of a file, or described anew.
#[derive(Debug)]
pub(super) struct Described {
    /// What its options are called: `banner` for `--banner` and `--banner-alt`.
    pub(super) name: &'static str,
    /// Its file.
    pub(super) file: Option<PathBuf>,
    /// What it shows.
    pub(super) alt: Option<String>,
}

impl Described {
    /// What becomes of the picture that was there; nothing where it stays as it is.
    pub(super) async fn entry(
        self,
        client: &Client,
        before: Option<GalleryImage>,
    ) -> anyhow::Result<Option<GalleryEntry>> {
        let Self { name, file, alt } = self;
        Ok(match (file, alt, before) {
            (None, None, _) => None,
            (None, Some(alt), Some(before)) => Some(GalleryEntry { hash: before.hash, alt }),
            (None, Some(_), None) => {
                let message = format!("--{name}-alt describes a {name}, and there is none");
                return Err(Failure::usage(message, format!("add one with --{name} FILE")).into());
            }
            (Some(file), alt, _) if file.as_os_str().is_empty() => {
                if alt.is_some_and(|alt| !alt.is_empty()) {
                    let message = format!("--{name}-alt describes the {name} that is taken away");
                    return Err(Failure::usage(message, format!("leave --{name}-alt out")).into());
                }
                Some(GalleryEntry::none())
            }
            (Some(file), alt, before) => {
                let sent = entry(client, &file, "").await?;
                // Another picture shows something else.
                let same = before.filter(|before| before.hash == sent.hash);
                let alt = alt.or(same.map(|same| same.alt)).unwrap_or_default();
                Some(GalleryEntry { alt, ..sent })
            }
        })
    }
}
