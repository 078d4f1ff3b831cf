//! SQL of purchases on their way from cart to paid.

use api::listing::Variant;
use api::order::{Order, OrderStatus, Purchase};
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};

use super::Request;
use super::quote::{Line, Part};
use crate::carts::Cart;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::ledger::Share;
use crate::sql;
use crate::state::AppState;

/// A purchase as it is stored.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct PurchaseRow {
    /// Its id.
    pub(crate) id: Id<Purchase>,
    /// What people see.
    pub(crate) number: String,
    /// `pending`, `paid` or `cancelled`.
    pub(crate) status: OrderStatus,
    /// Where letters go.
    pub(crate) email: String,
    /// Who receives the parcels.
    pub(crate) ship_name: String,
    /// The cart it came from.
    pub(crate) cart_id: Option<Id<Cart>>,
    /// Stripe's session.
    pub(crate) session: Option<String>,
    /// Stripe's page.
    pub(crate) session_url: Option<String>,
    /// Stripe's charge.
    pub(crate) charge: Option<String>,
    /// When the hold lapses.
    pub(crate) expires_at: Timestamp,
    total_minor: i64,
    currency: Currency,
}

impl PurchaseRow {
    /// What is to be paid.
    pub(crate) const fn total(&self) -> Money {
        Money::new(self.total_minor, self.currency)
    }
}

/// Adds a purchase; false when this attempt has one.
pub(super) struct NewPurchase<'a> {
    pub(super) id: Id<Purchase>,
    pub(super) number: &'a str,
    pub(super) request: &'a Request,
    pub(super) total: Money,
    pub(super) now: Timestamp,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn insert(tx: &mut Tx, new: NewPurchase<'_>) -> Result<bool, Error> {
    let request = new.request;
    let added = tx
        .query(sql!(
            "INSERT INTO purchases (id, number, attempt_key, cart_id, account_id, status, email, ship_name, ship_line1,
                    ship_line2, ship_postal_code, ship_city, ship_country, total_minor, currency, expires_at, placed_at)
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (attempt_key) DO NOTHING"
        ))
        .bind(new.id)
        .bind(new.number.to_owned())
        .bind(request.attempt.clone())
        .bind(request.cart)
        .bind(request.account)
        .bind(request.email.clone())
        .bind(request.ship_to.name.clone())
        .bind(request.ship_to.line1.clone())
        .bind(request.ship_to.line2.clone())
        .bind(request.ship_to.postal_code.clone())
        .bind(request.ship_to.city.clone())
        .bind(request.ship_to.country.clone())
        .bind(new.total.minor())
        .bind(new.total.currency())
        .bind(new.expires_at)
        .bind(new.now)
        .exec()
        .await?;
    Ok(added == 1)
}

/// Adds one shop's order with its lines and the first entry of its timeline.
pub(super) async fn insert_order(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    order: Id<Order>,
    number: &str,
    part: &Part,
    note: &str,
) -> Result<(), Error> {
    let now = state.clock.now();
    tx.query(sql!(
        "INSERT INTO orders (id, purchase_id, shop_id, number, status, total_minor, commission_minor, net_minor,
                currency, note, placed_at, version)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9, $10, 1)"
    ))
    .bind(order)
    .bind(purchase)
    .bind(part.shop)
    .bind(number.to_owned())
    .bind(part.total.minor())
    .bind(part.commission.minor())
    .bind(part.net()?.minor())
    .bind(part.total.currency())
    .bind(note.to_owned())
    .bind(now)
    .exec()
    .await?;
    for (position, line) in (0_i64..).zip(&part.lines) {
        insert_line(tx, order, position, line).await?;
    }
    note_event(state, tx, order, OrderStatus::Pending, "placed").await
}

