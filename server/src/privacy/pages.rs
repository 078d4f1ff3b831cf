//! Pages: what the market keeps, a copy of it, leaving, and the log of what one did.

use api::Page as Part;
use api::account::Account;
use api::audit::AuditEntry;
use api::page::PageRequest;
use api::privacy::ErasurePreview;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::map::{Data, Receiver, map};
use super::processors::{self, Recipient};
use super::routes;
use crate::accounts::factors;
use crate::carts;
use crate::error::Error;
use crate::shops;
use crate::state::AppState;
use crate::web::cookie;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Customer, SESSION_COOKIE, Viewer};

/// The page that is the same for everybody.
pub(crate) fn public() -> Router<AppState> {
    Router::new().route("/privacy", get(policy))
}

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/privacy", get(overview).post(export))
        .route("/account/privacy/delete", get(question).post(erase))
        .route("/account/privacy/log", get(log))
}

#[derive(Template)]
#[template(path = "privacy/policy.html")]
struct PolicyPage {
    layout: Layout,
    data: &'static [Data],
    recipients: Vec<Recipient>,
    gone: bool,
}

/// Who gets a kind of data, in words.
pub(crate) fn receivers(data: &Data) -> String {
    let word = |receiver: &Receiver| match receiver {
        Receiver::Makers => "the makers you order from",
        Receiver::Public => "everybody",
        Receiver::Stripe => "payments",
        Receiver::Mail => "the mail relay",
        Receiver::Images => "the store of pictures",
    };
    match data.receivers.as_slice() {
        [] => "nobody else".to_owned(),
        all => all.iter().map(word).collect::<Vec<_>>().join(", "),
    }
}

#[derive(Template)]
#[template(path = "privacy/overview.html")]
struct OverviewPage {
    layout: Layout,
    /// Whether a code is asked for as well.
    factor: bool,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "privacy/delete.html")]
struct DeletePage {
    layout: Layout,
    preview: ErasurePreview,
    /// Whether there is a shop that closes.
    sells: bool,
    /// Whether a code is asked for as well.
    factor: bool,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "privacy/log.html")]
struct LogPage {
    layout: Layout,
    entries: Part<AuditEntry>,
    first: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    gone: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Typed {
    current_password: String,
    code: String,
}

impl Typed {
    async fn prove(&self, state: &AppState, account: &Account) -> Result<(), Error> {
        factors::prove(state, account, &self.current_password, Some(&self.code)).await
    }
}

async fn policy(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(Asked { gone }): Query<Asked>,
) -> Page<impl Template> {
    let recipients = processors::recipients(&state.config);
    // Anybody can make such a link; whoever is signed in has an account.
    let gone = gone && viewer.account.is_none();
    Page(PolicyPage { layout: Layout::of(&state, &viewer), data: &map().data, recipients, gone })
}

async fn overview(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    let factor = factors::is_on(&state, customer.account.id).await?;
    Ok(Page(OverviewPage { layout, factor, mistakes }))
}

/// The copy itself is the answer; a wrong password brings the form back.
async fn export(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let Err(error) = typed.prove(&state, &customer.account).await else {
        return routes::zip(&state, customer).await;
    };
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::take(error)?);
    let factor = factors::is_on(&state, customer.account.id).await?;
    let page = Page(OverviewPage { layout, factor, mistakes });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn question(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    delete_page(&state, &customer.account, &viewer, Mistakes::default()).await
}

async fn delete_page(
    state: &AppState,
    account: &Account,
    viewer: &Viewer,
    mistakes: Mistakes,
) -> Result<Page<DeletePage>, Error> {
    let preview = super::preview(state, account.id).await?;
    let factor = factors::is_on(state, account.id).await?;
    let sells = shops::find_for_account(state, account.id).await?.is_some();
    Ok(Page(DeletePage { layout: Layout::of(state, viewer), preview, sells, factor, mistakes }))
}

async fn erase(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let account = customer.account;
    let done = match typed.prove(&state, &account).await {
        Ok(()) => super::erase(&state, account.id).await,
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        let page = delete_page(&state, &account, &viewer, Mistakes::take(error)?).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    carts::forget(&state, cookie::find(&state, &headers, carts::COOKIE)).await?;
    let forget = [SESSION_COOKIE, carts::COOKIE, crate::orders::pages::COOKIE]
        .map(|name| (header::SET_COOKIE, cookie::forget(&state, name)));
    Ok((AppendHeaders(forget), Redirect::to("/privacy?gone=true")).into_response())
}

async fn log(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    Query(request): Query<PageRequest>,
) -> Result<Page<impl Template>, Error> {
    let entries = super::log(&state, customer.account.id, &request).await?;
    let first = request.after.is_none();
    Ok(Page(LogPage { layout: Layout::of(&state, &viewer), entries, first }))
}
