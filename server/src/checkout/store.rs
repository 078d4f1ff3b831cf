//! SQL of purchases that the steps of a checkout have in common.

use api::account::Account;
use api::listing::Variant;
use api::order::{Order, OrderStatus, Purchase};
use api::question::Answer;
use api::{Currency, Id, Money, Timestamp};
use sqlx::types::Json;

use super::closing::GivenUp;
use crate::carts::{Cart, Wanted};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::listings::questions::Given;
use crate::mail::Recipient;
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
    /// Who was signed in, or has proved the address since.
    account_id: Option<Id<Account>>,
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
    /// Why it was given up before it ended, as the schema names it.
    given_up: Option<String>,
    total_minor: i64,
    currency: Currency,
}

impl PurchaseRow {
    /// Whom letters go to.
    pub(crate) fn recipient(&self) -> Recipient<'_> {
        Recipient::at(&self.email, self.account_id)
    }

    /// What is to be paid.
    pub(crate) const fn total(&self) -> Money {
        Money::new(self.total_minor, self.currency)
    }

    /// Why it ends without a payment, for the timeline of its orders.
    pub(super) fn why_unpaid(&self) -> &'static str {
        match self.given_up.as_deref().and_then(GivenUp::read) {
            Some(reason) => reason.words(),
            None if self.session.is_none() => "the payment page could not be opened",
            None => "not paid in time",
        }
    }
}

/// What a line of a purchase takes.
#[derive(sqlx::FromRow)]
pub(super) struct Piece {
    pub(super) order_id: Id<Order>,
    pub(super) variant: Id<Variant>,
    pub(super) quantity: i64,
    /// Whether it was taken from stock, and not promised to be made.
    pub(super) from_stock: bool,
}

/// Every piece of a purchase in the order of variants.
pub(super) async fn pieces(tx: &mut Tx, purchase: Id<Purchase>) -> Result<Vec<Piece>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT l.order_id, l.variant_id AS variant, l.quantity, l.ready_by IS NULL AS from_stock
               FROM order_lines l JOIN orders o ON o.id = l.order_id
              WHERE o.purchase_id = $1 ORDER BY l.variant_id"
        ))
        .bind(purchase)
        .all()
        .await?)
}

/// Every line of a purchase as its cart knows it.
pub(super) async fn bought(tx: &mut Tx, purchase: Id<Purchase>) -> Result<Vec<Wanted>, Error> {
    let rows: Vec<(Id<Variant>, i64, Json<Vec<Given>>)> = tx
        .query(sql!(
            "SELECT l.variant_id, l.quantity, l.answers FROM order_lines l JOIN orders o ON o.id = l.order_id
              WHERE o.purchase_id = $1 ORDER BY l.variant_id, l.position"
        ))
        .bind(purchase)
        .all()
        .await?;
    let line =
        |(variant, quantity, given): (_, _, Json<_>)| Wanted { variant, quantity, given: given.0 };
    Ok(rows.into_iter().map(line).collect())
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

/// A line as people and Stripe read it.
#[derive(sqlx::FromRow)]
pub(super) struct PurchaseLine {
    title: String,
    option_label: String,
    answers: Json<Vec<Answer>>,
    ready_by: Option<Timestamp>,
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

    /// What was answered.
    pub(super) fn answers(&self) -> &[Answer] {
        &self.answers.0
    }

    /// When it is ready, where it is made to order.
    pub(super) const fn ready_by(&self) -> Option<Timestamp> {
        self.ready_by
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

const LINES: Sql = sql!(
    "SELECT l.title, l.option_label, l.answers, l.ready_by, l.quantity, l.price_minor, o.currency
       FROM order_lines l JOIN orders o ON o.id = l.order_id
      WHERE o.purchase_id = $1 ORDER BY o.number, l.position"
);

/// Every line of a purchase, shop by shop.
pub(super) async fn lines(db: &Db, purchase: Id<Purchase>) -> Result<Vec<PurchaseLine>, Error> {
    Ok(db.read(LINES).bind(purchase).all().await?)
}

/// The same inside a transaction.
pub(super) async fn lines_within(
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<Vec<PurchaseLine>, Error> {
    Ok(tx.query(LINES).bind(purchase).all().await?)
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

/// Adds an entry to the timeline of an order.
pub(super) async fn note_event(
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
