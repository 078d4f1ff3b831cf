//! SQL of carts.

use api::account::Account;
use api::listing::Variant;
use api::order::Purchase;
use api::{Id, Money, Timestamp};
use sqlx::types::Json;

use super::{Cart, CartLine, line};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::Offer;
use crate::listings::questions::Given;
use crate::sql;

/// A line as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) variant: Id<Variant>,
    /// Names the answers: see [`line::key`].
    pub(super) key: String,
    answers: Json<Vec<Given>>,
    pub(super) quantity: i64,
    price_minor: i64,
}

impl Row {
    /// What the shopper said when it was put in.
    pub(super) fn given(&self) -> &[Given] {
        &self.answers.0
    }

    /// The line with its offer; nothing when the variant is unknown.
    pub(super) fn with(&self, offers: &[Offer]) -> Option<Result<CartLine, Error>> {
        let offer = offers.iter().find(|offer| offer.variant == self.variant)?.clone();
        let seen_price = Money::new(self.price_minor, offer.price.currency());
        Some(line::of(offer, self.given(), self.quantity, seen_price))
    }
}

/// What is about to be put in, with the price that the shopper sees.
pub(super) struct NewLine<'a> {
    pub(super) variant: Id<Variant>,
    pub(super) given: &'a [Given],
    pub(super) quantity: i64,
    pub(super) price: Money,
}

pub(super) async fn find(
    db: &Db,
    token_hash: Vec<u8>,
    since: Timestamp,
) -> Result<Option<Id<Cart>>, Error> {
    let row: Option<(Id<Cart>,)> = db
        .read(sql!("SELECT id FROM carts WHERE token_hash = $1 AND updated_at >= $2"))
        .bind(token_hash)
        .bind(since)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: Id<Cart>,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO carts (id, token_hash, created_at, updated_at) VALUES ($1, $2, $3, $3)"
    ))
    .bind(id)
    .bind(token_hash)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Its lines go with it.
pub(super) async fn forget(db: &Db, token_hash: Vec<u8>) -> Result<(), Error> {
    db.write(sql!("DELETE FROM carts WHERE token_hash = $1")).bind(token_hash).exec().await?;
    Ok(())
}

pub(super) async fn delete_older(tx: &mut Tx, than: Timestamp) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM carts WHERE updated_at < $1")).bind(than).exec().await?;
    Ok(())
}

/// In the order of arrival.
pub(super) async fn lines(db: &Db, cart: Id<Cart>) -> Result<Vec<Row>, Error> {
    Ok(db
        .read(sql!(
            "SELECT variant_id AS variant, answers_key AS key, answers, quantity, price_minor FROM cart_lines
              WHERE cart_id = $1 ORDER BY added_at, variant_id, answers_key"
        ))
        .bind(cart)
        .all()
        .await?)
}

/// The lines of one variant.
pub(super) async fn lines_of(
    tx: &mut Tx,
    cart: Id<Cart>,
    variant: Id<Variant>,
) -> Result<Vec<Row>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT variant_id AS variant, answers_key AS key, answers, quantity, price_minor FROM cart_lines
              WHERE cart_id = $1 AND variant_id = $2"
        ))
        .bind(cart)
        .bind(variant)
        .all()
        .await?)
}

pub(super) async fn upsert(
    tx: &mut Tx,
    cart: Id<Cart>,
    new: NewLine<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO cart_lines (cart_id, variant_id, answers_key, answers, quantity, price_minor, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (cart_id, variant_id, answers_key)
         DO UPDATE SET quantity = excluded.quantity, price_minor = excluded.price_minor"
    ))
    .bind(cart)
    .bind(new.variant)
    .bind(line::key(new.given)?)
    .bind(Json(new.given.to_vec()))
    .bind(new.quantity)
    .bind(new.price.minor())
    .bind(now)
    .exec()
    .await?;
    tx.query(sql!("UPDATE carts SET updated_at = $2 WHERE id = $1"))
        .bind(cart)
        .bind(now)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn delete(
    tx: &mut Tx,
    cart: Id<Cart>,
    variant: Id<Variant>,
    key: &str,
) -> Result<(), Error> {
    tx.query(sql!(
        "DELETE FROM cart_lines WHERE cart_id = $1 AND variant_id = $2 AND answers_key = $3"
    ))
    .bind(cart)
    .bind(variant)
    .bind(key.to_owned())
    .exec()
    .await?;
    Ok(())
}

/// Lowers the quantity of a line by what was bought; nothing left takes the line out.
pub(super) async fn take_out(
    tx: &mut Tx,
    cart: Id<Cart>,
    variant: Id<Variant>,
    key: &str,
    quantity: i64,
) -> Result<(), Error> {
    tx.query(sql!(
        "DELETE FROM cart_lines
          WHERE cart_id = $1 AND variant_id = $2 AND answers_key = $3 AND quantity <= $4"
    ))
    .bind(cart)
    .bind(variant)
    .bind(key.to_owned())
    .bind(quantity)
    .exec()
    .await?;
    tx.query(sql!(
        "UPDATE cart_lines SET quantity = quantity - $4
          WHERE cart_id = $1 AND variant_id = $2 AND answers_key = $3"
    ))
    .bind(cart)
    .bind(variant)
    .bind(key.to_owned())
    .bind(quantity)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn count_lines(tx: &mut Tx, cart: Id<Cart>) -> Result<i64, Error> {
    let (count,): (i64,) = tx
        .query(sql!("SELECT CAST(COUNT(*) AS BIGINT) FROM cart_lines WHERE cart_id = $1"))
        .bind(cart)
        .one()
        .await?;
    Ok(count)
}

pub(super) async fn count_pieces(db: &Db, cart: Id<Cart>) -> Result<i64, Error> {
    let (count,): (i64,) = db
        .read(sql!(
            "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM cart_lines WHERE cart_id = $1"
        ))
        .bind(cart)
        .one()
        .await?;
    Ok(count)
}

/// A piece of a purchase that this cart or account has begun to pay.
#[derive(sqlx::FromRow)]
pub(super) struct Held {
    pub(super) purchase: Id<Purchase>,
    pub(super) number: String,
    pub(super) url: String,
    pub(super) until: Timestamp,
    pub(super) variant: Id<Variant>,
    pub(super) quantity: i64,
    /// Whether it was taken from stock, and not promised to be made.
    pub(super) from_stock: bool,
    /// Whether it came from this very cart.
    pub(super) same_cart: bool,
}

pub(super) async fn held(
    db: &Db,
    cart: Id<Cart>,
    account: Option<Id<Account>>,
    now: Timestamp,
) -> Result<Vec<Held>, Error> {
    Ok(db
        .read(sql!(
            "SELECT p.id AS purchase, p.number, p.session_url AS url, p.expires_at AS until, l.variant_id AS variant, l.quantity,
                    l.ready_by IS NULL AS from_stock, COALESCE(p.cart_id = $1, FALSE) AS same_cart
               FROM purchases p
               JOIN orders o ON o.purchase_id = p.id
               JOIN order_lines l ON l.order_id = o.id
              WHERE p.status = 'pending' AND p.expires_at > $2 AND (p.cart_id = $1 OR p.account_id = $3)
                AND p.session_url IS NOT NULL
              ORDER BY p.placed_at, l.variant_id"
        ))
        .bind(cart)
        .bind(now)
        .bind(account)
        .all()
        .await?)
}
