//! Money that comes after a purchase was called off.
//!
//! Stripe promises not to take any once a page is closed. Should it come all the same, it is never
//! silent: the purchase is taken up again when all its pieces can still be held and nothing was
//! bought in its place; else the money goes back, and the shopper is told.

pub(crate) mod jobs;
mod store;

use api::order::{OrderStatus, Purchase};
use api::{Id, Money, Timestamp};

use super::settling::{self, Payment};
use super::store::{self as purchases, PurchaseRow};
use crate::error::Error;
use crate::ledger::{self, posting};
use crate::state::AppState;
use crate::{jobs as queue, listings};

/// What the timeline of the orders says when the money goes back.
const GOES_BACK: &str = "a payment came after the order was cancelled; it goes back to the shopper";
/// What it says when the orders are taken up again.
const TAKEN_UP: &str = "paid after all, taken up again";

/// Why late money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A piece is not there any more.
    PieceGone,
    /// The shopper has bought, or is buying, the same piece otherwise.
    PaidTwice,
}

impl Reason {
    /// Its name in the schema.
    const fn as_str(self) -> &'static str {
        match self {
            Self::PieceGone => "piece_gone",
            Self::PaidTwice => "paid_twice",
        }
    }

    /// Reads a name of the schema.
    fn read(name: &str) -> Self {
        if name == Self::PaidTwice.as_str() { Self::PaidTwice } else { Self::PieceGone }
    }

    /// In words for the shopper, as the end of a sentence.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::PieceGone => {
                "it could not be taken up again, because a piece is no longer available"
            }
            Self::PaidTwice => "you have ordered the same with another payment",
        }
    }
}

/// Money that came too late, as its shopper sees it.
pub(crate) struct LatePayment {
    /// All of it.
    pub(crate) amount: Money,
    /// When it was sent back, if that is done.
    pub(crate) refunded_at: Option<Timestamp>,
}

/// The money that came for a purchase after it was called off, if any did and could not be used.
pub(super) async fn find(
    state: &AppState,
    purchase: Id<Purchase>,
) -> Result<Option<LatePayment>, Error> {
    let found = store::find(&state.db, purchase).await?;
    Ok(found.map(|row| LatePayment { amount: row.amount(), refunded_at: row.refunded_at }))
}

/// Takes money for a purchase that was called off; says where the purchase stands then.
pub(super) async fn take(
    state: &AppState,
    purchase: &PurchaseRow,
    payment: &Payment,
) -> Result<OrderStatus, Error> {
    if store::is_bought_otherwise(&state.db, purchase.id).await? {
        return send_back(state, purchase, payment, Reason::PaidTwice).await;
    }
    match take_up(state, purchase, payment).await {
        Err(Error::Conflict(gone)) => {
            tracing::info!(purchase = %purchase.id, %gone, "late money cannot be used");
            send_back(state, purchase, payment, Reason::PieceGone).await
        }
        taken => taken,
    }
}

/// One transaction: the pieces are held once more, and the purchase is paid. A conflict names the
/// piece that is gone, and nothing has changed.
async fn take_up(
    state: &AppState,
    purchase: &PurchaseRow,
    payment: &Payment,
) -> Result<OrderStatus, Error> {
    let was = OrderStatus::Cancelled;
    let mut tx = state.db.begin().await?;
    if !settling::mark_paid(state, &mut tx, purchase.id, was, payment).await? {
        drop(tx);
        return Ok(purchases::find(&state.db, purchase.id).await?.status);
    }
    let pieces = purchases::pieces(&mut tx, purchase.id).await?;
    let variants: Vec<_> = pieces.iter().map(|piece| piece.variant).collect();
    listings::lock_stock(&mut tx, &variants).await?;
    for piece in pieces {
        listings::hold(state, &mut tx, piece.order_id, &[(piece.variant, piece.quantity)]).await?;
    }
    listings::making::promise(state, &mut tx, purchase.id).await?;
    settling::follow_payment(state, &mut tx, purchase, payment, (was, TAKEN_UP)).await?;
    tx.commit().await?;
    tracing::warn!(purchase = %purchase.id, "a purchase was paid after it was called off, and taken up again");
    Ok(OrderStatus::Paid)
}

/// One transaction: the books owe the shopper the money, and a job sends it back.
async fn send_back(
    state: &AppState,
    purchase: &PurchaseRow,
    payment: &Payment,
    reason: Reason,
) -> Result<OrderStatus, Error> {
    let mut tx = state.db.begin().await?;
    if !store::note_charge(&mut tx, purchase.id, payment).await? {
        drop(tx);
        return Ok(purchases::find(&state.db, purchase.id).await?.status);
    }
    let total = purchase.total();
    store::insert(&mut tx, purchase.id, total, reason.as_str(), state.clock.now()).await?;
    let entry = posting::charge_came_late(purchase.id, &payment.charge, total)?;
    ledger::book(state, &mut tx, &entry).await?;
    for order in store::orders(&mut tx, purchase.id).await? {
        purchases::note_event(state, &mut tx, order, OrderStatus::Cancelled, GOES_BACK).await?;
    }
    queue::enqueue(state, &mut tx, &jobs::SendLateMoneyBack { purchase: purchase.id }).await?;
    super::jobs::book_fee_later(state, &mut tx, purchase.id).await?;
    tx.commit().await?;
    tracing::warn!(purchase = %purchase.id, "a purchase was paid after it was called off; the money goes back");
    Ok(OrderStatus::Cancelled)
}
