//! Accounts: who people are and how they prove it.

pub mod password;
pub(crate) mod sessions;
mod store;

use crate::error::Error;
use crate::state::AppState;

/// The same person, however the address is typed.
fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Takes an address as proved, on an operator's word.
pub async fn verify_by_operator(state: &AppState, email: &str) -> Result<(), Error> {
    if store::mark_verified_by_email(&state.db, email_key(email)).await? {
        return Ok(());
    }
    Err(Error::invalid("email", format!("no account has the address {email}")))
}
