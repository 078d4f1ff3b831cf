//! Made to order: the weeks that are taken, and when what is ordered now is ready.
//!
//! Whoever promises holds the lock of the listings, so of two shoppers who order at once the second
//! one sees what the first one took, and gets a later date.

mod store;

use api::listing::{Listing, Variant};
use api::making::{Promise, ToOrder};
use api::order::Purchase;
use api::{Id, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::state::AppState;

/// The week of a moment began no longer ago.
const WEEK_SECONDS: i64 = 7 * 24 * 3600;

/// What was promised of a line.
pub(crate) struct Promised {
    pub(crate) variant: Id<Variant>,
    /// Its title.
    pub(crate) title: String,
    /// When all its pieces are ready to be sent.
    pub(crate) ready_by: Timestamp,
}

/// The weeks from this one on in which pieces of these listings are begun, and how many.
pub(super) async fn begun(
    db: &Db,
    listings: &[Id<Listing>],
    now: Timestamp,
) -> Result<Vec<(Id<Listing>, Timestamp, i64)>, Error> {
    if listings.is_empty() {
        return Ok(Vec::new());
    }
    store::begun(db, listings, now.plus_seconds(-WEEK_SECONDS)).await
}

/// The weeks that these purchases take, and how many pieces of which listing are begun in each.
pub(crate) async fn begun_for(
    db: &Db,
    purchases: &[Id<Purchase>],
) -> Result<Vec<(Id<Listing>, Timestamp, i64)>, Error> {
    if purchases.is_empty() { Ok(Vec::new()) } else { store::begun_for(db, purchases).await }
}

/// How a listing is made to order, and when a piece that is ordered now is ready.
pub(crate) async fn promised_now(
    state: &AppState,
    listing: &Listing,
) -> Result<Option<(ToOrder, Promise)>, Error> {
    let Some(terms) = listing.making.to_order() else { return Ok(None) };
    let now = state.clock.now();
    let limited: Vec<_> = terms.weekly.map(|_| listing.id).into_iter().collect();
    let taken = begun(&state.db, &limited, now).await?;
    let taken: Vec<_> = taken.into_iter().map(|(_, week, pieces)| (week, pieces)).collect();
    Ok(Some((terms, terms.promise(now, 1, &taken))))
}

/// Freezes on each line of a purchase that is made to order when it is ready, in the caller's
/// transaction, which has locked the listings. What was promised before is promised anew.
pub(crate) async fn promise(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<Vec<Promised>, Error> {
    let now = state.clock.now();
    store::forget(tx, purchase).await?;
    let mut promised = Vec::new();
    for line in store::lines(tx, purchase).await? {
        let Some(terms) = line.terms() else { continue };
        let since = now.plus_seconds(-WEEK_SECONDS);
        let taken = match terms.weekly {
            Some(_) => store::begun_of(tx, line.listing, since).await?,
            None => Vec::new(),
        };
        let promise = terms.promise(now, line.quantity, &taken);
        store::set(tx, &line, &promise).await?;
        let (variant, ready_by) = (line.variant, promise.ready_by);
        promised.push(Promised { variant, title: line.title, ready_by });
    }
    Ok(promised)
}
