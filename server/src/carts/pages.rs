//! The cart as a page, and the forms on it.

use api::listing::Variant;
use api::{Id, Money};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::line::{self, Stall};
use super::{COOKIE, LIFETIME_SECONDS, OpenPayment, Wanted};
use crate::error::Error;
use crate::state::AppState;
use crate::web::cookie;
use crate::web::page::{Layout, Page, sentence};
use crate::web::people::Viewer;
use crate::web::place::Path;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/cart", get(show))
        .route("/cart/lines", post(add))
        .route("/cart/lines/{variant}", post(set))
}

#[derive(Template)]
#[template(path = "carts/cart.html")]
struct CartPage {
    layout: Layout,
    stalls: Vec<Stall>,
    total: Money,
    ready: bool,
    payment: Option<OpenPayment>,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    variant: Id<Variant>,
    quantity: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    quantity: i64,
    /// Names the answers of the line; absent where nothing was answered.
    #[serde(default)]
    answers: String,
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
) -> Result<Page<impl Template>, Error> {
    page(&state, &viewer, &headers, String::new()).await
}

async fn add(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(Addition { variant, quantity }): Form<Addition>,
) -> Result<Response, Error> {
    let wanted = Wanted { variant, quantity, given: Vec::new() };
    match put_in(&state, &headers, &wanted).await {
        Err(error) => answer(&state, &viewer, &headers, Err(error)).await,
        done => done,
    }
}

/// Puts something into the browser's cart, which it gets if it has none, and leads there.
pub(crate) async fn put_in(
    state: &AppState,
    headers: &HeaderMap,
    wanted: &Wanted,
) -> Result<Response, Error> {
    let cart = super::open(state, cookie::find(state, headers, COOKIE)).await?;
    super::add(state, cart.id, wanted).await?;
    let mut response = Redirect::to("/cart").into_response();
    if let Some(secret) = cart.secret {
        let line = cookie::set(state, COOKIE, &secret.text(), LIFETIME_SECONDS);
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(response)
}

async fn set(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Path(variant): Path<Id<Variant>>,
    Form(change): Form<Change>,
) -> Result<Response, Error> {
    let cart = super::find(&state, cookie::find(&state, &headers, COOKIE)).await?;
    let done = match cart {
        Some(cart) => super::set(&state, cart, variant, &change.answers, change.quantity).await,
        None => Ok(()),
    };
    answer(&state, &viewer, &headers, done).await
}

/// The cart anew, or, when it could not be done, the cart with the reason.
async fn answer(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
    done: Result<(), Error>,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(Redirect::to("/cart").into_response()),
        Err(Error::Conflict(reason)) => {
            let page = page(state, viewer, headers, format!("{}.", sentence(&reason))).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// The cart with a message; checkout comes back here, too, when a piece was sold meanwhile.
pub(crate) async fn page(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
    message: String,
) -> Result<Page<impl Template + use<>>, Error> {
    let cart = super::find(state, cookie::find(state, headers, COOKIE)).await?;
    let (mut lines, mut payment) = (Vec::new(), None);
    if let Some(cart) = cart {
        lines = super::lines(state, cart).await?;
        let account = viewer.account.as_ref().map(|account| account.id);
        payment = super::open_payment(state, cart, account, &mut lines).await?;
    }
    let stalls = line::stalls(lines)?;
    Ok(Page(CartPage {
        layout: Layout::of(state, viewer),
        total: line::total(&stalls, state.config.currency)?,
        ready: line::is_ready(&stalls),
        stalls,
        payment,
        message,
    }))
}
