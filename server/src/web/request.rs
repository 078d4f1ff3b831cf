//! Every request has an id, in the log and in the answer.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::error::Error;
use crate::state::AppState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names this request in the log and in problem documents.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) String);

/// Gives the request its id and logs it once. Only the route's pattern is logged: a path or a
/// query may hold a secret or a name.
pub(super) async fn trace(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = state.entropy.uuid(state.clock.now()).to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", %id, method = %request.method(), route = Empty);
    async {
        let started = Instant::now();
        let mut response = next.run(request).await;
        let millis = started.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), %millis, "answered");
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

/// Tells the log which route a request has, and hands that on to whoever keeps the answer.
pub(super) async fn note_route(request: Request, next: Next) -> Response {
    let Some(route) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    is_of(&route);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(route);
    response
}

/// Tells the log that the request at hand has this route.
pub(super) fn is_of(route: &MatchedPath) {
    tracing::Span::current().record("route", route.as_str());
}

/// Finds nothing behind an address with U+0000 in it: PostgreSQL keeps no such text, so nothing is
/// called by one, and both engines answer alike.
pub(super) async fn name_something(request: Request, next: Next) -> Result<Response, Error> {
    let address = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    if address.contains("%00") { Err(Error::NotFound) } else { Ok(next.run(request).await) }
}
