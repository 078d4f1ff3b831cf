//! SQL of staff, and of shops as staff see them.

use api::account::Account;
use api::shop::{OnboardingStatus, Shop};
use api::staff::{ShopStanding, StaffShop};
use api::{Id, Timestamp};

use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// Somebody who has the role.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether the second step is on; without it nothing of staff opens.
    pub factor: bool,
}

/// Whether the role is new to the account.
pub(super) async fn insert(
    tx: &mut Tx,
    account: Id<Account>,
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO staff (account_id, since) VALUES ($1, $2)
             ON CONFLICT (account_id) DO NOTHING"
        ))
        .bind(account)
        .bind(now)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Whether the account had it.
pub(super) async fn delete(tx: &mut Tx, account: Id<Account>) -> Result<bool, Error> {
    let rows =
        tx.query(sql!("DELETE FROM staff WHERE account_id = $1")).bind(account).exec().await?;
    Ok(rows == 1)
}

pub(super) async fn members(db: &Db) -> Result<Vec<Member>, Error> {
    Ok(db
        .read(sql!(
            "SELECT a.email, a.name, f.since,
                    EXISTS (SELECT 1 FROM second_factors s
                             WHERE s.account_id = a.id AND s.confirmed_at IS NOT NULL) AS factor
               FROM staff f JOIN accounts a ON a.id = f.account_id ORDER BY a.email"
        ))
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Shop>,
    slug: String,
    name: String,
    onboarding: OnboardingStatus,
    created_at: Timestamp,
    closed: bool,
    open: bool,
}

impl From<Row> for StaffShop {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            standing: match (row.closed, row.open) {
                (true, _) => ShopStanding::Closed,
                (false, true) => ShopStanding::Open,
                (false, false) => ShopStanding::Suspended,
            },
            onboarding: row.onboarding,
            created_at: row.created_at,
        }
    }
}

pub(super) async fn shop(db: &Db, id: Id<Shop>) -> Result<Option<StaffShop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT s.id, s.slug, s.name, s.onboarding, s.created_at, (s.closed_at IS NOT NULL) AS closed,
                    EXISTS (SELECT 1 FROM open_shops o WHERE o.id = s.id) AS open
               FROM shops s WHERE s.id = $1"
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(StaffShop::from))
}

/// Shops whose lower-cased name holds `name` or whose slug holds `slug`; empty words are in all.
pub(super) async fn shops(
    db: &Db,
    name: &str,
    slug: &str,
    after: &Cursor<Shop>,
    limit: i64,
) -> Result<Vec<StaffShop>, Error> {
    let rows: Vec<Row> = db
        .read(sql!(
            sqlite: "SELECT s.id, s.slug, s.name, s.onboarding, s.created_at, (s.closed_at IS NOT NULL) AS closed,
                            EXISTS (SELECT 1 FROM open_shops o WHERE o.id = s.id) AS open
                       FROM shops s
                      WHERE (instr(lower(s.name), $1) > 0 OR instr(s.slug, $2) > 0)
                        AND (s.created_at, s.id) < ($3, $4)
                      ORDER BY s.created_at DESC, s.id DESC LIMIT $5",
            postgres: "SELECT s.id, s.slug, s.name, s.onboarding, s.created_at, (s.closed_at IS NOT NULL) AS closed,
                            EXISTS (SELECT 1 FROM open_shops o WHERE o.id = s.id) AS open
                       FROM shops s
                      WHERE (strpos(lower(s.name), $1) > 0 OR strpos(s.slug, $2) > 0)
                        AND (s.created_at, s.id) < ($3, $4)
                      ORDER BY s.created_at DESC, s.id DESC LIMIT $5",
        ))
        .bind(name.to_owned())
        .bind(slug.to_owned())
        .bind(after.at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(StaffShop::from).collect())
}
