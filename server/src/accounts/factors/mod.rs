//! The second factor: a code of an authenticator app, or one of ten recovery codes.
//!
//! A right password alone gives a [`Login`]; only this feature turns it into somebody who may have
//! a session. So every door, the browser's and the programs', asks for the code.

mod pages;
mod qr;
mod recovery;
mod routes;
mod store;
mod totp;

use api::account::Account;
use api::audit::Verb;
use api::sign_in::{SecondStep, SecondStepSetup};
use api::{Id, Timestamp};

pub(super) use pages::{STEP_COOKIE, ask};
pub(super) use routes::routes;

use super::sessions::{Authenticated, Session};
use super::{letters, passwords, throttle};
use crate::audit;
use crate::db::Tx;
use crate::entropy::{Secret, hash_secret};
use crate::error::Error;
use crate::state::AppState;
use totp::Shared;

/// Seconds that a login waits for its code.
pub(crate) const WAIT_SECONDS: i64 = 600;

/// What a right password leads to.
#[derive(Debug)]
pub(crate) enum Login {
    /// A session may begin.
    Complete(Authenticated),
    /// The code is still missing.
    CodeNeeded(Half),
}

/// Somebody whose password was right and whose code is still missing.
#[derive(Debug)]
pub(crate) struct Half(Authenticated);

/// What comes after a right password.
pub(super) async fn after_password(state: &AppState, who: Authenticated) -> Result<Login, Error> {
    if is_on(state, who.account.id).await? {
        return Ok(Login::CodeNeeded(Half(who)));
    }
    Ok(Login::Complete(who))
}

impl Half {
    /// Completes the login at once, for those who brought the code along.
    pub(crate) async fn with_code(
        self,
        state: &AppState,
        code: &str,
    ) -> Result<Authenticated, Error> {
        check(state, &self.0.account, code).await?;
        Ok(self.0)
    }
}

/// Lets a login wait for its code; the secret finds it again.
pub(crate) async fn wait(state: &AppState, half: &Half) -> Result<Secret, Error> {
    let secret = state.entropy.secret();
    let waiting = store::Waiting { account_id: half.0.account.id, epoch: half.0.epoch };
    let ends = state.clock.now().plus_seconds(WAIT_SECONDS);
    store::insert_waiting(&state.db, secret.hash(), &waiting, ends).await?;
    Ok(secret)
}

/// Whether a login still waits under this secret.
pub(crate) async fn is_waiting(state: &AppState, secret: &str) -> Result<bool, Error> {
    let found = store::find_waiting(&state.db, hash_secret(secret), state.clock.now()).await?;
    Ok(found.is_some())
}

/// Completes a login that waits, with its code. It does so once.
pub(crate) async fn go_on(
    state: &AppState,
    secret: &str,
    code: &str,
) -> Result<Authenticated, Error> {
    let hash = hash_secret(secret);
    let found = store::find_waiting(&state.db, hash.clone(), state.clock.now()).await?;
    let waiting = found.ok_or_else(lapsed)?;
    let account = super::find(state, waiting.account_id).await?;
    check(state, &account, code).await?;
    let mut tx = state.db.begin().await?;
    if !store::delete_waiting(&mut tx, hash).await? {
        return Err(lapsed());
    }
    tx.commit().await?;
    Ok(Authenticated { account, epoch: waiting.epoch })
}

fn lapsed() -> Error {
    Error::conflict("this took too long; sign in again")
}

/// Whether an account is asked for codes.
pub(crate) async fn is_on(state: &AppState, account: Id<Account>) -> Result<bool, Error> {
    Ok(store::find(&state.db, account).await?.is_some())
}

/// Since when an account is asked for codes, if it is.
pub(crate) async fn on_since(
    state: &AppState,
    account: Id<Account>,
) -> Result<Option<Timestamp>, Error> {
    store::on_since(&state.db, account).await
}

