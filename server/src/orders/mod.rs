//! Orders: what an artisan has to make and send, and what a shopper waits for.

pub(crate) mod claiming;
pub(crate) mod pages;
pub(crate) mod routes;
mod store;
mod trade;

use api::account::Account;
use api::order::{Order, OrderStatus, OrderSummary, Purchase, PurchaseView, ShopPart};
use api::page::PageRequest;
use api::shop::Shop;
use api::{Id, Page};

pub(crate) use store::{Locked, OwnPurchase};
pub(crate) use trade::have_traded;

use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::entropy::hash_secret;
use crate::error::Error;
use crate::state::AppState;

/// Who wants to see a purchase.
#[derive(Clone, Default)]
pub(crate) struct Reader {
    /// The account that is signed in.
    pub(crate) account: Option<Id<Account>>,
    /// The secret of a guest's link, from a cookie.
    pub(crate) link: Option<String>,
}

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
    Ok(cursor::page(rows, request.rows(), |row| Cursor { at: row.placed_at, id: row.id }))
}

/// A shop's order by its number or id; somebody else's is not found.
pub(crate) async fn find(state: &AppState, shop: Id<Shop>, name: &str) -> Result<Order, Error> {
    let row = match name.parse::<Id<Order>>() {
        Ok(id) => store::find(&state.db, shop, id).await?,
        Err(_) => store::find_by_number(&state.db, shop, &name.to_ascii_uppercase()).await?,
    };
    store::complete(&state.db, row.ok_or(Error::NotFound)?).await
}

/// A purchase by its number, or by the number of one of its orders, for whoever may see it.
pub(crate) async fn purchase(
    state: &AppState,
    reader: &Reader,
    number: &str,
) -> Result<PurchaseView, Error> {
    let number = number.split('-').next().unwrap_or_default().to_ascii_uppercase();
    let owned = match reader.account {
        Some(account) => store::purchase_of_account(&state.db, account, &number).await?,
        None => None,
    };
    let found = match (owned, &reader.link) {
        (Some(purchase), _) => Some(purchase),
        (None, Some(link)) => {
            store::purchase_of_link(&state.db, hash_secret(link), state.clock.now())
                .await?
                .filter(|purchase| purchase.number() == number)
        }
        (None, None) => None,
    };
    let purchase = found.ok_or(Error::NotFound)?;
    let mut shops = Vec::new();
    for row in store::of_purchase(&state.db, purchase.id).await? {
        let (shop, slug) = row.shop();
        shops.push(ShopPart { shop, slug, order: store::complete(&state.db, row).await? });
    }
    Ok(purchase.view(shops))
}

/// The number of the purchase that a guest's link opens.
pub(crate) async fn number_of_link(state: &AppState, link: &str) -> Result<String, Error> {
    let found = store::purchase_of_link(&state.db, hash_secret(link), state.clock.now()).await?;
    Ok(found.ok_or(Error::NotFound)?.number().to_owned())
}

/// A page of a shopper's own purchases, from new to old, without those that wait for payment.
pub(crate) async fn purchases(
    state: &AppState,
    account: Id<Account>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<OwnPurchase>, Error> {
    let after = Cursor::parse(after)?;
    let rows = store::purchases(&state.db, account, after, i64::from(limit) + 1).await?;
    Ok(cursor::page(rows, limit, |row| Cursor { at: row.placed_at, id: row.id }))
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

/// Where letters about a purchase go, and its number.
pub(crate) async fn recipient(
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(String, String), Error> {
    store::recipient(tx, purchase).await
}
