//! What imports ask for: find the listing that a row means, write what the row says, take it back.

use api::Id;
use api::history::Cause;
use api::listing::{GalleryEntry, Listing, ListingDraft, ListingStatus};
use api::shop::Shop;

use super::saving::{save, set_import_key};
use super::{change, may_publish, store};
use crate::db::Tx;
use crate::error::Error;
use crate::images;
use crate::state::AppState;
use crate::web::people::Artisan;

/// What an import row wants of a listing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// What stays the same when the file is read again.
    pub(crate) import_key: &'a str,
    /// Everything the row says.
    pub(crate) draft: &'a ListingDraft,
    /// Whether it should be for sale; otherwise its state stays.
    pub(crate) publish: bool,
    /// The gallery; absent leaves it as it is.
    pub(crate) gallery: Option<&'a [GalleryEntry]>,
    /// Whether variants that the draft does not have are removed.
    pub(crate) allow_delete: bool,
}

/// A listing before and after an import row; equal when nothing had to be done.
#[derive(Clone, Debug)]
pub(crate) struct Upserted {
    /// As it was: what an exact undo needs. None when it is new.
    pub(crate) before: Option<Listing>,
    /// As it is now.
    pub(crate) after: Listing,
}

/// Locks one of the shop's listings until the transaction ends, then reads it, so that a row can
/// be weighed against it before it is written.
pub(crate) async fn lock(
    tx: &mut Tx,
    shop: Id<Shop>,
    id: Id<Listing>,
) -> Result<Option<Listing>, Error> {
    store::lock(tx, shop, id).await
}

/// Makes the listing, or changes the one that `target` names, in the caller's transaction.
pub(crate) async fn upsert(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    target: Option<Id<Listing>>,
    wanted: &Wanted<'_>,
) -> Result<Upserted, Error> {
    let shop = &artisan.shop;
    let before = match target {
        Some(id) => Some(store::lock(tx, shop.id, id).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    let mut after = match &before {
        Some(before) => {
            let mut new_id = || state.entropy.id(state.clock.now());
            change::merged(before, wanted.draft, wanted.allow_delete, &mut new_id)
        }
        None => change::drafted(state, shop, wanted.draft)?,
    };
    if let Some(gallery) = wanted.gallery {
        after.images = images::gallery(tx, shop.id, gallery).await?;
    }
    if wanted.publish {
        may_publish(state, tx, artisan).await?;
        after = change::moved(&after, ListingStatus::Active)?;
    }
    let after = save(state, tx, shop, before.as_ref(), after, Cause::Import).await?;
    set_import_key(tx, after.id, wanted.import_key).await?;
    Ok(Upserted { before, after })
}

/// The shop's listing that was imported under a key.
pub(crate) async fn find_by_import_key(
    state: &AppState,
    shop: Id<Shop>,
    key: &str,
) -> Result<Option<Listing>, Error> {
    store::find_by_import_key(&state.db, shop, key).await
}

/// The shop's listings that have a variant with this SKU; two at most, since two are one too many.
pub(crate) async fn find_by_sku(
    state: &AppState,
    shop: Id<Shop>,
    sku: &str,
) -> Result<Vec<Listing>, Error> {
    store::find_by_sku(&state.db, shop, sku).await
}

/// The shop's listings with exactly this title; two at most, since two are one too many.
pub(crate) async fn find_by_title(
    state: &AppState,
    shop: Id<Shop>,
    title: &str,
) -> Result<Vec<Listing>, Error> {
    store::find_by_title(&state.db, shop, &change::clean_line(title)).await
}
