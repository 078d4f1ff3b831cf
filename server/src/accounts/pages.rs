//! Pages to register, sign in and out, and prove an address.

use api::account::{Account, Registration};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::factors::{self, Half, Login};
use super::links::{self, Purpose};
use super::sessions;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, NO_STORE, Page};
use crate::web::peer::Peer;
use crate::web::people::{self, Customer, SESSION_COOKIE, Viewer};
use crate::web::unsaved::Unsaved;
use crate::web::{cookie, limits, local_path};

/// Where people land when they came from nowhere in particular.
const HOME: &str = "/account";

pub(super) fn routes() -> Router<AppState> {
    let again = get(login).post(begin_again).layer(limits::body(limits::SIGN_IN));
    Router::new()
        .route("/register", get(registration).post(register))
        .route("/login", get(login).post(sign_in).layer(limits::body(limits::SIGN_IN)))
        .route("/login/again", again)
        .route("/logout", post(sign_out))
        .route("/verify-email", get(proof).post(prove))
        .route("/verify-email/send", post(send_proof))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    next: String,
    /// On the login page.
    news: News,
}

/// What was typed into one of the forms; the password is never shown again.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Typed {
    name: String,
    email: String,
    password: String,
    next: String,
    /// On the login page: a form that goes along, an [`Unsaved`].
    unsaved: String,
}

#[derive(Template)]
#[template(path = "accounts/register.html")]
struct RegisterPage {
    layout: Layout,
    typed: Typed,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginPage {
    layout: Layout,
    typed: Typed,
    mistakes: Mistakes,
    news: News,
}

/// What has just happened, as the login page says it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum News {
    /// Somebody has registered.
    Registered,
    /// A new password was chosen with a letter.
    Reset,
    /// An address was proved with a letter.
    Proved,
    /// A form was sent and nobody was signed in any more; it goes along.
    #[serde(skip)]
    Ended,
    /// A form goes along, and who is to send it says so here.
    #[serde(skip)]
    Waiting,
    /// A form was sent and nobody was signed in any more; it cannot go along.
    Lost,
    #[default]
    #[serde(other)]
    Nothing,
}

impl News {
    /// What is said where a form may go along.
    const fn beside(unsaved: &str) -> Self {
        if unsaved.is_empty() { Self::Nothing } else { Self::Waiting }
    }
}

#[derive(Template)]
#[template(path = "accounts/verify_email.html")]
struct ProofPage {
    layout: Layout,
    token: String,
    /// The address of who is signed in, where the link is another account's.
    other: Option<String>,
}

/// The address to go on to, if it is one of ours.
fn onward(next: &str) -> Option<String> {
    local_path::checked(next)
}

async fn registration(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Page<impl Template> {
    let typed = Typed { next: onward(&asked.next).unwrap_or_default(), ..Typed::default() };
    Page(RegisterPage { layout: Layout::of(&state, &viewer), typed, mistakes: Mistakes::default() })
}

async fn register(
    State(state): State<AppState>,
    viewer: Viewer,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let registration = Registration {
        email: typed.email.clone(),
        name: typed.name.clone(),
        password: typed.password.clone(),
    };
    if let Err(error) = super::register(&state, &registration).await {
        let mistakes = Mistakes::take(error)?;
        let page = RegisterPage { layout: Layout::of(&state, &viewer), typed, mistakes };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    // Known address or not: the same answer. So nobody is signed in before a password was compared.
    let next = onward(&typed.next).unwrap_or_default();
    let to = local_path::with_query("/login", &[("news", "registered"), ("next", &next)]);
    Ok(Redirect::to(&to).into_response())
}

async fn login(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Response {
    let next = onward(&asked.next);
    if viewer.account.is_some() {
        return Redirect::to(next.as_deref().unwrap_or(HOME)).into_response();
    }
    let typed = Typed { next: next.unwrap_or_default(), ..Typed::default() };
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    Page(LoginPage { layout, typed, mistakes, news: asked.news }).into_response()
}

/// The login page for somebody whose session had ended when a form was sent; the form goes along.
pub(crate) fn sign_in_again(layout: Layout, unsaved: &Unsaved) -> impl IntoResponse {
    let (next, unsaved) = (unsaved.place().to_owned(), unsaved.text());
    let typed = Typed { next, unsaved, ..Typed::default() };
    Page(LoginPage { layout, typed, mistakes: Mistakes::default(), news: News::Ended })
}

/// What goes along when signing in begins again.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Waiting {
    next: String,
    unsaved: String,
}

/// Forgets who is signed in, or half signed in, and asks again who it is; what waits goes along.
async fn begin_again(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(Waiting { next, unsaved }): Form<Waiting>,
) -> Result<Response, Error> {
    if let Some(session) = people::session(&state, &headers).await? {
        sessions::end(&state, &session).await?;
    }
    let forget = [SESSION_COOKIE, factors::STEP_COOKIE]
        .map(|name| (header::SET_COOKIE, cookie::forget(&state, name)));
    let next = onward(&next).unwrap_or_default();
    let news = News::beside(&unsaved);
    let typed = Typed { next, unsaved, ..Typed::default() };
    let (layout, mistakes) = (Layout::of(&state, &Viewer::default()), Mistakes::default());
    Ok((AppendHeaders(forget), Page(LoginPage { layout, typed, mistakes, news })).into_response())
}

/// A new session with a new secret each time; the one the browser had ends.
async fn sign_in(
    State(state): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let found = super::authenticate(&state, &typed.email, &typed.password, peer.ip()).await;
    let login = match found {
        Ok(login) => login,
        Err(error) => {
            let layout = Layout::of(&state, &Viewer::default());
            let news = News::beside(&typed.unsaved);
            let form = |mistakes| Page(LoginPage { layout, typed, mistakes, news });
            if let Error::RateLimited { retry_after } = error {
                let mut mistakes = Mistakes::default();
                mistakes.add("", format!("{error}."));
                let retry = [(header::RETRY_AFTER, retry_after.to_string())];
                return Ok((StatusCode::TOO_MANY_REQUESTS, retry, form(mistakes)).into_response());
            }
            let form = form(Mistakes::take(error)?);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, form).into_response());
        }
    };
    let who = match login {
        Login::Complete(who) => who,
        Login::CodeNeeded(half) => return ask_for_code(&state, &half, &typed).await,
    };
    if let Some(old) = people::session(&state, &headers).await? {
        sessions::end(&state, &old).await?;
    }
    let browser = people::browser(&headers);
    let secret = sessions::begin_web(&state, &who, &browser).await?;
    let cookie = people::session_cookie(&state, &secret);
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    let onward = go_on(&state, who.account, &typed.next, &typed.unsaved);
    Ok((cookie, onward).into_response())
}

