//! Checkout as pages: the form, and where the shopper comes back to.

use api::order::{OrderStatus, PurchaseView};
use api::shop::Shop;
use api::{Id, Money};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::form::Asked;
use super::{LatePayment, Started, countries};
use crate::carts::line::{self, Stall};
use crate::carts::{self, Cart};
use crate::entropy::Secret;
use crate::error::Error;
use crate::orders;
use crate::state::AppState;
use crate::web::cookie;
use crate::web::page::{Layout, Mistakes, Page, sentence};
use crate::web::people::Viewer;

/// What a form says that led to a purchase which was called off meanwhile.
const OVER: &str = "That payment was cancelled or has run out. Nothing was charged. Press the button once more to order again.";

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/checkout", get(show).post(start)).route("/checkout/done", get(done))
}

#[derive(Template)]
#[template(path = "checkout/checkout.html")]
struct CheckoutPage {
    layout: Layout,
    asked: Asked,
    mistakes: Mistakes,
    countries: Vec<(String, String)>,
    parts: Vec<Part>,
    total: Money,
}

/// One shop's part of what is about to be bought.
struct Part {
    shop: Id<Shop>,
    name: String,
    note: String,
    lines: Vec<Line>,
}

struct Line {
    quantity: i64,
    title: String,
    option: String,
    total: String,
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let found = cart(&state, &viewer, &headers).await?;
    let Some((_, stalls)) = found.filter(|(_, stalls)| line::is_ready(stalls)) else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let asked = Asked {
        attempt: state.entropy.secret().text(),
        email: viewer.account.as_ref().map(|account| account.email.clone()).unwrap_or_default(),
        name: viewer.account.as_ref().map(|account| account.name.clone()).unwrap_or_default(),
        country: state.config.country.clone(),
        ..Asked::default()
    };
    let page = page(&state, &viewer, stalls, asked, Mistakes::default())?;
    Ok(page.into_response())
}

async fn start(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let asked = Asked::read(pairs)?;
    let Some((cart, stalls)) = cart(&state, &viewer, &headers).await? else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let mistakes = asked.check(&state.config.country);
    if !mistakes.is_empty() {
        let page = page(&state, &viewer, stalls, asked, mistakes)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let request = super::Request {
        cart,
        account: viewer.account.as_ref().map(|account| account.id),
        email: asked.email.clone(),
        ship_to: asked.address(),
        notes: asked.notes.clone(),
        attempt: asked.attempt.clone(),
    };
    match super::start(&state, request).await {
        Ok(Started::Payment { url, link }) => Ok(lead_to(&state, &headers, &url, &link)),
        Ok(Started::Paid { number, link }) => {
            let done = format!("/checkout/done?purchase={number}");
            Ok(lead_to(&state, &headers, &done, &link))
        }
        Ok(Started::Over) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("", OVER);
            let asked = Asked { attempt: state.entropy.secret().text(), ..asked };
            let page = page(&state, &viewer, stalls, asked, mistakes)?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(Error::Conflict(reason)) => {
            let reason = format!("{}. Nothing was charged.", sentence(&reason));
            let page = carts::pages::page(&state, &viewer, &headers, reason).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(Error::Unavailable(reason)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("", reason);
            let page = page(&state, &viewer, stalls, asked, mistakes)?;
            Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response())
        }
        Err(error) => {
            let mistakes = Mistakes::take(error)?;
            let page = page(&state, &viewer, stalls, asked, mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Sends the shopper on; her browser remembers the purchase.
fn lead_to(state: &AppState, headers: &HeaderMap, url: &str, link: &Secret) -> Response {
    let mut response = Redirect::to(url).into_response();
    let line = orders::pages::remember(state, headers, &link.text());
    response.headers_mut().append(header::SET_COOKIE, line);
    response
}

/// The browser's cart, if anything is in it. Pieces that an open payment of hers holds count as
/// hers: they are let go when she starts anew.
async fn cart(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
) -> Result<Option<(Id<Cart>, Vec<Stall>)>, Error> {
    let secret = cookie::find(state, headers, carts::COOKIE);
    let Some(cart) = carts::find(state, secret).await? else { return Ok(None) };
    let mut lines = carts::lines(state, cart).await?;
    let account = viewer.account.as_ref().map(|account| account.id);
    carts::open_payment(state, cart, account, &mut lines).await?;
    let stalls = line::stalls(lines)?;
    Ok((!stalls.is_empty()).then_some((cart, stalls)))
}

fn page(
    state: &AppState,
    viewer: &Viewer,
    stalls: Vec<Stall>,
    asked: Asked,
    mistakes: Mistakes,
) -> Result<Page<CheckoutPage>, Error> {
    Ok(Page(CheckoutPage {
        layout: Layout::of(state, viewer),
        countries: countries::choices(&state.config.country),
        total: line::total(&stalls, state.config.currency)?,
        parts: stalls.into_iter().map(|stall| part(stall, &asked)).collect(),
        asked,
        mistakes,
    }))
}

fn part(stall: Stall, asked: &Asked) -> Part {
    let lines = stall.lines.into_iter().map(|line| Line {
        quantity: line.quantity,
        total: line.total_text(),
        title: line.offer.title,
        option: line.offer.option,
    });
    Part {
        shop: stall.shop,
        note: asked.note(stall.shop).to_owned(),
        name: stall.name,
        lines: lines.collect(),
    }
}

#[derive(Template)]
#[template(path = "checkout/done.html")]
struct DonePage {
    layout: Layout,
    purchase: PurchaseView,
    late: Option<LatePayment>,
}

impl DonePage {
    fn title(&self) -> &'static str {
        match self.purchase.status {
            OrderStatus::Pending => "One moment",
            OrderStatus::Cancelled if self.late.is_some() => "Paid too late",
            OrderStatus::Cancelled => "Not paid",
            _ => "Thank you",
        }
    }

    fn is_open(&self) -> bool {
        self.purchase.status == OrderStatus::Pending
    }

    fn is_paid(&self) -> bool {
        !self.is_open() && self.purchase.status != OrderStatus::Cancelled
    }
}

#[derive(Deserialize)]
struct Back {
    purchase: String,
}

/// Where Stripe sends the shopper back to. It only reads: money is believed from Stripe's own
/// objects, never from a browser's return.
async fn done(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Page<impl Template>, Error> {
    let (purchase, standing) =
        orders::pages::read(&state, &viewer, &headers, &back.purchase).await?;
    Ok(Page(DonePage { layout: Layout::of(&state, &viewer), purchase, late: standing.late }))
}
