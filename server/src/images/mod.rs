//! Pictures: what people upload, and what others are shown.
//!
//! A picture is stored once under the hash of its bytes, upright and without metadata, whoever
//! sent it. Whose it is says the row that names it: a gallery, a shop, a person's profile.

mod colour;
mod decode;
mod jpeg;
pub(crate) mod picture;
mod print;
mod refusal;
pub(crate) mod routes;
mod store;
mod whole;

use std::collections::{BTreeSet, HashMap};

use api::Id;
use api::listing::{GalleryEntry, GalleryImage, StoredImage};
use api::picture::Unfit;
use api::shop::Shop;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

pub(crate) use routes::routes;

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use picture::Picture;
use refusal::Refusal;

/// Pictures worked on at once: each takes a core, and up to 250 MB while it is decoded.
static HANDS: Semaphore = Semaphore::const_new(2);
/// Files that a client may ask about at once.
const MOST_ASKED: usize = 200;

/// An upload that is stored now, and whether it was before.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) image: StoredImage,
    /// Whether this shop had uploaded the same bytes before.
    pub(crate) was_known: bool,
}

/// Takes an upload of a shop. Bytes that anybody sent before are not worked on again.
pub(crate) async fn store_image(
    state: &AppState,
    shop: Id<Shop>,
    upload: Bytes,
) -> Result<Stored, Error> {
    let sha256 = hex::encode(Sha256::digest(&upload));
    if let Some(image) = store::known(&state.db, shop, std::slice::from_ref(&sha256)).await?.pop() {
        return Ok(Stored { image, was_known: true });
    }
    if let Some(image) = store::known_to_any(&state.db, &sha256).await? {
        let mut tx = state.db.begin().await?;
        store::insert_upload(&mut tx, shop, &image).await?;
        tx.commit().await?;
        return Ok(Stored { image, was_known: false });
    }
    let (image, tint) = keep(state, sha256, derive(upload).await?).await?;
    let mut tx = state.db.begin().await?;
    store::insert_image(&mut tx, &image, tint, state.clock.now()).await?;
    store::insert_upload(&mut tx, shop, &image).await?;
    tx.commit().await?;
    Ok(Stored { image, was_known: false })
}

/// Takes a picture that its sender puts in its only place at once, such as an avatar.
pub(crate) async fn take(state: &AppState, upload: Bytes) -> Result<StoredImage, Error> {
    let sha256 = hex::encode(Sha256::digest(&upload));
    let (image, tint) = keep(state, sha256, derive(upload).await?).await?;
    let mut tx = state.db.begin().await?;
    store::insert_image(&mut tx, &image, tint, state.clock.now()).await?;
    tx.commit().await?;
    Ok(image)
}

/// Works on an upload on a thread of its own, a few at a time.
async fn derive(upload: Bytes) -> Result<Picture, Error> {
    let hand = HANDS.acquire().await.map_err(Error::internal)?;
    let work = tokio::task::spawn_blocking(move || {
        let picture = picture::derive(&upload);
        // Held until the work is done, even when nobody waits for it any more.
        drop(hand);
        picture
    });
    Ok(work.await.map_err(Error::internal)??)
}

/// Stores the files, before any row names them; so no row ever names a missing file.
async fn keep(
    state: &AppState,
    sha256: String,
    picture: Picture,
) -> Result<(StoredImage, u8), Error> {
    let Picture { hash, width, height, tint, files } = picture;
    for (name, bytes) in files {
        state.blobs.put(&name, bytes.into()).await?;
    }
    Ok((StoredImage { hash, upload_sha256: sha256, width, height }, tint))
}

/// A picture of the market, without an alt text.
pub(crate) async fn find(tx: &mut Tx, hash: &str) -> Result<Option<GalleryImage>, Error> {
    store::find(tx, hash).await
}

/// Which of these uploads, by SHA-256, the shop sent before.
pub(crate) async fn known(
    state: &AppState,
    shop: Id<Shop>,
    sha256: &[String],
) -> Result<Vec<StoredImage>, Error> {
    if sha256.len() > MOST_ASKED {
        return Err(Error::invalid("sha256", format!("ask about at most {MOST_ASKED} at once")));
    }
    store::known(&state.db, shop, sha256).await
}

/// The pictures of a shop that entries name, with what the market knows of each.
pub(crate) async fn gallery(
    tx: &mut Tx,
    shop: Id<Shop>,
    entries: &[GalleryEntry],
) -> Result<Vec<GalleryImage>, Error> {
    let hashes = entries.iter().map(|entry| entry.hash.clone()).collect();
    owned(tx, shop, hashes).await?.gallery(entries)
}

/// Those of the pictures asked for that a shop uploaded.
#[derive(Debug)]
pub(crate) struct Owned(HashMap<String, GalleryImage>);

/// Looks up the pictures of any number of galleries at once.
pub(crate) async fn owned(
    tx: &mut Tx,
    shop: Id<Shop>,
    hashes: BTreeSet<String>,
) -> Result<Owned, Error> {
    if hashes.is_empty() {
        return Ok(Owned(HashMap::new()));
    }
    let images = store::owned(tx, shop, hashes).await?;
    Ok(Owned(images.into_iter().map(|image| (image.hash.clone(), image)).collect()))
}

impl Owned {
    /// The pictures that a gallery names, with its words; refused if the shop lacks one of them.
    pub(crate) fn gallery(&self, entries: &[GalleryEntry]) -> Result<Vec<GalleryImage>, Error> {
        let missing = "one of these pictures was not uploaded by this shop; upload it first";
        let image = |entry: &GalleryEntry| {
            let image = self.0.get(&entry.hash).cloned()?;
            Some(GalleryImage { alt: clean_line(&entry.alt), ..image })
        };
        let images: Option<Vec<_>> = entries.iter().map(image).collect();
        images.ok_or_else(|| Error::invalid("images.hash", missing))
    }
}

/// One line without doubled or outer spaces.
fn clean_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What whoever sent too much is told.
pub(crate) fn too_large() -> Error {
    Refusal::from(Unfit::TooLarge).into()
}
