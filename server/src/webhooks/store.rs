//! SQL of the inbox.

use api::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::sql;
use crate::stripe::webhook::Event;

/// Notes an event; false when it was noted before.
pub(super) async fn insert(
    tx: &mut Tx,
    event: &Event,
    payload: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    let added = tx
        .query(sql!(
            "INSERT INTO stripe_events (id, kind, account, object, payload, created_at, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING"
        ))
        .bind(event.id.clone())
        .bind(event.kind.clone())
        .bind(event.account.clone().unwrap_or_default())
        .bind(event.data.object.id.clone())
        .bind(payload.to_vec())
        .bind(Timestamp::from_seconds(event.created))
        .bind(now)
        .exec()
        .await?;
    Ok(added == 1)
}
