//! The inbox for Stripe's events: verified, noted once, answered; a job acts on it later.

pub(crate) mod jobs;
pub(crate) mod routes;
mod store;

use api::Timestamp;
use api::account::PaymentsMode;

use crate::error::Error;
use crate::jobs::enqueue;
use crate::state::AppState;
use crate::stripe::webhook::{self, Endpoint, Event};

/// Takes a delivery: checks that it is Stripe's, and notes it. The same event twice is noted once.
///
/// A body that we cannot read is noted nowhere but accepted: Stripe would only send it again.
pub(crate) async fn receive(
    state: &AppState,
    endpoint: Endpoint,
    payload: &[u8],
    signature: &str,
) -> Result<(), Error> {
    let now = state.clock.now();
    webhook::verify(payload, signature, state.stripe.webhook_secret(endpoint), now)
        .map_err(|forged| Error::invalid("Stripe-Signature", forged.to_string()))?;
    let event: Event = match serde_json::from_slice(payload) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, "an event of Stripe's cannot be read");
            return Ok(());
        }
    };
    if event.livemode != (state.stripe.mode() == PaymentsMode::StripeLive) {
        return Err(Error::invalid("livemode", "this market runs on another kind of money"));
    }
    note(state, &event, payload, now).await
}

async fn note(
    state: &AppState,
    event: &Event,
    payload: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if store::insert(&mut tx, event, payload, now).await? {
        let job = jobs::ApplyEvent {
            event: event.id.clone(),
            kind: event.kind.clone(),
            account: event.account.clone(),
            object: event.data.object.id.clone(),
        };
        enqueue(state, &mut tx, &job).await?;
    }
    Ok(tx.commit().await?)
}
