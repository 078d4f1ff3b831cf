//! Checkout: from a cart to a paid purchase.
//!
//! [`start`] holds the pieces and sends the shopper to Stripe's page. [`settle`] looks at Stripe
//! and makes true what it finds: paid, or closed without payment. It is called by webhooks, by the
//! watch that replaces lost webhooks, and by nobody else; the page a shopper returns to only reads.

pub(crate) mod form;
pub(crate) mod jobs;
pub(crate) mod letters;
pub(crate) mod pages;
pub(crate) mod quote;
mod store;
pub(crate) mod transfers;

use api::Id;
use api::account::Account;
use api::event::EventKind;
use api::order::{Address, Order, OrderStatus, Purchase};
use api::shop::Shop;

pub(crate) use store::PurchaseRow;

use crate::carts::{self, Cart};
use crate::db::Tx;
use crate::entropy::Secret;
use crate::error::Error;
use crate::ledger::{self, Share, posting};
use crate::state::AppState;
use crate::stripe::{Session, SessionStatus};
use crate::{listings, proved, shops};

/// How long pieces are held for a shopper who pays. Stripe's shortest session is 30 minutes; a
/// minute more keeps clear of that bound when clocks differ.
const HOLD_SECONDS: i64 = 31 * 60;

/// A guest's link works this long after it was made.
const LINK_SECONDS: i64 = 180 * 24 * 3600;

/// What a shopper sends to buy a cart.
pub(crate) struct Request {
    /// The cart.
    pub(crate) cart: Id<Cart>,
    /// The account, when signed in.
    pub(crate) account: Option<Id<Account>>,
    /// Where letters go.
    pub(crate) email: String,
    /// Where parcels go.
    pub(crate) ship_to: Address,
    /// Notes to the shops.
    pub(crate) notes: Vec<(Id<Shop>, String)>,
    /// Names this attempt: the same form sent twice is one purchase.
    pub(crate) attempt: String,
}

/// Where a shopper goes on.
pub(crate) struct Started {
    /// Stripe's page.
    pub(crate) url: String,
    /// Opens the purchase for a guest.
    pub(crate) link: Secret,
}

/// Holds the pieces and opens Stripe's page.
pub(crate) async fn start(state: &AppState, request: Request) -> Result<Started, Error> {
    let purchase = match store::find_attempt(&state.db, &request.attempt).await? {
        Some(again) => again,
        None => place(state, &request).await?,
    };
    if purchase.status != OrderStatus::Pending {
        return Err(Error::conflict("this purchase is already finished; look at your orders"));
    }
    if purchase.session_url.is_none() {
        jobs::open_session(state, purchase.id).await?;
    }
    let mut tx = state.db.begin().await?;
    let link = link(state, &mut tx, purchase.id).await?;
    tx.commit().await?;
    let purchase = store::find(&state.db, purchase.id).await?;
    let url = purchase.session_url.ok_or_else(|| {
        Error::Unavailable("the payment page is not ready; you were not charged, try again".into())
    })?;
    Ok(Started { url, link })
}

/// One transaction: the purchase, its orders, and the pieces held.
async fn place(state: &AppState, request: &Request) -> Result<PurchaseRow, Error> {
    let lines = carts::lines(state, request.cart).await?;
    let cart: Vec<_> = lines.into_iter().map(|line| (line.offer, line.quantity)).collect();
    let quote = quote::price(state.config.currency, &cart)?;
    let now = state.clock.now();
    let id: Id<Purchase> = state.entropy.id(now);
    let number = state.entropy.purchase_number();

    let mut tx = state.db.begin().await?;
    let new = store::NewPurchase {
        id,
        number: &number,
        request,
        total: quote.total,
        now,
        expires_at: now.plus_seconds(HOLD_SECONDS),
    };
    if !store::insert(&mut tx, new).await? {
        drop(tx);
        let again = store::find_attempt(&state.db, &request.attempt).await?;
        return again.ok_or_else(|| Error::conflict("this form was sent twice; try again"));
    }
    for (place, part) in (1_u32..).zip(&quote.parts) {
        let order: Id<Order> = state.entropy.id(now);
        let note = request
            .notes
            .iter()
            .find(|(shop, _)| *shop == part.shop)
            .map_or("", |(_, note)| note.as_str());
        store::insert_order(state, &mut tx, id, order, &format!("{number}-{place}"), part, note)
            .await?;
    }
    hold(state, &mut tx, id).await?;
    jobs::watch(state, &mut tx, id).await?;
    tx.commit().await?;
    store::find(&state.db, id).await
}

/// Takes the pieces of every order off the shelf, in the order of variants over the whole
/// purchase, so that two purchases never wait for each other in a circle.
async fn hold(state: &AppState, tx: &mut Tx, purchase: Id<Purchase>) -> Result<(), Error> {
    for (order, variant, quantity) in store::pieces(tx, purchase).await? {
        listings::hold(state, tx, order, &[(variant, quantity)]).await?;
    }
    Ok(())
}

