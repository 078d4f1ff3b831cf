//! Pieces that somebody marked to find them again. Nobody else learns which these are, the makers
//! neither, and no number of them is shown or counts in any order.

pub(crate) mod pages;
mod store;

use api::account::Account;
use api::listing::Listing;
use api::{Id, Page, Timestamp};

use crate::cursor::{self, Cursor};
use crate::error::Error;
use crate::listings::{self, Card};
use crate::state::AppState;

/// Favourites of one account; more is a catalogue, not a choice.
const MOST: i64 = 1000;

/// A favourite of somebody.
pub(super) struct Favourite {
    listing: Id<Listing>,
    added_at: Timestamp,
}

/// One page of somebody's favourites.
pub(crate) struct Favourites {
    /// Those that are for sale or sold out, the last one marked first.
    pub(crate) page: Page<Card>,
    /// How many of the page are nowhere to be seen now.
    pub(crate) unseen: usize,
}

/// Marks a piece that shoppers may see; marking it again changes nothing.
pub(crate) async fn add(
    state: &AppState,
    account: Id<Account>,
    listing: Id<Listing>,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if !store::is_seen(&mut tx, listing).await? {
        return Err(Error::NotFound);
    }
    if store::count(&mut tx, account).await? >= MOST {
        return Err(Error::conflict(format!(
            "you have {MOST} favourites; take one away before you add another"
        )));
    }
    store::insert(&mut tx, account, listing, state.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a piece away from somebody's favourites, if it is one.
pub(crate) async fn remove(
    state: &AppState,
    account: Id<Account>,
    listing: Id<Listing>,
) -> Result<(), Error> {
    store::delete(&state.db, account, listing).await
}

/// Whether a piece is a favourite of somebody.
pub(crate) async fn is_one(
    state: &AppState,
    account: Id<Account>,
    listing: Id<Listing>,
) -> Result<bool, Error> {
    store::is_one(&state.db, account, listing).await
}

/// Somebody's favourites, the last one marked first.
pub(crate) async fn list(
    state: &AppState,
    account: Id<Account>,
    after: Option<&str>,
    limit: u32,
) -> Result<Favourites, Error> {
    let after = Cursor::parse(after)?;
    let rows = store::list(&state.db, account, &after, i64::from(limit) + 1).await?;
    let rows = cursor::page(rows, limit, |row| Cursor { at: row.added_at, id: row.listing });
    let ids: Vec<Id<Listing>> = rows.items.iter().map(|row| row.listing).collect();
    let cards = listings::cards(state, &ids).await?;
    let unseen = ids.len() - cards.len();
    Ok(Favourites { page: Page { items: cards, next: rows.next }, unseen })
}
