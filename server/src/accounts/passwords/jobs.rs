//! The letter to somebody who forgot the password.

use api::Id;
use api::account::Account;
use serde::{Deserialize, Serialize};

use super::super::{letters, store};
use crate::error::Error;
use crate::jobs::Job;
use crate::state::AppState;

/// Writes the letter; enqueued for unknown addresses as well, so that asking takes as long.
#[derive(Serialize, Deserialize)]
pub(crate) struct WriteResetLetter {
    /// Nobody, when the address has no account.
    pub(super) account: Option<Id<Account>>,
}

impl Job for WriteResetLetter {
    const KIND: &'static str = "write_reset_letter";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let Some(account) = self.account else { return Ok(()) };
        let Some(account) = store::find(&state.db, account).await? else { return Ok(()) };
        let mut tx = state.db.begin().await?;
        letters::choose_password(state, &mut tx, &account).await?;
        Ok(tx.commit().await?)
    }
}
