//! What imports ask for: find the listings that rows mean, and write what rows say.

use std::collections::HashMap;

use api::Id;
use api::history::Cause;
use api::listing::{GalleryEntry, GalleryImage, Listing, ListingDraft, ListingStatus};
use api::shop::Shop;

use super::saving::{Change, save_all, set_import_keys};
use super::store::{self, By};
use super::{change, check, may_publish};
use crate::db::Tx;
use crate::error::Error;
use crate::images;
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

/// A listing before and after an import row; equal when nothing had to be done.
#[derive(Debug)]
pub(crate) struct Upserted {
    /// As it was: what an exact undo needs. None when it is new.
    pub(crate) before: Option<Listing>,
    /// As it is now.
    pub(crate) after: Listing,
}

/// Makes the listings or changes them, in the caller's transaction: for each the listing before and
/// after, or why it is refused. What is refused leaves no trace and stops no other.
pub(crate) async fn upsert(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    wanted: Vec<Wanted<'_>>,
) -> Result<Vec<Result<Upserted, Error>>, Error> {
    let shop = &artisan.shop;
    let pictures = wanted.iter().filter_map(|row| row.gallery.as_deref()).flatten();
    let hashes = pictures.map(|entry| entry.hash.clone()).collect();
    let owned = images::owned(tx, shop.id, hashes).await?;
    let barred = barred(state, tx, artisan, &wanted).await?;
    let (mut refusals, mut changes) = (HashMap::new(), Vec::with_capacity(wanted.len()));
    for (place, row) in wanted.iter().enumerate() {
        let intended = match &barred {
            Some(words) if row.publish => Err(Error::forbidden(words)),
            _ => row
                .gallery
                .as_deref()
                .map(|entries| owned.gallery(entries))
                .transpose()
                .and_then(|pictures| intended(state, shop, row, pictures)),
        };
        match intended {
            Ok(after) => changes.push(Change { before: row.before.as_ref(), after }),
            Err(refusal) => drop(refusals.insert(place, refusal)),
        }
    }
    save_all(state, tx, shop, &mut changes, Cause::Import).await?;
    let mut saved = changes.into_iter().map(|change| change.after).collect::<Vec<_>>().into_iter();
    let mut keys = Vec::with_capacity(saved.len());
    let mut upserted = Vec::with_capacity(wanted.len());
    for (place, row) in wanted.into_iter().enumerate() {
        if let Some(refusal) = refusals.remove(&place) {
            upserted.push(Err(refusal));
        } else if let Some(after) = saved.next() {
            keys.push((after.id, row.import_key));
            upserted.push(Ok(Upserted { before: row.before, after }));
        }
    }
    set_import_keys(tx, &keys).await?;
    Ok(upserted)
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

/// The listing as a row would leave it, with these pictures if it names any; refused where it cannot
/// be kept so.
pub(crate) fn intended(
    state: &AppState,
    shop: &Shop,
    row: &Wanted<'_>,
    pictures: Option<Vec<GalleryImage>>,
) -> Result<Listing, Error> {
    let mut after = match &row.before {
        Some(before) => {
            let mut new_id = || state.entropy.id(state.clock.now());
            change::merged(before, &row.draft, row.allow_delete, &mut new_id)?
        }
        None => change::drafted(state, shop, &row.draft)?,
    };
    after.images = pictures.unwrap_or(after.images);
    if row.publish {
        after = change::moved(&after, ListingStatus::Active)?;
    }
    check::listing(&after, shop.currency)?;
    change::settle(&mut after);
    Ok(after)
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
