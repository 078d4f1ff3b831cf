//! The page about how one signs in and where one is signed in, and the question for the password
//! before a change to that.

use api::Id;
use api::account::Account;
use api::sign_in::{SecondStep, Session as Listed, SessionKind};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::emails;
use super::super::factors;
use super::super::pages::go_on;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{self, SignedIn, Viewer};
use crate::web::place::Path;
use crate::web::unsaved::Unsaved;
use crate::web::{limits, local_path};

/// The page that changes lead back to.
const SECURITY: &str = "/account/security";

pub(super) fn routes() -> Router<AppState> {
    let confirming = get(question).post(confirm).layer(limits::body(limits::SIGN_IN));
    Router::new()
        .route("/account/security", get(security))
        .route("/account/security/sessions/end", post(end_others))
        .route("/account/security/sessions/{id}/end", post(revoke))
        .route("/account/confirm", confirming)
}

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct SecurityPage {
    layout: Layout,
    account: Account,
    pending_email: Option<String>,
    factor: SecondStep,
    browsers: Vec<Listed>,
    terminals: Vec<Listed>,
    done: &'static str,
}

impl SecurityPage {
    /// Whether there is anything to sign out besides this browser.
    fn has_others(&self) -> bool {
        self.browsers.len() + self.terminals.len() > 1
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    done: String,
}

/// What was done just now, in words.
fn words(done: &str) -> &'static str {
    match done {
        "password" => "Your password is changed. Everything else was signed out.",
        "asked" => "An e-mail with a link is on its way to the new address.",
        "called_off" => "Your address stays as it is.",
        "factor_off" => "The second step is off. Your password alone signs you in.",
        "email" => "Your address is changed and verified.",
        "ended" => "It is signed out.",
        "others" => "Everything else is signed out.",
        _ => "",
    }
}

async fn security(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let sessions = super::list(&state, &asker).await?.items;
    let (browsers, terminals) =
        sessions.into_iter().partition(|session| session.kind == SessionKind::Web);
    Ok(Page(SecurityPage {
        layout: Layout::of(&state, &viewer),
        factor: factors::standing(&state, &asker).await?,
        pending_email: emails::pending(&state, &asker.account).await?,
        account: asker.account,
        browsers,
        terminals,
        done: words(&asked.done),
    }))
}

async fn revoke(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Path(id): Path<Id<Listed>>,
) -> Result<Redirect, Error> {
    super::revoke(&state, asker.account.id, id).await?;
    Ok(Redirect::to("/account/security?done=ended"))
}

async fn end_others(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<Redirect, Error> {
    super::end_others(&state, &asker).await?;
    Ok(Redirect::to("/account/security?done=others"))
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct ConfirmPage {
    layout: Layout,
    email: String,
    /// Whether a code is asked for as well.
    factor: bool,
    next: String,
    /// A form that goes along, an [`Unsaved`]; empty without one.
    unsaved: String,
    mistakes: Mistakes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Onward {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Answer {
    current_password: String,
    code: String,
    next: String,
    unsaved: String,
}

async fn question(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
    Query(Onward { next }): Query<Onward>,
) -> Result<Page<impl Template>, Error> {
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    let next = local_path::checked(&next).unwrap_or_default();
    let factor = factors::is_on(&state, asker.account.id).await?;
    let (email, unsaved) = (asker.account.email, String::new());
    Ok(Page(ConfirmPage { layout, email, factor, next, unsaved, mistakes }))
}

/// The question for somebody who sent a form without having given the password a moment ago; the
/// form goes along.
pub(crate) async fn prove_again(
    state: &AppState,
    layout: Layout,
    account: Account,
    unsaved: &Unsaved,
) -> Result<impl IntoResponse + use<>, Error> {
    let factor = factors::is_on(state, account.id).await?;
    let (email, mistakes) = (account.email, Mistakes::default());
    let (next, unsaved) = (unsaved.place().to_owned(), unsaved.text());
    Ok(Page(ConfirmPage { layout, email, factor, next, unsaved, mistakes }))
}

/// The session goes on with a new secret.
async fn confirm(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
    Form(answer): Form<Answer>,
) -> Result<Response, Error> {
    let next = local_path::checked(&answer.next);
    let (password, code) = (&answer.current_password, Some(answer.code.as_str()));
    if let Err(error) = factors::prove(&state, &asker.account, password, code).await {
        let mistakes = Mistakes::take(error)?;
        let (layout, next) = (Layout::of(&state, &viewer), next.unwrap_or_default());
        let factor = factors::is_on(&state, asker.account.id).await?;
        let (email, unsaved) = (asker.account.email, answer.unsaved);
        let page = ConfirmPage { layout, email, factor, next, unsaved, mistakes };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let cookie = people::session_cookie(&state, &super::elevate(&state, &asker).await?);
    let onward = go_on(&state, asker.account, next.as_deref().unwrap_or(SECURITY), &answer.unsaved);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), onward).into_response())
}
