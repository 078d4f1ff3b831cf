//! Tokens for programs: named, limited to scopes, revocable, and gone after ninety days unused.

mod grant;
mod pages;
mod reach;
mod routes;

use api::account::Account;
use api::sign_in::CreatedToken;

pub(crate) use grant::Grant;
pub(crate) use reach::needed;
pub(super) use routes::routes;

use super::sessions::{self, Authenticated, Session};
use super::{devices, letters};
use crate::error::Error;
use crate::state::AppState;

/// A token as it leaves the server, once.
pub(crate) fn text(secret: &crate::entropy::Secret) -> String {
    format!("stall_{}", secret.text())
}

/// What a token is called: something that its owner knows it by later.
fn checked_name(name: &str) -> Result<String, Error> {
    if name.trim().is_empty() {
        return Err(Error::invalid("name", "give the token a name, so that you know it later"));
    }
    Ok(devices::device_name(name))
}

/// Creates a token for somebody who gave the password just now; its owner is told. The name is a
/// checked one.
pub(crate) async fn create(
    state: &AppState,
    asker: &Session,
    name: &str,
    grant: &Grant,
) -> Result<CreatedToken, Error> {
    let who = Authenticated { account: asker.account.clone(), epoch: asker.epoch };
    let (secret, session) = sessions::create_token(state, &who, name, grant).await?;
    tell(state, &who.account, name).await?;
    Ok(CreatedToken { token: text(&secret), session })
}

async fn tell(state: &AppState, account: &Account, name: &str) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    letters::token_created(state, &mut tx, account, name).await?;
    Ok(tx.commit().await?)
}
