//! What imports ask for: find the listings that rows mean, and write what rows say.

use std::collections::HashMap;

use api::Id;
use api::listing::{GalleryEntry, Listing, ListingDraft, ListingStatus};
use api::shop::Shop;

use super::saving::{Change, Reason, save_all, set_import_keys};
use super::store::{self, By};
use super::{change, may_publish};
use crate::db::Tx;
use crate::error::Error;
use crate::images::{self, Owned};
use crate::state::AppState;
use crate::web::people::Artisan;

/// What an import row wants of a listing.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// The listing, locked; none makes a new one.
    pub(crate) before: Option<Listing>,
    /// What stays the same when the file is read again.
    pub(crate) import_key: &'a str,
    /// Everything the row says.
    pub(crate) draft: ListingDraft,
    /// Whether it should be for sale; otherwise its state stays.
    pub(crate) publish: bool,
    /// The gallery; absent leaves it as it is.
    pub(crate) gallery: Option<Vec<GalleryEntry>>,
    /// Whether variants that the draft does not have are removed.
    pub(crate) allow_delete: bool,
}

/// Locks the shop's listings that these ids name until the transaction ends, then reads them, so
/// that rows can be weighed against them before they are written.
pub(crate) async fn lock_all(
    tx: &mut Tx,
    shop: Id<Shop>,
    ids: &[Id<Listing>],
) -> Result<HashMap<Id<Listing>, Listing>, Error> {
    let listings = store::lock(tx, shop, ids).await?;
    Ok(listings.into_iter().map(|listing| (listing.id, listing)).collect())
}

/// Makes the listings or changes them, in the caller's transaction: for each the listing before and
/// after, or why it is refused. What is refused leaves no trace and stops no other.
pub(crate) async fn upsert(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    wanted: Vec<Wanted<'_>>,
) -> Result<Vec<Result<Change, Error>>, Error> {
    let shop = &artisan.shop;
    let pictures = wanted.iter().filter_map(|row| row.gallery.as_deref()).flatten();
    let hashes = pictures.map(|entry| entry.hash.clone()).collect();
    let owned = images::owned(tx, shop.id, hashes).await?;
    let barred = barred(state, tx, artisan, &wanted).await?;
    let keys: Vec<_> = wanted.iter().map(|row| row.import_key).collect();
    let changes: Vec<_> = wanted
        .into_iter()
        .map(|row| match &barred {
            Some(words) if row.publish => Err(Error::forbidden(words)),
            _ => intended(state, shop, row, &owned),
        })
        .collect();
    let fine: Vec<_> = changes.iter().flatten().collect();
    save_all(state, tx, shop.id, &fine, Reason::Import).await?;
    let keys = changes.iter().zip(keys);
    let keys: Vec<_> =
        keys.filter_map(|(change, key)| Some((change.as_ref().ok()?.after.id, key))).collect();
    set_import_keys(tx, &keys).await?;
    Ok(changes)
}

/// Why nothing may be published, in words, should anything want to be.
async fn barred(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    wanted: &[Wanted<'_>],
) -> Result<Option<String>, Error> {
    if !wanted.iter().any(|row| row.publish) {
        return Ok(None);
    }
    match may_publish(state, tx, artisan).await {
        Ok(()) => Ok(None),
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        Err(refusal) => Ok(Some(refusal.to_string())),
    }
}

fn intended(
    state: &AppState,
    shop: &Shop,
    row: Wanted<'_>,
    owned: &Owned,
) -> Result<Change, Error> {
    let mut after = match &row.before {
        Some(before) => {
            let mut new_id = || state.entropy.id(state.clock.now());
            change::merged(before, &row.draft, row.allow_delete, &mut new_id)
        }
        None => change::drafted(state, shop, &row.draft)?,
    };
    if let Some(gallery) = &row.gallery {
        after.images = owned.gallery(gallery)?;
    }
    if row.publish {
        after = change::moved(&after, ListingStatus::Active)?;
    }
    Change::new(state, shop, row.before, after)
}

/// The shop's listings that these words mean; a word that means several means none.
pub(crate) async fn find_by(
    state: &AppState,
    shop: Id<Shop>,
    by: By,
    words: Vec<String>,
) -> Result<HashMap<String, Listing>, Error> {
    let found = store::find_by(&state.db, shop, by, words).await?;
    let only = |listings| <[Listing; 1]>::try_from(listings).ok().map(|[only]| only);
    Ok(found.into_iter().filter_map(|(word, listings)| Some((word, only(listings)?))).collect())
}
