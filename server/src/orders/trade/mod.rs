//! Who has traded with whom.

mod store;

use api::Id;
use api::account::Account;

use crate::error::Error;
use crate::state::AppState;

/// Whether one of two people bought from the other's shop. Only what was paid counts: putting
/// something into a cart makes nobody a customer.
pub(crate) async fn have_traded(
    state: &AppState,
    one: Id<Account>,
    other: Id<Account>,
) -> Result<bool, Error> {
    store::have_traded(&state.db, one, other).await
}
