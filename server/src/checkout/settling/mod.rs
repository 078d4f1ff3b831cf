//! Settling a purchase: what Stripe says of its page becomes true here.

mod store;

use api::Id;
use api::event::EventKind;
use api::order::{OrderStatus, Purchase};

use super::store::{self as purchases, PurchaseRow};
use super::{jobs, late, letters, transfers};
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, Share, posting};
use crate::state::AppState;
use crate::stripe::{Session, SessionStatus};
use crate::{carts, listings, proved, shops};

/// Money that a session has brought.
pub(super) struct Payment {
    /// Stripe's charge.
    pub(super) charge: String,
    /// Stripe's payment intent.
    pub(super) intent: Option<String>,
}

impl Payment {
    /// The money of a paid session. Never ship what was not paid as asked: a session that does not
    /// fit its purchase is an error, and an operator has to look.
    fn of(purchase: &PurchaseRow, session: Session) -> Result<Self, Error> {
        if session.total != purchase.total() || session.purchase != Some(purchase.id.to_string()) {
            let (id, purchase) = (session.id, purchase.id);
            return Err(Error::internal(format!("session {id} does not fit purchase {purchase}")));
        }
        let missing = || Error::internal("a paid session without a charge");
        Ok(Self { charge: session.charge.ok_or_else(missing)?, intent: session.payment_intent })
    }
}

/// Looks at Stripe's session of a purchase and makes true what it finds.
pub(crate) async fn settle(state: &AppState, purchase: Id<Purchase>) -> Result<OrderStatus, Error> {
    let found = purchases::find(&state.db, purchase).await?;
    let Some(session) = found.session.as_deref() else { return Ok(found.status) };
    if !matches!(found.status, OrderStatus::Pending | OrderStatus::Cancelled) {
        return Ok(found.status);
    }
    let session = state.stripe.find_checkout(session).await?;
    match (found.status, session.status) {
        (OrderStatus::Pending, SessionStatus::Paid) => {
            complete(state, &found, &Payment::of(&found, session)?).await
        }
        (OrderStatus::Pending, SessionStatus::Expired) => cancel(state, &found).await,
        (OrderStatus::Cancelled, SessionStatus::Paid) => {
            late::take(state, &found, &Payment::of(&found, session)?).await
        }
        (OrderStatus::Cancelled, SessionStatus::Open) => {
            // A page that was opened while its purchase was called off takes nobody's money.
            state.stripe.close_checkout(&session.id).await?;
            Ok(found.status)
        }
        (status, _) => Ok(status),
    }
}

/// One transaction: the purchase is paid, the books know it, everything that follows is enqueued.
async fn complete(
    state: &AppState,
    purchase: &PurchaseRow,
    payment: &Payment,
) -> Result<OrderStatus, Error> {
    let was = OrderStatus::Pending;
    let mut tx = state.db.begin().await?;
    if !mark_paid(state, &mut tx, purchase.id, was, payment).await? {
        drop(tx);
        return match purchases::find(&state.db, purchase.id).await?.status {
            OrderStatus::Cancelled => late::take(state, purchase, payment).await,
            status => Ok(status),
        };
    }
    follow_payment(state, &mut tx, purchase, payment, (was, "paid")).await?;
    tx.commit().await?;
    Ok(OrderStatus::Paid)
}

/// Marks a purchase paid that stands as `was`; false when it does not, or has a charge already.
pub(super) async fn mark_paid(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    was: OrderStatus,
    payment: &Payment,
) -> Result<bool, Error> {
    store::mark_paid(tx, purchase, was, payment, state.clock.now()).await
}

/// What a payment sets in motion, in the caller's transaction: its orders are paid, the books know
/// it, letters go out, shares are owed, and the pieces leave the cart.
pub(super) async fn follow_payment(
    state: &AppState,
    tx: &mut Tx,
    purchase: &PurchaseRow,
    payment: &Payment,
    (was, text): (OrderStatus, &str),
) -> Result<(), Error> {
    let shares = store::mark_orders_paid(state, tx, purchase.id, was, text).await?;
    let entry = posting::charge_succeeded(purchase.id, &payment.charge, &shares)?;
    ledger::book(state, tx, &entry).await?;
    for share in &shares {
        follow_up(state, tx, purchase, share).await?;
    }
    let lines = purchases::lines_within(tx, purchase.id).await?;
    letters::confirm(state, tx, purchase, &lines, shares.len()).await?;
    proved::purchase(state, tx, purchase.id).await?;
    jobs::book_fee_later(state, tx, purchase.id).await?;
    if let Some(cart) = purchase.cart_id {
        let bought = purchases::bought(tx, purchase.id).await?;
        carts::take_out(tx, cart, bought).await?;
    }
    Ok(())
}

