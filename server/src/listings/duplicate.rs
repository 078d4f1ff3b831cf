//! A listing as the beginning of another one.

use api::Id;
use api::audit::Verb;
use api::history::Cause;
use api::limits::TITLE;
use api::listing::{Listing, ListingStatus, Variant};

use super::change::retitle;
use super::saving::save;
use super::store;
use crate::audit;
use crate::error::Error;
use crate::state::AppState;
use crate::web::idempotency;
use crate::web::people::Artisan;

/// What is added to the title, so that no file takes one listing for the other.
const MARK: &str = " (copy)";

/// Writes a draft with everything a listing says, gallery included. It has no pieces, since none
/// was made by copying, and no SKUs, since each means one variant.
pub(crate) async fn duplicate(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    let original =
        store::lock(&mut tx, artisan.shop.id, &[id]).await?.pop().ok_or(Error::NotFound)?;
    let copy = copied(state, &original);
    let listing = save(state, &mut tx, &artisan.shop, None, copy, Cause::Duplicate).await?;
    audit::note(state, &mut tx, Verb::ListingDuplicate, listing.id).await?;
    idempotency::created(&mut tx, &listing).await?;
    tx.commit().await?;
    Ok(listing)
}

fn copied(state: &AppState, original: &Listing) -> Listing {
    let now = state.clock.now();
    let variant = |variant: &Variant| Variant {
        id: state.entropy.id(now),
        sku: String::new(),
        available: 0,
        ..variant.clone()
    };
    let mut copy = Listing {
        id: state.entropy.id(now),
        status: ListingStatus::Draft,
        variants: original.variants.iter().map(variant).collect(),
        created_at: now,
        updated_at: now,
        version: 0,
        ..original.clone()
    };
    let kept: String = original.title.chars().take(TITLE - MARK.chars().count()).collect();
    retitle(&mut copy, &format!("{kept}{MARK}"));
    copy
}