/// Where somebody goes who has just signed in: to the form that came along, or to the next page.
pub(super) fn go_on(state: &AppState, account: Account, next: &str, unsaved: &str) -> Response {
    match Unsaved::read(unsaved) {
        Some(unsaved) => Page(unsaved.page(state, account)).into_response(),
        None => Redirect::to(onward(next).as_deref().unwrap_or(HOME)).into_response(),
    }
}

/// The second step: the login waits, under a secret of its own, for the code.
async fn ask_for_code(state: &AppState, half: &Half, typed: &Typed) -> Result<Response, Error> {
    let waiting = factors::wait(state, half).await?;
    let cookie = cookie::set(state, factors::STEP_COOKIE, &waiting.text(), factors::WAIT_SECONDS);
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    let next = onward(&typed.next);
    if !typed.unsaved.is_empty() {
        let page = factors::ask(state, next.unwrap_or_default(), typed.unsaved.clone());
        return Ok((cookie, page).into_response());
    }
    let to = match next {
        Some(next) => local_path::with_query("/login/code", &[("next", &next)]),
        None => "/login/code".to_owned(),
    };
    Ok((cookie, Redirect::to(&to)).into_response())
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(session) = people::session(&state, &headers).await? {
        sessions::end(&state, &session).await?;
    }
    let forget = cookie::forget(&state, SESSION_COOKIE);
    Ok((AppendHeaders([(header::SET_COOKIE, forget)]), Redirect::to("/")).into_response())
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
async fn proof(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(Link { token }): Query<Link>,
) -> Result<Response, Error> {
    let Some(link) = links::look(&state, &token, Purpose::VerifyEmail).await? else {
        return Ok(links::pages::spent(&state, &viewer, Purpose::VerifyEmail));
    };
    let layout = Layout::of(&state, &viewer);
    let other = viewer.account.filter(|account| account.id != link.account);
    let page = ProofPage { layout, token, other: other.map(|account| account.email) };
    Ok((NO_STORE, Page(page)).into_response())
}

async fn prove(
    State(state): State<AppState>,
    viewer: Viewer,
    Form(Proof { token }): Form<Proof>,
) -> Result<Response, Error> {
    let proved = match super::prove_address(&state, &token).await {
        Err(Error::Conflict(_)) => {
            return Ok(links::pages::spent(&state, &viewer, Purpose::VerifyEmail));
        }
        done => done?,
    };
    // Letters are often read where nobody, or somebody else, is signed in.
    let to = match viewer.account {
        Some(account) if account.id == proved => "/account?proved=true",
        Some(_) => "/account?proved_other=true",
        None => "/login?news=proved",
    };
    Ok(Redirect::to(to).into_response())
}

async fn send_proof(State(state): State<AppState>, customer: Customer) -> Result<Redirect, Error> {
    super::send_proof_again(&state, &customer.account).await?;
    Ok(Redirect::to("/account?letter=true"))
}
