//! `Idempotency-Key`: a write that is sent again gets the first answer again and happens once.

mod store;

use api::Id;
use api::account::Account;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;

use super::{limits, people};
use crate::error::Error;
use crate::state::AppState;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const LONGEST_KEY: usize = 255;
/// Bytes of an answer that are kept; a longer one cannot be given again.
const LARGEST_ANSWER: u64 = 1024 * 1024;
/// After so long without an answer the server that worked on it is taken for dead. Longer than
/// any request may take.
const GIVEN_UP_SECONDS: i64 = 300;
/// How long a key is remembered.
const KEEP_SECONDS: i64 = 7 * 24 * 3600;

/// One key of one account.
#[derive(Clone)]
struct Slot {
    account: Id<Account>,
    key: String,
    request_hash: Vec<u8>,
}

/// An answer that was given before.
struct Answer {
    status: StatusCode,
    body: Bytes,
}

/// Gives the first answer again, or lets the request pass and keeps its answer.
pub(super) async fn once(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let Some(key) = key_of(&request)? else { return Ok(next.run(request).await) };
    let Some(session) = people::session(&state, request.headers()).await? else {
        return Ok(next.run(request).await);
    };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, limits::IMAGE)
        .await
        .map_err(|_| Error::TooLarge("the body is larger than allowed".into()))?;
    let place = parts.uri.path_and_query().map_or("", axum::http::uri::PathAndQuery::as_str);
    let hash = Sha256::new()
        .chain_update(format!("{} {place}\n", parts.method))
        .chain_update(&body)
        .finalize();
    let slot = Slot { account: session.account.id, key, request_hash: hash.to_vec() };
    if let Some(answer) = claim(&state, &slot).await? {
        return Ok(answer.again());
    }
    let request = Request::from_parts(parts, Body::from(body));
    carry_out(state, slot, request, next).await
}

/// Carries the request out to its end even when the asker hangs up: whoever asks again with this
/// key wants to know how it went.
async fn carry_out(
    state: AppState,
    slot: Slot,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (its_state, its_slot) = (state.clone(), slot.clone());
    let work = async move { keep(&its_state, &its_slot, next.run(request).await).await };
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(broken) => {
            store::release(&state.db, &slot).await?;
            match broken.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Unavailable("the server is stopping; try again".into())),
            }
        }
    }
}

/// Forgets keys of long ago.
pub(crate) async fn purge(state: &AppState) -> Result<(), Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-KEEP_SECONDS)).await
}

/// The key of a write to the API. Images are named by their content, so they need none.
fn key_of(request: &Request) -> Result<Option<String>, Error> {
    let path = request.uri().path();
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let kept = path.starts_with("/api/v1/") && path != "/api/v1/images";
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY).filter(|_| writes && kept) else {
        return Ok(None);
    };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let key = key.ok_or_else(|| {
        Error::invalid("Idempotency-Key", "the key needs 1 to 255 visible ASCII characters")
    })?;
    Ok(Some(key.to_owned()))
}

/// Takes the key for this request, or gives the answer that it got before.
async fn claim(state: &AppState, slot: &Slot) -> Result<Option<Answer>, Error> {
    let now = state.clock.now();
    let given_up = now.plus_seconds(-GIVEN_UP_SECONDS);
    if store::claim(&state.db, slot, now, given_up).await? {
        return Ok(None);
    }
    let Some(kept) = store::find(&state.db, slot).await? else {
        return Err(Error::conflict("a request with this key has just failed; send it again"));
    };
    if kept.request_hash != slot.request_hash {
        return Err(Error::conflict("this Idempotency-Key belongs to another request"));
    }
    match u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok()) {
        Some(status) => Ok(Some(Answer { status, body: kept.body.into() })),
        None => Err(Error::conflict("the first request with this key is still being worked on")),
    }
}

/// Keeps a final answer; one that asks to come back later, or is our fault, frees the key.
async fn keep(state: &AppState, slot: &Slot, response: Response) -> Result<Response, Error> {
    let status = response.status();
    let passing = status.is_server_error()
        || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
    let small = response.body().size_hint().upper().is_some_and(|size| size <= LARGEST_ANSWER);
    if passing || !small {
        store::release(&state.db, slot).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::internal)?.to_bytes();
    store::keep(&state.db, slot, i64::from(status.as_u16()), body.to_vec()).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

impl Answer {
    fn again(self) -> Response {
        let problem = serde_json::from_slice::<api::Problem>(&self.body);
        let mut response = match problem {
            // A problem is restated, so that it carries the id of this request.
            Ok(problem) if self.status.is_client_error() => super::problem::document(problem),
            _ => (self.status, self.body).into_response(),
        };
        let json = HeaderValue::from_static("application/json");
        if self.status.is_success() {
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }
}
