//! The address book: where a person has parcels sent.

pub(crate) mod address;
mod pages;
mod routes;
mod store;

use api::Id;
use api::account::Account;
use api::address::{ADDRESSES, AddressFields, SavedAddress};
use api::audit::Verb;

pub(crate) use pages::label;
pub(super) use routes::routes;

use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::web::idempotency;

/// A person's addresses, the default first, then in the order they were added.
pub(crate) async fn list(
    state: &AppState,
    account: Id<Account>,
) -> Result<Vec<SavedAddress>, Error> {
    store::list(&state.db, account).await
}

/// One of a person's own addresses.
pub(crate) async fn find(
    state: &AppState,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<SavedAddress, Error> {
    store::find(&state.db, account, id).await?.ok_or(Error::NotFound)
}

/// Adds an address; the first one is where checkout begins.
pub(crate) async fn add(
    state: &AppState,
    account: Id<Account>,
    fields: &AddressFields,
) -> Result<SavedAddress, Error> {
    let fields = address::checked(fields, &state.config.country)?;
    let mut tx = state.db.begin().await?;
    super::lock(&mut tx, account).await?;
    let there = store::list_in(&mut tx, account).await?;
    let added = insert(state, &mut tx, account, fields, &there).await?;
    idempotency::created(&mut tx, &added).await?;
    tx.commit().await?;
    Ok(added)
}

/// Adds an address that was typed at checkout, unless it is in the book already.
pub(crate) async fn keep(
    state: &AppState,
    account: Id<Account>,
    fields: &AddressFields,
) -> Result<(), Error> {
    let fields = address::checked(fields, &state.config.country)?;
    let mut tx = state.db.begin().await?;
    super::lock(&mut tx, account).await?;
    let there = store::list_in(&mut tx, account).await?;
    if !there.iter().any(|saved| saved.fields == fields) {
        insert(state, &mut tx, account, fields, &there).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn insert(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    fields: AddressFields,
    there: &[SavedAddress],
) -> Result<SavedAddress, Error> {
    if there.len() >= ADDRESSES {
        return Err(Error::conflict(format!(
            "an address book holds up to {ADDRESSES} addresses; delete one that you no longer need"
        )));
    }
    let now = state.clock.now();
    let is_default = there.is_empty();
    let added = SavedAddress { id: state.entropy.id(now), fields, is_default, version: 1 };
    store::insert(tx, account, &added, now).await?;
    audit::note(state, tx, Verb::AddressAdd, added.id).await?;
    Ok(added)
}

/// Replaces what an address says. `version` is the one that the person looked at, if she says so.
pub(crate) async fn replace(
    state: &AppState,
    account: Id<Account>,
    id: Id<SavedAddress>,
    fields: &AddressFields,
    version: Option<i64>,
) -> Result<SavedAddress, Error> {
    let fields = address::checked(fields, &state.config.country)?;
    let mut tx = state.db.begin().await?;
    super::lock(&mut tx, account).await?;
    let before = looked_at(&mut tx, account, id, version).await?;
    let after = SavedAddress { fields, version: before.version + 1, ..before };
    store::update(&mut tx, account, &after).await?;
    audit::note(state, &mut tx, Verb::AddressEdit, id).await?;
    tx.commit().await?;
    Ok(after)
}

/// An address, if it is still the version that the person looked at.
async fn looked_at(
    tx: &mut Tx,
    account: Id<Account>,
    id: Id<SavedAddress>,
    version: Option<i64>,
) -> Result<SavedAddress, Error> {
    let found = store::find_in(tx, account, id).await?.ok_or(Error::NotFound)?;
    if version.is_some_and(|version| version != found.version) {
        return Err(Error::conflict(
            "this address was changed elsewhere meanwhile; look at it again, then repeat your change",
        ));
    }
    Ok(found)
}

/// Makes an address the one that checkout begins with.
pub(crate) async fn prefer(
    state: &AppState,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<SavedAddress, Error> {
    let mut tx = state.db.begin().await?;
    super::lock(&mut tx, account).await?;
    let found = store::find_in(&mut tx, account, id).await?.ok_or(Error::NotFound)?;
    store::set_default(&mut tx, account, id).await?;
    audit::note(state, &mut tx, Verb::AddressPrefer, id).await?;
    tx.commit().await?;
    Ok(SavedAddress { is_default: true, ..found })
}

/// Deletes an address; orders keep theirs. When it was the default, the oldest one left becomes it.
/// `version` is the one that the person looked at, if she says so.
pub(crate) async fn delete(
    state: &AppState,
    account: Id<Account>,
    id: Id<SavedAddress>,
    version: Option<i64>,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    super::lock(&mut tx, account).await?;
    let gone = looked_at(&mut tx, account, id, version).await?;
    store::delete(&mut tx, account, id).await?;
    let left = store::list_in(&mut tx, account).await?;
    if let Some(oldest) = left.first().filter(|_| gone.is_default) {
        store::set_default(&mut tx, account, oldest.id).await?;
    }
    audit::note(state, &mut tx, Verb::AddressDelete, id).await?;
    tx.commit().await?;
    Ok(())
}
