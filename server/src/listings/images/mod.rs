//! Pictures: what artisans upload, and what shoppers are shown.

mod store;

use api::Id;
use api::listing::{GalleryEntry, GalleryImage, StoredImage};
use api::shop::Shop;
use bytes::Bytes;

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// An upload that is stored now, and whether it was before.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) image: StoredImage,
    /// Whether this shop had uploaded the same bytes before.
    pub(crate) was_known: bool,
}

/// Which of these uploads, by SHA-256, the shop sent before.
pub(crate) async fn known(
    state: &AppState,
    shop: Id<Shop>,
    sha256: &[String],
) -> Result<Vec<StoredImage>, Error> {
    const MOST: usize = 200;
    if sha256.len() > MOST {
        return Err(Error::invalid("sha256", format!("ask about at most {MOST} files at once")));
    }
    store::known(&state.db, shop, sha256).await
}

/// The gallery that entries name, with what the market knows of each picture.
pub(super) async fn gallery(
    tx: &mut Tx,
    shop: Id<Shop>,
    entries: &[GalleryEntry],
) -> Result<Vec<GalleryImage>, Error> {
    let mut images = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(image) = store::owned(tx, shop, &entry.hash).await? else {
            return Err(Error::invalid(
                "images.hash",
                "one of these pictures was not uploaded by this shop; upload it first",
            ));
        };
        images.push(GalleryImage { alt: super::change::clean_line(&entry.alt), ..image });
    }
    Ok(images)
}