/// How the second step of somebody who is signed in stands.
pub(crate) async fn standing(state: &AppState, asker: &Session) -> Result<SecondStep, Error> {
    let account = asker.account.id;
    Ok(SecondStep {
        on: is_on(state, account).await?,
        demanded: is_demanded(state, asker),
        staff: asker.duties.staff,
        recovery_codes: store::count_codes(&state.db, account).await?,
    })
}

/// Whether somebody has to keep the second step once it is on: staff always, sellers in a market
/// that wants it of them.
pub(crate) fn is_demanded(state: &AppState, asker: &Session) -> bool {
    asker.duties.staff || (asker.duties.sells && state.config.requires_second_factor())
}

/// Refuses what moves money to somebody who signs in with a password alone, in a market that
/// wants more.
pub(crate) async fn demand(state: &AppState, account: &Account) -> Result<(), Error> {
    if !state.config.requires_second_factor() || is_on(state, account.id).await? {
        return Ok(());
    }
    Err(Error::FactorNeeded(format!(
        "before money can reach you, turn the second step of signing in on: \
         stall profile two-factor enable, or {}/account/factor",
        state.config.public_url()
    )))
}

/// Compares the password of somebody who is signed in once more, and the code if their account
/// asks for one.
pub(crate) async fn prove(
    state: &AppState,
    account: &Account,
    password: &str,
    code: Option<&str>,
) -> Result<(), Error> {
    passwords::prove(state, account, password).await?;
    prove_code(state, account, code).await
}

/// Compares the code alone, if the account asks for one; the password was compared just now.
pub(super) async fn prove_code(
    state: &AppState,
    account: &Account,
    code: Option<&str>,
) -> Result<(), Error> {
    if !is_on(state, account.id).await? {
        return Ok(());
    }
    check(state, account, code.ok_or(Error::CodeNeeded)?).await
}

/// Compares a code and uses it up, slowing guessers down.
async fn check(state: &AppState, account: &Account, code: &str) -> Result<(), Error> {
    let whose = account.id.to_string();
    throttle::attempt(state, throttle::FACTORS, &whose).await?;
    let secret = store::find(&state.db, account.id).await?.ok_or_else(wrong)?;
    let step = step_of(state, account, &secret, code)?;
    let mut tx = state.db.begin().await?;
    let right = match step {
        Some(step) => store::spend_step(&mut tx, account.id, step).await?,
        None => spend_recovery_code(state, &mut tx, account, code).await?,
    };
    if !right {
        return Err(wrong());
    }
    tx.commit().await?;
    throttle::forgive(state, throttle::FACTORS, &whose).await
}

fn wrong() -> Error {
    Error::invalid("code", "this code is not right or was used already; take the next one")
}

async fn spend_recovery_code(
    state: &AppState,
    tx: &mut Tx,
    account: &Account,
    code: &str,
) -> Result<bool, Error> {
    let hash = hash_secret(&recovery::read(code));
    let used = store::spend_code(tx, account.id, hash).await?;
    if used {
        letters::recovery_code_used(state, tx, account).await?;
        audit::acts(account.id);
        audit::note(state, tx, Verb::FactorRecover, "").await?;
    }
    Ok(used)
}

/// The step whose code this is. Apps show the time of the real world, wherever the simulator's
/// clock was moved to.
fn step_of(
    state: &AppState,
    account: &Account,
    secret: &[u8],
    code: &str,
) -> Result<Option<i64>, Error> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    Ok(shared(state, account, secret)?.step_of(&code, state.clock.wall().seconds()))
}

fn shared(state: &AppState, account: &Account, secret: &[u8]) -> Result<Shared, Error> {
    Shared::new(secret, &state.config.market_name, &account.email).map_err(Error::internal)
}

/// Begins to set a factor up, with a new secret each time: nobody who saw an earlier one knows
/// anything.
pub(crate) async fn begin(state: &AppState, account: &Account) -> Result<(), Error> {
    let secret = state.entropy.shared_secret::<{ totp::SECRET_BYTES }>().to_vec();
    if store::insert(&state.db, account.id, secret).await? {
        return Ok(());
    }
    Err(already_on())
}