async fn insert_line(
    tx: &mut Tx,
    order: Id<Order>,
    position: i64,
    line: &Line,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO order_lines (order_id, position, listing_id, variant_id, title, option_label, sku, quantity,
                price_minor, commission_bps, commission_minor, image)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    ))
    .bind(order)
    .bind(position)
    .bind(line.listing)
    .bind(line.variant)
    .bind(line.title.clone())
    .bind(line.option.clone())
    .bind(line.sku.clone())
    .bind(line.quantity)
    .bind(line.price.minor())
    .bind(i64::from(line.commission_bps))
    .bind(line.commission.minor())
    .bind(line.image.clone())
    .exec()
    .await?;
    Ok(())
}

async fn note_event(
    state: &AppState,
    tx: &mut Tx,
    order: Id<Order>,
    status: OrderStatus,
    text: &str,
) -> Result<(), Error> {
    let now = state.clock.now();
    tx.query(sql!(
        "INSERT INTO order_events (id, order_id, status, text, at) VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(state.entropy.uuid(now))
    .bind(order)
    .bind(status)
    .bind(text.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Every piece of a purchase in the order of variants.
pub(super) async fn pieces(
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<Vec<(Id<Order>, Id<Variant>, i64)>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT l.order_id, l.variant_id, l.quantity FROM order_lines l JOIN orders o ON o.id = l.order_id
              WHERE o.purchase_id = $1 ORDER BY l.variant_id"
        ))
        .bind(purchase)
        .all()
        .await?)
}

/// A purchase by its id.
pub(super) async fn find(db: &Db, id: Id<Purchase>) -> Result<PurchaseRow, Error> {
    db.read(sql!("SELECT * FROM purchases WHERE id = $1"))
        .bind(id)
        .optional()
        .await?
        .ok_or(Error::NotFound)
}

/// The purchase that an attempt has led to.
pub(super) async fn find_attempt(db: &Db, attempt: &str) -> Result<Option<PurchaseRow>, Error> {
    Ok(db
        .read(sql!("SELECT * FROM purchases WHERE attempt_key = $1"))
        .bind(attempt.to_owned())
        .optional()
        .await?)
}

pub(super) async fn of_session(db: &Db, session: &str) -> Result<Option<Id<Purchase>>, Error> {
    let found: Option<(Id<Purchase>,)> = db
        .read(sql!("SELECT id FROM purchases WHERE session = $1"))
        .bind(session.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(id,)| id))
}

pub(super) async fn of_charge(db: &Db, charge: &str) -> Result<Option<Id<Purchase>>, Error> {
    let found: Option<(Id<Purchase>,)> = db
        .read(sql!("SELECT id FROM purchases WHERE charge = $1"))
        .bind(charge.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(id,)| id))
}

/// Remembers Stripe's page.
pub(super) async fn set_session(
    db: &Db,
    id: Id<Purchase>,
    session: &str,
    url: Option<String>,
) -> Result<(), Error> {
    db.write(sql!(
        "UPDATE purchases SET session = $2, session_url = $3 WHERE id = $1 AND session IS NULL"
    ))
    .bind(id)
    .bind(session.to_owned())
    .bind(url)
    .exec()
    .await?;
    Ok(())
}

/// Marks a purchase paid; false when it was not waiting.
pub(super) async fn mark_paid(
    tx: &mut Tx,
    id: Id<Purchase>,
    payment_intent: Option<String>,
    charge: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let moved = tx
        .query(sql!(
            "UPDATE purchases SET status = 'paid', payment_intent = $2, charge = $3, paid_at = $4
              WHERE id = $1 AND status = 'pending'"
        ))
        .bind(id)
        .bind(payment_intent)
        .bind(charge.to_owned())
        .bind(now)
        .exec()
        .await?;
    Ok(moved == 1)
}

/// Marks a purchase called off; false when it was not waiting.
pub(super) async fn mark_cancelled(tx: &mut Tx, id: Id<Purchase>) -> Result<bool, Error> {
    let moved = tx
        .query(sql!(
            "UPDATE purchases SET status = 'cancelled' WHERE id = $1 AND status = 'pending'"
        ))
        .bind(id)
        .exec()
        .await?;
    Ok(moved == 1)
}

