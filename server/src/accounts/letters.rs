//! Letters about accounts.

use api::account::Account;

use super::{LINK_SECONDS, store};
use crate::db::Tx;
use crate::error::Error;
use crate::mail;
use crate::state::AppState;

/// A letter with a link that proves the address.
pub(super) async fn prove_address(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let secret = state.entropy.secret();
    let ends = state.clock.now().plus_seconds(LINK_SECONDS);
    store::insert_link(tx, secret.hash(), account.id, ends).await?;
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody, probably you, opened an account at {market} with this address.\n\
         Please prove that it is yours; the link works for a day:\n\n\
         {site}/verify-email?token={token}\n\n\
         If it was not you, do nothing. Without the proof nothing can be sold in your name.\n",
        name = account.name,
        token = secret.text()
    );
    let subject = format!("Prove your address at {market}");
    mail::write(state, tx, &account.email, &subject, &body).await
}

/// A letter to the owner of an address that somebody tried to register again.
pub(super) async fn somebody_tried(
    state: &AppState,
    tx: &mut Tx,
    owner: &Account,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody tried to open an account at {market} with this address, but you have one\n\
         already. If it was you, just sign in:\n\n\
         {site}/login\n\n\
         If it was not you, nothing has changed and nothing needs to be done.\n",
        name = owner.name
    );
    let subject = format!("You have an account at {market} already");
    mail::write(state, tx, &owner.email, &subject, &body).await
}