/// What the app needs for the factor that is being set up.
pub(crate) async fn setup(state: &AppState, account: &Account) -> Result<SecondStepSetup, Error> {
    let secret = store::find_unconfirmed(&state.db, account.id).await?.ok_or_else(not_begun)?;
    let shared = shared(state, account, &secret)?;
    let url = shared.url().map_err(Error::internal)?;
    Ok(SecondStepSetup { url, secret: shared.typed() })
}

fn not_begun() -> Error {
    Error::conflict("no app is being set up; begin at the second step")
}

fn already_on() -> Error {
    Error::conflict("the second step is on already; turn it off first to use another app")
}

/// Takes the factor into use with the first code of the app; gives the recovery codes, once.
pub(crate) async fn confirm(
    state: &AppState,
    account: &Account,
    code: &str,
) -> Result<Vec<String>, Error> {
    throttle::attempt(state, throttle::FACTORS, &account.id.to_string()).await?;
    let Some(secret) = store::find_unconfirmed(&state.db, account.id).await? else {
        return Err(if is_on(state, account.id).await? { already_on() } else { not_begun() });
    };
    let step = step_of(state, account, &secret, code)?.ok_or_else(|| {
        Error::invalid(
            "code",
            "this is not the code that the app shows now; is its clock right? Only what was begun \
             last counts: if that was in another window, the app needs the picture or key of that one",
        )
    })?;
    let mut tx = state.db.begin().await?;
    if !store::confirm(&mut tx, account.id, step, state.clock.now()).await? {
        return Err(already_on());
    }
    let codes = draw_codes(state, &mut tx, account.id).await?;
    letters::factor_turned_on(state, &mut tx, account).await?;
    audit::note(state, &mut tx, Verb::FactorOn, "").await?;
    tx.commit().await?;
    throttle::forgive(state, throttle::FACTORS, &account.id.to_string()).await?;
    Ok(codes)
}

/// New recovery codes in place of those that are left.
pub(crate) async fn renew_codes(state: &AppState, account: &Account) -> Result<Vec<String>, Error> {
    if !is_on(state, account.id).await? {
        return Err(Error::conflict("the second step is not on"));
    }
    let mut tx = state.db.begin().await?;
    let codes = draw_codes(state, &mut tx, account.id).await?;
    letters::recovery_codes_drawn(state, &mut tx, account).await?;
    audit::note(state, &mut tx, Verb::FactorRenew, "").await?;
    tx.commit().await?;
    Ok(codes)
}

/// 120 random bits each, so a plain hash is enough to keep them (OWASP ASVS 5.0, 6.5.2).
async fn draw_codes(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
) -> Result<Vec<String>, Error> {
    store::delete_codes(tx, account).await?;
    let mut shown = Vec::with_capacity(recovery::CODES);
    for _ in 0..recovery::CODES {
        let code = state.entropy.recovery_code();
        store::insert_code(tx, account, hash_secret(&code)).await?;
        shown.push(recovery::shown(&code));
    }
    Ok(shown)
}

/// Turns the factor off, for somebody who gives password and code once more and does not have to
/// keep it.
pub(crate) async fn turn_off(
    state: &AppState,
    asker: &Session,
    password: &str,
    code: Option<&str>,
) -> Result<(), Error> {
    let account = &asker.account;
    if is_demanded(state, asker) {
        return Err(Error::forbidden(
            "as long as you have a shop here or are staff, the second step stays on",
        ));
    }
    prove(state, account, password, code).await?;
    let mut tx = state.db.begin().await?;
    store::delete_codes(&mut tx, account.id).await?;
    if store::delete(&mut tx, account.id).await? {
        letters::factor_turned_off(state, &mut tx, account).await?;
        audit::note(state, &mut tx, Verb::FactorOff, "").await?;
    }
    Ok(tx.commit().await?)
}

/// Forgets logins that waited too long.
pub(super) async fn purge(state: &AppState) -> Result<(), Error> {
    store::purge(&state.db, state.clock.now()).await
}
