//! What guests bought becomes an account's own once the account has proved the guest's address.
//!
//! An address that was only typed proves nothing: whoever registers with somebody else's gets
//! none of her purchases.

mod store;

use api::Id;
use api::account::Account;
use api::audit::Verb;
use api::order::Purchase;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::jobs::Job;
use crate::state::AppState;
use crate::{accounts, audit};

/// Gives an account what was bought with its address before it was proved.
#[derive(Serialize, Deserialize)]
pub(crate) struct ClaimPurchases {
    /// Who proved an address.
    pub(crate) account: Id<Account>,
}

impl Job for ClaimPurchases {
    const KIND: &'static str = "claim_purchases";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let account = match accounts::find(state, self.account).await {
            Ok(account) if account.email_verified => account,
            // Deleted meanwhile, or not proved after all.
            Ok(_) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        for purchase in store::of_guests(&state.db, accounts::email_key(&account.email)).await? {
            give(state, purchase, account.id).await?;
        }
        Ok(())
    }
}

/// Gives a purchase that was made without signing in to the account that has proved its address.
#[derive(Serialize, Deserialize)]
pub(crate) struct ClaimPurchase {
    /// The purchase.
    pub(crate) purchase: Id<Purchase>,
}

impl Job for ClaimPurchase {
    const KIND: &'static str = "claim_purchase";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let Some(email) = store::guest(&state.db, self.purchase).await? else { return Ok(()) };
        let Some(account) = accounts::find_by_proved_address(state, &email).await? else {
            return Ok(());
        };
        give(state, self.purchase, account).await
    }
}

/// Once given, a purchase stays where it is.
async fn give(state: &AppState, purchase: Id<Purchase>, account: Id<Account>) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if let Some(number) = store::give(&mut tx, purchase, account).await? {
        audit::note_for(state, &mut tx, account, Verb::PurchaseClaim, number).await?;
    }
    Ok(tx.commit().await?)
}
