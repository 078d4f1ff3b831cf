//! SQL of transfers.

use api::order::{Order, Purchase};
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::ledger::Share;
use crate::sql;

/// A share with what its transfer needs.
#[derive(sqlx::FromRow)]
pub(super) struct DueRow {
    pub(super) purchase: Id<Purchase>,
    shop: Id<Shop>,
    total_minor: i64,
    commission_minor: i64,
    currency: Currency,
    stripe_transfer: Option<String>,
    charge: Option<String>,
    account: Option<String>,
}

impl DueRow {
    /// Whether it was passed on.
    pub(super) const fn is_made(&self) -> bool {
        self.stripe_transfer.is_some()
    }

    /// The share, as the books know it.
    pub(super) const fn share(&self, order: Id<Order>) -> Share {
        Share {
            order,
            shop: self.shop,
            total: Money::new(self.total_minor, self.currency),
            commission: Money::new(self.commission_minor, self.currency),
        }
    }

    /// The charge it comes from and the account it goes to.
    pub(super) fn ends(&self) -> Result<(String, String), Error> {
        let missing = || Error::internal("a paid order without a charge or a connected account");
        Ok((self.charge.clone().ok_or_else(missing)?, self.account.clone().ok_or_else(missing)?))
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    share: &Share,
    net: Money,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO transfers (order_id, shop_id, amount_minor, currency, due_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (order_id) DO NOTHING"
    ))
    .bind(share.order)
    .bind(share.shop)
    .bind(net.minor())
    .bind(net.currency())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find(db: &Db, order: Id<Order>) -> Result<DueRow, Error> {
    db.read(sql!(
        "SELECT o.purchase_id AS purchase, o.shop_id AS shop, o.total_minor, o.commission_minor, o.currency,
                t.stripe_transfer, p.charge, s.stripe_account AS account
           FROM transfers t JOIN orders o ON o.id = t.order_id
           JOIN purchases p ON p.id = o.purchase_id JOIN shops s ON s.id = o.shop_id
          WHERE t.order_id = $1"
    ))
    .bind(order)
    .optional()
    .await?
    .ok_or(Error::NotFound)
}

pub(super) async fn mark_made(
    tx: &mut Tx,
    order: Id<Order>,
    transfer: &str,
    payment: Option<String>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE transfers SET stripe_transfer = $2, stripe_payment = $3, made_at = $4
          WHERE order_id = $1 AND stripe_transfer IS NULL"
    ))
    .bind(order)
    .bind(transfer.to_owned())
    .bind(payment)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}