#[derive(sqlx::FromRow)]
struct ShareRow {
    id: Id<Order>,
    shop_id: Id<Shop>,
    total_minor: i64,
    commission_minor: i64,
    currency: Currency,
}

impl ShareRow {
    const fn share(&self) -> Share {
        Share {
            order: self.id,
            shop: self.shop_id,
            total: Money::new(self.total_minor, self.currency),
            commission: Money::new(self.commission_minor, self.currency),
        }
    }
}

/// Marks every order of a purchase paid and says what each shop is due.
pub(super) async fn mark_orders_paid(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    now: Timestamp,
) -> Result<Vec<Share>, Error> {
    let rows: Vec<ShareRow> = tx
        .query(sql!(
            "UPDATE orders SET status = 'paid', paid_at = $2, version = version + 1
              WHERE purchase_id = $1 AND status = 'pending'
              RETURNING id, shop_id, total_minor, commission_minor, currency"
        ))
        .bind(purchase)
        .bind(now)
        .all()
        .await?;
    for row in &rows {
        note_event(state, tx, row.id, OrderStatus::Paid, "paid").await?;
    }
    Ok(rows.iter().map(ShareRow::share).collect())
}

/// Marks every order of a purchase called off.
pub(super) async fn mark_orders_cancelled(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    why: &str,
) -> Result<(), Error> {
    let rows: Vec<(Id<Order>,)> = tx
        .query(sql!(
            "UPDATE orders SET status = 'cancelled', version = version + 1
              WHERE purchase_id = $1 AND status = 'pending' RETURNING id"
        ))
        .bind(purchase)
        .all()
        .await?;
    for (order,) in rows {
        note_event(state, tx, order, OrderStatus::Cancelled, why).await?;
    }
    Ok(())
}

pub(super) async fn order_number(tx: &mut Tx, order: Id<Order>) -> Result<String, Error> {
    let (number,): (String,) =
        tx.query(sql!("SELECT number FROM orders WHERE id = $1")).bind(order).one().await?;
    Ok(number)
}

/// A line as people and Stripe read it.
#[derive(sqlx::FromRow)]
pub(super) struct PurchaseLine {
    title: String,
    option_label: String,
    quantity: i64,
    price_minor: i64,
    currency: Currency,
}

impl PurchaseLine {
    /// Title and options.
    pub(super) fn name(&self) -> String {
        if self.option_label.is_empty() {
            self.title.clone()
        } else {
            format!("{}, {}", self.title, self.option_label)
        }
    }

    /// How many.
    pub(super) const fn quantity(&self) -> i64 {
        self.quantity
    }

    /// Price of one.
    pub(super) const fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }

    /// Price of all.
    pub(super) fn total(&self) -> Result<Money, Error> {
        Ok(self.price().checked_mul(self.quantity)?)
    }
}

/// Every line of a purchase, shop by shop.
pub(super) async fn lines(db: &Db, purchase: Id<Purchase>) -> Result<Vec<PurchaseLine>, Error> {
    Ok(db
        .read(sql!(
            "SELECT l.title, l.option_label, l.quantity, l.price_minor, o.currency
               FROM order_lines l JOIN orders o ON o.id = l.order_id
              WHERE o.purchase_id = $1 ORDER BY o.number, l.position"
        ))
        .bind(purchase)
        .all()
        .await?)
}

/// Adds a secret that opens a purchase for a guest.
pub(super) async fn insert_link(
    tx: &mut Tx,
    hash: Vec<u8>,
    purchase: Id<Purchase>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO order_links (token_hash, purchase_id, created_at, expires_at) VALUES ($1, $2, $3, $4)"
    ))
    .bind(hash)
    .bind(purchase)
    .bind(now)
    .bind(expires_at)
    .exec()
    .await?;
    Ok(())
}
