//! SQL of accounts.

use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub(super) async fn mark_verified_by_email(db: &Db, email_key: String) -> Result<bool, Error> {
    let rows = db
        .write(sql!("UPDATE accounts SET email_verified = TRUE WHERE email_key = $1"))
        .bind(email_key)
        .exec()
        .await?;
    Ok(rows > 0)
}