/// What a paid order sets in motion: the artisan's share, her letter, her live feed.
async fn follow_up(
    state: &AppState,
    tx: &mut Tx,
    purchase: &PurchaseRow,
    share: &Share,
) -> Result<(), Error> {
    transfers::owe(state, tx, share, share.net()?).await?;
    let number = store::order_number(tx, share.order).await?;
    let has_wishes = store::has_answers(tx, share.order).await?;
    letters::tell_artisan(state, tx, share, &number, has_wishes).await?;
    let text = format!("order {number}  {}", share.total);
    shops::note(state, tx, share.shop, EventKind::OrderPaid, number, text).await?;
    tracing::info!(purchase = %purchase.id, order = %share.order, "order paid");
    Ok(())
}

/// One transaction: the purchase is called off and its pieces are back on the shelf. It stays as it
/// is when it was paid meanwhile, or when a page was opened that `purchase` does not know of.
pub(super) async fn cancel(state: &AppState, purchase: &PurchaseRow) -> Result<OrderStatus, Error> {
    let mut tx = state.db.begin().await?;
    if !mark_cancelled(&mut tx, purchase).await? {
        drop(tx);
        return Ok(purchases::find(&state.db, purchase.id).await?.status);
    }
    give_back(state, &mut tx, purchase).await?;
    tx.commit().await?;
    Ok(OrderStatus::Cancelled)
}

/// Marks an open purchase called off, in the caller's transaction, which then gives its pieces
/// back; false when it is not as `purchase` says any more.
pub(super) async fn mark_cancelled(tx: &mut Tx, purchase: &PurchaseRow) -> Result<bool, Error> {
    store::mark_cancelled(tx, purchase.id, purchase.session.clone()).await
}

/// Puts the pieces of a purchase that was called off back on the shelf, marks its orders, and has
/// its page looked at once more in time.
pub(super) async fn give_back(
    state: &AppState,
    tx: &mut Tx,
    purchase: &PurchaseRow,
) -> Result<(), Error> {
    let pieces = purchases::pieces(tx, purchase.id).await?;
    let variants: Vec<_> = pieces.iter().map(|piece| piece.variant).collect();
    listings::lock_stock(tx, &variants).await?;
    for piece in pieces.into_iter().filter(|piece| piece.from_stock) {
        listings::release(state, tx, piece.order_id, &[(piece.variant, piece.quantity)]).await?;
    }
    store::mark_orders_cancelled(state, tx, purchase.id, purchase.why_unpaid()).await?;
    jobs::look_again_later(state, tx, purchase.id).await
}

/// Settles the purchase that a Stripe session belongs to. A session may be told of before its id
/// was noted here; then whoever asks has to come again.
pub(crate) async fn settle_session(state: &AppState, session: &str) -> Result<(), Error> {
    if let Some(purchase) = purchases::of_session(&state.db, session).await? {
        settle(state, purchase).await?;
        return Ok(());
    }
    let found = state.stripe.find_checkout(session).await?;
    let purchase = found.purchase.as_deref().and_then(|id| id.parse::<Id<Purchase>>().ok());
    let Some(purchase) = purchase else { return Ok(()) };
    purchases::set_session(&state.db, purchase, &found.id, found.url).await?;
    settle(state, purchase).await?;
    Ok(())
}

/// Books Stripe's fee for a charge, if the charge is one of ours and the fee is known.
pub(crate) async fn book_fee(state: &AppState, charge: &str) -> Result<(), Error> {
    match purchases::of_charge(&state.db, charge).await? {
        Some(purchase) => jobs::book_fee(state, purchase, charge).await,
        None => Ok(()),
    }
}
