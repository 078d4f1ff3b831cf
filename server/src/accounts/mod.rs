//! Accounts: who people are and how they prove it.
//!
//! Nobody learns here whether an address has an account: registering and signing in answer the
//! same, and take as long, for known and unknown addresses.

pub(crate) mod addresses;
pub(crate) mod devices;
mod emails;
pub(crate) mod factors;
mod hashing;
mod letters;
mod links;
mod pages;
pub mod password;
mod password_rules;
pub(crate) mod passwords;
pub(crate) mod profiles;
mod routes;
pub(crate) mod sessions;
mod store;
pub(crate) mod throttle;
pub(crate) mod tokens;

use std::net::IpAddr;

use api::Id;
use api::account::{Account, Registration};
use api::audit::Verb;
use factors::Login;
use links::Purpose;
pub(crate) use pages::sign_in_again;
pub(crate) use routes::routes;
pub(crate) use sessions::prove_again;

use crate::audit;
use crate::db::Tx;
use crate::error::{Error, Refusals};
use crate::proved;
use crate::state::AppState;
use crate::text;

/// Characters of a person's name.
const LONGEST_NAME: usize = 80;
/// Bytes of an address (RFC 5321, section 4.5.3.1.3, less the brackets).
const LONGEST_EMAIL: usize = 254;

/// Opens an account and sends a letter to prove the address. When the address has an account
/// already its owner is told by letter, and whoever asked gets the same answer as always.
pub(crate) async fn register(
    state: &AppState,
    registration: &Registration,
) -> Result<Account, Error> {
    let now = state.clock.now();
    let Registration { email, name, password } = registration;
    let (id, email_verified) = (state.entropy.id(now), false);
    let mut account =
        Account { id, email: email.clone(), email_verified, name: name.clone(), created_at: now };
    let mut wrong = Refusals::default();
    wrong.put(&mut account.email, Some(checked_email(email)))?;
    wrong.put(&mut account.name, Some(checked_name(name)))?;
    wrong.take(passwords::check(state, &account, "password", password).await)?;
    wrong.told()?;
    let hash = passwords::hash(state, password).await?;
    let key = email_key(&account.email);
    let owner = store::find_by_email(&state.db, key.clone()).await?;
    let may_write = throttle::attempt(state, throttle::LETTERS, &key).await.is_ok();

    let mut tx = state.db.begin().await?;
    if store::insert(&mut tx, &account, key, hash).await? {
        letters::prove_address(state, &mut tx, &account).await?;
        audit::acts(account.id);
        audit::note(state, &mut tx, Verb::AccountOpen, account.id).await?;
    } else if let Some(owner) = owner.filter(|_| may_write) {
        letters::somebody_tried(state, &mut tx, &owner).await?;
    }
    tx.commit().await?;
    Ok(account)
}

/// Tells somebody whose account is deleted in the caller's transaction.
pub(crate) async fn say_goodbye(state: &AppState, tx: &mut Tx, who: &Account) -> Result<(), Error> {
    letters::account_is_gone(state, tx, who).await
}

/// An account by its id.
pub(crate) async fn find(state: &AppState, id: Id<Account>) -> Result<Account, Error> {
    store::find(&state.db, id).await?.ok_or(Error::NotFound)
}

/// Whether nobody has an account.
pub(crate) async fn are_none(state: &AppState) -> Result<bool, Error> {
    store::are_none(&state.db).await
}

/// The account that has proved this address, if one has.
pub(crate) async fn find_by_proved_address(
    state: &AppState,
    email: &str,
) -> Result<Option<Id<Account>>, Error> {
    let found = store::find_by_email(&state.db, email_key(email)).await?;
    Ok(found.filter(|found| found.email_verified).map(|found| found.id))
}

/// Lets one change of what belongs to an account wait for another, until the transaction ends.
async fn lock(tx: &mut Tx, id: Id<Account>) -> Result<(), Error> {
    if store::lock(tx, id).await? { Ok(()) } else { Err(Error::Unauthenticated) }
}

