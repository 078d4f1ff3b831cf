//! Orders as their shoppers see them.

use api::Money;
use api::order::{OrderStatus, PurchaseView};
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::{OwnPurchase, Reader};
use crate::checkout::Standing;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Page};
use crate::web::people::{Customer, Viewer};
use crate::web::place::Path;
use crate::web::{cookie, local_path};

/// Name of the cookie that holds the secrets of a guest's purchases, newest first.
pub(crate) const COOKIE: &str = "orders";
/// Purchases that a guest's browser remembers.
const REMEMBERED: usize = 5;
/// A guest's browser remembers for 180 days, as long as the links work.
const COOKIE_SECONDS: i64 = 180 * 24 * 3600;
/// Purchases on one page of a shopper's list.
const ON_A_PAGE: u32 = 20;
/// What the page says when a payment was faster than its cancellation.
const PAID_FIRST: &str =
    "Your payment had arrived already, so this order stands and was not cancelled.";
/// What it says while Stripe cannot tell yet.
const STILL_WORKING: &str = "Your payment is being worked on and cannot be cancelled at this moment. Look again in a minute.";
/// Between two secrets; they are hexadecimal.
const BETWEEN: char = '-';

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/orders/{number}", get(show))
        .route("/orders/{number}/cancel", post(cancel))
        .route("/orders/link/{secret}", get(follow_link))
        .route("/account/orders", get(list))
}

#[derive(Template)]
#[template(path = "orders/purchase.html")]
struct PurchasePage {
    layout: Layout,
    /// Where the parcels go, line by line.
    ship_to: Vec<String>,
    purchase: PurchaseView,
    standing: Standing,
    message: &'static str,
}

#[derive(Template)]
#[template(path = "orders/list.html")]
struct ListPage {
    layout: Layout,
    purchases: Vec<OwnPurchase>,
    /// Where the list goes on.
    next: Option<String>,
    /// Whether this is not its beginning.
    later: bool,
}

/// Where a page of the list begins.
#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

impl PurchasePage {
    fn is_open(&self) -> bool {
        self.purchase.status == OrderStatus::Pending
    }

    fn is_cancelled(&self) -> bool {
        self.purchase.status == OrderStatus::Cancelled
    }
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Page<impl Template>, Error> {
    let (reader, purchase) = find(&state, &viewer, &headers, &number).await?;
    page(&state, &viewer, &reader, purchase, "").await
}

/// Calls an open purchase off. One that was paid stands, and the page says so.
async fn cancel(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let (reader, purchase) = find(&state, &viewer, &headers, &number).await?;
    let message = match super::give_up(&state, &reader, &purchase.number).await? {
        OrderStatus::Cancelled => {
            return Ok(Redirect::to(&format!("/orders/{}", purchase.number)).into_response());
        }
        OrderStatus::Pending => STILL_WORKING,
        _ => PAID_FIRST,
    };
    let purchase = super::purchase(&state, &reader, &purchase.number).await?;
    let page = page(&state, &viewer, &reader, purchase, message).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    reader: &Reader,
    purchase: PurchaseView,
    message: &'static str,
) -> Result<Page<PurchasePage>, Error> {
    Ok(Page(PurchasePage {
        layout: Layout::of(state, viewer),
        ship_to: purchase.ship_to.lines(),
        standing: super::standing(state, reader, &purchase.number).await?,
        purchase,
        message,
    }))
}

/// Takes the secret out of the address bar and into a cookie.
async fn follow_link(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let number = super::number_of_link(&state, &secret).await?;
    let mut response = Redirect::to(&format!("/orders/{number}")).into_response();
    response.headers_mut().append(header::SET_COOKIE, remember(&state, &headers, &secret));
    Ok(response)
}

async fn list(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let after = asked.after.as_deref();
    let page = super::purchases(&state, customer.account.id, after, ON_A_PAGE).await?;
    let next = page.next.map(|next| local_path::with_query("/account/orders", &[("after", &next)]));
    let layout = Layout::of(&state, &viewer);
    Ok(Page(ListPage { layout, purchases: page.items, next, later: asked.after.is_some() }))
}

/// A purchase and how its money stands, for whoever asks: its account, or a browser that holds one
/// of its links.
pub(crate) async fn read(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
    number: &str,
) -> Result<(PurchaseView, Standing), Error> {
    let (reader, purchase) = find(state, viewer, headers, number).await?;
    let standing = super::standing(state, &reader, &purchase.number).await?;
    Ok((purchase, standing))
}

/// A purchase for whoever asks, and by which right.
async fn find(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
    number: &str,
) -> Result<(Reader, PurchaseView), Error> {
    let account = viewer.account.as_ref().map(|account| account.id);
    let links = secrets(cookie::find(state, headers, COOKIE)).map(|link| Some(link.to_owned()));
    for link in std::iter::once(None).chain(links) {
        let reader = Reader { account, link };
        match super::purchase(state, &reader, number).await {
            Err(Error::NotFound) => {}
            found => return Ok((reader, found?)),
        }
    }
    Err(Error::NotFound)
}

/// A cookie that opens one more purchase.
pub(crate) fn remember(state: &AppState, headers: &HeaderMap, secret: &str) -> HeaderValue {
    let kept = with_secret(cookie::find(state, headers, COOKIE), secret);
    cookie::set(state, COOKIE, &kept, COOKIE_SECONDS)
}

fn secrets(cookie: Option<&str>) -> impl Iterator<Item = &str> {
    let is_secret = |part: &&str| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit());
    cookie.unwrap_or_default().split(BETWEEN).filter(is_secret).take(REMEMBERED)
}

/// The newest first, each once, the oldest forgotten.
fn with_secret(cookie: Option<&str>, secret: &str) -> String {
    let older = secrets(cookie).filter(|other| *other != secret);
    let kept: Vec<&str> = std::iter::once(secret).chain(older).take(REMEMBERED).collect();
    kept.join(&BETWEEN.to_string())
}

/// Where one shop's part stands, in a shopper's words.
pub(crate) const fn words(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "Waiting for payment",
        OrderStatus::Paid => "Being made ready",
        OrderStatus::Shipped => "On its way",
        OrderStatus::Cancelled => "Cancelled",
        OrderStatus::Refunded => "Refunded",
    }
}

impl OwnPurchase {
    /// What is in it: the first thing and how many more.
    pub(crate) fn words(&self) -> String {
        let title = self.title.clone().unwrap_or_default();
        match self.lines.saturating_sub(1) {
            more if more > 0 => format!("{title} and {more} more"),
            _ => title,
        }
    }

    pub(crate) fn total(&self) -> Money {
        Money::new(self.total_minor, self.currency)
    }

    /// A purchase as a whole is paid or not; its parts say how far they are.
    pub(crate) const fn standing(&self) -> &'static str {
        match self.status {
            OrderStatus::Paid => "Paid",
            other => words(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_remembers_the_last_five_purchases_once_each() {
        let secret = |n: u32| format!("{n:064x}");
        let kept = (1..=7).fold(String::new(), |cookie, n| with_secret(Some(&cookie), &secret(n)));
        let kept = with_secret(Some(&kept), &secret(6));
        let numbers: Vec<String> = secrets(Some(&kept)).map(ToOwned::to_owned).collect();
        assert_eq!(numbers, [6, 7, 5, 4, 3].map(secret));
    }

    #[test]
    fn anything_else_in_the_cookie_is_left_out() {
        assert_eq!(secrets(Some("x-<script>-12")).count(), 0);
        assert_eq!(secrets(None).count(), 0);
    }
}
