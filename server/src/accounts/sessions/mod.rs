//! Sessions of browsers and tokens of terminals. The secret leaves the server once; its hash stays.
//!
//! A session belongs to an epoch of its account. A new password begins a new epoch, and with it
//! every session of an earlier one has ended, on every server, from the next request on.

mod browser;
mod pages;
mod routes;
mod store;

use api::account::Account;
use api::audit::{Means, Verb};
pub(crate) use api::sign_in::SessionKind as Kind;
use api::sign_in::{Session as Listed, SessionsEnded};
use api::{Id, Page, Timestamp};
use uuid::Uuid;

pub(crate) use browser::describe;
pub(crate) use pages::prove_again;
pub(super) use routes::routes;
pub(crate) use store::Duties;

use super::tokens::Grant;
use crate::audit;
use crate::db::Tx;
use crate::entropy::{Secret, hash_secret};
use crate::error::Error;
use crate::state::AppState;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// A browser that was away this long signs in again.
const WEB_IDLE_SECONDS: i64 = 14 * DAY;
/// Even a busy browser signs in again after this.
pub(crate) const WEB_LONGEST_SECONDS: i64 = 90 * DAY;
/// The same where somebody sells: that browser sees other people's addresses and money.
const SELLER_IDLE_SECONDS: i64 = 12 * HOUR;
const SELLER_LONGEST_SECONDS: i64 = 7 * DAY;
/// The same for staff, who may take shops out of sight.
const STAFF_IDLE_SECONDS: i64 = 15 * 60;
const STAFF_LONGEST_SECONDS: i64 = 8 * HOUR;
/// A terminal that was away this long signs in again.
const TOKEN_IDLE_SECONDS: i64 = 90 * DAY;
/// Use is written down at most this often, so that reading pages does not write.
const NOTE_USE_SECONDS: i64 = 5 * 60;
/// How long the password, once given, is not asked for again before a change to the account.
const PROOF_SECONDS: i64 = 5 * 60;

/// Somebody whose password was compared, and in which epoch of the account that was.
#[derive(Clone, Debug)]
pub(crate) struct Authenticated {
    /// Who it is.
    pub(crate) account: Account,
    /// A session is worth something in this epoch only.
    pub(crate) epoch: i64,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The session itself.
    pub(crate) id: Uuid,
    /// Whose it is.
    pub(crate) account: Account,
    /// What its secret travels in.
    pub(crate) kind: Kind,
    /// The epoch that it belongs to.
    pub(crate) epoch: i64,
    proved_at: Timestamp,
    /// What its person is besides a shopper.
    pub(crate) duties: Duties,
    /// What it may do.
    pub(crate) grant: Grant,
}

impl Session {
    /// Whether it began, or the password was given in it again, since a moment.
    pub(crate) fn is_proved_since(&self, moment: Timestamp) -> bool {
        self.proved_at >= moment
    }

    /// Whether the password was given in it within the last minutes.
    pub(crate) fn is_proved(&self, now: Timestamp) -> bool {
        self.kind == Kind::Web && now < self.proved_at.plus_seconds(PROOF_SECONDS)
    }
}

/// What somebody acts with whose session is of this kind.
const fn means(kind: Kind) -> Means {
    match kind {
        Kind::Web => Means::Browser,
        Kind::Token => Means::Terminal,
    }
}

/// When a session ends that was begun then and used last at that time.
fn end_of(kind: Kind, duties: Duties, begun: Timestamp, used: Timestamp) -> Timestamp {
    let (idle, longest) = match (kind, duties) {
        (Kind::Token, _) => return used.plus_seconds(TOKEN_IDLE_SECONDS),
        (Kind::Web, Duties { staff: true, .. }) => (STAFF_IDLE_SECONDS, STAFF_LONGEST_SECONDS),
        (Kind::Web, Duties { sells: true, .. }) => (SELLER_IDLE_SECONDS, SELLER_LONGEST_SECONDS),
        (Kind::Web, _) => (WEB_IDLE_SECONDS, WEB_LONGEST_SECONDS),
    };
    used.plus_seconds(idle).min(begun.plus_seconds(longest))
}

/// Begins a browser's session with a new secret. If the password is changed at this very moment
/// the session is worth nothing.
pub(crate) async fn begin_web(
    state: &AppState,
    who: &Authenticated,
    browser: &str,
) -> Result<Secret, Error> {
    audit::recognised(who.account.id, Means::Browser);
    let new = (Kind::Web, browser, &Grant::Everything);
    Ok(begin(state, who, new, Verb::SessionBegin).await?.0)
}

/// Begins the session of a terminal or another program: its token, and when that ends if it is
/// not used.
pub(crate) async fn begin_token(
    state: &AppState,
    who: &Authenticated,
    name: &str,
    grant: &Grant,
) -> Result<(Secret, Timestamp), Error> {
    audit::recognised(who.account.id, Means::Terminal);
    let new = (Kind::Token, name, grant);
    let (secret, session) = begin(state, who, new, Verb::SessionBegin).await?;
    Ok((secret, session.expires_at))
}

/// Creates a token for another program, in the name of somebody who is signed in.
pub(super) async fn create_token(
    state: &AppState,
    who: &Authenticated,
    name: &str,
    grant: &Grant,
) -> Result<(Secret, Listed), Error> {
    begin(state, who, (Kind::Token, name, grant), Verb::TokenCreate).await
}

