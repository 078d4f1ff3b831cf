//! Signing a terminal in by approving it in the browser (the shape of RFC 8628).
//!
//! The terminal holds a secret and polls with it; the person compares a short code on both
//! screens. The code alone is worth nothing.

mod pages;
mod routes;
mod store;

use std::net::IpAddr;

use api::Timestamp;
use api::account::{Account, DeviceCode, Token};
use api::audit::Verb;
use api::problem::Code;
use uuid::Uuid;

pub(crate) use routes::routes;

use super::sessions::{self, Authenticated, Session};
use super::throttle;
use super::tokens::{self, Grant};
use crate::audit;
use crate::entropy::hash_secret;
use crate::error::Error;
use crate::state::AppState;

/// Seconds until a terminal that nobody approved starts over.
const LIFE_SECONDS: u32 = 600;
/// Seconds between two polls.
const POLL_SECONDS: u32 = 2;
/// Codes drawn until one is free; with 20⁸ of them the first nearly always is.
const DRAWS: usize = 4;
/// Characters of a device's name.
const LONGEST_NAME: usize = 80;

/// A terminal that waits for its person.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    id: Uuid,
    /// The code to compare.
    pub(crate) user_code: String,
    /// What the terminal calls itself.
    pub(crate) name: String,
    /// What it will be allowed.
    pub(crate) grant: Grant,
    /// When it asked.
    pub(crate) created_at: Timestamp,
}

/// What the person says to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is mine.
    Approved,
    /// It is not, or not now.
    Denied,
}

/// A name for a device that fits on a line.
pub(crate) fn device_name(given: &str) -> String {
    let name: String = given.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "terminal".to_owned() } else { name.trim().to_owned() }
}

/// Begins a device login.
pub(crate) async fn begin(
    state: &AppState,
    name: &str,
    grant: &Grant,
    from: IpAddr,
) -> Result<DeviceCode, Error> {
    throttle::attempt(state, throttle::TERMINALS, &throttle::network(from)).await?;
    let now = state.clock.now();
    let secret = state.entropy.secret();
    let ends = now.plus_seconds(i64::from(LIFE_SECONDS));
    let name = device_name(name);
    for _ in 0..DRAWS {
        let waiting = Waiting {
            id: state.entropy.uuid(now),
            user_code: state.entropy.user_code(),
            name: name.clone(),
            grant: grant.clone(),
            created_at: now,
        };
        if store::insert(&state.db, &waiting, secret.hash(), ends).await? {
            let url = format!("{}/device", state.config.public_url());
            return Ok(DeviceCode {
                device_code: secret.text(),
                verification_url_complete: format!("{url}?code={}", waiting.user_code),
                verification_url: url,
                user_code: waiting.user_code,
                interval: POLL_SECONDS,
                expires_in: LIFE_SECONDS,
            });
        }
    }
    Err(Error::Unavailable("no code was free; try again".into()))
}

/// One poll: the token once the person approved, else where it stands.
pub(crate) async fn poll(state: &AppState, device_code: &str) -> Result<Token, Error> {
    let now = state.clock.now();
    let found = store::find_by_secret(&state.db, hash_secret(device_code), now).await?;
    let found = found.ok_or_else(expired)?;
    match found.status.as_str() {
        "pending" => {
            return Err(stands(Code::DevicePending, "waiting for approval in the browser"));
        }
        "denied" => {
            return Err(stands(Code::DeviceDenied, "this terminal was refused in the browser"));
        }
        _ => {}
    }
    // Two polls at once: one of them takes the approval.
    let (account, epoch) = store::spend(&state.db, found.id).await?.ok_or_else(expired)?;
    let who = Authenticated { account: super::find(state, account).await?, epoch };
    let grant = Grant::stored(&found.scopes);
    let (secret, expires_at) = sessions::begin_token(state, &who, &found.name, &grant).await?;
    Ok(Token { token: tokens::text(&secret), expires_at, account: who.account })
}

/// The terminal that shows a code, for a person who is signed in and compares it.
pub(crate) async fn find(state: &AppState, who: &Account, code: &str) -> Result<Waiting, Error> {
    throttle::attempt(state, throttle::CODES, &who.id.to_string()).await?;
    let found = store::find_by_code(&state.db, read_code(code), state.clock.now()).await?;
    let found = found.ok_or_else(lapsed)?;
    throttle::forgive(state, throttle::CODES, &who.id.to_string()).await?;
    Ok(found)
}

/// Approves or refuses a terminal, in the name of the person who compared its code.
pub(crate) async fn decide(
    state: &AppState,
    who: &Session,
    code: &str,
    verdict: Verdict,
) -> Result<(), Error> {
    let waiting = match find(state, &who.account, code).await {
        Err(Error::Invalid { .. }) if verdict == Verdict::Denied => {
            return take_back(state, who, code).await;
        }
        found => found?,
    };
    let (status, verb) = match verdict {
        Verdict::Approved => ("approved", Verb::DeviceApprove),
        Verdict::Denied => ("denied", Verb::DeviceDeny),
    };
    let mut tx = state.db.begin().await?;
    if !store::decide(&mut tx, waiting.id, who, status).await? {
        return Err(Error::conflict("this terminal was approved or refused already"));
    }
    audit::note(state, &mut tx, verb, "").await?;
    Ok(tx.commit().await?)
}

/// Refuses a terminal that the same person approved before, as in another window, unless it is
/// signed in by now.
async fn take_back(state: &AppState, who: &Session, code: &str) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    let (code, account) = (read_code(code), who.account.id);
    match store::take_back(&mut tx, code, account, state.clock.now()).await?.as_deref() {
        Some("denied") => {
            audit::note(state, &mut tx, Verb::DeviceDeny, "").await?;
            Ok(tx.commit().await?)
        }
        Some(_) => Err(Error::conflict(
            "this terminal was approved, as in another window, and is signed in by now; sign it out \
             where all of them are listed",
        )),
        None => Err(lapsed()),
    }
}

fn lapsed() -> Error {
    Error::invalid("code", "no terminal shows this code now; codes lapse after ten minutes")
}

/// Forgets terminals whose time is over.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now()).await
}

/// A code as it is stored, however it was typed: `bcdfghjk` is `BCDF-GHJK`.
fn read_code(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
    let half = letters.len() / 2;
    let text = |part: &[char]| part.iter().collect::<String>();
    format!("{}-{}", text(&letters[..half]), text(&letters[half..]))
}

const fn stands(code: Code, message: &'static str) -> Error {
    Error::Device { code, message }
}

fn expired() -> Error {
    stands(Code::DeviceExpired, "this took too long; start the login again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "b-c-d-f-g-h-j-k"] {
            assert_eq!(read_code(typed), "BCDF-GHJK");
        }
        assert_eq!(read_code(""), "-");
    }

    #[test]
    fn a_device_has_a_name_on_one_line() {
        assert_eq!(device_name("  studio\n laptop "), "studio laptop");
        assert_eq!(device_name(" \u{7} "), "terminal");
        assert_eq!(device_name(&"x".repeat(500)).len(), LONGEST_NAME);
    }
}
