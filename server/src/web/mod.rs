//! HTTP: who asks, what leaves, and the rules that hold for every route.

mod answer;
pub(crate) mod assets;
mod coding;
pub(crate) mod cookie;
pub(crate) mod form;
mod headers;
mod health;
pub(crate) mod idempotency;
pub(crate) mod if_match;
mod kept;
pub(crate) mod limits;
pub(crate) mod local_path;
pub(crate) mod mark;
mod me;
pub(crate) mod page;
pub(crate) mod peer;
pub(crate) mod people;
pub(crate) mod picture;
pub(crate) mod place;
mod press;
mod problem;
mod request;
pub(crate) mod serve;
pub(crate) mod unsaved;
pub(crate) mod upload;
mod ways;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::state::AppState;
use crate::{
    accounts, blobs, carts, checkout, edits, favourites, fulfillments, images, imports, listings,
    live, mail, orders, payouts, privacy, shops, simulated, staff, storefront, today, webhooks,
};

/// Every route of the server inside the rules that hold for all of them.
pub(crate) fn router(state: AppState) -> Router {
    let public = storefront::pages::routes().merge(privacy::pages::public());
    let routes = Router::new()
        .merge(accounts::routes())
        .merge(assets::routes())
        .merge(blobs::routes())
        .merge(carts::pages::routes())
        .merge(checkout::pages::routes())
        .merge(favourites::pages::routes())
        .merge(fulfillments::routes::routes())
        .merge(health::routes())
        .merge(images::routes())
        .merge(imports::routes::routes())
        .merge(edits::routes::routes())
        .merge(listings::routes())
        .merge(live::routes::routes())
        .merge(mail::pages::routes())
        .merge(me::routes())
        .merge(orders::pages::routes())
        .merge(orders::routes::routes())
        .merge(payouts::routes::routes())
        .merge(crate::people::routes())
        .merge(privacy::routes::routes())
        .merge(shops::pages::routes())
        .merge(shops::routes())
        .merge(staff::routes())
        .merge(simulated::routes::routes())
        .merge(public.layer(map_response(kept::public)))
        .merge(today::routes::routes())
        .merge(webhooks::routes::routes());
    let routes = match &state.simulator {
        Some(simulator) => routes.merge(simulator.pages().with_state(())),
        None => routes,
    };
    guarded(routes, state)
}

/// Puts the rules around routes. Of the inner ones, the last layer added is the first that a
/// request meets; of the outer ones the first. The outer ones stand around the router as a whole,
/// because a router copies every layer of a route for each request, and a page that is kept needs
/// no route.
fn guarded(routes: Router<AppState>, state: AppState) -> Router {
    let csrf = same_origin_writes(&state).with_rejection_response(|_| problem::cross_site());
    let outer = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), request::trace))
        .layer(from_fn_with_state(state.clone(), headers::harden))
        .layer(from_fn_with_state(kept::Pages::new(state.config.keep_pages), kept::answer));
    let routes = routes
        .fallback(unsaved::nowhere)
        .method_not_allowed_fallback(|| async { problem::wrong_method() })
        .layer(axum::middleware::from_fn(people::listen))
        .layer(DefaultBodyLimit::max(limits::BODY))
        .layer(from_fn_with_state(state.clone(), idempotency::once))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(axum::middleware::from_fn(limits::time))
        .layer(from_fn_with_state(press::Presses::new(), press::once))
        .layer(axum::middleware::from_fn(request::name_something))
        .layer(from_fn_with_state(state.clone(), answer::for_the_asker))
        .layer(axum::middleware::from_fn(request::note_route))
        .with_state(state);
    Router::new().fallback_service(outer.service(routes))
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::post;
    use clap::Parser as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::entropy::Entropy;

    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        config: Config,
    }

    async fn broken_handler() -> &'static str {
        panic!("a secret that nobody may read")
    }

    #[tokio::test]
    async fn a_panic_is_one_problem_and_the_others_go_on() {
        let _already = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::TempDir::new().unwrap();
        let mut config = Settings::parse_from(["market"]).config;
        config.data = folder.path().to_owned();
        let state = crate::run::open(config, Clock::system(), Entropy::seeded(1)).await.unwrap();
        let routes = Router::new().route("/api/v1/broken", post(broken_handler));
        let app = guarded(routes.merge(health::routes()), state);
        let ask = |method: &str, path: &str| {
            Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
        };
        let answer = app.clone().oneshot(ask("POST", "/api/v1/broken")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let problem: api::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.request_id, Some(id));
        assert!(!problem.detail.contains("secret"), "{problem:?}");
        let answer = app.oneshot(ask("GET", "/healthz")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}
