//! The page where a person compares codes.

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::factors;
use super::{Verdict, Waiting};
use crate::error::Error;
use crate::state::AppState;
use crate::web::local_path;
use crate::web::page::{Layout, Page};
use crate::web::people::{Customer, SignedIn, Viewer};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/device", get(compare))
        .route("/device/approve", post(approve))
        .route("/device/deny", post(deny))
        .route("/device/done", get(done))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
}

/// What the buttons send.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Compared {
    code: String,
}

#[derive(Template)]
#[template(path = "accounts/device.html")]
struct DevicePage {
    layout: Layout,
    /// What was typed.
    code: String,
    wrong: String,
    waiting: Option<Waiting>,
}

#[derive(Template)]
#[template(path = "accounts/device_done.html")]
struct DonePage {
    layout: Layout,
    approved: bool,
}

fn page(state: &AppState, customer: Customer) -> DevicePage {
    let viewer = Viewer { account: Some(customer.account), ..Viewer::default() };
    DevicePage {
        layout: Layout::of(state, &viewer),
        code: String::new(),
        wrong: String::new(),
        waiting: None,
    }
}

/// Asks for the code, or shows the terminal of a code.
async fn compare(
    State(state): State<AppState>,
    customer: Customer,
    Query(Typed { code }): Query<Typed>,
) -> Result<Response, Error> {
    if code.is_empty() {
        return Ok(Page(page(&state, customer)).into_response());
    }
    match super::find(&state, &customer.account, &code).await {
        Ok(waiting) => {
            let page = DevicePage { waiting: Some(waiting), code, ..page(&state, customer) };
            Ok(Page(page).into_response())
        }
        Err(Error::Invalid { message: wrong, .. }) => {
            let page = DevicePage { code, wrong, ..page(&state, customer) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(other) => Err(other),
    }
}

async fn approve(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Form(Compared { code }): Form<Compared>,
) -> Result<Redirect, Error> {
    if !asker.is_proved(state.clock.now()) && factors::is_on(&state, asker.account.id).await? {
        // Whoever has a second step is asked for it before another device acts in their name.
        let back = local_path::with_query("/device", &[("code", &code)]);
        let to = local_path::with_query("/account/confirm", &[("next", &back)]);
        return Ok(Redirect::to(&to));
    }
    super::decide(&state, &asker, &code, Verdict::Approved).await?;
    Ok(Redirect::to("/device/done?approved=true"))
}

async fn deny(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Form(Compared { code }): Form<Compared>,
) -> Result<Redirect, Error> {
    super::decide(&state, &asker, &code, Verdict::Denied).await?;
    Ok(Redirect::to("/device/done"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Decided {
    approved: bool,
}

async fn done(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(Decided { approved }): Query<Decided>,
) -> Page<impl Template> {
    Page(DonePage { layout: Layout::of(&state, &viewer), approved })
}
