//! Where Stripe delivers events.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

use crate::error::Error;
use crate::state::AppState;
use crate::stripe::webhook::Endpoint;

/// Stripe's events are far smaller.
const LARGEST_EVENT: usize = 256 * 1024;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/webhooks/stripe", post(platform))
        .route("/webhooks/stripe-connect", post(connect))
        .layer(DefaultBodyLimit::max(LARGEST_EVENT))
}

async fn platform(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Error> {
    receive(&state, Endpoint::Platform, &headers, &body).await
}

async fn connect(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Error> {
    receive(&state, Endpoint::Connect, &headers, &body).await
}

async fn receive(
    state: &AppState,
    endpoint: Endpoint,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<StatusCode, Error> {
    let signature =
        headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    super::receive(state, endpoint, body, signature).await?;
    Ok(StatusCode::OK)
}
