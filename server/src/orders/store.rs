//! SQL of orders, as artisans and shoppers read them.

use api::account::Account;
use api::order::{
    Address, Carrier, Fulfillment, Order, OrderLine, OrderStatus, OrderSummary, Purchase,
    TimelineEntry,
};
use api::question::Answer;
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};
use sqlx::types::Json;

use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct SummaryRow {
    id: Id<Order>,
    number: String,
    status: OrderStatus,
    customer: String,
    title: Option<String>,
    lines: i64,
    quantity: i64,
    total_minor: i64,
    net_minor: i64,
    currency: Currency,
    placed_at: Timestamp,
    paid_at: Option<Timestamp>,
    ready_by: Option<Timestamp>,
    tracking: Option<String>,
    shipped_at: Option<Timestamp>,
}

impl SummaryRow {
    /// As its maker sees it at a moment: without the name once she is done with it.
    pub(super) fn seen_by_maker(mut self, now: Timestamp) -> OrderSummary {
        if super::recipient::lapsed(self.status, self.shipped_at.unwrap_or(self.placed_at), now) {
            self.customer.clear();
        }
        let paid = self.paid_at.unwrap_or(self.placed_at);
        let late = super::due::is_late(self.status, self.ready_by, paid, now);
        OrderSummary { late, ..self.into() }
    }
}

impl From<SummaryRow> for OrderSummary {
    fn from(row: SummaryRow) -> Self {
        let title = row.title.unwrap_or_default();
        let summary = if row.lines > 1 { format!("{title} +{}", row.lines - 1) } else { title };
        Self {
            id: row.id,
            number: row.number,
            status: row.status,
            customer: row.customer,
            summary,
            quantity: row.quantity,
            total: Money::new(row.total_minor, row.currency),
            net: Money::new(row.net_minor, row.currency),
            placed_at: row.placed_at,
            paid_at: row.paid_at,
            ready_by: row.ready_by,
            late: false,
            tracking: row.tracking,
        }
    }
}

/// A shop's orders from new to old, without those that wait for payment.
pub(super) async fn list(
    db: &Db,
    shop: Id<Shop>,
    after: Cursor<Order>,
    limit: i64,
) -> Result<Vec<SummaryRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT *, (SELECT MAX(f.shipped_at) FROM fulfillments f WHERE f.order_id = order_summaries.id) AS shipped_at
               FROM order_summaries WHERE shop_id = $1 AND status <> 'pending' AND (placed_at, id) < ($2, $3)
              ORDER BY placed_at DESC, id DESC LIMIT $4"
        ))
        .bind(shop)
        .bind(after.at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?)
}

/// A shop's orders in one state, from new to old.
pub(super) async fn list_in(
    db: &Db,
    shop: Id<Shop>,
    status: OrderStatus,
    after: Cursor<Order>,
    limit: i64,
) -> Result<Vec<SummaryRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT *, (SELECT MAX(f.shipped_at) FROM fulfillments f WHERE f.order_id = order_summaries.id) AS shipped_at
               FROM order_summaries WHERE shop_id = $1 AND status = $5 AND (placed_at, id) < ($2, $3)
              ORDER BY placed_at DESC, id DESC LIMIT $4"
        ))
        .bind(shop)
        .bind(after.at)
        .bind(after.id)
        .bind(limit)
        .bind(status)
        .all()
        .await?)
}

/// A shop's orders to pack behind a moment and an id, what has to be sent first first; the moment is
/// what was promised, else `patience` microseconds after payment.
pub(super) async fn list_due(
    db: &Db,
    shop: Id<Shop>,
    (at, id): (Timestamp, Id<Order>),
    patience: i64,
    limit: i64,
) -> Result<Vec<SummaryRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.*, CAST(NULL AS BIGINT) AS shipped_at FROM order_summaries s
              WHERE s.shop_id = $1 AND s.status = 'paid' AND (COALESCE(s.ready_by, s.paid_at + $2), s.id) > ($3, $4)
              ORDER BY COALESCE(s.ready_by, s.paid_at + $2), s.id LIMIT $5"
        ))
        .bind(shop)
        .bind(patience)
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?)
}

/// The head of an order; its lines, parcels and timeline are read beside it.
#[derive(Clone, sqlx::FromRow)]
pub(super) struct OrderRow {
    pub(super) id: Id<Order>,
    number: String,
    status: OrderStatus,
    total_minor: i64,
    commission_minor: i64,
    net_minor: i64,
    currency: Currency,
    note: String,
    placed_at: Timestamp,
    paid_at: Option<Timestamp>,
    version: i64,
    ship_name: String,
    ship_line1: String,
    ship_line2: String,
    ship_postal_code: String,
    ship_city: String,
    ship_country: String,
    shop_name: String,
    shop_slug: String,
}

/// A shop's order by its number; somebody else's is not found.
pub(super) async fn find_by_number(
    db: &Db,
    shop: Id<Shop>,
    number: &str,
) -> Result<Option<OrderRow>, Error> {
    Ok(db
        .read(sql!("SELECT * FROM order_heads WHERE number = $1 AND shop_id = $2"))
        .bind(number.to_owned())
        .bind(shop)
        .optional()
        .await?)
}

/// A shop's order by its id.
pub(super) async fn find(
    db: &Db,
    shop: Id<Shop>,
    id: Id<Order>,
) -> Result<Option<OrderRow>, Error> {
    Ok(db
        .read(sql!("SELECT * FROM order_heads WHERE id = $1 AND shop_id = $2"))
        .bind(id)
        .bind(shop)
        .optional()
        .await?)
}

