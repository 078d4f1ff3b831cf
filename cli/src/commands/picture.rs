//! Pictures named on the command line.

use std::path::Path;

use api::client::Client;
use api::listing::GalleryEntry;

use crate::exit::Failure;

/// The bytes of a file.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        Failure::usage(message, "name a JPEG, PNG, GIF or WebP file")
    })?;
    Ok(bytes)
}

/// Sends a picture to the market and gives the place in a gallery that it may have.
pub(super) async fn entry(client: &Client, path: &Path, alt: &str) -> anyhow::Result<GalleryEntry> {
    let stored = client.upload_image(read(path)?.into()).await?;
    Ok(GalleryEntry { hash: stored.hash, alt: alt.to_owned() })
}

/// The same for a picture that may be chosen, taken away with an empty name, or left as it is.
pub(super) async fn chosen(
    client: &Client,
    path: Option<&Path>,
    alt: &str,
) -> anyhow::Result<Option<GalleryEntry>> {
    match path {
        None => Ok(None),
        Some(path) if path.as_os_str().is_empty() => {
            Ok(Some(GalleryEntry { hash: String::new(), alt: String::new() }))
        }
        Some(path) => Ok(Some(entry(client, path, alt).await?)),
    }
}
