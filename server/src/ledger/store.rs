//! SQL of the books. Rows are only ever added.

use api::Timestamp;
use uuid::Uuid;

use super::posting::{Entry, Posting};
use crate::db::Tx;
use crate::error::Error;
use crate::sql;

/// Adds an entry; false when its source has booked this rule before.
pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    entry: &Entry,
    now: Timestamp,
) -> Result<bool, Error> {
    let added = tx
        .query(sql!(
            "INSERT INTO journal_entries (id, rule, source, purchase_id, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (rule, source) DO NOTHING"
        ))
        .bind(id)
        .bind(entry.rule.to_owned())
        .bind(entry.source.clone())
        .bind(entry.purchase)
        .bind(now)
        .exec()
        .await?;
    if added == 0 {
        return Ok(false);
    }
    for (position, posting) in (0_i64..).zip(&entry.postings) {
        insert_posting(tx, id, position, posting).await?;
    }
    Ok(true)
}

async fn insert_posting(
    tx: &mut Tx,
    entry: Uuid,
    position: i64,
    posting: &Posting,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO postings (entry_id, position, account, shop_id, amount_minor, currency)
         VALUES ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(entry)
    .bind(position)
    .bind(posting.account.as_str().to_owned())
    .bind(posting.shop)
    .bind(posting.amount.minor())
    .bind(posting.amount.currency())
    .exec()
    .await?;
    Ok(())
}

/// Whether a source has booked a rule.
pub(super) async fn is_booked(tx: &mut Tx, rule: &str, source: &str) -> Result<bool, Error> {
    let found: Option<(String,)> = tx
        .query(sql!("SELECT rule FROM journal_entries WHERE rule = $1 AND source = $2"))
        .bind(rule.to_owned())
        .bind(source.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}
