//! Orders: what an artisan has to make and send, and what a shopper waits for.

pub(crate) mod claiming;
mod due;
pub(crate) mod pages;
mod purchases;
mod recipient;
pub(crate) mod routes;
mod store;
mod trade;

use api::account::Account;
use api::order::{Order, OrderStatus, OrderSummary, Purchase};
use api::page::PageRequest;
use api::shop::Shop;
use api::{Id, Page, Timestamp};

pub(crate) use purchases::{
    OwnPurchase, Reader, give_up, number_of_link, purchase, purchases, standing,
};
pub(crate) use store::Locked;
pub(crate) use trade::have_traded;

use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// A page of a shop's orders, from new to old.
pub(crate) async fn list(
    state: &AppState,
    shop: Id<Shop>,
    status: Option<OrderStatus>,
    request: &PageRequest,
) -> Result<Page<OrderSummary>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let limit = i64::from(request.rows()) + 1;
    let rows = match status {
        Some(status) => store::list_in(&state.db, shop, status, after, limit).await?,
        None => store::list(&state.db, shop, after, limit).await?,
    };
    let now = state.clock.now();
    let rows = rows.into_iter().map(|row| row.seen_by_maker(now)).collect();
    Ok(cursor::page(rows, request.rows(), |row: &OrderSummary| Cursor {
        at: row.placed_at,
        id: row.id,
    }))
}

/// A page of a shop's orders that are to be packed, what has to be sent first first.
pub(crate) async fn list_due(
    state: &AppState,
    shop: Id<Shop>,
    request: &PageRequest,
) -> Result<Page<OrderSummary>, Error> {
    let after = match &request.after {
        Some(after) => Cursor::parse(Some(after))?,
        None => Cursor::before(Timestamp::from_micros(i64::MIN)),
    };
    let limit = i64::from(request.rows()) + 1;
    let patience = due::PATIENCE_SECONDS * 1_000_000;
    let rows = store::list_due(&state.db, shop, (after.at, after.id), patience, limit).await?;
    let now = state.clock.now();
    let rows = rows.into_iter().map(|row| row.seen_by_maker(now)).collect();
    Ok(cursor::page(rows, request.rows(), |row: &OrderSummary| Cursor {
        at: due::of(row),
        id: row.id,
    }))
}

/// A shop's order by its number or id; somebody else's is not found.
pub(crate) async fn find(state: &AppState, shop: Id<Shop>, name: &str) -> Result<Order, Error> {
    let row = match name.parse::<Id<Order>>() {
        Ok(id) => store::find(&state.db, shop, id).await?,
        Err(_) => store::find_by_number(&state.db, shop, &name.to_ascii_uppercase()).await?,
    };
    let mut order = store::complete(&state.db, row.ok_or(Error::NotFound)?).await?;
    if recipient::is_done_with(&order, state.clock.now()) {
        order.ship_to = recipient::forgotten(&order.ship_to);
        order.lines.iter_mut().for_each(|line| line.answers.clear());
    }
    Ok(order)
}

/// Locks a shop's order that is about to move.
pub(crate) async fn lock(tx: &mut Tx, shop: Id<Shop>, id: Id<Order>) -> Result<Locked, Error> {
    store::lock(tx, shop, id).await
}

/// Moves a locked order, if it may, and notes why.
pub(crate) async fn advance(
    state: &AppState,
    tx: &mut Tx,
    order: &Locked,
    next: OrderStatus,
    text: &str,
) -> Result<(), Error> {
    if !order.status.may_become(next) {
        let now = order.status.label();
        return Err(Error::conflict(format!(
            "order {} is {now}; it cannot be {}",
            order.number,
            next.label()
        )));
    }
    store::set_status(tx, order.id, next).await?;
    let now = state.clock.now();
    store::insert_event(tx, state.entropy.uuid(now), order.id, next, text, now).await
}

/// Where letters about a purchase go, whose account's they are, and its number.
pub(crate) async fn recipient(
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(String, Option<Id<Account>>, String), Error> {
    store::recipient(tx, purchase).await
}
