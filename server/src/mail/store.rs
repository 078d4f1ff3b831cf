//! SQL of letters.

use api::account::Account;
use api::{Id, Timestamp};
use uuid::Uuid;

use super::Recipient;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// A letter as it was written.
#[derive(Clone, sqlx::FromRow)]
pub struct Letter {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it left the house, or was put on show.
    pub sent_at: Option<Timestamp>,
    /// Whether it is forgotten as soon as it is sent.
    pub(super) fleeting: bool,
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    to: Recipient<'_>,
    (subject, body): (&str, &str),
    fleeting: bool,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO mails (id, recipient, account_id, subject, body, fleeting, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(id)
    .bind(to.address.to_owned())
    .bind(to.account)
    .bind(subject.to_owned())
    .bind(body.to_owned())
    .bind(fleeting)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Gives an account the letters to its proved address that are nobody's.
pub(super) async fn keep(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE mails SET account_id = $1
          WHERE account_id IS NULL
            AND lower(recipient) = (SELECT email_key FROM accounts WHERE id = $1 AND email_verified)"
    ))
    .bind(account)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find(db: &Db, id: Uuid) -> Result<Option<Letter>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, recipient, subject, body, created_at, sent_at, fleeting FROM mails WHERE id = $1"
        ))
        .bind(id)
        .optional()
        .await?)
}

/// The newest hundred.
pub(super) async fn newest(db: &Db) -> Result<Vec<Letter>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, recipient, subject, body, created_at, sent_at, fleeting FROM mails
              ORDER BY created_at DESC, id DESC LIMIT 100"
        ))
        .all()
        .await?)
}

/// Notes that a letter was sent, or forgets one that was to be kept no longer.
pub(super) async fn mark_sent(db: &Db, letter: &Letter, now: Timestamp) -> Result<(), Error> {
    if letter.fleeting {
        db.write(sql!("DELETE FROM mails WHERE id = $1")).bind(letter.id).exec().await?;
        return Ok(());
    }
    db.write(sql!("UPDATE mails SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL"))
        .bind(letter.id)
        .bind(now)
        .exec()
        .await?;
    Ok(())
}