/// Looks at Stripe's session of a purchase and makes true what it finds.
pub(crate) async fn settle(state: &AppState, purchase: Id<Purchase>) -> Result<OrderStatus, Error> {
    let found = store::find(&state.db, purchase).await?;
    let Some(session) = found.session.as_deref() else { return Ok(found.status) };
    if found.status != OrderStatus::Pending {
        return Ok(found.status);
    }
    let session = state.stripe.find_checkout(session).await?;
    match session.status {
        SessionStatus::Paid => complete(state, &found, session).await,
        SessionStatus::Expired => cancel(state, purchase, "not paid in time").await,
        SessionStatus::Open | SessionStatus::AwaitingFunds => Ok(OrderStatus::Pending),
    }
}

/// One transaction: the purchase is paid, the books know it, everything that follows is enqueued.
async fn complete(
    state: &AppState,
    purchase: &PurchaseRow,
    session: Session,
) -> Result<OrderStatus, Error> {
    if session.total != purchase.total() || session.purchase != Some(purchase.id.to_string()) {
        // Never ship what was not paid as asked; an operator has to look.
        return Err(Error::internal(format!(
            "session {} does not fit purchase {}",
            session.id, purchase.id
        )));
    }
    let charge =
        session.charge.ok_or_else(|| Error::internal("a paid session without a charge"))?;
    let lines = store::lines(&state.db, purchase.id).await?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    if !store::mark_paid(&mut tx, purchase.id, session.payment_intent, &charge, now).await? {
        return Ok(OrderStatus::Paid);
    }
    let shares = store::mark_orders_paid(state, &mut tx, purchase.id, now).await?;
    ledger::book(state, &mut tx, &posting::charge_succeeded(purchase.id, &charge, &shares)?)
        .await?;
    for share in &shares {
        follow_up(state, &mut tx, purchase, share).await?;
    }
    letters::confirm(state, &mut tx, purchase, &lines).await?;
    proved::purchase(state, &mut tx, purchase.id).await?;
    jobs::book_fee_later(state, &mut tx, purchase.id).await?;
    if let Some(cart) = purchase.cart_id {
        carts::clear(state, &mut tx, cart).await?;
    }
    tx.commit().await?;
    state.wake_feeds.notify_waiters();
    Ok(OrderStatus::Paid)
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
    letters::tell_artisan(state, tx, share, &number).await?;
    let text = format!("order {number}  {}", share.total);
    shops::note(state, tx, share.shop, EventKind::OrderPaid, number, text).await?;
    tracing::info!(purchase = %purchase.id, order = %share.order, "order paid");
    Ok(())
}

/// One transaction: the purchase is called off and its pieces are back on the shelf.
pub(crate) async fn cancel(
    state: &AppState,
    purchase: Id<Purchase>,
    why: &str,
) -> Result<OrderStatus, Error> {
    let mut tx = state.db.begin().await?;
    if !store::mark_cancelled(&mut tx, purchase).await? {
        return Ok(store::find(&state.db, purchase).await?.status);
    }
    for (order, variant, quantity) in store::pieces(&mut tx, purchase).await? {
        listings::release(state, &mut tx, order, &[(variant, quantity)]).await?;
    }
    store::mark_orders_cancelled(state, &mut tx, purchase, why).await?;
    tx.commit().await?;
    Ok(OrderStatus::Cancelled)
}

/// Makes a secret link to a purchase, in the caller's transaction.
pub(crate) async fn link(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<Secret, Error> {
    let secret = state.entropy.secret();
    let now = state.clock.now();
    store::insert_link(tx, secret.hash(), purchase, now, now.plus_seconds(LINK_SECONDS)).await?;
    Ok(secret)
}

/// Settles the purchase that a Stripe session belongs to. A session may be told of before its id
/// was noted here; then whoever asks has to come again.
pub(crate) async fn settle_session(state: &AppState, session: &str) -> Result<(), Error> {
    if let Some(purchase) = store::of_session(&state.db, session).await? {
        settle(state, purchase).await?;
        return Ok(());
    }
    let found = state.stripe.find_checkout(session).await?;
    let purchase = found.purchase.as_deref().and_then(|id| id.parse::<Id<Purchase>>().ok());
    let Some(purchase) = purchase else { return Ok(()) };
    store::set_session(&state.db, purchase, &found.id, found.url).await?;
    settle(state, purchase).await?;
    Ok(())
}

/// Books Stripe's fee for a charge, if the charge is one of ours and the fee is known.
pub(crate) async fn book_fee(state: &AppState, charge: &str) -> Result<(), Error> {
    match store::of_charge(&state.db, charge).await? {
        Some(purchase) => jobs::book_fee(state, purchase, charge).await,
        None => Ok(()),
    }
}
