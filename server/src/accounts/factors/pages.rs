//! Pages to turn the second step of signing in on and off, and the one that asks for the code.

use api::sign_in::{SecondStep, SecondStepSetup};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::super::pages::go_on;
use super::super::sessions;
use super::qr;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{self, Proved, SignedIn, Viewer};
use crate::web::{cookie, limits, local_path};

/// Name of the cookie that finds a login which waits for its code.
pub(in crate::accounts) const STEP_COOKIE: &str = "login";

/// How the second step stands.
const HOME: &str = "/account/factor";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/factor", get(overview).post(begin))
        .route("/account/factor/app", get(app).post(confirm))
        .route("/account/factor/codes", get(codes).post(renew))
        .route("/account/factor/off", get(farewell).post(turn_off))
        .route("/login/code", get(question).post(answer).layer(limits::body(limits::SIGN_IN)))
}

#[derive(Template)]
#[template(path = "accounts/factor.html")]
struct FactorPage {
    layout: Layout,
    standing: SecondStep,
    /// Codes that were drawn just now; they are shown this once.
    drawn: Vec<String>,
    /// Whether it was to be turned on once more, as by a reload of the page that showed the codes.
    again: bool,
}

impl FactorPage {
    /// How the second step stands, without codes.
    async fn of(
        state: &AppState,
        viewer: &Viewer,
        asker: &sessions::Session,
    ) -> Result<Self, Error> {
        let (layout, standing) = (Layout::of(state, viewer), super::standing(state, asker).await?);
        Ok(Self { layout, standing, drawn: Vec::new(), again: false })
    }
}

#[derive(Template)]
#[template(path = "accounts/factor_app.html")]
struct AppPage {
    layout: Layout,
    picture: String,
    setup: SecondStepSetup,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "accounts/factor_codes.html")]
struct CodesPage {
    layout: Layout,
    left: i64,
}

#[derive(Template)]
#[template(path = "accounts/factor_off.html")]
struct OffPage {
    layout: Layout,
    email: String,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "accounts/login_code.html")]
struct QuestionPage {
    layout: Layout,
    next: String,
    /// A form that goes along.
    unsaved: String,
    mistakes: Mistakes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FirstCode {
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Farewell {
    current_password: String,
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Answer {
    code: String,
    next: String,
    unsaved: String,
}

async fn overview(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    Ok(Page(FactorPage::of(&state, &viewer, &asker).await?))
}

async fn begin(State(state): State<AppState>, Proved(asker): Proved) -> Result<Redirect, Error> {
    super::begin(&state, &asker.account).await?;
    Ok(Redirect::to("/account/factor/app"))
}

async fn app(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    let setup = super::setup(&state, &asker.account).await?;
    let (layout, picture) = (Layout::of(&state, &viewer), qr::svg(&setup.url));
    Ok(Page(AppPage { layout, picture, setup, mistakes: Mistakes::default() }))
}

async fn confirm(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
    Form(typed): Form<FirstCode>,
) -> Result<Response, Error> {
    match super::confirm(&state, &asker.account, &typed.code).await {
        Ok(drawn) => {
            // The password was given a moment ago and the code just now: as good as a new login.
            let secret = sessions::elevate(&state, &asker).await?;
            let cookie = [(header::SET_COOKIE, people::session_cookie(&state, &secret))];
            let page = FactorPage::of(&state, &viewer, &asker).await?;
            Ok((AppendHeaders(cookie), Page(FactorPage { drawn, ..page })).into_response())
        }
        Err(Error::Conflict(_)) if super::is_on(&state, asker.account.id).await? => {
            let page = FactorPage::of(&state, &viewer, &asker).await?;
            Ok((StatusCode::CONFLICT, Page(FactorPage { again: true, ..page })).into_response())
        }
        Err(error @ Error::Invalid { .. }) => {
            let (setup, mistakes) =
                (super::setup(&state, &asker.account).await?, Mistakes::take(error)?);
            let layout = Layout::of(&state, &viewer);
            let page = AppPage { layout, picture: qr::svg(&setup.url), setup, mistakes };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(other) => Err(other),
    }
}

async fn codes(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
) -> Result<Response, Error> {
    if !super::is_on(&state, asker.account.id).await? {
        return Ok(Redirect::to(HOME).into_response());
    }
    let left = super::standing(&state, &asker).await?.recovery_codes;
    Ok(Page(CodesPage { layout: Layout::of(&state, &viewer), left }).into_response())
}

async fn renew(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
) -> Result<Response, Error> {
    if !super::is_on(&state, asker.account.id).await? {
        return Ok(Redirect::to(HOME).into_response());
    }
    let drawn = super::renew_codes(&state, &asker.account).await?;
    let page = FactorPage::of(&state, &viewer, &asker).await?;
    Ok(Page(FactorPage { drawn, ..page }).into_response())
}

async fn farewell(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
) -> Page<impl Template> {
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    Page(OffPage { layout, email: asker.account.email, mistakes })
}

async fn turn_off(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    viewer: Viewer,
    Form(typed): Form<Farewell>,
) -> Result<Response, Error> {
    let (password, code) = (&typed.current_password, Some(typed.code.as_str()));
    let done = super::turn_off(&state, &asker, password, code).await;
    if let Err(error) = done {
        let mistakes = Mistakes::take(error)?;
        let layout = Layout::of(&state, &viewer);
        let page = OffPage { layout, email: asker.account.email, mistakes };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    Ok(Redirect::to("/account/security?done=factor_off").into_response())
}

/// The page for a login that waits; without one, the way to the beginning.
async fn question(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(Asked { next }): Query<Asked>,
) -> Result<Response, Error> {
    let next = local_path::checked(&next).unwrap_or_default();
    let secret = cookie::find(&state, &headers, STEP_COOKIE).unwrap_or_default();
    if !super::is_waiting(&state, secret).await? {
        return Ok(
            Redirect::to(&local_path::with_query("/login", &[("next", &next)])).into_response()
        );
    }
    Ok(ask(&state, next, String::new()).into_response())
}

/// The page that asks for the code; a form may go along.
pub(in crate::accounts) fn ask(
    state: &AppState,
    next: String,
    unsaved: String,
) -> Page<impl Template> {
    let (layout, mistakes) = (Layout::of(state, &Viewer::default()), Mistakes::default());
    Page(QuestionPage { layout, next, unsaved, mistakes })
}

/// A new session with a new secret, like every login.
async fn answer(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(typed): Form<Answer>,
) -> Result<Response, Error> {
    let next = local_path::checked(&typed.next);
    let secret = cookie::find(&state, &headers, STEP_COOKIE).unwrap_or_default();
    let who = match super::go_on(&state, secret, &typed.code).await {
        Ok(who) => who,
        Err(error @ Error::Invalid { .. }) => {
            let (layout, mistakes) =
                (Layout::of(&state, &Viewer::default()), Mistakes::take(error)?);
            let (next, unsaved) = (next.unwrap_or_default(), typed.unsaved);
            let page = QuestionPage { layout, next, unsaved, mistakes };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
        }
        Err(other) => return Err(other),
    };
    if let Some(old) = people::session(&state, &headers).await? {
        sessions::end(&state, &old).await?;
    }
    let secret = sessions::begin_web(&state, &who, &people::browser(&headers)).await?;
    let session = (header::SET_COOKIE, people::session_cookie(&state, &secret));
    let step = (header::SET_COOKIE, cookie::forget(&state, STEP_COOKIE));
    let onward = go_on(&state, who.account, &typed.next, &typed.unsaved);
    Ok((AppendHeaders([session, step]), onward).into_response())
}
