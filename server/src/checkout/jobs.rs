//! What happens at Stripe for a purchase, outside of any transaction.

use api::order::{OrderStatus, Purchase};
use api::{Id, Timestamp};
use serde::{Deserialize, Serialize};

use super::{closing, settling, store};
use crate::db::Tx;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::ledger::{self, posting};
use crate::state::AppState;
use crate::stripe::{self, CheckoutLine, NewCheckout};

/// The watch looks after two minutes, and then every five: it replaces webhooks that were lost.
const FIRST_LOOK_SECONDS: i64 = 2 * 60;
const NEXT_LOOK_SECONDS: i64 = 5 * 60;
/// After the hold lapsed, Stripe gets this long to close the page by itself.
const GRACE_SECONDS: i64 = 60;
/// Stripe keeps no page open for less: <https://docs.stripe.com/api/checkout/sessions/create>
const SHORTEST_PAGE_SECONDS: i64 = 30 * 60;
/// A purchase that was called off is looked at once more after a day: its webhooks may be lost.
const LAST_LOOK_SECONDS: i64 = 24 * 3600;
/// Stripe books its fee within the hour; a webhook tells sooner.
const FEE_LOOK_SECONDS: i64 = 90;

/// Opens Stripe's page for a purchase that has none yet, and remembers it. When Stripe says that it
/// is too late for a page, the purchase is called off.
pub(super) async fn open_session(state: &AppState, purchase: Id<Purchase>) -> Result<(), Error> {
    let found = store::find(&state.db, purchase).await?;
    let base = state.config.public_url();
    let lines = store::lines(&state.db, purchase).await?.into_iter().map(|line| {
        let quantity = u64::try_from(line.quantity()).map_err(Error::internal)?;
        Ok(CheckoutLine { name: line.name(), price: line.price(), quantity })
    });
    let new = NewCheckout {
        purchase: purchase.to_string(),
        email: &found.email,
        lines: lines.collect::<Result<_, Error>>()?,
        success_url: format!("{base}/checkout/done?purchase={}", found.number),
        cancel_url: format!("{base}/cart"),
        expires_at: found.expires_at,
    };
    match state.stripe.open_checkout(new, &format!("{purchase}:session:v1")).await {
        Ok(session) => store::set_session(&state.db, purchase, &session.id, session.url).await,
        Err(refusal) if is_late(state, found.expires_at) && stripe::is_refused(&refusal) => {
            settling::cancel(state, &found).await?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Whether Stripe opens no page any more for pieces that are held until then: what was cut off
/// between holding them and opening the page was taken up again too late.
fn is_late(state: &AppState, expires_at: Timestamp) -> bool {
    state.clock.now().plus_seconds(SHORTEST_PAGE_SECONDS) > expires_at
}

/// Enqueues the watch over a purchase, with the purchase itself.
pub(super) async fn watch(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(), Error> {
    let first = state.clock.now().plus_seconds(FIRST_LOOK_SECONDS);
    jobs::enqueue_at(state, tx, &WatchPurchase { purchase }, first).await?;
    Ok(())
}

/// Follows a purchase until it is paid or called off, whether webhooks come or not.
#[derive(Serialize, Deserialize)]
pub(crate) struct WatchPurchase {
    purchase: Id<Purchase>,
}

impl Job for WatchPurchase {
    const KIND: &'static str = "watch_purchase";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        if super::settle(state, self.purchase).await? != OrderStatus::Pending {
            return Ok(());
        }
        let found = store::find(&state.db, self.purchase).await?;
        let now = state.clock.now();
        let end = found.expires_at.plus_seconds(GRACE_SECONDS);
        if now >= end {
            // Closes the page first: a shopper who pays at this very moment wins.
            return match closing::call_off(state, self.purchase).await? {
                OrderStatus::Pending => {
                    Err(Error::Unavailable("Stripe has not closed the page yet".into()))
                }
                _ => Ok(()),
            };
        }
        let next = now.plus_seconds(NEXT_LOOK_SECONDS).min(end);
        let mut tx = state.db.begin().await?;
        jobs::enqueue_at(state, &mut tx, &self, next).await?;
        Ok(tx.commit().await?)
    }
}

/// Has the page of a purchase that was called off looked at once more.
pub(super) async fn look_again_later(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(), Error> {
    let at = state.clock.now().plus_seconds(LAST_LOOK_SECONDS);
    jobs::enqueue_at(state, tx, &LookAgain { purchase }, at).await?;
    Ok(())
}

/// Finds money that came after a purchase was called off, even when no webhook tells of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct LookAgain {
    purchase: Id<Purchase>,
}

impl Job for LookAgain {
    const KIND: &'static str = "look_again";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        super::settle(state, self.purchase).await?;
        Ok(())
    }
}

/// Has Stripe's fee booked even when no webhook tells of it.
pub(super) async fn book_fee_later(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(), Error> {
    let at: Timestamp = state.clock.now().plus_seconds(FEE_LOOK_SECONDS);
    jobs::enqueue_at(state, tx, &BookFee { purchase }, at).await?;
    Ok(())
}

/// Books what Stripe took for a charge.
#[derive(Serialize, Deserialize)]
pub(crate) struct BookFee {
    pub(crate) purchase: Id<Purchase>,
}

impl Job for BookFee {
    const KIND: &'static str = "book_fee";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let found = store::find(&state.db, self.purchase).await?;
        let Some(charge) = found.charge else { return Ok(()) };
        let mut tx = state.db.begin().await?;
        if ledger::is_booked(&mut tx, posting::FEE_TAKEN, &charge).await? {
            return Ok(());
        }
        drop(tx);
        book_fee(state, self.purchase, &charge).await
    }
}

/// Books what Stripe took for a charge, once Stripe knows.
pub(super) async fn book_fee(
    state: &AppState,
    purchase: Id<Purchase>,
    charge: &str,
) -> Result<(), Error> {
    let charge = state.stripe.find_charge(charge).await?;
    let Some(fee) = charge.fee else {
        return Err(Error::Unavailable("Stripe has not booked its fee yet".into()));
    };
    let mut tx = state.db.begin().await?;
    ledger::book(state, &mut tx, &posting::fee_taken(purchase, &charge.id, fee)?).await?;
    Ok(tx.commit().await?)
}
