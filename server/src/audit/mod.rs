//! The audit log: who did what to which object, when.
//!
//! A verb calls `note` in its own transaction, so that either both happened or neither. Who asks
//! travels beside the request instead of through every verb's arguments: the door opens a room
//! (`within_request`), whoever recognises the asker says so (`recognised`, `acts_as`), and
//! outside of any room the market acts by itself.
//!
//! The log is append-only; triggers refuse anything else. It names people only by an id that
//! `audit_actors` resolves; erasure removes that row, and the entries stay, of nobody.

mod store;

use std::cell::Cell;
use std::future::Future;

use api::account::Account;
use api::audit::{AuditEntry, Means, Role, Verb};
use api::page::PageRequest;
use api::{Id, Page};

use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// Who acts.
#[derive(Clone, Copy, Debug)]
struct Actor {
    /// Nobody's account: a guest, the operator, or the market itself.
    account: Option<Id<Account>>,
    role: Role,
    means: Means,
}

/// The market, by itself.
const SYSTEM: Actor = Actor { account: None, role: Role::System, means: Means::System };
/// Whoever is at the machine.
const OPERATOR: Actor = Actor { account: None, role: Role::Operator, means: Means::Operator };

tokio::task_local! {
    static ACTOR: Cell<Actor>;
}

/// Carries out a request that came by these means: whoever is recognised inside is who acts, and
/// until then a guest.
pub(crate) async fn within_request<F: Future>(means: Means, work: F) -> F::Output {
    let guest = Actor { account: None, role: Role::Shopper, means };
    ACTOR.scope(Cell::new(guest), work).await
}

/// Carries out what somebody at the machine asked for.
pub async fn as_operator<F: Future>(work: F) -> F::Output {
    ACTOR.scope(Cell::new(OPERATOR), work).await
}

/// Says who asks, as soon as a session tells; outside of a request nobody listens.
pub(crate) fn recognised(account: Id<Account>, means: Means) {
    set(Actor { account: Some(account), role: Role::Shopper, means });
}

/// Says who acts without a session: whose link from a letter, password or code was used.
pub(crate) fn acts(owner: Id<Account>) {
    if actor().account != Some(owner) {
        set(Actor { account: Some(owner), role: Role::Shopper, ..actor() });
    }
}

/// Says as what the asker acts.
pub(crate) fn acts_as(role: Role) {
    set(Actor { role, ..actor() });
}

/// Whose account asks, if anybody's, and with what: for records beside the log.
pub(crate) fn asker() -> (Option<Id<Account>>, Means) {
    let Actor { account, means, .. } = actor();
    (account, means)
}

fn set(actor: Actor) {
    // An error means that there is no room: a job, or a test that calls a verb.
    let _nobody_listens = ACTOR.try_with(|cell| cell.set(actor));
}

fn actor() -> Actor {
    ACTOR.try_with(Cell::get).unwrap_or(SYSTEM)
}

/// Notes what is done, in the transaction that does it. `object` is an id or a number, never a
/// name or an address, because entries outlive both.
pub(crate) async fn note(
    state: &AppState,
    tx: &mut Tx,
    verb: Verb,
    object: impl ToString,
) -> Result<(), Error> {
    write(state, tx, actor(), verb, object.to_string()).await
}

/// Notes what the market does for somebody by itself, in the transaction that does it.
pub(crate) async fn note_for(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    verb: Verb,
    object: impl ToString,
) -> Result<(), Error> {
    let actor = Actor { account: Some(account), ..SYSTEM };
    write(state, tx, actor, verb, object.to_string()).await
}

async fn write(
    state: &AppState,
    tx: &mut Tx,
    actor: Actor,
    verb: Verb,
    object: String,
) -> Result<(), Error> {
    let now = state.clock.now();
    let whom = match actor.account {
        Some(account) => Some(store::whom(tx, state.entropy.uuid(now), account).await?),
        None => None,
    };
    let entry = AuditEntry {
        id: state.entropy.id(now),
        at: now,
        role: actor.role,
        means: actor.means,
        verb,
        object,
    };
    store::insert(tx, whom, &entry).await
}

/// What was done to an object, whoever did it, from new to old: the newest so many.
pub(crate) async fn of_object(
    state: &AppState,
    object: &str,
    most: u32,
) -> Result<Vec<AuditEntry>, Error> {
    store::of_object(&state.db, object, i64::from(most)).await
}

/// What somebody did, from new to old.
pub(crate) async fn list(
    state: &AppState,
    account: Id<Account>,
    request: &PageRequest,
) -> Result<Page<AuditEntry>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let rows = store::list(&state.db, account, &after, i64::from(request.rows()) + 1).await?;
    Ok(cursor::page(rows, request.rows(), |row| Cursor { at: row.at, id: row.id }))
}
