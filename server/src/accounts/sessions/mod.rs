//! Sessions of browsers and tokens of terminals. The secret leaves the server once; its hash stays.

mod store;

use api::account::Account;
use api::audit::{Means, Verb};
use api::{Id, Timestamp};
use uuid::Uuid;

use crate::audit;
use crate::entropy::{Secret, hash_secret};
use crate::error::Error;
use crate::state::AppState;

const DAY: i64 = 24 * 3600;
/// A browser that was away this long signs in again.
const WEB_IDLE_SECONDS: i64 = 14 * DAY;
/// Even a busy browser signs in again after this.
pub(crate) const WEB_LONGEST_SECONDS: i64 = 90 * DAY;
/// A terminal that was away this long signs in again.
const TOKEN_IDLE_SECONDS: i64 = 90 * DAY;
/// Use is written down at most this often, so that reading pages does not write.
const NOTE_USE_SECONDS: i64 = 5 * 60;

/// What a session's secret travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A browser's cookie.
    Web,
    /// A program's bearer token.
    Token,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The session itself.
    pub(crate) id: Uuid,
    /// Whose it is.
    pub(crate) account: Account,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Token => "token",
        }
    }

    const fn means(self) -> Means {
        match self {
            Self::Web => Means::Browser,
            Self::Token => Means::Terminal,
        }
    }

    /// When a session ends that was begun then and used now.
    fn end(self, begun: Timestamp, now: Timestamp) -> Timestamp {
        match self {
            Self::Web => {
                now.plus_seconds(WEB_IDLE_SECONDS).min(begun.plus_seconds(WEB_LONGEST_SECONDS))
            }
            Self::Token => now.plus_seconds(TOKEN_IDLE_SECONDS),
        }
    }
}

/// Begins a session with a new secret, named after the device.
pub(crate) async fn begin(
    state: &AppState,
    account: Id<Account>,
    kind: Kind,
    name: &str,
) -> Result<(Secret, Timestamp), Error> {
    let secret = state.entropy.secret();
    let now = state.clock.now();
    let ends = kind.end(now, now);
    let id = state.entropy.uuid(now);
    let mut tx = state.db.begin().await?;
    store::insert(&mut tx, id, secret.hash(), account, kind.as_str(), name, now, ends).await?;
    audit::recognised(account, kind.means());
    audit::note(state, &mut tx, Verb::SessionBegin, "").await?;
    tx.commit().await?;
    Ok((secret, ends))
}

/// The live session of a secret, and notes that it was used.
pub(crate) async fn recognise(
    state: &AppState,
    kind: Kind,
    secret: &str,
) -> Result<Option<Session>, Error> {
    let now = state.clock.now();
    let found = store::find(&state.db, hash_secret(secret), kind.as_str(), now).await?;
    let Some(found) = found else { return Ok(None) };
    if found.seen_at.plus_seconds(NOTE_USE_SECONDS) <= now {
        let ends = kind.end(found.begun_at, now);
        store::note_use(&state.db, found.session_id, now, ends).await?;
    }
    Ok(Some(found.into()))
}

/// Ends one session; its secret is worth nothing from now on.
pub(crate) async fn end(state: &AppState, session: Uuid) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    store::delete(&mut tx, session).await?;
    audit::note(state, &mut tx, Verb::SessionEnd, "").await?;
    Ok(tx.commit().await?)
}

/// Forgets sessions that ended.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_signs_in_again_after_ninety_days_at_most() {
        let begun = Timestamp::from_seconds(0);
        let day = |n: i64| Timestamp::from_seconds(n * DAY);
        assert_eq!(Kind::Web.end(begun, day(0)), day(14));
        assert_eq!(Kind::Web.end(begun, day(70)), day(84));
        assert_eq!(Kind::Web.end(begun, day(80)), day(90));
        assert_eq!(Kind::Token.end(begun, day(80)), day(170));
    }
}
