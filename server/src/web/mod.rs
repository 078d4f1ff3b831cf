//! HTTP: who asks, what leaves, and the rules that hold for every route.

mod answer;
pub(crate) mod assets;
pub(crate) mod cookie;
mod headers;
mod health;
pub(crate) mod limits;
pub(crate) mod local_path;
pub(crate) mod mark;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod picture;
mod problem;
mod request;
pub(crate) mod serve;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::error::Error;
use crate::state::AppState;
use crate::{
    blobs, carts, fulfillments, imports, listings, live, orders, payouts, shops, simulated, today,
    webhooks,
};

/// Every route of the server inside the rules that hold for all of them.
pub(crate) fn router(state: AppState) -> Router {
    let routes = Router::new()
        .merge(assets::routes())
        .merge(blobs::routes())
        .merge(carts::pages::routes())
        .merge(fulfillments::routes::routes())
        .merge(health::routes())
        .merge(imports::routes::routes())
        .merge(listings::routes())
        .merge(live::routes::routes())
        .merge(orders::routes::routes())
        .merge(payouts::routes::routes())
        .merge(shops::routes())
        .merge(simulated::routes::routes())
        .merge(today::routes::routes())
        .merge(webhooks::routes::routes());
    let routes = match &state.simulator {
        Some(simulator) => routes.merge(simulator.pages().with_state(())),
        None => routes,
    };
    guarded(routes, &state).with_state(state)
}

/// Puts the rules around routes; the last layer added is the first that a request meets.
fn guarded(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let csrf = same_origin_writes(state).with_rejection_response(|_| problem::cross_site());
    routes
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { problem::wrong_method() })
        .layer(DefaultBodyLimit::max(limits::BODY))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(axum::middleware::from_fn(limits::time))
        .layer(from_fn_with_state(state.clone(), answer::for_the_asker))
        .layer(from_fn_with_state(state.clone(), headers::harden))
        .layer(from_fn_with_state(state.clone(), request::trace))
}

/// Refuses writes that another site's page caused. Webhooks prove themselves by signature;
/// programs with a bearer token send no `Origin` and pass.
fn same_origin_writes(state: &AppState) -> CsrfLayer {
    let csrf = CsrfLayer::new().with_insecure_bypass(|_, uri| uri.path().starts_with("/webhooks/"));
    let own = url::Url::parse(&state.config.public_url());
    let trusted =
        own.map(|url| csrf.clone().add_trusted_origin(url.origin().ascii_serialization()));
    match trusted {
        Ok(Ok(trusted)) => trusted,
        // A public address that is no web origin: only requests to the very host they came from pass.
        _ => csrf,
    }
}
