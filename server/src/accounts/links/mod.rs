//! Links in letters: a secret that reached an address, good for one purpose and once.

pub(super) mod pages;
mod store;

use api::Id;
use api::account::Account;

use crate::db::Tx;
use crate::entropy::{Secret, hash_secret};
use crate::error::Error;
use crate::state::AppState;

/// What a link is for; on any other endpoint it is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Proves the address of an account.
    VerifyEmail,
    /// Chooses a new password.
    ResetPassword,
    /// Makes the address that it was sent to the one of the account.
    ChangeEmail,
}

/// What a link that was followed is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Followed {
    /// Whose link it was.
    pub(super) account: Id<Account>,
    /// The address to change to, of a link with that purpose.
    pub(super) email: Option<String>,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
        }
    }

    /// How long a link works, in seconds. Whoever reads a letter may choose a new password, so that
    /// link lives ten minutes only (OWASP ASVS 5.0, 6.5.5).
    const fn life_seconds(self) -> i64 {
        match self {
            Self::VerifyEmail => 24 * 3600,
            Self::ResetPassword => 600,
            Self::ChangeEmail => 3600,
        }
    }

    /// The same for people.
    const fn life(self) -> &'static str {
        match self {
            Self::VerifyEmail => "a day",
            Self::ResetPassword => "ten minutes",
            Self::ChangeEmail => "an hour",
        }
    }
}

/// Makes a link for an account; its text goes into the letter, its hash stays.
pub(super) async fn issue(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    purpose: Purpose,
) -> Result<Secret, Error> {
    let secret = state.entropy.secret();
    let ends = state.clock.now().plus_seconds(purpose.life_seconds());
    store::insert(tx, secret.hash(), account, purpose.as_str(), None, ends).await?;
    Ok(secret)
}

/// Makes the link that changes an account's address; an earlier one is worth nothing any more.
pub(super) async fn issue_change(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    email: &str,
) -> Result<Secret, Error> {
    let (secret, purpose) = (state.entropy.secret(), Purpose::ChangeEmail);
    let ends = state.clock.now().plus_seconds(purpose.life_seconds());
    forget(tx, account, purpose).await?;
    let email = Some(email.to_owned());
    store::insert(tx, secret.hash(), account, purpose.as_str(), email, ends).await?;
    Ok(secret)
}

/// Looks whose link this is without using it up.
pub(super) async fn look(
    state: &AppState,
    secret: &str,
    purpose: Purpose,
) -> Result<Option<Followed>, Error> {
    store::find(&state.db, hash_secret(secret), purpose.as_str(), state.clock.now()).await
}

/// Whether a link can be followed, by this person if one is named.
pub(super) async fn works(
    state: &AppState,
    secret: &str,
    purpose: Purpose,
    whose: Option<Id<Account>>,
) -> Result<bool, Error> {
    let link = look(state, secret, purpose).await?;
    Ok(link.is_some_and(|link| whose.is_none_or(|whose| whose == link.account)))
}

/// Uses a link up; of many who do so at once, one gets it.
pub(super) async fn spend(
    state: &AppState,
    tx: &mut Tx,
    secret: &str,
    purpose: Purpose,
) -> Result<Option<Followed>, Error> {
    store::spend(tx, hash_secret(secret), purpose.as_str(), state.clock.now()).await
}

/// The address that an account waits to change to.
pub(super) async fn pending_change(
    state: &AppState,
    account: Id<Account>,
) -> Result<Option<String>, Error> {
    store::pending_change(&state.db, account, state.clock.now()).await
}

/// Ends an account's links of one purpose; whether there were any.
pub(super) async fn forget(
    tx: &mut Tx,
    account: Id<Account>,
    purpose: Purpose,
) -> Result<bool, Error> {
    store::delete(tx, account, purpose.as_str()).await
}

/// Ends every link of an account.
pub(super) async fn forget_all(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    store::delete_all(tx, account).await
}

/// What somebody is told whose link is worth nothing; why, nobody learns.
pub(super) fn spent() -> Error {
    Error::conflict("this link was used already or is too old; ask for a new e-mail")
}

/// Forgets links that lapsed.
pub(super) async fn purge(state: &AppState) -> Result<(), Error> {
    store::purge(&state.db, state.clock.now()).await
}
