//! Stripe's HTTP interface: authentication, request ids, idempotency, errors.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::error::{ApiError, Result};
use crate::events::API_VERSION;
use crate::form::Form;
use crate::store::{Reply, Tx};
use crate::{Simulator, api, expand, ids};

/// Stripe's limit on the length of an idempotency key.
const MAX_KEY: usize = 255;
/// How long a caller hangs when its answer is lost on purpose; longer than any client waits.
const LOST: Duration = Duration::from_mins(2);

/// A request, taken apart.
struct Call {
    id: String,
    method: Method,
    path: String,
    form: Form,
    account: String,
    key: Option<String>,
    fingerprint: String,
    expand: Vec<String>,
}

/// An answer before it becomes HTTP.
struct Answer {
    status: u16,
    body: String,
    request: String,
    replayed: bool,
}

/// Keys whose first request is still running.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<HashSet<(String, String)>>);

/// Serves every path of the API.
pub(crate) async fn serve(
    State(sim): State<Simulator>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id = ids::new("req");
    let key = header(&headers, "idempotency-key").map(str::to_owned);
    let writes = method == Method::POST;
    let answer = match understand(&sim, id.clone(), method, &uri, &headers, &body) {
        Ok(call) => answer(&sim, call).await,
        Err(error) => refusal(&id, &error),
    };
    if writes && answer.status < 300 && sim.faults().loses_answer() {
        tokio::time::sleep(LOST).await;
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    respond(answer, key)
}

/// Whether a request carries the secret key, as a bearer token or as the user of Basic.
pub(crate) fn authenticate(sim: &Simulator, headers: &HeaderMap) -> Result<()> {
    let given = header(headers, "authorization").ok_or_else(|| {
        ApiError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the \
             Authorization header, using Bearer auth.",
        )
    })?;
    let key = match given.split_once(' ') {
        Some(("Bearer", key)) => key.trim().to_owned(),
        Some(("Basic", credentials)) => basic_user(credentials.trim()).unwrap_or_default(),
        _ => String::new(),
    };
    if bool::from(key.as_bytes().ct_eq(sim.secret_key().as_bytes())) {
        Ok(())
    } else {
        Err(ApiError::unauthorized("Invalid API Key provided."))
    }
}

