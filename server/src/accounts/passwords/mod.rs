//! Passwords of accounts: compared again, changed, and chosen anew with a letter.
//!
//! A new password, whichever way it came, ends every other session and terminal of the account.

pub(crate) mod jobs;
mod pages;
mod routes;
mod store;

use std::net::IpAddr;

use api::account::Account;
use api::audit::Verb;
use api::sign_in::SessionsEnded;
use uuid::Uuid;

pub(super) use routes::routes;

use super::links::{self, Purpose};
use super::sessions::{self, Session};
use super::{email_key, factors, letters, password_rules, throttle};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// Checks a new password of an account that was typed into `field`; guessing takes milliseconds, so
/// it is done beside those who only look at pages.
pub(super) async fn check(
    state: &AppState,
    account: &Account,
    field: &'static str,
    password: &str,
) -> Result<(), Error> {
    let local_part = account.email.split('@').next().unwrap_or_default();
    let market = &state.config.market_name;
    let context = [&account.email, local_part, &account.name, market, "stallwright"];
    let (context, password) = (context.map(str::to_owned), password.to_owned());
    tokio::task::spawn_blocking(move || {
        password_rules::check(field, &password, &context.each_ref().map(String::as_str))
    })
    .await
    .map_err(Error::internal)?
}

/// The text of a new password that is stored.
pub(super) async fn hash(state: &AppState, password: &str) -> Result<String, Error> {
    let salt = state.entropy.secret().hash();
    state.passwords.hash(password, &salt).await
}

/// Compares the password of somebody who is signed in already; wrong ones are slowed down, so
/// that a borrowed browser is no place to guess. Gives the stored text that it was compared with.
pub(super) async fn prove(
    state: &AppState,
    account: &Account,
    password: &str,
) -> Result<String, Error> {
    let whose = account.id.to_string();
    throttle::attempt(state, throttle::PROOFS, &whose).await?;
    let stored = store::find_hash(&state.db, account.id).await?.ok_or(Error::NotFound)?;
    let right = match state.passwords.verify(password, Some(&stored)).await {
        Ok(right) => right,
        Err(busy) => {
            // Nothing was compared, so nothing was guessed.
            throttle::give_back(state, throttle::PROOFS, &whose).await?;
            return Err(busy);
        }
    };
    if !right {
        return Err(Error::invalid("current_password", "this is not your password"));
    }
    throttle::forgive(state, throttle::PROOFS, &whose).await?;
    Ok(stored)
}

/// Changes the password of somebody who gives the current one, and the code of the second step where
/// there is one. Every other session ends.
pub(crate) async fn change(
    state: &AppState,
    asker: &Session,
    current: &str,
    new: &str,
    code: Option<&str>,
) -> Result<SessionsEnded, Error> {
    check(state, &asker.account, "new_password", new).await?;
    let before = prove(state, &asker.account, current).await?;
    if state.passwords.verify(new, Some(&before)).await? {
        return Err(Error::invalid("new_password", "this is the password you have already"));
    }
    factors::prove_code(state, &asker.account, code).await?;
    let after = hash(state, new).await?;
    let mut tx = state.db.begin().await?;
    if !store::replace_hash(&mut tx, asker.account.id, before, after).await? {
        return Err(Error::conflict("the password was changed elsewhere just now; sign in again"));
    }
    let ended = finish(state, &mut tx, &asker.account, Some(asker.id)).await?;
    audit::note(state, &mut tx, Verb::PasswordChange, "").await?;
    tx.commit().await?;
    Ok(ended)
}

/// Sends a letter with a link to choose a new password, if the address has an account. Whoever
/// asks learns nothing: the work and the answer are the same.
pub(crate) async fn forgot(state: &AppState, email: &str, from: IpAddr) -> Result<(), Error> {
    let email = super::checked_email(email)?;
    let (key, network) = (email_key(&email), throttle::network(from));
    throttle::attempt(state, throttle::ADDRESS, &network).await?;
    throttle::attempt(state, throttle::RESETS, &key).await?;
    let account = super::store::find_by_email(&state.db, key).await?;
    let mut tx = state.db.begin().await?;
    let letter = jobs::WriteResetLetter { account: account.map(|account| account.id) };
    crate::jobs::enqueue(state, &mut tx, &letter).await?;
    Ok(tx.commit().await?)
}

/// Chooses a new password with the secret of a letter, once. It signs nobody in, so a second
/// factor is still asked for. A password that is refused leaves the link as it was.
pub(crate) async fn reset(state: &AppState, secret: &str, new: &str) -> Result<(), Error> {
    let link = links::look(state, secret, Purpose::ResetPassword).await?;
    let account = super::find(state, link.ok_or_else(links::spent)?.account).await?;
    check(state, &account, "password", new).await?;
    let after = hash(state, new).await?;
    let mut tx = state.db.begin().await?;
    let link = links::spend(state, &mut tx, secret, Purpose::ResetPassword).await?;
    let link = link.ok_or_else(links::spent)?;
    store::set_hash(&mut tx, link.account, after).await?;
    // The letter reached the address, which proves it as well as the other letter does.
    super::store::mark_verified(&mut tx, link.account).await?;
    finish(state, &mut tx, &account, None).await?;
    audit::acts(link.account);
    audit::note(state, &mut tx, Verb::PasswordReset, "").await?;
    tx.commit().await?;
    // Whoever hammered at the old password must not keep its owner from using the new one.
    throttle::forgive(state, throttle::PASSWORDS, &email_key(&account.email)).await
}

/// What every new password brings: other sessions and links end, a change of address that waits for
/// its link among them, and the owner is told.
async fn finish(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    kept: Option<Uuid>,
) -> Result<SessionsEnded, Error> {
    let ended = sessions::begin_epoch(tx, account.id, kept).await?;
    links::forget(tx, account.id, Purpose::ResetPassword).await?;
    let called_off = links::forget(tx, account.id, Purpose::ChangeEmail).await?;
    letters::password_changed(state, tx, account, called_off).await?;
    Ok(ended)
}
