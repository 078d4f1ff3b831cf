//! Purchases as their shoppers see them: by the account, or by a guest's secret link.

mod store;

use api::account::Account;
use api::order::{OrderStatus, PurchaseView, ShopPart};
use api::{Id, Page};

pub(crate) use store::OwnPurchase;

use super::store as orders;
use crate::checkout::{self, Standing};
use crate::cursor::{self, Cursor};
use crate::entropy::hash_secret;
use crate::error::Error;
use crate::state::AppState;

/// Who wants to see a purchase.
#[derive(Clone, Default)]
pub(crate) struct Reader {
    /// The account that is signed in.
    pub(crate) account: Option<Id<Account>>,
    /// The secret of a guest's link, from a cookie.
    pub(crate) link: Option<String>,
}

/// A purchase by its number, or by the number of one of its orders, for whoever may see it.
pub(crate) async fn purchase(
    state: &AppState,
    reader: &Reader,
    number: &str,
) -> Result<PurchaseView, Error> {
    let purchase = find(state, reader, number).await?;
    let mut shops = Vec::new();
    for row in orders::of_purchase(&state.db, purchase.id).await? {
        let (shop, slug) = row.shop();
        shops.push(ShopPart { shop, slug, order: orders::complete(&state.db, row).await? });
    }
    Ok(purchase.view(shops))
}

/// How the money of a purchase stands, for whoever may see it.
pub(crate) async fn standing(
    state: &AppState,
    reader: &Reader,
    number: &str,
) -> Result<Standing, Error> {
    let purchase = find(state, reader, number).await?;
    checkout::standing(state, purchase.id).await
}

/// Calls an open purchase off for whoever may see it; says where it stands then.
pub(crate) async fn give_up(
    state: &AppState,
    reader: &Reader,
    number: &str,
) -> Result<OrderStatus, Error> {
    let purchase = find(state, reader, number).await?;
    checkout::give_up(state, purchase.id).await
}

async fn find(
    state: &AppState,
    reader: &Reader,
    number: &str,
) -> Result<store::PurchaseRow, Error> {
    let number = number.split('-').next().unwrap_or_default().to_ascii_uppercase();
    let owned = match reader.account {
        Some(account) => store::purchase_of_account(&state.db, account, &number).await?,
        None => None,
    };
    let found = match (owned, &reader.link) {
        (Some(purchase), _) => Some(purchase),
        (None, Some(link)) => {
            store::purchase_of_link(&state.db, hash_secret(link), state.clock.now())
                .await?
                .filter(|purchase| purchase.number() == number)
        }
        (None, None) => None,
    };
    found.ok_or(Error::NotFound)
}

/// The number of the purchase that a guest's link opens.
pub(crate) async fn number_of_link(state: &AppState, link: &str) -> Result<String, Error> {
    let found = store::purchase_of_link(&state.db, hash_secret(link), state.clock.now()).await?;
    Ok(found.ok_or(Error::NotFound)?.number().to_owned())
}

/// A page of a shopper's own purchases, from new to old, without those that wait for payment.
pub(crate) async fn purchases(
    state: &AppState,
    account: Id<Account>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<OwnPurchase>, Error> {
    let after = Cursor::parse(after)?;
    let rows = store::purchases(&state.db, account, after, i64::from(limit) + 1).await?;
    Ok(cursor::page(rows, limit, |row| Cursor { at: row.placed_at, id: row.id }))
}
