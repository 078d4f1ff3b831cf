//! Pages to change the address.

use api::account::Account;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::links::{self, Purpose};
use crate::error::Error;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Customer, Proved, SignedIn, Viewer};
use crate::web::unsaved;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/email", get(current).post(ask).layer(from_fn(unsaved::keep::<Typed>)))
        .route("/account/email/cancel", post(call_off))
        .route("/account/email/confirm", get(link).post(confirm))
}

#[derive(Template)]
#[template(path = "accounts/email.html")]
struct EmailPage {
    layout: Layout,
    current: String,
    /// The address that waits to take its place.
    pending: Option<String>,
    typed: String,
    mistakes: Mistakes,
}

impl EmailPage {
    /// The page with nothing typed in yet.
    async fn of(state: &AppState, viewer: &Viewer, account: Account) -> Result<Self, Error> {
        Ok(Self {
            layout: Layout::of(state, viewer),
            pending: super::pending(state, &account).await?,
            current: account.email,
            typed: String::new(),
            mistakes: Mistakes::default(),
        })
    }
}

#[derive(Template)]
#[template(path = "accounts/email_confirm.html")]
struct ConfirmPage {
    layout: Layout,
    token: String,
    current: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Typed {
    email: String,
}

impl form::Form for Typed {
    const FIELDS: &'static [Field] = &[Field::typed("email", "New e-mail address")];
}

async fn current(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    Ok(Page(EmailPage::of(&state, &viewer, asker.account).await?))
}

async fn ask(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
    Form(Typed { email: typed }): Form<Typed>,
) -> Result<Response, Error> {
    if let Err(error) = super::ask(&state, &asker.account, &typed).await {
        let mistakes = Mistakes::take(error)?;
        let page = EmailPage::of(&state, &viewer, asker.account).await?;
        let page = EmailPage { typed, mistakes, ..page };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    Ok(Redirect::to("/account/security?done=asked").into_response())
}

async fn call_off(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<Redirect, Error> {
    super::call_off(&state, &asker.account).await?;
    Ok(Redirect::to("/account/security?done=called_off"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

/// What the button sends.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Proof {
    token: String,
}

/// Only shows a button: programs that look at letters follow links, but press no buttons.
async fn link(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    Query(Link { token }): Query<Link>,
) -> Result<Response, Error> {
    if !super::works(&state, &customer.account, &token).await? {
        return Ok(links::pages::spent(&state, &viewer, Purpose::ChangeEmail));
    }
    let layout = Layout::of(&state, &viewer);
    Ok(Page(ConfirmPage { layout, token, current: customer.account.email }).into_response())
}

async fn confirm(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    Form(Proof { token }): Form<Proof>,
) -> Result<Response, Error> {
    match super::confirm(&state, &customer.account, &token).await {
        Ok(()) => Ok(Redirect::to("/account/security?done=email").into_response()),
        Err(Error::Conflict(_)) if !super::works(&state, &customer.account, &token).await? => {
            Ok(links::pages::spent(&state, &viewer, Purpose::ChangeEmail))
        }
        Err(Error::Conflict(reason)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("email", reason);
            let page = EmailPage::of(&state, &viewer, customer.account).await?;
            let page = EmailPage { mistakes, ..page };
            Ok((StatusCode::CONFLICT, Page(page)).into_response())
        }
        Err(error) => Err(error),
    }
}
