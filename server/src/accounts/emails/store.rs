//! SQL of addresses.

use api::Id;
use api::account::Account;

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

/// Sets an address that was proved; one that got an account meanwhile is a conflict.
pub(super) async fn set_email(
    tx: &mut Tx,
    account: Id<Account>,
    email: &str,
    email_key: String,
) -> Result<(), Error> {
    let set = tx
        .query(sql!(
            "UPDATE accounts SET email = $2, email_key = $3, email_verified = TRUE WHERE id = $1"
        ))
        .bind(account)
        .bind(email.to_owned())
        .bind(email_key)
        .exec()
        .await;
    match set {
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => {
            Err(Error::conflict("this address has an account of its own by now"))
        }
        other => Ok(other.map(|_| ())?),
    }
}
