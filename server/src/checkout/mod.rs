//! Checkout: from a cart to a paid purchase.
//!
//! [`start`] holds the pieces and sends the shopper to Stripe's page. [`settle`] looks at Stripe
//! and makes true what it finds: paid, or closed without payment. Webhooks call it, the watch that
//! replaces lost webhooks, and whoever closes a page; the page a shopper returns to only reads.
//! A cart has one open payment at most: who starts anew gives the earlier one up.

mod closing;
pub(crate) mod form;
pub(crate) mod jobs;
pub(crate) mod late;
pub(crate) mod letters;
pub(crate) mod pages;
mod placing;
pub(crate) mod quote;
mod settling;
mod store;
pub(crate) mod transfers;

use api::account::Account;
use api::order::{Address, OrderStatus, Purchase};
use api::shop::Shop;
use api::{Id, Timestamp};

pub(crate) use closing::give_up;
pub(crate) use late::LatePayment;
pub(crate) use settling::{book_fee, settle, settle_session};

use crate::carts::{self, Cart};
use crate::db::Tx;
use crate::entropy::Secret;
use crate::error::Error;
use crate::state::AppState;
use store::PurchaseRow;

/// How long pieces are held for a shopper who pays. Stripe's shortest session is 30 minutes; a
/// minute more keeps clear of that bound when clocks differ.
const HOLD_SECONDS: i64 = 31 * 60;

/// Windows that order the same cart at the same moment make way for each other this often.
const TRIES: usize = 3;

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
    /// When what is made to order is ready, as the shopper was told.
    pub(crate) told: Vec<form::Told>,
    /// Names this attempt: the same form sent twice is one purchase.
    pub(crate) attempt: String,
}

/// Where a shopper goes on.
pub(crate) enum Started {
    /// To Stripe's page.
    Payment {
        /// Its address.
        url: String,
        /// Opens the purchase for a guest.
        link: Secret,
    },
    /// To a purchase that was paid, or is just being paid, in place of paying twice.
    Paid {
        /// What people see.
        number: String,
        /// Opens the purchase for a guest.
        link: Secret,
    },
    /// Back to the form, which tells another day now: something would be ready later than she was
    /// told. In words.
    Later(String),
    /// Back to the form: what it led to was called off, so it has to be sent anew.
    Over,
}

/// Holds the pieces and opens Stripe's page. An earlier purchase of the same cart that is still
/// open makes way, unless it is paid at this very moment.
pub(crate) async fn start(state: &AppState, request: Request) -> Result<Started, Error> {
    let lines = carts::lines(state, request.cart).await?;
    let key = placing::key(&request, &lines)?;
    if let Some(again) = store::find_attempt(&state.db, &key).await? {
        return lead_on(state, again).await;
    }
    let quote = quote::price(state.config.currency, &lines)?;
    let wish = placing::Wish { request: &request, key: &key, quote: &quote };
    for _ in 0..TRIES {
        let earlier = closing::in_the_way(state, request.cart, request.account, &key).await?;
        let free = match closing::make_way(state, &earlier).await? {
            closing::Way::Free(free) => free,
            closing::Way::Paid(purchase) => return lead_to_order(state, *purchase).await,
        };
        match placing::place(state, &wish, &free).await? {
            placing::Placed::Done(purchase) => return lead_on(state, *purchase).await,
            placing::Placed::Later(words) => return Ok(Started::Later(words)),
            placing::Placed::Disturbed => {}
        }
    }
    Err(Error::conflict("this cart is being ordered in another window; close it and try again"))
}

/// How the money of a purchase stands, for its shopper.
#[derive(Default)]
pub(crate) struct Standing {
    /// Where it can still be paid.
    pub(crate) payment: Option<PaymentPage>,
    /// Money that came after it was called off.
    pub(crate) late: Option<LatePayment>,
}

/// A page where a purchase can still be paid.
pub(crate) struct PaymentPage {
    /// Its address.
    pub(crate) url: String,
    /// How long the pieces are held.
    pub(crate) until: Timestamp,
}

/// How the money of a purchase stands, for whoever may see it.
pub(crate) async fn standing(state: &AppState, purchase: Id<Purchase>) -> Result<Standing, Error> {
    let found = store::find(&state.db, purchase).await?;
    match found.status {
        OrderStatus::Pending => {
            let open = found.expires_at > state.clock.now();
            let page = |url| PaymentPage { url, until: found.expires_at };
            let payment = found.session_url.filter(|_| open).map(page);
            Ok(Standing { payment, late: None })
        }
        OrderStatus::Cancelled => {
            Ok(Standing { payment: None, late: late::find(state, purchase).await? })
        }
        _ => Ok(Standing::default()),
    }
}

/// Leads a shopper to what her purchase needs next.
async fn lead_on(state: &AppState, purchase: PurchaseRow) -> Result<Started, Error> {
    if purchase.status == OrderStatus::Pending && purchase.session_url.is_none() {
        jobs::open_session(state, purchase.id).await?;
    }
    let purchase = store::find(&state.db, purchase.id).await?;
    match purchase.status {
        OrderStatus::Pending => lead_to_payment(state, purchase).await,
        OrderStatus::Cancelled => {
            // Another window may have called it off while its page was being opened.
            settle(state, purchase.id).await?;
            Ok(Started::Over)
        }
        _ => lead_to_order(state, purchase).await,
    }
}

async fn lead_to_payment(state: &AppState, purchase: PurchaseRow) -> Result<Started, Error> {
    let url = purchase.session_url.ok_or_else(|| {
        Error::Unavailable("the payment page is not ready; you were not charged, try again".into())
    })?;
    Ok(Started::Payment { url, link: new_link(state, purchase.id).await? })
}

async fn lead_to_order(state: &AppState, purchase: PurchaseRow) -> Result<Started, Error> {
    let link = new_link(state, purchase.id).await?;
    Ok(Started::Paid { number: purchase.number, link })
}

async fn new_link(state: &AppState, purchase: Id<Purchase>) -> Result<Secret, Error> {
    let mut tx = state.db.begin().await?;
    let link = link(state, &mut tx, purchase).await?;
    tx.commit().await?;
    Ok(link)
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
