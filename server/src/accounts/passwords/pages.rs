//! Pages to change a password and to choose a new one with a letter.

use api::account::Account;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::super::links::{self, Purpose};
use super::super::{emails, factors, sessions};
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, NO_STORE, Page};
use crate::web::peer::Peer;
use crate::web::people::{self, SignedIn, Viewer};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/password", get(current).post(change))
        .route("/password/forgot", get(forgotten).post(forgot))
        .route("/password/reset", get(chosen).post(reset))
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    layout: Layout,
    email: String,
    /// Whether a code is asked for as well.
    factor: bool,
    /// The address that the account waits to change to; a new password calls that off.
    pending_email: Option<String>,
    mistakes: Mistakes,
}

impl PasswordPage {
    async fn new(
        state: &AppState,
        viewer: &Viewer,
        account: Account,
        mistakes: Mistakes,
    ) -> Result<Self, Error> {
        Ok(Self {
            layout: Layout::of(state, viewer),
            factor: factors::is_on(state, account.id).await?,
            pending_email: emails::pending(state, &account).await?,
            email: account.email,
            mistakes,
        })
    }
}

#[derive(Template)]
#[template(path = "accounts/password_forgot.html")]
struct ForgotPage {
    layout: Layout,
    email: String,
    sent: bool,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "accounts/password_reset.html")]
struct ResetPage {
    layout: Layout,
    token: String,
    mistakes: Mistakes,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Change {
    current_password: String,
    new_password: String,
    code: String,
}

async fn current(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    Ok(Page(PasswordPage::new(&state, &viewer, asker.account, Mistakes::default()).await?))
}

async fn change(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
    Form(typed): Form<Change>,
) -> Result<Response, Error> {
    let Change { current_password, new_password, code } = &typed;
    let done = super::change(&state, &asker, current_password, new_password, Some(code)).await;
    if let Err(error) = done {
        let mistakes = Mistakes::take(error)?;
        let page = PasswordPage::new(&state, &viewer, asker.account, mistakes).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let cookie = people::session_cookie(&state, &sessions::elevate(&state, &asker).await?);
    let to = Redirect::to("/account/security?done=password");
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), to).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct News {
    sent: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Forgotten {
    email: String,
}

async fn forgotten(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(News { sent }): Query<News>,
) -> Page<impl Template> {
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    Page(ForgotPage { layout, email: String::new(), sent, mistakes })
}

async fn forgot(
    State(state): State<AppState>,
    peer: Peer,
    viewer: Viewer,
    Form(Forgotten { email }): Form<Forgotten>,
) -> Result<Response, Error> {
    if let Err(error) = super::forgot(&state, &email, peer.ip()).await {
        let mistakes = Mistakes::take(error)?;
        let page = ForgotPage { layout: Layout::of(&state, &viewer), email, sent: false, mistakes };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    Ok(Redirect::to("/password/forgot?sent=true").into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Chosen {
    token: String,
    password: String,
}

async fn chosen(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(Link { token }): Query<Link>,
) -> Result<Response, Error> {
    if !links::works(&state, &token, Purpose::ResetPassword, None).await? {
        return Ok(links::pages::spent(&state, &viewer, Purpose::ResetPassword));
    }
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    Ok((NO_STORE, Page(ResetPage { layout, token, mistakes })).into_response())
}

async fn reset(
    State(state): State<AppState>,
    viewer: Viewer,
    Form(Chosen { token, password }): Form<Chosen>,
) -> Result<Response, Error> {
    if let Err(error) = super::reset(&state, &token, &password).await {
        if matches!(error, Error::Conflict(_)) {
            return Ok(links::pages::spent(&state, &viewer, Purpose::ResetPassword));
        }
        let mistakes = Mistakes::take(error)?;
        let page = ResetPage { layout: Layout::of(&state, &viewer), token, mistakes };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    Ok(Redirect::to("/login?news=reset").into_response())
}
