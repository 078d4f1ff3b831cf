//! What follows when it is known whose an e-mail address is. It stands outside of the features,
//! since accounts and checkout, where this becomes known, know nothing of what orders make of it.

use api::Id;
use api::account::Account;
use api::order::Purchase;

use crate::db::Tx;
use crate::error::Error;
use crate::jobs::enqueue;
use crate::orders::claiming::{ClaimPurchase, ClaimPurchases};
use crate::state::AppState;

/// An account has proved its address; to be called in the transaction that notes it.
pub(crate) async fn address(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
) -> Result<(), Error> {
    enqueue(state, tx, &ClaimPurchases { account }).await?;
    Ok(())
}

/// A purchase was paid; to be called in the transaction that notes it.
pub(crate) async fn purchase(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(), Error> {
    enqueue(state, tx, &ClaimPurchase { purchase }).await?;
    Ok(())
}
