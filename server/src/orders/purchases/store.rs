//! SQL of purchases, as their shoppers read them.

use api::account::Account;
use api::order::{Address, OrderStatus, Purchase, PurchaseView, ShopPart};
use api::{Currency, Id, Money, Timestamp};

use crate::cursor::Cursor;
use crate::db::Db;
use crate::error::Error;
use crate::sql;

/// The head of a purchase.
#[derive(sqlx::FromRow)]
pub(super) struct PurchaseRow {
    pub(super) id: Id<Purchase>,
    number: String,
    status: OrderStatus,
    email: String,
    total_minor: i64,
    currency: Currency,
    placed_at: Timestamp,
    ship_name: String,
    ship_line1: String,
    ship_line2: String,
    ship_postal_code: String,
    ship_city: String,
    ship_country: String,
}

/// A purchase by its number, for the account that made it.
pub(super) async fn purchase_of_account(
    db: &Db,
    account: Id<Account>,
    number: &str,
) -> Result<Option<PurchaseRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, number, status, email, total_minor, currency, placed_at, ship_name, ship_line1, ship_line2,
                    ship_postal_code, ship_city, ship_country
               FROM purchases WHERE number = $1 AND account_id = $2"
        ))
        .bind(number.to_owned())
        .bind(account)
        .optional()
        .await?)
}

/// The purchase that a guest's link opens.
pub(super) async fn purchase_of_link(
    db: &Db,
    hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<PurchaseRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT p.id, p.number, p.status, p.email, p.total_minor, p.currency, p.placed_at, p.ship_name, p.ship_line1,
                    p.ship_line2, p.ship_postal_code, p.ship_city, p.ship_country
               FROM order_links k JOIN purchases p ON p.id = k.purchase_id
              WHERE k.token_hash = $1 AND k.expires_at > $2"
        ))
        .bind(hash)
        .bind(now)
        .optional()
        .await?)
}

impl PurchaseRow {
    /// With each shop's part.
    pub(super) fn view(self, shops: Vec<ShopPart>) -> PurchaseView {
        PurchaseView {
            number: self.number,
            status: self.status,
            email: self.email,
            ship_to: Address {
                name: self.ship_name,
                line1: self.ship_line1,
                line2: self.ship_line2,
                postal_code: self.ship_postal_code,
                city: self.ship_city,
                country: self.ship_country,
            },
            total: Money::new(self.total_minor, self.currency),
            placed_at: self.placed_at,
            shops,
        }
    }

    /// What people see.
    pub(super) fn number(&self) -> &str {
        &self.number
    }
}

/// A row of a shopper's own list.
#[derive(sqlx::FromRow)]
pub(crate) struct OwnPurchase {
    /// Its id.
    pub(crate) id: Id<Purchase>,
    /// What people see.
    pub(crate) number: String,
    /// Where it stands.
    pub(crate) status: OrderStatus,
    /// What was paid.
    pub(crate) total_minor: i64,
    /// Its currency.
    pub(crate) currency: Currency,
    /// When it was placed.
    pub(crate) placed_at: Timestamp,
    /// The first thing in it.
    pub(crate) title: Option<String>,
    /// Hash of its picture.
    pub(crate) image: Option<String>,
    /// How many different things are in it.
    pub(crate) lines: i64,
}

/// A shopper's purchases from new to old.
pub(super) async fn purchases(
    db: &Db,
    account: Id<Account>,
    after: Cursor<Purchase>,
    limit: i64,
) -> Result<Vec<OwnPurchase>, Error> {
    Ok(db
        .read(sql!(
            "SELECT p.id, p.number, p.status, p.total_minor, p.currency, p.placed_at,
                    (SELECT l.title FROM orders o JOIN order_lines l ON l.order_id = o.id
                      WHERE o.purchase_id = p.id ORDER BY o.number, l.position LIMIT 1) AS title,
                    (SELECT l.image FROM orders o JOIN order_lines l ON l.order_id = o.id
                      WHERE o.purchase_id = p.id ORDER BY o.number, l.position LIMIT 1) AS image,
                    (SELECT COUNT(*) FROM orders o JOIN order_lines l ON l.order_id = o.id
                      WHERE o.purchase_id = p.id) AS lines
               FROM purchases p
              WHERE p.account_id = $1 AND p.status <> 'pending' AND (p.placed_at, p.id) < ($2, $3)
              ORDER BY p.placed_at DESC, p.id DESC LIMIT $4"
        ))
        .bind(account)
        .bind(after.at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?)
}
