//! `Idempotency-Key`: a write that is sent again gets the first answer again and happens once.
//!
//! A request is in the hands of the server that works on it for as long as that renews its lease;
//! who sends it again meanwhile waits for the answer. When the server dies, whoever gets it next
//! carries it out anew. Most writes find then that there is nothing left to do; one that makes
//! something new each time keeps its answer in its own transaction ([`created`]). A server that was
//! only slow finds that its hold is gone, and what it has not committed by then it never will.
//!
//! What takes or gives out a secret is not remembered at all ([`SECRET`]).

mod store;

use std::time::Duration;

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
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{limits, people};
use crate::accounts::sessions::Session;
use crate::db::Tx;
use crate::error::Error;
use crate::lease;
use crate::state::AppState;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const LONGEST_KEY: usize = 255;
/// Bytes of an answer that are kept; a longer one cannot be given again.
const LARGEST_ANSWER: u64 = 1024 * 1024;
/// How often who waits for an answer looks for it.
const LOOK: Duration = Duration::from_millis(100);
/// Longest wait for the answer to the first request, beyond what a dead server keeps it.
const PATIENCE: Duration = Duration::from_secs(5);
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

/// A request in this server's hands.
#[derive(Clone)]
struct Hold {
    slot: Slot,
    /// How often it was taken in hand; by that it is known whether another server has it now.
    turn: i64,
}

/// Where a request with a key stands.
enum Claim {
    /// It is ours to carry out.
    Ours(Hold),
    /// It was carried out.
    Answered(Answer),
    /// Somebody is at it.
    Theirs,
}

tokio::task_local! {
    /// The request that is carried out.
    static HOLD: Hold;
}

/// Gives the first answer again, or lets the request pass and keeps its answer.
pub(super) async fn once(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let Some(key) = key_of(&request)? else { return Ok(next.run(request).await) };
    let found = people::session(&state, request.headers()).await?;
    let may = |it: &Session| people::authorised(it, request.method(), request.uri().path()).is_ok();
    let Some(session) = found.filter(may) else { return Ok(next.run(request).await) };
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
    match claim_or_wait(&state, slot).await? {
        Claim::Ours(hold) => {
            carry_out(state, hold, Request::from_parts(parts, Body::from(body)), next).await
        }
        Claim::Answered(answer) => Ok(answer.again()),
        Claim::Theirs => {
            Err(Error::conflict("the first request with this key is still being worked on"))
        }
    }
}

/// Keeps the answer to a request that makes something new in the transaction that makes it: should
/// the server die before it has answered, the next one gives this answer and makes nothing.
pub(crate) async fn created(tx: &mut Tx, answer: &impl Serialize) -> Result<(), Error> {
    let Ok(hold) = HOLD.try_with(Clone::clone) else { return Ok(()) };
    let status = i64::from(StatusCode::CREATED.as_u16());
    let kept = store::keep(tx, &hold, status, serde_json::to_vec(answer)?).await?;
    if kept { Ok(()) } else { Err(taken_over()) }
}

/// Carries the request out to its end even when the asker hangs up: whoever asks again with this
/// key wants to know how it went.
async fn carry_out(
    state: AppState,
    hold: Hold,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (its_state, its_hold) = (state.clone(), hold.clone());
    let lease = state.config.lease();
    let work = async move {
        let answer = tokio::select! {
            answer = HOLD.scope(its_hold.clone(), next.run(request)) => answer,
            () = lease::keep(lease, || store::renew(&its_state.db, &its_hold, lease)) => {
                return Err(taken_over());
            }
        };
        keep(&its_state, &its_hold, answer).await
    };
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(broken) => {
            store::release(&state.db, &hold).await?;
            match broken.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Unavailable("the server is stopping; try again".into())),
            }
        }
    }
}

fn taken_over() -> Error {
    Error::Unavailable("another server has taken this request over; send it again".into())
}

/// Forgets keys of long ago.
pub(crate) async fn purge(state: &AppState) -> Result<(), Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-KEEP_SECONDS)).await
}

/// What takes or gives out passwords, codes and tokens: not even a hash of such a request is kept.
const SECRET: [&str; 6] = [
    "/api/v1/accounts",
    "/api/v1/device/",
    "/api/v1/me/",
    "/api/v1/password/",
    "/api/v1/profile/erasure",
    "/api/v1/tokens",
];

/// The key of a write to the API. Images are named by their content, so they need none.
fn key_of(request: &Request) -> Result<Option<String>, Error> {
    let path = request.uri().path();
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let kept = path.starts_with("/api/v1/")
        && path != "/api/v1/images"
        && !SECRET.iter().any(|secret| path.starts_with(secret));
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY).filter(|_| writes && kept) else {
        return Ok(None);
    };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let key = key.ok_or_else(|| {
        Error::invalid("Idempotency-Key", "the key needs 1 to 255 visible ASCII characters")
    })?;
    Ok(Some(key.to_owned()))
}

/// An embedded database has one server: what is in hand when it starts is of one that was killed,
/// and nobody has to wait until those leases end.
pub(crate) async fn take_over(state: &AppState) {
    if !state.db.is_embedded() {
        return;
    }
    if let Err(error) = store::let_go(&state.db).await {
        tracing::error!(%error, "requests of an earlier run cannot be taken over");
    }
}

/// Takes the request in hand, or waits for the answer to it while somebody else is at it.
async fn claim_or_wait(state: &AppState, slot: Slot) -> Result<Claim, Error> {
    let begun = Instant::now();
    loop {
        let claim = claim(state, &slot).await?;
        if !matches!(claim, Claim::Theirs) || begun.elapsed() > state.config.lease() + PATIENCE {
            return Ok(claim);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn claim(state: &AppState, slot: &Slot) -> Result<Claim, Error> {
    let turn = store::claim(&state.db, slot, state.clock.now(), state.config.lease()).await?;
    if let Some(turn) = turn {
        return Ok(Claim::Ours(Hold { slot: slot.clone(), turn }));
    }
    // Without a row the first request has failed just now, and this one is the next.
    let Some(kept) = store::find(&state.db, slot).await? else { return Ok(Claim::Theirs) };
    if kept.request_hash != slot.request_hash {
        return Err(Error::conflict("this Idempotency-Key belongs to another request"));
    }
    let status = u16::try_from(kept.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let answer = |status| Claim::Answered(Answer { status, body: kept.body.into() });
    Ok(status.map_or(Claim::Theirs, answer))
}

/// Keeps a final answer; one that asks to come back later, or is our fault, frees the key.
async fn keep(state: &AppState, hold: &Hold, response: Response) -> Result<Response, Error> {
    let status = response.status();
    let passing = status.is_server_error()
        || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
    let small = response.body().size_hint().upper().is_some_and(|size| size <= LARGEST_ANSWER);
    if passing || !small {
        store::release(&state.db, hold).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::internal)?.to_bytes();
    let mut tx = state.db.begin().await?;
    // One that `created` has kept stays, and so does what another server has in hand.
    store::keep(&mut tx, hold, i64::from(status.as_u16()), body.to_vec()).await?;
    tx.commit().await?;
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
