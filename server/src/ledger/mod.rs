//! The books: double entry under everything that moves money. Only this folder writes postings.

pub(crate) mod posting;
mod store;

pub(crate) use posting::{Entry, Share};

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// Books an entry in the caller's transaction; a second time changes nothing.
pub(crate) async fn book(state: &AppState, tx: &mut Tx, entry: &Entry) -> Result<bool, Error> {
    let now = state.clock.now();
    store::insert(tx, state.entropy.uuid(now), entry, now).await
}

/// Whether a source has booked a rule.
pub(crate) async fn is_booked(tx: &mut Tx, rule: &str, source: &str) -> Result<bool, Error> {
    store::is_booked(tx, rule, source).await
}
