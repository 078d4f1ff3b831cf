//! People as others see them, and what a person has here at a glance.

mod pages;
mod seen;

use api::Id;
use api::account::Account;
use api::address::SavedAddress;
use api::profile::Profile;
use api::shop::Shop;

pub(crate) use pages::routes;

use crate::accounts::addresses::{self, address};
use crate::accounts::profiles;
use crate::error::Error;
use crate::orders::{self, OwnPurchase};
use crate::shops;
use crate::state::AppState;
use seen::{Relation, Seen};

/// Purchases on the first page of an account.
const NEWEST: u32 = 3;

/// A person's page.
pub(crate) struct PersonView {
    /// What this viewer may see.
    pub(crate) seen: Seen,
    /// How the viewer stands to the person.
    pub(crate) relation: Relation,
    /// The stall of the person, if there is one that is open and the name is public.
    pub(crate) shop: Option<Shop>,
}

/// The page at `/people/{name}` for whoever asks. Somebody whose name this viewer may not see is
/// as absent as somebody who is not there.
pub(crate) async fn look(
    state: &AppState,
    viewer: Option<Id<Account>>,
    name: &str,
) -> Result<PersonView, Error> {
    let profile = profiles::find_by_name(state, name).await?;
    let relation = relation(state, viewer, &profile).await?;
    let seen = seen::by(&profile, relation).ok_or(Error::NotFound)?;
    let shop = shops::find_open(state, profile.account).await?;
    Ok(PersonView { seen, relation, shop })
}

/// What a person has here, at a glance.
pub(crate) struct Home {
    /// What others may see.
    pub(crate) profile: Profile,
    /// The address that checkout begins with, line by line; empty without one.
    pub(crate) address: Vec<String>,
    /// The newest purchases.
    pub(crate) purchases: Vec<OwnPurchase>,
    /// Whether there are more.
    pub(crate) more: bool,
    /// The stall, if there is one.
    pub(crate) shop: Option<Shop>,
    /// Whether it is shown to others.
    pub(crate) shop_open: bool,
}

/// Everything for the first page of an account.
pub(crate) async fn home(state: &AppState, account: &Account) -> Result<Home, Error> {
    let purchases = orders::purchases(state, account.id, None, NEWEST).await?;
    let book = addresses::list(state, account.id).await?;
    let lines = |saved: &SavedAddress| address::on_parcel(&saved.fields).lines();
    Ok(Home {
        profile: profiles::find(state, account).await?,
        address: book.first().map(lines).unwrap_or_default(),
        more: purchases.next.is_some(),
        purchases: purchases.items,
        shop: shops::find_for_account(state, account.id).await?,
        shop_open: shops::find_open(state, account.id).await?.is_some(),
    })
}

async fn relation(
    state: &AppState,
    viewer: Option<Id<Account>>,
    profile: &Profile,
) -> Result<Relation, Error> {
    match viewer {
        Some(viewer) if viewer == profile.account => Ok(Relation::Oneself),
        Some(viewer) if orders::have_traded(state, viewer, profile.account).await? => {
            Ok(Relation::Partner)
        }
        Some(_) | None => Ok(Relation::Stranger),
    }
}
