//! Staff: people whom the operator lets look after shops.
//!
//! The role is granted and taken at the machine only. Whoever has it is recognised by the extractor
//! `web::people::Staff`; for everybody else nothing of this is there.

mod letters;
mod pages;
mod routes;
mod store;

use api::account::Account;
use api::audit::Verb;
use api::page::PageRequest;
use api::shop::Shop;
use api::staff::{StaffShop, StaffShopDetail};
use api::{Id, Page};

pub(crate) use routes::routes;
pub use store::Member;

use crate::accounts::factors;
use crate::cursor::{self, Cursor};
use crate::error::Error;
use crate::mail::Recipient;
use crate::shops::suspensions;
use crate::state::AppState;
use crate::{accounts, audit};

/// Lines of the log on the page of a shop.
const LOG: u32 = 50;

/// Since when somebody has the role who was to be made staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// From now on.
    Now,
    /// From before; only the letter was written anew.
    Before,
}

/// Makes the account staff that has proved this address, and tells it so by letter. Who is staff
/// already and has not turned the second step on yet gets the letter anew.
pub async fn add(state: &AppState, email: &str) -> Result<Added, Error> {
    let account = proved(state, email).await?;
    let has_begun = factors::is_on(state, account).await?;
    let mut tx = state.db.begin().await?;
    let added = match store::insert(&mut tx, account, state.clock.now()).await? {
        true => Added::Now,
        false if has_begun => {
            return Err(Error::conflict(format!("{email} is staff already")));
        }
        false => Added::Before,
    };
    letters::added(state, &mut tx, Recipient::at(email, Some(account))).await?;
    if added == Added::Now {
        audit::note(state, &mut tx, Verb::StaffAdd, account).await?;
    }
    tx.commit().await?;
    Ok(added)
}

/// Takes the role, from the next request on, and says so by letter.
pub async fn remove(state: &AppState, email: &str) -> Result<(), Error> {
    let account = proved(state, email).await?;
    let mut tx = state.db.begin().await?;
    if !store::delete(&mut tx, account).await? {
        return Err(Error::conflict(format!("{email} is not staff")));
    }
    letters::removed(state, &mut tx, Recipient::at(email, Some(account))).await?;
    audit::note(state, &mut tx, Verb::StaffRemove, account).await?;
    Ok(tx.commit().await?)
}

/// Everybody who has the role, by address.
pub async fn members(state: &AppState) -> Result<Vec<Member>, Error> {
    store::members(&state.db).await
}

async fn proved(state: &AppState, email: &str) -> Result<Id<Account>, Error> {
    let found = accounts::find_by_proved_address(state, email).await?;
    found.ok_or_else(|| {
        Error::invalid("email", format!("no account has verified the address {email}"))
    })
}

/// Every shop whose name or address holds these words, the newest first.
pub(crate) async fn shops(
    state: &AppState,
    words: &str,
    request: &PageRequest,
) -> Result<Page<StaffShop>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let (name, slug) = (words.trim().to_lowercase(), crate::shops::slug::slug(words, ""));
    // Words without a Latin letter are part of no address.
    let slug = if slug.is_empty() { name.clone() } else { slug };
    let limit = i64::from(request.rows()) + 1;
    let rows = store::shops(&state.db, &name, &slug, &after, limit).await?;
    Ok(cursor::page(rows, request.rows(), |shop| Cursor { at: shop.created_at, id: shop.id }))
}

/// One shop: how it stands, why, and what was done to it.
pub(crate) async fn shop(state: &AppState, id: Id<Shop>) -> Result<StaffShopDetail, Error> {
    Ok(StaffShopDetail {
        shop: store::shop(&state.db, id).await?.ok_or(Error::NotFound)?,
        suspensions: suspensions::list(state, id).await?,
        log: audit::of_object(state, &id.to_string(), LOG).await?,
    })
}

/// Suspends a shop, for a reason that its artisan reads.
pub(crate) async fn suspend(
    state: &AppState,
    id: Id<Shop>,
    reason: &str,
) -> Result<StaffShopDetail, Error> {
    suspensions::suspend(state, id, reason).await?;
    shop(state, id).await
}

/// Lifts the suspension of a shop.
pub(crate) async fn lift(state: &AppState, id: Id<Shop>) -> Result<StaffShopDetail, Error> {
    suspensions::lift(state, id).await?;
    shop(state, id).await
}
