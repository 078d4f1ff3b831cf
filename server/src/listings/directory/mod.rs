//! The addresses of everything on the shelf, for those who walk through all of it.

mod store;

use api::Id;
use api::listing::Listing;
use uuid::Uuid;

use crate::error::Error;
use crate::state::AppState;

pub(crate) use store::Address;

/// Before the first listing.
pub(crate) const BEGINNING: Id<Listing> = Id::from_uuid(Uuid::nil());

/// Addresses of listings for sale in a span of ids, in their order: behind one, up to another.
pub(crate) async fn addresses(
    state: &AppState,
    (after, until): (Id<Listing>, Id<Listing>),
    limit: u32,
) -> Result<Vec<Address>, Error> {
    store::addresses(&state.db, (after, until), i64::from(limit)).await
}

/// The last of so many listings for sale behind an id; nothing when there are none.
pub(crate) async fn end(
    state: &AppState,
    after: Id<Listing>,
    many: u32,
) -> Result<Option<Id<Listing>>, Error> {
    store::end(&state.db, after, i64::from(many)).await
}
