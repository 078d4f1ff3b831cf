//! How much a request may send and how long it may take.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Error;

/// Bytes that a body may have where a route says nothing else.
pub(crate) const BODY: usize = 64 * 1024;
/// Bytes of signing in with a form that goes along, which is written at most thrice as long.
pub(crate) const SIGN_IN: usize = 4 * BODY;
/// Bytes of one image: the largest body of any route.
pub(crate) const IMAGE: usize = api::picture::LARGEST;
/// Bytes of one batch of import rows.
pub(crate) const IMPORT_ROWS: usize = 8 * 1024 * 1024;

/// Time for an answer to begin.
const TIME: Duration = Duration::from_secs(30);
/// Where a body may be large, or the simulator lives through days.
const LONG_TIME: Duration = Duration::from_mins(3);
const LONG: [&str; 7] = [
    "/account/profile/avatar",
    "/api/v1/edits",
    "/api/v1/images",
    "/api/v1/imports",
    "/api/v1/profile/avatar",
    "/api/v1/simulator",
    "/sell/shop/pictures",
];

/// A layer for a route whose bodies are larger than [`BODY`].
pub(crate) fn body(bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(bytes)
}

/// Ends a request that takes too long; dropping it rolls its transaction back.
pub(super) async fn time(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let long = LONG.iter().any(|prefix| path.starts_with(prefix));
    let limit = if long { LONG_TIME } else { TIME };
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        Error::Unavailable("this took too long and was stopped; try again".into()).into_response()
    })
}
