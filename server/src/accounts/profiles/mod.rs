//! Profiles: what people show of themselves. The page that others see is `people`.

mod pages;
mod profile;
mod routes;
mod store;

use api::Id;
use api::account::Account;
use api::audit::Verb;
use api::profile::{Profile, ProfileEdit};
use bytes::Bytes;

pub(crate) use profile::host;
pub(super) use routes::routes;

use crate::audit;
use crate::db::Tx;
use crate::error::{Error, Refusals};
use crate::images;
use crate::state::AppState;

/// A person's own profile.
pub(crate) async fn find(state: &AppState, account: &Account) -> Result<Profile, Error> {
    let found = store::find(&state.db, account.id).await?;
    Ok(found.unwrap_or_else(|| profile::untold(account)))
}

/// The profile at `/people/{name}`: a chosen name or the id of an account.
pub(crate) async fn find_by_name(state: &AppState, name: &str) -> Result<Profile, Error> {
    let account = match name.parse::<Id<Account>>() {
        Ok(id) => id,
        Err(_) => store::of_slug(&state.db, name.to_lowercase()).await?.ok_or(Error::NotFound)?,
    };
    find(state, &super::find(state, account).await?).await
}

/// Changes a profile. `version` is the one that the person looked at, if she says so.
pub(crate) async fn edit(
    state: &AppState,
    account: &Account,
    edit: &ProfileEdit,
    version: Option<i64>,
) -> Result<Profile, Error> {
    let mut tx = state.db.begin().await?;
    let before = lock(&mut tx, account, version).await?;
    let mut wrong = Refusals::default();
    let after = profile::edited(&before, edit, &mut wrong)?;
    if before.slug != after.slug {
        wrong.take(move_to(state, &mut tx, account.id, after.slug.as_deref()).await)?;
    }
    wrong.told()?;
    let after = save(state, &mut tx, after).await?;
    audit::note(state, &mut tx, Verb::ProfileEdit, "").await?;
    tx.commit().await?;
    Ok(after)
}

/// Gives the page another address.
async fn move_to(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    slug: Option<&str>,
) -> Result<(), Error> {
    store::delete_slug(tx, account).await?;
    match slug {
        Some(slug) if state.config.is_own_name(slug) => {
            let words = "people would take this address for the market's own; choose another";
            Err(Error::invalid("slug", words))
        }
        Some(slug) if !store::insert_slug(tx, account, slug).await? => {
            Err(Error::invalid("slug", "somebody else has this address; choose another"))
        }
        _ => Ok(()),
    }
}

/// Makes a picture the portrait.
pub(crate) async fn set_avatar(
    state: &AppState,
    account: &Account,
    upload: Bytes,
) -> Result<Profile, Error> {
    let image = images::take(state, upload).await?;
    let mut tx = state.db.begin().await?;
    let before = lock(&mut tx, account, None).await?;
    let avatar = images::find(&mut tx, &image.hash).await?;
    let after = save(state, &mut tx, Profile { avatar, ..before }).await?;
    audit::note(state, &mut tx, Verb::ProfileAvatar, "").await?;
    tx.commit().await?;
    Ok(after)
}

/// Takes the portrait away, if there is one.
pub(crate) async fn remove_avatar(state: &AppState, account: &Account) -> Result<Profile, Error> {
    let mut tx = state.db.begin().await?;
    let before = lock(&mut tx, account, None).await?;
    if before.avatar.is_none() {
        return Ok(before);
    }
    let after = save(state, &mut tx, Profile { avatar: None, ..before }).await?;
    audit::note(state, &mut tx, Verb::ProfileAvatarRemove, "").await?;
    tx.commit().await?;
    Ok(after)
}

/// Locks a person's profile until the transaction ends, provided that nobody changed it since.
async fn lock(tx: &mut Tx, account: &Account, version: Option<i64>) -> Result<Profile, Error> {
    super::lock(tx, account.id).await?;
    let found = store::find_in(tx, account.id).await?;
    let profile = found.unwrap_or_else(|| profile::untold(account));
    if version.is_some_and(|version| version != profile.version) {
        return Err(Error::conflict(
            "your profile was changed elsewhere meanwhile; look at it again, then repeat your change",
        ));
    }
    Ok(profile)
}

async fn save(state: &AppState, tx: &mut Tx, profile: Profile) -> Result<Profile, Error> {
    let after = Profile { version: profile.version + 1, ..profile };
    store::upsert(tx, &after, state.clock.now()).await?;
    store::rename(tx, after.account, &after.name).await?;
    Ok(after)
}
