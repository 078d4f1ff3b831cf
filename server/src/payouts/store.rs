//! SQL of payouts.

use api::payout::{MatchStatus, OverdueShare, Payout, PayoutLine, PayoutStatus};
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};

use super::reconcile::Expected;
use crate::cursor::Cursor;
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::sql;
use crate::stripe::{PayoutState, StripeLine};

#[derive(sqlx::FromRow)]
struct PayoutRow {
    id: Id<Payout>,
    stripe_id: String,
    status: PayoutStatus,
    amount_minor: i64,
    currency: Currency,
    line_count: i64,
    matched: i64,
    itemised: bool,
    reconciled: bool,
    created_at: Timestamp,
    arrives_at: Timestamp,
}

impl From<PayoutRow> for Payout {
    fn from(row: PayoutRow) -> Self {
        Self {
            id: row.id,
            stripe_id: row.stripe_id,
            status: row.status,
            amount: Money::new(row.amount_minor, row.currency),
            created_at: row.created_at,
            arrives_at: row.arrives_at,
            lines: row.line_count,
            matched: row.matched,
            itemised: row.itemised,
            reconciled: row.reconciled,
        }
    }
}

/// A shop's payouts made since a moment, from new to old.
pub(super) async fn list(
    db: &Db,
    shop: Id<Shop>,
    since: Timestamp,
    before: Cursor<Payout>,
    limit: i64,
) -> Result<Vec<Payout>, Error> {
    let rows: Vec<PayoutRow> = db
        .read(sql!(
            "SELECT * FROM payouts WHERE shop_id = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
              ORDER BY created_at DESC, id DESC LIMIT $5"
        ))
        .bind(shop)
        .bind(since)
        .bind(before.at)
        .bind(before.id)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Payout::from).collect())
}

/// A shop's payout, by our id or by Stripe's.
pub(super) async fn find(
    db: &Db,
    shop: Id<Shop>,
    id: Option<Id<Payout>>,
    stripe_id: &str,
) -> Result<Option<Payout>, Error> {
    let row: Option<PayoutRow> = db
        .read(sql!("SELECT * FROM payouts WHERE shop_id = $1 AND (id = $2 OR stripe_id = $3)"))
        .bind(shop)
        .bind(id)
        .bind(stripe_id.to_owned())
        .optional()
        .await?;
    Ok(row.map(Payout::from))
}

/// Whether a payout stands as Stripe says and nothing about it is open.
pub(super) async fn is_settled(
    db: &Db,
    stripe_id: &str,
    status: PayoutStatus,
) -> Result<bool, Error> {
    let found: Option<(bool,)> = db
        .read(sql!(
            "SELECT reconciled FROM payouts WHERE stripe_id = $1 AND status = $2 AND itemised"
        ))
        .bind(stripe_id.to_owned())
        .bind(status)
        .optional()
        .await?;
    Ok(status == PayoutStatus::Paid && found.is_some_and(|(reconciled,)| reconciled))
}

/// Adds or updates a payout; says its id and where it stood before.
pub(super) async fn upsert(
    tx: &mut Tx,
    new_id: Id<Payout>,
    shop: Id<Shop>,
    found: &PayoutState,
) -> Result<(Id<Payout>, Option<PayoutStatus>), Error> {
    let before: Option<(PayoutStatus,)> = tx
        .query(sql!("SELECT status FROM payouts WHERE stripe_id = $1"))
        .bind(found.id.clone())
        .optional()
        .await?;
    let (id,): (Id<Payout>,) = tx
        .query(sql!(
            "INSERT INTO payouts (id, shop_id, stripe_id, status, amount_minor, currency, itemised, line_count, matched,
                    reconciled, created_at, arrives_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10)
             ON CONFLICT (stripe_id) DO UPDATE SET status = excluded.status, itemised = excluded.itemised,
                    arrives_at = excluded.arrives_at
             RETURNING id"
        ))
        .bind(new_id)
        .bind(shop)
        .bind(found.id.clone())
        .bind(found.status)
        .bind(found.amount.minor())
        .bind(found.amount.currency())
        .bind(found.itemised)
        .bind(false)
        .bind(found.created_at)
        .bind(found.arrives_at)
        .one()
        .await?;
    Ok((id, before.map(|(status,)| status)))
}

/// Keeps one of Stripe's lines.
pub(super) async fn insert_line(
    tx: &mut Tx,
    shop: Id<Shop>,
    payout: Id<Payout>,
    line: &StripeLine,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO balance_transactions (stripe_id, shop_id, payout_id, kind, source, source_transfer, amount_minor,
                fee_minor, net_minor, currency, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (stripe_id) DO NOTHING"
    ))
    .bind(line.id.clone())
    .bind(shop)
    .bind(payout)
    .bind(line.kind.clone())
    .bind(line.source.clone())
    .bind(line.transfer.clone())
    .bind(line.amount.minor())
    .bind(line.fee.minor())
    .bind(line.net.minor())
    .bind(line.net.currency())
    .bind(line.created_at)
    .exec()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LineRow {
    stripe_id: String,
    kind: String,
    source: String,
    source_transfer: Option<String>,
    amount_minor: i64,
    fee_minor: i64,
    net_minor: i64,
    currency: Currency,
    created_at: Timestamp,
}

