//! Made to order: the weeks that are taken, and when what is ordered now is ready.
//!
//! Whoever promises holds the lock of the listings, so of two shoppers who order at once the second
//! one sees what the first one took, and gets a later date.

mod store;

use api::listing::Listing;
use api::making::ToOrder;
use api::order::Purchase;
use api::{Id, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::state::AppState;

/// The week of a moment began no longer ago.
const WEEK_SECONDS: i64 = 7 * 24 * 3600;

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

/// How a listing is made to order, and when a piece that is ordered now is ready.
pub(crate) async fn ready_by(
    state: &AppState,
    listing: &Listing,
) -> Result<Option<(ToOrder, Timestamp)>, Error> {
    let Some(terms) = listing.making.to_order() else { return Ok(None) };
    let now = state.clock.now();
    let limited: Vec<_> = terms.weekly.map(|_| listing.id).into_iter().collect();
    let taken = begun(&state.db, &limited, now).await?;
    let taken: Vec<_> = taken.into_iter().map(|(_, week, pieces)| (week, pieces)).collect();
    Ok(Some((terms, terms.promise(now, 1, &taken).ready_by)))
}

/// Freezes on each line of a purchase that is made to order when it is ready, in the caller's
/// transaction, which has locked the listings. What was promised before is promised anew.
pub(crate) async fn promise(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(), Error> {
    let now = state.clock.now();
    store::forget(tx, purchase).await?;
    for line in store::lines(tx, purchase).await? {
        let Some(terms) = line.terms() else { continue };
        let since = now.plus_seconds(-WEEK_SECONDS);
        let taken = match terms.weekly {
            Some(_) => store::begun_of(tx, line.listing, since).await?,
            None => Vec::new(),
        };
        store::set(tx, &line, terms.promise(now, line.quantity, &taken)).await?;
    }
    Ok(())
}