/// Every order of a purchase.
pub(super) async fn of_purchase(db: &Db, purchase: Id<Purchase>) -> Result<Vec<OrderRow>, Error> {
    Ok(db
        .read(sql!("SELECT * FROM order_heads WHERE purchase_id = $1 ORDER BY number"))
        .bind(purchase)
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
struct LineRow {
    listing_id: Id<api::listing::Listing>,
    variant_id: Id<api::listing::Variant>,
    title: String,
    option_label: String,
    sku: String,
    answers: Json<Vec<Answer>>,
    ready_by: Option<Timestamp>,
    quantity: i64,
    price_minor: i64,
    image: Option<String>,
}

async fn lines(db: &Db, order: Id<Order>, currency: Currency) -> Result<Vec<OrderLine>, Error> {
    let rows: Vec<LineRow> = db
        .read(sql!(
            "SELECT listing_id, variant_id, title, option_label, sku, answers, ready_by, quantity, price_minor, image
               FROM order_lines WHERE order_id = $1 ORDER BY position"
        ))
        .bind(order)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let price = Money::new(row.price_minor, currency);
            Ok(OrderLine {
                listing: row.listing_id,
                variant: row.variant_id,
                title: row.title,
                option: row.option_label,
                sku: row.sku,
                answers: row.answers.0,
                ready_by: row.ready_by,
                quantity: row.quantity,
                price,
                total: price.checked_mul(row.quantity)?,
                image: row.image,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct ParcelRow {
    id: Id<Fulfillment>,
    carrier: Carrier,
    tracking: String,
    shipped_at: Timestamp,
}

async fn parcels(db: &Db, order: Id<Order>) -> Result<Vec<Fulfillment>, Error> {
    let rows: Vec<ParcelRow> = db
        .read(sql!(
            "SELECT id, carrier, tracking, shipped_at FROM fulfillments WHERE order_id = $1 ORDER BY shipped_at"
        ))
        .bind(order)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Fulfillment {
            tracking_url: row.carrier.tracking_url(&row.tracking),
            id: row.id,
            carrier: row.carrier,
            tracking: row.tracking,
            shipped_at: row.shipped_at,
        })
        .collect())
}

async fn timeline(db: &Db, order: Id<Order>) -> Result<Vec<TimelineEntry>, Error> {
    let rows: Vec<(Timestamp, String)> = db
        .read(sql!("SELECT at, text FROM order_events WHERE order_id = $1 ORDER BY at, id"))
        .bind(order)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(at, text)| TimelineEntry { at, text }).collect())
}

/// Reads what belongs to the head of an order.
pub(super) async fn complete(db: &Db, row: OrderRow) -> Result<Order, Error> {
    let money = |minor| Money::new(minor, row.currency);
    Ok(Order {
        lines: lines(db, row.id, row.currency).await?,
        fulfillments: parcels(db, row.id).await?,
        timeline: timeline(db, row.id).await?,
        id: row.id,
        number: row.number,
        status: row.status,
        ship_to: Address {
            name: row.ship_name,
            line1: row.ship_line1,
            line2: row.ship_line2,
            postal_code: row.ship_postal_code,
            city: row.ship_city,
            country: row.ship_country,
        },
        total: money(row.total_minor),
        commission: money(row.commission_minor),
        net: money(row.net_minor),
        placed_at: row.placed_at,
        paid_at: row.paid_at,
        note: row.note,
        version: row.version,
    })
}

impl OrderRow {
    /// Name and address of its shop.
    pub(super) fn shop(&self) -> (String, String) {
        (self.shop_name.clone(), self.shop_slug.clone())
    }
}

/// What a transaction needs of an order it is about to move.
#[derive(sqlx::FromRow)]
pub(crate) struct Locked {
    /// Its id.
    pub(crate) id: Id<Order>,
    /// What people see.
    pub(crate) number: String,
    /// Where it stands.
    pub(crate) status: OrderStatus,
    /// Its purchase.
    pub(crate) purchase_id: Id<Purchase>,
}

/// Locks a shop's order for the rest of the transaction.
pub(super) async fn lock(tx: &mut Tx, shop: Id<Shop>, id: Id<Order>) -> Result<Locked, Error> {
    tx.query(sql!(
        sqlite: "SELECT id, number, status, purchase_id FROM orders WHERE id = $1 AND shop_id = $2",
        postgres: "SELECT id, number, status, purchase_id FROM orders WHERE id = $1 AND shop_id = $2 FOR NO KEY UPDATE",
    ))
    .bind(id)
    .bind(shop)
    .optional()
    .await?
    .ok_or(Error::NotFound)
}

/// Moves an order.
pub(super) async fn set_status(
    tx: &mut Tx,
    id: Id<Order>,
    status: OrderStatus,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE orders SET status = $2, version = version + 1 WHERE id = $1"))
        .bind(id)
        .bind(status)
        .exec()
        .await?;
    Ok(())
}

/// Notes what happened.
pub(super) async fn insert_event(
    tx: &mut Tx,
    event: uuid::Uuid,
    order: Id<Order>,
    status: OrderStatus,
    text: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO order_events (id, order_id, status, text, at) VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(event)
    .bind(order)
    .bind(status)
    .bind(text.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Where letters about a purchase go, whose account's they are, and its number.
pub(super) async fn recipient(
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<(String, Option<Id<Account>>, String), Error> {
    Ok(tx
        .query(sql!("SELECT email, account_id, number FROM purchases WHERE id = $1"))
        .bind(purchase)
        .one()
        .await?)
}
