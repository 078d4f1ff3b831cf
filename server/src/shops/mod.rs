//! Shops: the stalls of the market, one for each artisan.

mod store;

use api::Id;
use api::account::Account;
use api::shop::Shop;

use crate::error::Error;
use crate::state::AppState;

/// The shop of an account, if it has one.
pub(crate) async fn find_for_account(
    state: &AppState,
    account: Id<Account>,
) -> Result<Option<Shop>, Error> {
    store::find_for_account(&state.db, account).await
}
