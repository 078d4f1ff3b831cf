//! Checkout: from a cart to a paid purchase.
//!
//! [`start`] holds the pieces and sends the shopper to Stripe's page. [`settle`] looks at Stripe
//! and makes true what it finds: paid, or closed without payment. It is called by webhooks, by the
//! watch that replaces lost webhooks, and by nobody else; the page a shopper returns to only reads.

pub(crate) mod countries;
pub(crate) mod form;
pub(crate) mod jobs;
pub(crate) mod letters;
pub(crate) mod pages;
mod placing;
pub(crate) mod quote;
mod settling;
mod store;
pub(crate) mod transfers;

use api::Id;
use api::account::Account;
use api::order::{Address, OrderStatus, Purchase};
use api::shop::Shop;

pub(crate) use settling::{book_fee, settle, settle_session};

use crate::carts::Cart;
use crate::db::Tx;
use crate::entropy::Secret;
use crate::error::Error;
use crate::state::AppState;

/// How long pieces are held for a shopper who pays. Stripe's shortest session is 30 minutes; a
/// minute more keeps clear of that bound when clocks differ.
const HOLD_SECONDS: i64 = 31 * 60;

/// A guest's link works this long after it was made.
const LINK_SECONDS: i64 = 180 * 24 * 3600;

/// What a shopper sends to buy a cart.
pub(crate) struct Request {
    /// The cart.
    pub(crate) cart: Id<Cart>,
    /// The account, when signed in.
    pub(crate) account: Option<Id<Account>>,
    /// Where letters go.
    pub(crate) email: String,
    /// Where parcels go.
    pub(crate) ship_to: Address,
    /// Notes to the shops.
    pub(crate) notes: Vec<(Id<Shop>, String)>,
    /// Names this attempt: the same form sent twice is one purchase.
    pub(crate) attempt: String,
}

/// Where a shopper goes on.
pub(crate) struct Started {
    /// Stripe's page.
    pub(crate) url: String,
    /// Opens the purchase for a guest.
    pub(crate) link: Secret,
}

/// Holds the pieces and opens Stripe's page.
pub(crate) async fn start(state: &AppState, request: Request) -> Result<Started, Error> {
    let purchase = match store::find_attempt(&state.db, &request.attempt).await? {
        Some(again) => again,
        None => placing::place(state, &request).await?,
    };
    if purchase.status != OrderStatus::Pending {
        return Err(Error::conflict("this purchase is already finished; look at your orders"));
    }
    if purchase.session_url.is_none() {
        jobs::open_session(state, purchase.id).await?;
    }
    let mut tx = state.db.begin().await?;
    let link = link(state, &mut tx, purchase.id).await?;
    tx.commit().await?;
    let purchase = store::find(&state.db, purchase.id).await?;
    let url = purchase.session_url.ok_or_else(|| {
        Error::Unavailable("the payment page is not ready; you were not charged, try again".into())
    })?;
    Ok(Started { url, link })
}

/// Makes a secret link to a purchase, in the caller's transaction.
pub(crate) async fn link(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
) -> Result<Secret, Error> {
    let secret = state.entropy.secret();
    let now = state.clock.now();
    store::insert_link(tx, secret.hash(), purchase, now, now.plus_seconds(LINK_SECONDS)).await?;
    Ok(secret)
}