/// Stripe's lines of a payout, as they were kept.
pub(super) async fn lines(db: &Db, payout: Id<Payout>) -> Result<Vec<StripeLine>, Error> {
    let rows: Vec<LineRow> = db
        .read(sql!(
            "SELECT stripe_id, kind, source, source_transfer, amount_minor, fee_minor, net_minor, currency, created_at
               FROM balance_transactions WHERE payout_id = $1 ORDER BY created_at, stripe_id"
        ))
        .bind(payout)
        .all()
        .await?;
    let line = |row: LineRow| StripeLine {
        id: row.stripe_id,
        kind: row.kind,
        source: row.source,
        transfer: row.source_transfer,
        amount: Money::new(row.amount_minor, row.currency),
        fee: Money::new(row.fee_minor, row.currency),
        net: Money::new(row.net_minor, row.currency),
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(sqlx::FromRow)]
struct ExpectedRow {
    transfer: String,
    number: String,
    total_minor: i64,
    commission_minor: i64,
    amount_minor: i64,
    currency: Currency,
}

impl From<ExpectedRow> for Expected {
    fn from(row: ExpectedRow) -> Self {
        Self {
            transfer: row.transfer,
            order: row.number,
            gross: Money::new(row.total_minor, row.currency),
            commission: Money::new(row.commission_minor, row.currency),
            net: Money::new(row.amount_minor, row.currency),
        }
    }
}

/// The transfers that the books have in a payout.
const EXPECTED: Sql = sql!(
    "SELECT t.stripe_transfer AS transfer, o.number, o.total_minor, o.commission_minor, t.amount_minor, t.currency
       FROM transfers t JOIN orders o ON o.id = t.order_id
      WHERE t.payout_id = $1 AND t.stripe_transfer IS NOT NULL ORDER BY o.number"
);

/// Puts the transfers that Stripe's lines name into this payout, and says which the books have in it.
pub(super) async fn assign(
    tx: &mut Tx,
    shop: Id<Shop>,
    payout: Id<Payout>,
) -> Result<Vec<Expected>, Error> {
    tx.query(sql!(
        "UPDATE transfers SET payout_id = $2
          WHERE shop_id = $1 AND payout_id IS NULL AND stripe_transfer IN
                (SELECT source_transfer FROM balance_transactions WHERE payout_id = $2 AND source_transfer IS NOT NULL)"
    ))
    .bind(shop)
    .bind(payout)
    .exec()
    .await?;
    let rows: Vec<ExpectedRow> = tx.query(EXPECTED).bind(payout).all().await?;
    Ok(rows.into_iter().map(Expected::from).collect())
}

/// The transfers that the books have in a payout.
pub(super) async fn expected(db: &Db, payout: Id<Payout>) -> Result<Vec<Expected>, Error> {
    let rows: Vec<ExpectedRow> = db.read(EXPECTED).bind(payout).all().await?;
    Ok(rows.into_iter().map(Expected::from).collect())
}

/// Keeps how a payout compared.
pub(super) async fn set_result(
    tx: &mut Tx,
    payout: Id<Payout>,
    lines: &[PayoutLine],
    clean: bool,
) -> Result<(), Error> {
    let matched = lines.iter().filter(|line| line.status == MatchStatus::Matched).count();
    tx.query(sql!(
        "UPDATE payouts SET line_count = $2, matched = $3, reconciled = $4 WHERE id = $1"
    ))
    .bind(payout)
    .bind(i64::try_from(lines.len()).unwrap_or(i64::MAX))
    .bind(i64::try_from(matched).unwrap_or(i64::MAX))
    .bind(clean)
    .exec()
    .await?;
    Ok(())
}

/// What was transferred to a shop and is in no payout yet. A payout that Stripe has not itemised
/// holds some of the transfers that no payout has; which is not known, but how much.
pub(super) async fn on_its_way(db: &Db, shop: Id<Shop>) -> Result<i64, Error> {
    let (minor,): (i64,) = db
        .read(sql!(
            "SELECT CAST(
               COALESCE((SELECT SUM(amount_minor) FROM transfers WHERE shop_id = $1 AND payout_id IS NULL), 0)
               - COALESCE((SELECT SUM(amount_minor) FROM payouts
                            WHERE shop_id = $1 AND NOT itemised AND status IN ('pending', 'in_transit', 'paid')), 0)
               AS BIGINT)"
        ))
        .bind(shop)
        .one()
        .await?;
    Ok(minor)
}

#[derive(sqlx::FromRow)]
struct OverdueRow {
    number: String,
    amount_minor: i64,
    currency: Currency,
    since: Timestamp,
}

/// What is due to a shop since before a moment and in no payout yet, oldest first.
pub(super) async fn overdue(
    db: &Db,
    shop: Id<Shop>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<OverdueShare>, Error> {
    let rows: Vec<OverdueRow> = db
        .read(sql!(
            "SELECT o.number, t.amount_minor, t.currency, t.due_at AS since
               FROM transfers t JOIN orders o ON o.id = t.order_id
              WHERE t.shop_id = $1 AND t.payout_id IS NULL AND t.amount_minor > 0 AND t.due_at < $2
              ORDER BY t.due_at, o.number LIMIT $3"
        ))
        .bind(shop)
        .bind(before)
        .bind(limit)
        .all()
        .await?;
    let share = |row: OverdueRow| OverdueShare {
        order: row.number,
        amount: Money::new(row.amount_minor, row.currency),
        since: row.since,
    };
    Ok(rows.into_iter().map(share).collect())
}
