//! Listings: what artisans offer, their variants, stock and pictures.
//!
//! Every change goes through `saving`: a listing as it was, a listing as it shall be. So an edit,
//! an import and its undo leave the same traces: stock movements, the search feed, the live feed.

mod change;
mod check;
pub(crate) mod difference;
pub(crate) mod directory;
mod duplicate;
pub(crate) mod history;
pub(crate) mod making;
mod pair;
pub(crate) mod prices;
pub(crate) mod questions;
mod routes;
mod saving;
pub(crate) mod shelf;
mod stock;
mod store;
mod upsert;

use api::audit::Verb;
use api::history::Cause;
use api::listing::{
    GalleryEdit, Listing, ListingDraft, ListingEdit, ListingStatus, ListingSummary,
};
use api::page::PageRequest;
use api::shop::Shop;
use api::{Id, Page};
use uuid::Uuid;

pub(crate) use change::{clean_line, moved, settle};
pub(crate) use check::listing as check;
pub(crate) use duplicate::duplicate;
pub(crate) use history::as_before;
pub(crate) use pair::pair;
pub(crate) use routes::routes;
pub(crate) use saving::{Change, save_all, set_published};
pub(crate) use shelf::{
    Card, Offer, PublicListing, by_price, by_price_down, cards, count_by_category, newest, of_shop,
    offers, public_listing,
};
pub use stock::{hold, lock as lock_stock, release};
pub(crate) use store::{By, hex, hex_one, lock as lock_all, published};
pub(crate) use upsert::{Upserted, Wanted, find_by, intended, upsert};

use crate::audit;
use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::error::Error;
use crate::images;
use crate::search;
use crate::shops;
use crate::state::AppState;
use crate::web::idempotency;
use crate::web::people::Artisan;
use saving::save;

/// Writes a new listing that only its artisan sees.
pub(crate) async fn draft(
    state: &AppState,
    artisan: &Artisan,
    draft: &ListingDraft,
) -> Result<Listing, Error> {
    let after = change::drafted(state, &artisan.shop, draft)?;
    let mut tx = state.db.begin().await?;
    let listing = save(state, &mut tx, &artisan.shop, None, after, Cause::Draft).await?;
    audit::note(state, &mut tx, Verb::ListingDraft, listing.id).await?;
    idempotency::created(&mut tx, &listing).await?;
    tx.commit().await?;
    Ok(listing)
}

/// Changes texts, prices and stock. `version` is the one the artisan looked at, if she says so.
pub(crate) async fn edit(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    edit: &ListingEdit,
    version: Option<i64>,
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    let before = lock(&mut tx, artisan, id, version).await?;
    let after = change::edited(&before, edit)?;
    let listing = save(state, &mut tx, &artisan.shop, Some(&before), after, Cause::Edit).await?;
    audit::note(state, &mut tx, Verb::ListingEdit, listing.id).await?;
    tx.commit().await?;
    Ok(listing)
}

/// Puts a listing on the shelf; sold out at once when it has no piece. Needs a proven address and,
/// of a business, that it says who it is.
pub(crate) async fn publish(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    may_publish(state, &mut tx, artisan).await?;
    let next = (ListingStatus::Active, Verb::ListingPublish);
    let listing = move_to(state, &mut tx, artisan, id, version, next).await?;
    tx.commit().await?;
    Ok(listing)
}

/// Takes a listing off the shelf for a while.
pub(crate) async fn pause(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
) -> Result<Listing, Error> {
    set_status(state, artisan, id, version, (ListingStatus::Paused, Verb::ListingPause)).await
}

/// Puts a listing away; orders still name it, and publishing brings it back.
pub(crate) async fn archive(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
) -> Result<Listing, Error> {
    set_status(state, artisan, id, version, (ListingStatus::Archived, Verb::ListingArchive)).await
}

/// Puts everything away that a shop offers, because it closes.
pub(crate) async fn withdraw(state: &AppState, tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    search::touch_shop(state, tx, shop).await?;
    store::withdraw(tx, shop, state.clock.now()).await
}

/// Sets the whole gallery; only pictures that this shop uploaded.
pub(crate) async fn set_gallery(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    edit: &GalleryEdit,
    version: Option<i64>,
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    let before = lock(&mut tx, artisan, id, version).await?;
    let mut after = before.clone();
    after.images = images::gallery(&mut tx, artisan.shop.id, &edit.images).await?;
    let listing = save(state, &mut tx, &artisan.shop, Some(&before), after, Cause::Edit).await?;
    audit::note(state, &mut tx, Verb::ListingPictures, listing.id).await?;
    tx.commit().await?;
    Ok(listing)
}

/// One of the artisan's own listings, in any state.
pub(crate) async fn find(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<Listing>,
) -> Result<Listing, Error> {
    store::find(&state.db, shop, id).await?.ok_or(Error::NotFound)
}

/// Whole listings of a shop above an id, in the order of ids, which no change moves.
pub(crate) async fn above(
    state: &AppState,
    shop: Id<Shop>,
    after: Option<Id<Listing>>,
    limit: i64,
) -> Result<Vec<Listing>, Error> {
    let after = after.unwrap_or(Id::from_uuid(Uuid::nil()));
    store::above(&state.db, shop, after, limit).await
}

/// The artisan's page, newest change first; `status` narrows it.
pub(crate) async fn list(
    state: &AppState,
    shop: Id<Shop>,
    status: Option<ListingStatus>,
    request: &PageRequest,
) -> Result<Page<ListingSummary>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let rows = store::list(&state.db, shop, status, &after, i64::from(request.rows()) + 1).await?;
    Ok(cursor::page(rows, request.rows(), |row| Cursor { at: row.updated_at, id: row.id }))
}

/// A person may publish whose address is proven and who has said what law wants to know.
pub(crate) async fn may_publish(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
) -> Result<(), Error> {
    if !artisan.account.email_verified {
        return Err(Error::forbidden(
            "verify your e-mail address before you publish: follow the link in the e-mail we sent you",
        ));
    }
    shops::profile::may_publish(state, tx, artisan.shop.id).await
}

async fn set_status(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
    next: (ListingStatus, Verb),
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    let listing = move_to(state, &mut tx, artisan, id, version, next).await?;
    tx.commit().await?;
    Ok(listing)
}

async fn move_to(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
    (next, verb): (ListingStatus, Verb),
) -> Result<Listing, Error> {
    let before = lock(tx, artisan, id, version).await?;
    let after = change::moved(&before, next)?;
    let listing = save(state, tx, &artisan.shop, Some(&before), after, Cause::Edit).await?;
    audit::note(state, tx, verb, listing.id).await?;
    Ok(listing)
}

/// Locks one of the artisan's listings, provided that nobody changed it since `version`.
async fn lock(
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<Listing>,
    version: Option<i64>,
) -> Result<Listing, Error> {
    let listing = store::lock(tx, artisan.shop.id, &[id]).await?.pop().ok_or(Error::NotFound)?;
    if version.is_some_and(|version| version != listing.version) {
        return Err(Error::conflict(format!(
            "“{}” was changed elsewhere meanwhile; look at it again, then repeat your change",
            listing.title
        )));
    }
    Ok(listing)
}
