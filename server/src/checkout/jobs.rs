//! What happens at Stripe for a purchase, outside of any transaction.

use api::order::{OrderStatus, Purchase};
use api::{Id, Timestamp};
use serde::{Deserialize, Serialize};

use super::store;
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
/// Stripe books its fee within the hour; a webhook tells sooner.
const FEE_LOOK_SECONDS: i64 = 90;

/// Opens Stripe's page for a purchase that has none yet, and remembers it.
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
            super::cancel(state, purchase, "the payment page was not opened in time").await?;
            Err(Error::conflict("this took too long; check out again"))
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
        if now >= found.expires_at.plus_seconds(GRACE_SECONDS) {
            return close(state, self.purchase, found.session).await;
        }
        let next =
            now.plus_seconds(NEXT_LOOK_SECONDS).min(found.expires_at.plus_seconds(GRACE_SECONDS));
        let mut tx = state.db.begin().await?;
        jobs::enqueue_at(state, &mut tx, &self, next).await?;
        Ok(tx.commit().await?)
    }
}

/// Closes the page first: a shopper who pays at this very moment wins.
async fn close(
    state: &AppState,
    purchase: Id<Purchase>,
    session: Option<String>,
) -> Result<(), Error> {
    let Some(session) = session else {
        // Nobody ever saw a page for it, so nobody can pay.
        super::cancel(state, purchase, "the payment page could not be opened").await?;
        return Ok(());
    };
    state.stripe.close_checkout(&session).await?;
    match super::settle(state, purchase).await? {
        OrderStatus::Pending => {
            Err(Error::Unavailable("Stripe has not closed the page yet".into()))
        }
        _ => Ok(()),
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
