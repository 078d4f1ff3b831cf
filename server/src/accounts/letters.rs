//! Letters about accounts.

use api::account::Account;

use super::links::{self, Purpose};
use crate::db::Tx;
use crate::entropy::Secret;
use crate::error::Error;
use crate::mail::{self, Recipient};
use crate::state::AppState;

/// A letter with a link that proves the address.
pub(super) async fn prove_address(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let secret = links::issue(state, tx, account.id, Purpose::VerifyEmail).await?;
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody, probably you, opened an account at {market} with this address.\n\
         Please verify that it is yours; the link works for a day:\n\n\
         {site}/verify-email?token={token}\n\n\
         If it was not you, do nothing. Unless it is verified nothing can be sold in your name.\n",
        name = account.name,
        token = secret.text()
    );
    let subject = format!("Verify your address at {market}");
    mail::write(state, tx, Recipient::of(account), &subject, &body).await
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
    mail::write(state, tx, Recipient::of(owner), &subject, &body).await
}

/// A letter with a link to choose a new password.
pub(super) async fn choose_password(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let secret = links::issue(state, tx, account.id, Purpose::ResetPassword).await?;
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody, probably you, asked for a new password at {market}.\n\
         Choose one here; the link works once and for ten minutes:\n\n\
         {site}/password/reset?token={token}\n\n\
         If it was not you, do nothing. Your password stays as it is.\n",
        name = account.name,
        token = secret.text()
    );
    mail::write(state, tx, Recipient::of(account), &format!("A new password at {market}"), &body)
        .await
}

/// Word to the owner that the password is a new one.
pub(super) async fn password_changed(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    change_called_off: bool,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let called_off = if change_called_off {
        "The change of your address that waited for its link was called off; ask for it\n\
         again if you still want it.\n\n"
    } else {
        ""
    };
    let body = format!(
        "Hello {name},\n\n\
         the password of your account at {market} was changed. All other browsers and\n\
         terminals were signed out.\n\n\
         {called_off}\
         If it was not you, choose a new one at once:\n\n\
         {site}/password/forgot\n",
        name = account.name
    );
    let subject = format!("Your password at {market} was changed");
    mail::write(state, tx, Recipient::of(account), &subject, &body).await
}

/// A letter to a new address with the link that makes it the one of the account.
pub(super) async fn confirm_change(
    state: &AppState,
    tx: &mut Tx,
    to: &str,
    account: &Account,
    link: &Secret,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         you want to use this address for your account at {market}. Follow the link\n\
         where you are signed in; it works once and for an hour:\n\n\
         {site}/account/email/confirm?token={token}\n\n\
         If you have no account at {market}, do nothing. Nothing will happen.\n",
        name = account.name,
        token = link.text()
    );
    // Nobody's until it is proved: else whoever asked would read off her letters whether the
    // address has an account.
    let to = Recipient::at(to, None);
    mail::write(state, tx, to, &format!("Confirm your new address at {market}"), &body).await
}

/// A letter to the owner of an address that somebody wanted for an account of their own.
pub(super) async fn somebody_wants_this(
    state: &AppState,
    tx: &mut Tx,
    owner: &Account,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody wanted to use this address for another account at {market}, but it\n\
         belongs to yours. If it was you, sign in with this address instead:\n\n\
         {site}/login\n\n\
         If it was not you, nothing has changed and nothing needs to be done.\n",
        name = owner.name
    );
    let subject = format!("Your address belongs to your account at {market}");
    mail::write(state, tx, Recipient::of(owner), &subject, &body).await
}

/// Word to the address so far that another one is to take its place.
pub(super) async fn change_was_asked(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    email: &str,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         somebody, probably you, asked to use the address {email} for your account at\n\
         {market} from now on. It changes when the link in an e-mail to that address is followed.\n\n\
         If it was not you, call the change off and choose a new password:\n\n\
         {site}/account/security\n",
        name = account.name
    );
    let subject = format!("A new address for your account at {market}?");
    mail::write(state, tx, Recipient::of(account), &subject, &body).await
}

/// Word to both addresses that one took the other's place.
pub(super) async fn change_was_made(
    state: &AppState,
    tx: &mut Tx,
    before: &Account,
    email: &str,
) -> Result<(), Error> {
    let market = &state.config.market_name;
    let body = format!(
        "Hello {name},\n\n\
         your account at {market} now has the address {email}. You sign in with it,\n\
         and e-mails go there.\n\n\
         If you did not want this, answer this e-mail at once.\n",
        name = before.name
    );
    let subject = format!("Your address at {market} was changed");
    mail::write(state, tx, Recipient::of(before), &subject, &body).await?;
    mail::write(state, tx, Recipient::at(email, Some(before.id)), &subject, &body).await
}

/// The last word to somebody whose account is gone, so that nobody else ends it unnoticed. An
/// address that was never proved may be a stranger's and gets none.
pub(super) async fn account_is_gone(
    state: &AppState,
    tx: &mut Tx,
    who: &Account,
) -> Result<(), Error> {
    if !who.email_verified {
        return Ok(());
    }
    let market = &state.config.market_name;
    let body = format!(
        "Hello {name},\n\n\
         your account at {market} is deleted, as was asked for with your password. Receipts\n\
         stay as long as law asks; nothing else does, this e-mail included. It is the last one.\n\n\
         If it was not you, answer this e-mail: nothing can be brought back, but somebody\n\
         knows your password, and may have used it elsewhere.\n",
        name = who.name
    );
    let subject = format!("Your account at {market} is deleted");
    mail::write_last(state, tx, &who.email, &subject, &body).await
}

/// Word to the owner that the second step is on.
pub(super) async fn factor_turned_on(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let what = "the second step of signing in was turned on";
    tell(state, tx, account, "The second step is on", what).await
}

/// Word to the owner that the second step is off.
pub(super) async fn factor_turned_off(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let what = "the second step of signing in was turned off. Your password alone signs you in";
    tell(state, tx, account, "The second step is off", what).await
}

/// Word to the owner that there are new recovery codes.
pub(super) async fn recovery_codes_drawn(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let what = "new recovery codes were drawn. The ones before no longer work";
    tell(state, tx, account, "New recovery codes", what).await
}

/// Word to the owner that a recovery code is used up.
pub(super) async fn recovery_code_used(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
) -> Result<(), Error> {
    let what = "somebody signed in with one of your recovery codes. It is used up";
    tell(state, tx, account, "A recovery code was used", what).await
}

/// Word to the owner that a program may act in their name.
pub(super) async fn token_created(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    name: &str,
) -> Result<(), Error> {
    let what = format!("a token for a program, called “{name}”, was created");
    tell(state, tx, account, "A new token", &what).await
}

/// A short letter about a change of how the owner signs in, and what to do if it was not the owner.
async fn tell(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    subject: &str,
    what: &str,
) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello {name},\n\n\
         for your account at {market}: {what}.\n\n\
         If it was not you, choose a new password at once, and look at what is signed in:\n\n\
         {site}/password/forgot\n\
         {site}/account/security\n",
        name = account.name
    );
    mail::write(state, tx, Recipient::of(account), &format!("{subject} at {market}"), &body).await
}