/// Locks an account that is about to be erased, and begins an epoch that no session belongs to:
/// whoever signs in at this very moment is nobody.
pub(crate) async fn retire(tx: &mut Tx, id: Id<Account>) -> Result<(), Error> {
    lock(tx, id).await?;
    sessions::begin_epoch(tx, id, None).await?;
    Ok(())
}

/// The account of an address and its password, slowing guessers down. A right password may be half
/// of a login only.
pub(crate) async fn authenticate(
    state: &AppState,
    email: &str,
    password: &str,
    from: IpAddr,
) -> Result<Login, Error> {
    // Before anything is asked of the database, so that a storm leaves its connections to others.
    let place = state.passwords.place()?;
    let (key, network) = (email_key(email), throttle::network(from));
    throttle::attempt(state, throttle::ADDRESS, &network).await?;
    throttle::attempt(state, throttle::PASSWORDS, &key).await?;
    let found = store::find_credentials(&state.db, key.clone()).await?;
    let stored = found.as_ref().map(|found| found.password_hash.as_str());
    let right = state.passwords.verify_at(place, password, stored).await?;
    match found.filter(|_| right) {
        Some(found) => {
            throttle::give_back(state, throttle::ADDRESS, &network).await?;
            throttle::forgive(state, throttle::PASSWORDS, &key).await?;
            factors::after_password(state, found.into()).await
        }
        None => Err(Error::forbidden("this address and this password do not belong together")),
    }
}

/// Sends the letter that proves an address once more.
pub(crate) async fn send_proof_again(state: &AppState, account: &Account) -> Result<(), Error> {
    if account.email_verified {
        return Ok(());
    }
    throttle::attempt(state, throttle::LETTERS, &email_key(&account.email)).await?;
    let mut tx = state.db.begin().await?;
    letters::prove_address(state, &mut tx, account).await?;
    Ok(tx.commit().await?)
}

/// Takes the address as proved whose letter held this secret. It works once.
pub(crate) async fn prove_address(state: &AppState, secret: &str) -> Result<Id<Account>, Error> {
    let mut tx = state.db.begin().await?;
    let link = links::spend(state, &mut tx, secret, Purpose::VerifyEmail).await?;
    let link = link.ok_or_else(links::spent)?;
    store::mark_verified(&mut tx, link.account).await?;
    proved::address(state, &mut tx, link.account).await?;
    audit::acts(link.account);
    audit::note(state, &mut tx, Verb::AccountVerify, link.account).await?;
    tx.commit().await?;
    Ok(link.account)
}

/// Takes an address as proved, on an operator's word.
pub async fn verify_by_operator(state: &AppState, email: &str) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    let marked = store::mark_verified_by_email(&mut tx, email_key(email)).await?;
    let account = marked
        .ok_or_else(|| Error::invalid("email", format!("no account has the address {email}")))?;
    proved::address(state, &mut tx, account).await?;
    audit::note(state, &mut tx, Verb::AccountVerify, account).await?;
    Ok(tx.commit().await?)
}

/// Forgets what has lapsed: sessions, links, terminals that were never approved, counters.
pub(crate) async fn purge(state: &AppState) -> Result<(), Error> {
    sessions::purge(state).await?;
    devices::purge(state).await?;
    throttle::purge(state).await?;
    factors::purge(state).await?;
    links::purge(state).await
}

/// The same person, however the address is typed: ASCII letters are the same in either case, all
/// others have to be the same letters. `lower()` folds addresses so on both engines, and no letter
/// that is not ASCII passes for one that is.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

fn checked_email(given: &str) -> Result<String, Error> {
    let email = given.trim();
    let readable = email.len() <= LONGEST_EMAIL && email.parse::<lettre::Address>().is_ok();
    if !readable {
        return Err(Error::invalid(
            "email",
            "this is no e-mail address; one reads name@example.org",
        ));
    }
    Ok(email.to_owned())
}

fn checked_name(given: &str) -> Result<String, Error> {
    text::name(given, 1..=LONGEST_NAME)
}
