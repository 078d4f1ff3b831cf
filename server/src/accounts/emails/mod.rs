//! The address of an account and how it changes: the new one is proved before anything happens,
//! and both addresses are told.
//!
//! Nobody learns here whether an address has an account: its owner is told by letter, and whoever
//! asked gets the same answer as always.

mod pages;
mod routes;
mod store;

use api::account::Account;
use api::audit::Verb;

pub(super) use routes::routes;

use super::links::{self, Purpose};
use super::{checked_email, email_key, letters, throttle};
use crate::audit;
use crate::error::Error;
use crate::state::AppState;
use crate::{mail, proved};

/// Sends a link to the new address, and word of it to the one so far. Whoever asks has given the
/// password just now.
pub(crate) async fn ask(state: &AppState, account: &Account, email: &str) -> Result<(), Error> {
    let email = checked_email(email)?;
    let key = email_key(&email);
    if key == email_key(&account.email) {
        return Err(Error::invalid("email", "this is your address already"));
    }
    throttle::attempt(state, throttle::LETTERS, &key).await?;
    throttle::attempt(state, throttle::CHANGES, &account.id.to_string()).await?;
    let owner = super::store::find_by_email(&state.db, key).await?;
    let mut tx = state.db.begin().await?;
    let link = links::issue_change(state, &mut tx, account.id, &email).await?;
    match owner {
        Some(owner) => letters::somebody_wants_this(state, &mut tx, &owner).await?,
        None => letters::confirm_change(state, &mut tx, &email, account, &link).await?,
    }
    letters::change_was_asked(state, &mut tx, account, &email).await?;
    audit::note(state, &mut tx, Verb::EmailAsk, "").await?;
    Ok(tx.commit().await?)
}

/// Makes the address that the link was sent to the one of the account. It works once, and only
/// for the person who asked for it.
pub(crate) async fn confirm(state: &AppState, who: &Account, secret: &str) -> Result<(), Error> {
    let link = links::look(state, secret, Purpose::ChangeEmail).await?;
    if link.is_none_or(|link| link.account != who.id) {
        return Err(links::spent());
    }
    let mut tx = state.db.begin().await?;
    let link = links::spend(state, &mut tx, secret, Purpose::ChangeEmail).await?;
    let email = link.and_then(|link| link.email).ok_or_else(links::spent)?;
    mail::keep(&mut tx, who.id).await?;
    store::set_email(&mut tx, who.id, &email, email_key(&email)).await?;
    proved::address(state, &mut tx, who.id).await?;
    // Letters to the address so far may hold links that would prove or change something.
    links::forget_all(&mut tx, who.id).await?;
    letters::change_was_made(state, &mut tx, who, &email).await?;
    audit::note(state, &mut tx, Verb::EmailChange, "").await?;
    Ok(tx.commit().await?)
}

/// Calls a change off that waits for its link.
pub(crate) async fn call_off(state: &AppState, account: &Account) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if links::forget(&mut tx, account.id, Purpose::ChangeEmail).await? {
        audit::note(state, &mut tx, Verb::EmailKeep, "").await?;
    }
    Ok(tx.commit().await?)
}

/// The address that an account waits to change to.
pub(crate) async fn pending(state: &AppState, account: &Account) -> Result<Option<String>, Error> {
    links::pending_change(state, account.id).await
}