async fn begin(
    state: &AppState,
    who: &Authenticated,
    (kind, name, grant): (Kind, &str, &Grant),
    verb: Verb,
) -> Result<(Secret, Listed), Error> {
    let secret = state.entropy.secret();
    let now = state.clock.now();
    let session = Listed {
        id: state.entropy.id(now),
        kind,
        name: name.to_owned(),
        created_at: now,
        used_at: now,
        expires_at: end_of(kind, Duties { sells: false, staff: false }, now, now),
        current: false,
        scopes: grant.clone().listed(),
    };
    let mut tx = state.db.begin().await?;
    store::insert(&mut tx, who, &session, secret.hash(), grant.text()).await?;
    audit::note(state, &mut tx, verb, session.id).await?;
    tx.commit().await?;
    Ok((secret, session))
}

/// The live session of a secret, and notes that it was used. From now on its person acts in this
/// request.
pub(crate) async fn recognise(
    state: &AppState,
    kind: Kind,
    secret: &str,
) -> Result<Option<Session>, Error> {
    let now = state.clock.now();
    let Some(found) = store::find(&state.db, hash_secret(secret), kind, now).await? else {
        return Ok(None);
    };
    if end_of(kind, found.duties, found.begun_at, found.seen_at) <= now {
        return Ok(None);
    }
    if found.seen_at.plus_seconds(NOTE_USE_SECONDS) <= now {
        let ends = end_of(kind, found.duties, found.begun_at, now);
        store::note_use(&state.db, found.session_id, now, ends).await?;
    }
    let session = Session::from(found);
    audit::recognised(session.account.id, means(kind));
    Ok(Some(session))
}

/// Notes that the password was given again. The session gets a new secret, so that one that was
/// seen before is worth nothing for what comes now.
pub(crate) async fn elevate(state: &AppState, session: &Session) -> Result<Secret, Error> {
    let secret = state.entropy.secret();
    let mut tx = state.db.begin().await?;
    store::renew(&mut tx, session.id, secret.hash(), state.clock.now()).await?;
    audit::note(state, &mut tx, Verb::SessionConfirm, "").await?;
    tx.commit().await?;
    Ok(secret)
}

/// Where an account is signed in, last used first.
pub(crate) async fn list(state: &AppState, asker: &Session) -> Result<Page<Listed>, Error> {
    let now = state.clock.now();
    let found = store::list(&state.db, asker.account.id, now).await?;
    let live = found.into_iter().filter_map(|row| {
        let ends = end_of(row.kind, row.duties, row.created_at, row.seen_at);
        (ends > now).then(|| row.listed(ends, asker.id))
    });
    Ok(Page { items: live.collect(), next: None })
}

/// Ends a session; its secret is worth nothing from now on.
pub(crate) async fn end(state: &AppState, session: &Session) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if store::delete(&mut tx, session.account.id, session.id).await? {
        audit::note(state, &mut tx, Verb::SessionEnd, "").await?;
    }
    Ok(tx.commit().await?)
}

/// Ends one of an account's sessions, by its id.
pub(crate) async fn revoke(
    state: &AppState,
    owner: Id<Account>,
    session: Id<Listed>,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if !store::delete(&mut tx, owner, session.uuid()).await? {
        return Err(Error::NotFound);
    }
    audit::note(state, &mut tx, Verb::SessionRevoke, session).await?;
    Ok(tx.commit().await?)
}

/// Ends every session of an account but the one that asks, and terminals that wait for approval.
pub(crate) async fn end_others(state: &AppState, asker: &Session) -> Result<SessionsEnded, Error> {
    let mut tx = state.db.begin().await?;
    let ended = begin_epoch(&mut tx, asker.account.id, Some(asker.id)).await?;
    audit::note(state, &mut tx, Verb::SessionRevokeOthers, "").await?;
    tx.commit().await?;
    Ok(ended)
}

/// Begins a new epoch of an account in the caller's transaction. Only `kept` lives on.
pub(super) async fn begin_epoch(
    tx: &mut Tx,
    account: Id<Account>,
    kept: Option<Uuid>,
) -> Result<SessionsEnded, Error> {
    let epoch = store::next_epoch(tx, account).await?;
    if let Some(kept) = kept {
        store::keep(tx, account, kept, epoch).await?;
    }
    Ok(SessionsEnded { ended: store::delete_before(tx, account, epoch).await? })
}

/// Forgets sessions that ended.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_sign_in_again_and_those_of_sellers_and_staff_sooner() {
        let begun = Timestamp::from_seconds(0);
        let day = |n: i64| Timestamp::from_seconds(n * DAY);
        let [shopper, seller, staff] = [(false, false), (true, false), (true, true)]
            .map(|(sells, staff)| Duties { sells, staff });
        assert_eq!(end_of(Kind::Web, shopper, begun, day(0)), day(14));
        assert_eq!(end_of(Kind::Web, shopper, begun, day(70)), day(84));
        assert_eq!(end_of(Kind::Web, shopper, begun, day(80)), day(90));
        assert_eq!(end_of(Kind::Web, seller, begun, day(1)), Timestamp::from_seconds(36 * HOUR));
        assert_eq!(end_of(Kind::Web, seller, begun, day(7)), day(7));
        assert_eq!(end_of(Kind::Web, staff, begun, begun), Timestamp::from_seconds(15 * 60));
        assert_eq!(end_of(Kind::Web, staff, begun, day(1)), Timestamp::from_seconds(8 * HOUR));
        assert_eq!(end_of(Kind::Token, seller, begun, day(80)), day(170));
    }
}