fn understand(
    sim: &Simulator,
    id: String,
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Call> {
    authenticate(sim, headers)?;
    if sim.faults().fails_call() {
        return Err(ApiError::broken());
    }
    let body = std::str::from_utf8(body)
        .map_err(|_| ApiError::invalid("parameter_invalid", "The body is not UTF-8."))?;
    let mut form = Form::parse(&[uri.query().unwrap_or_default(), body])?;
    let key = header(headers, "idempotency-key").filter(|_| method == Method::POST);
    if key.is_some_and(|key| key.is_empty() || key.len() > MAX_KEY) {
        return Err(ApiError::idempotency(400, "Idempotency keys have 1 to 255 characters."));
    }
    let account = header(headers, "stripe-account").unwrap_or(&sim.terms().platform).to_owned();
    let fingerprint = form.fingerprint(method.as_str(), uri.path());
    let expand = form.texts("expand")?;
    let (path, key) = (uri.path().to_owned(), key.map(str::to_owned));
    Ok(Call { id, method, path, form, account, key, fingerprint, expand })
}

async fn answer(sim: &Simulator, call: Call) -> Answer {
    let id = call.id.clone();
    let _claim = match &call.key {
        None => None,
        Some(key) => match sim.in_flight().claim(&call.account, key) {
            Some(claim) => Some(claim),
            None => return refusal(&id, &key_in_use()),
        },
    };
    match carry_out(sim, call).await {
        Ok(answer) => answer,
        Err(error) => refusal(&id, &error),
    }
}

/// One call is one transaction: the change, its events and the remembered answer.
async fn carry_out(sim: &Simulator, mut call: Call) -> Result<Answer> {
    let writes = call.method == Method::POST;
    let mut tx = if writes { sim.write().await? } else { sim.read().await? };
    enter_account(&mut tx, &call.account).await?;
    if let Some(answer) = earlier_answer(&mut tx, &call).await? {
        return Ok(answer);
    }
    tx.cause.request = Some(call.id.clone());
    tx.cause.idempotency_key.clone_from(&call.key);
    let form = std::mem::take(&mut call.form);
    match run(&mut tx, &call, form).await {
        Ok(body) => {
            let answer = Answer::new(200, &body, &call.id);
            if let Some(key) = &call.key {
                tx.remember(key, &answer.reply(&call.fingerprint)).await?;
            }
            if writes {
                tx.commit().await?;
                sim.wake();
            }
            Ok(answer)
        }
        Err(error) => {
            drop(tx);
            remember_failure(sim, &call, &error).await?;
            Err(error)
        }
    }
}

async fn run(tx: &mut Tx, call: &Call, mut form: Form) -> Result {
    let answer = api::dispatch(tx, &call.method, &call.path, &mut form).await?;
    form.finish()?;
    expand::render(tx, answer, &call.expand).await
}

/// A refusal after something was attempted is the answer to that key from then on.
async fn remember_failure(sim: &Simulator, call: &Call, error: &ApiError) -> Result<()> {
    let Some(key) = call.key.as_ref().filter(|_| !error.is_validation()) else { return Ok(()) };
    let mut tx = sim.write().await?;
    tx.account.clone_from(&call.account);
    let answer = refusal(&call.id, error);
    tx.remember(key, &answer.reply(&call.fingerprint)).await?;
    tx.commit().await
}

async fn earlier_answer(tx: &mut Tx, call: &Call) -> Result<Option<Answer>> {
    let Some(key) = &call.key else { return Ok(None) };
    let Some(reply) = tx.reply(key).await? else { return Ok(None) };
    if reply.fingerprint != call.fingerprint {
        let message = "Keys for idempotent requests can only be used with the same parameters \
                       they were first used with.";
        return Err(ApiError::idempotency(400, message));
    }
    let Reply { status, body, request, .. } = reply;
    Ok(Some(Answer { status, body, request, replayed: true }))
}

async fn enter_account(tx: &mut Tx, account: &str) -> Result<()> {
    if account == tx.terms.platform {
        return Ok(());
    }
    if tx.find("account", account).await.is_err() {
        let message = format!(
            "The provided key does not have access to account '{account}' (or that account does \
             not exist). Application access may have been revoked."
        );
        return Err(ApiError::invalid("account_invalid", message).status(403));
    }
    account.clone_into(&mut tx.account);
    Ok(())
}

impl Answer {
    fn new(status: u16, body: &Value, request: &str) -> Self {
        Self { status, body: format!("{body:#}"), request: request.to_owned(), replayed: false }
    }

    fn reply(&self, fingerprint: &str) -> Reply {
        Reply {
            fingerprint: fingerprint.to_owned(),
            status: self.status,
            body: self.body.clone(),
            request: self.request.clone(),
        }
    }
}

fn refusal(request: &str, error: &ApiError) -> Answer {
    if let Some(cause) = &error.cause {
        tracing::error!(request, cause = ?cause, "the simulated Stripe failed");
    }
    Answer::new(error.status, &error.body(request), request)
}

fn key_in_use() -> ApiError {
    let message = "There is currently another in-progress request using this Idempotency Key.";
    ApiError::idempotency(409, message)
}

fn respond(answer: Answer, key: Option<String>) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    };
    set("content-type", "application/json");
    set("request-id", &answer.request);
    set("stripe-version", API_VERSION);
    if let Some(key) = key {
        set("idempotency-key", &key);
    }
    if answer.replayed {
        set("idempotent-replayed", "true");
    }
    match answer.status {
        409 | 429 => set("stripe-should-retry", "true"),
        400..500 => set("stripe-should-retry", "false"),
        _ => {}
    }
    response
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The user name in the credentials of Basic authentication.
fn basic_user(credentials: &str) -> Option<String> {
    let bytes = from_base64(credentials.trim_end_matches('='))?;
    let text = String::from_utf8(bytes).ok()?;
    text.split(':').next().map(str::to_owned)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len());
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        buffer = (buffer << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
        buffer &= (1 << bits) - 1;
    }
    Some(bytes)
}

/// A key that runs, until dropped.
struct Claim<'a> {
    keys: &'a InFlight,
    key: (String, String),
}

impl InFlight {
    fn claim(&self, account: &str, key: &str) -> Option<Claim<'_>> {
        let key = (account.to_owned(), key.to_owned());
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        new.then_some(Claim { keys: self, key })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_use_until_its_request_ends() {
        let keys = InFlight::default();
        let first = keys.claim("acct_1", "key");
        assert!(first.is_some() && keys.claim("acct_1", "key").is_none());
        assert!(keys.claim("acct_2", "key").is_some());
        drop(first);
        assert!(keys.claim("acct_1", "key").is_some());
    }

    #[test]
    fn the_user_of_basic_authentication_is_the_key() {
        // `sk_test_sim_abc:` and `sk_test_sim_ab:x` in Base64.
        assert_eq!(basic_user("c2tfdGVzdF9zaW1fYWJjOg==").as_deref(), Some("sk_test_sim_abc"));
        assert_eq!(basic_user("c2tfdGVzdF9zaW1fYWI6eA==").as_deref(), Some("sk_test_sim_ab"));
        assert_eq!(basic_user("!!!"), None);
    }
}
