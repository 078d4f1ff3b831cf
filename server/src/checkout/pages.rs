//! Checkout as pages: the form, and where the shopper comes back to.

use api::address::{ADDRESSES, AddressFields, SavedAddress};
use api::country::{self, Country};
use api::order::{OrderStatus, PurchaseView};
use api::question::Answer;
use api::shop::Shop;
use api::{Id, Money, Timestamp};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::form::{self, Asked};
use super::{LatePayment, Started};
use crate::accounts::addresses::{self, address};
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
    rules: Country,
    countries: Vec<(String, String)>,
    /// The shopper's address book; empty for guests.
    book: Vec<SavedAddress>,
    parts: Vec<Part>,
    total: Money,
}

impl CheckoutPage {
    /// The addresses that the form could begin with instead.
    fn others(&self) -> Vec<(Id<SavedAddress>, String)> {
        let others = self.book.iter().filter(|saved| saved.fields != self.asked.place);
        others
            .map(|saved| {
                let lines = address::on_parcel(&saved.fields).lines();
                (saved.id, lines.join(", "))
            })
            .collect()
    }

    /// Whether there is somewhere to keep a new address.
    const fn may_keep(&self) -> bool {
        self.layout.name.is_some() && self.book.len() < ADDRESSES
    }
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
    answers: Vec<Answer>,
    ready_by: Option<Timestamp>,
    /// What the form sends back of that.
    told: Option<String>,
    total: String,
}

/// Which address of the book to begin with, when not the default.
#[derive(Deserialize)]
struct Begin {
    address: Option<Id<SavedAddress>>,
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Query(begin): Query<Begin>,
) -> Result<Response, Error> {
    let found = cart(&state, &viewer, &headers).await?;
    let Some((_, stalls)) = found.filter(|(_, stalls)| line::is_ready(stalls)) else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let book = book(&state, &viewer).await?;
    let asked = Asked {
        attempt: state.entropy.secret().text(),
        email: viewer.account.as_ref().map(|account| account.email.clone()).unwrap_or_default(),
        place: first(&state, &viewer, &book, begin.address),
        ..Asked::default()
    };
    let page = page(&state, &viewer, stalls, book, asked, Mistakes::default())?;
    Ok(page.into_response())
}

/// The addresses that a shopper keeps.
async fn book(state: &AppState, viewer: &Viewer) -> Result<Vec<SavedAddress>, Error> {
    match &viewer.account {
        Some(account) => addresses::list(state, account.id).await,
        None => Ok(Vec::new()),
    }
}

/// What the form begins with: the address that was chosen, the default, or only a name.
fn first(
    state: &AppState,
    viewer: &Viewer,
    book: &[SavedAddress],
    chosen: Option<Id<SavedAddress>>,
) -> AddressFields {
    let saved = book.iter().find(|saved| Some(saved.id) == chosen).or(book.first());
    if let Some(saved) = saved {
        return saved.fields.clone();
    }
    AddressFields {
        name: viewer.account.as_ref().map(|account| account.name.clone()).unwrap_or_default(),
        country: state.config.country.clone(),
        ..AddressFields::default()
    }
}

async fn start(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let asked = Asked::read(pairs)?;
    let Some((own, stalls)) = cart(&state, &viewer, &headers).await? else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let mistakes = asked.check(&state.config.country);
    if !mistakes.is_empty() {
        let book = book(&state, &viewer).await?;
        let page = page(&state, &viewer, stalls, book, asked, mistakes)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let request = super::Request {
        cart: own,
        account: viewer.account.as_ref().map(|account| account.id),
        email: asked.email.clone(),
        ship_to: address::on_parcel(&asked.place),
        notes: asked.notes.clone(),
        told: asked.told.clone(),
        attempt: asked.attempt.clone(),
    };
    match super::start(&state, request).await {
        Ok(Started::Payment { url, link }) => {
            keep_address(&state, &viewer, &asked).await;
            Ok(lead_to(&state, &headers, &url, &link))
        }
        Ok(Started::Paid { number, link }) => {
            let done = format!("/checkout/done?purchase={number}");
            Ok(lead_to(&state, &headers, &done, &link))
        }
        Ok(Started::Later(words)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("", words);
            let now = cart(&state, &viewer, &headers).await?.map_or(stalls, |(_, stalls)| stalls);
            let book = book(&state, &viewer).await?;
            let page = page(&state, &viewer, now, book, asked, mistakes)?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Ok(Started::Over) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("", OVER);
            let asked = Asked { attempt: state.entropy.secret().text(), ..asked };
            let book = book(&state, &viewer).await?;
            let page = page(&state, &viewer, stalls, book, asked, mistakes)?;
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
            let book = book(&state, &viewer).await?;
            let page = page(&state, &viewer, stalls, book, asked, mistakes)?;
            Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response())
        }
        Err(error) => {
            let mistakes = Mistakes::take(error)?;
            let book = book(&state, &viewer).await?;
            let page = page(&state, &viewer, stalls, book, asked, mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Keeps the address when the shopper wants that. The purchase has begun by now and goes on even
/// when the book has filled up meanwhile.
async fn keep_address(state: &AppState, viewer: &Viewer, asked: &Asked) {
    let Some(account) = viewer.account.as_ref().filter(|_| asked.keep) else { return };
    if let Err(error) = addresses::keep(state, account.id, &asked.place).await {
        tracing::warn!(%error, "an address was not kept");
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
    book: Vec<SavedAddress>,
    asked: Asked,
    mistakes: Mistakes,
) -> Result<Page<CheckoutPage>, Error> {
    Ok(Page(CheckoutPage {
        layout: Layout::of(state, viewer),
        rules: country::rules(&asked.place.country),
        book,
        countries: country::choices(&state.config.country),
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
        answers: line.answers,
        ready_by: line.ready_by,
        told: line.ready_by.map(|at| form::ready(line.offer.variant, at)),
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
