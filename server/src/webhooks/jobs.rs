//! Acting on an event: never on what it says, always on what Stripe says now.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::jobs::Job;
use crate::shops::onboarding::RefreshOnboarding;
use crate::state::AppState;
use crate::{checkout, payouts};

/// Has whoever knows the object look at it.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApplyEvent {
    pub(super) event: String,
    pub(super) kind: String,
    pub(super) account: Option<String>,
    pub(super) object: String,
}

impl Job for ApplyEvent {
    const KIND: &'static str = "apply_event";

    fn key(&self) -> Option<String> {
        Some(self.event.clone())
    }

    async fn run(self, state: &AppState) -> Result<(), Error> {
        match (self.kind.as_str(), self.account) {
            (kind, None) if kind.starts_with("checkout.session.") => {
                checkout::settle_session(state, &self.object).await
            }
            ("charge.succeeded" | "charge.updated", None) => {
                checkout::book_fee(state, &self.object).await
            }
            ("account.updated", Some(account)) => RefreshOnboarding { account }.run(state).await,
            (kind, Some(account)) if kind.starts_with("payout.") => {
                payouts::sync(state, &account, &self.object).await
            }
            _ => Ok(()),
        }
    }
}
