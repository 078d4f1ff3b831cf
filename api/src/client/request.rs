//! One request: sent, repeated when that is safe, and its answer read.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Attempt, Client, ClientError, clean, error};
use crate::{Code, Problem};

/// Attempts at one request.
const TRIES: u32 = 3;
/// The longest `Retry-After` that is waited for; beyond it the person decides.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 64 << 20;
/// The slowest upload that is waited for, in bytes a second.
const SLOWEST_UPLOAD: u64 = 32 << 10;

/// A request on its way; built by the methods for each route.
pub(super) struct Request<'a> {
    client: &'a Client,
    method: Method,
    url: Result<Url, ClientError>,
    headers: HeaderMap,
    body: Option<Result<Bytes, ClientError>>,
    timeout: Duration,
}

impl Client {
    pub(super) fn get(&self, path: &[&str]) -> Request<'_> {
        Request::new(self, Method::GET, path)
    }

    pub(super) fn post(&self, path: &[&str]) -> Request<'_> {
        Request::new(self, Method::POST, path)
    }

    pub(super) fn put(&self, path: &[&str]) -> Request<'_> {
        Request::new(self, Method::PUT, path)
    }

    pub(super) fn patch(&self, path: &[&str]) -> Request<'_> {
        Request::new(self, Method::PATCH, path)
    }

    pub(super) fn delete(&self, path: &[&str]) -> Request<'_> {
        Request::new(self, Method::DELETE, path)
    }

    pub(super) fn unreachable(&self, cause: impl Into<String>) -> ClientError {
        ClientError::Unreachable { url: self.server().to_owned(), cause: cause.into() }
    }
}

impl<'a> Request<'a> {
    /// Path segments are escaped, so an id out of a person's hand cannot leave its place.
    fn new(client: &'a Client, method: Method, path: &[&str]) -> Self {
        let mut headers = HeaderMap::new();
        headers
            .insert(ACCEPT, HeaderValue::from_static("application/json, application/problem+json"));
        if method != Method::GET {
            let key = format!("{:032x}", (client.random)());
            headers.extend(HeaderValue::from_str(&key).map(|key| (IDEMPOTENCY_KEY, key)));
        }
        let url = place(&client.base, path);
        Self { client, method, url, headers, body: None, timeout: client.timeout }
    }

    pub(super) fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let (Ok(url), Some(value)) = (&mut self.url, value) {
            url.query_pairs_mut().append_pair(name, &value.to_string());
        }
        self
    }

    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        let written = serde_json::to_vec(body).map(Bytes::from);
        self.body = Some(written.map_err(|error| ClientError::Protocol(error.to_string())));
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }

    /// A file. It goes out piece by piece as the network takes it, and may take as long as a slow
    /// line needs.
    pub(super) fn file(mut self, bytes: Bytes) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.timeout = self.timeout.saturating_add(Duration::from_secs(length / SLOWEST_UPLOAD));
        self.body = Some(Ok(bytes));
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        self
    }

    /// Only if the object still has this version.
    pub(super) fn if_match(mut self, version: i64) -> Self {
        self.headers
            .extend(HeaderValue::from_str(&format!("\"{version}\"")).map(|tag| (IF_MATCH, tag)));
        self
    }

    /// Sends it and reads the answer.
    pub(super) async fn answer<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let (client, timeout) = (self.client, self.timeout);
        let response = self.send(true).await?;
        let read = tokio::time::timeout(timeout, read(client, response));
        let body = read.await.map_err(|_| client.unreachable("the answer stopped half way"))??;
        serde_json::from_value(json(&body)?).map_err(|error| {
            ClientError::Protocol(format!("the answer is not what was expected: {error}"))
        })
    }

    /// Sends it; there is nothing to read.
    pub(super) async fn done(self) -> Result<(), ClientError> {
        self.send(true).await.map(drop)
    }

    /// Sends it once and hands the answer over as it comes in.
    pub(super) async fn stream(mut self, last: Option<i64>) -> Result<Response, ClientError> {
        self.headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(last) = last {
            self.headers.insert("last-event-id", HeaderValue::from(last));
        }
        self.send(false).await
    }

    /// Sends it and hands a file over as it comes in.
    pub(super) async fn download(mut self) -> Result<Response, ClientError> {
        self.headers
            .insert(ACCEPT, HeaderValue::from_static("application/zip, application/problem+json"));
        self.send(true).await
    }

    async fn send(mut self, repeat: bool) -> Result<Response, ClientError> {
        let url = std::mem::replace(&mut self.url, Err(ClientError::Protocol(String::new())))?;
        let body = self.body.take().transpose()?;
        let mut backoff = self.client.backoff();
        let mut tries = if repeat { TRIES } else { 1 };
        loop {
            tries -= 1;
            let wait = match self.attempt(url.clone(), body.clone()).await {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => match pause(&response, &mut backoff) {
                    Some(wait) if tries > 0 => wait,
                    _ => return Err(self.refusal(response).await),
                },
                Err(failure) if failure.again && tries > 0 => backoff.next_wait(),
                Err(failure) => return Err(failure.error),
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, url: Url, body: Option<Bytes>) -> Result<Response, Failure> {
        let path = url.path().to_owned();
        let mut builder =
            self.client.http.request(self.method.clone(), url).headers(self.headers.clone());
        if let Some(token) = &self.client.token {
            builder = builder.bearer_auth(token);
        }
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let outcome = match tokio::time::timeout(self.timeout, builder.send()).await {
            Ok(sent) => sent.map_err(|error| self.no_answer(&error)),
            Err(_) => Err(self.too_late()),
        };
        if let Some(observer) = &self.client.observer {
            let outcome = match &outcome {
                Ok(response) => response.status().to_string(),
                Err(Failure { error: ClientError::Unreachable { cause, .. }, .. }) => cause.clone(),
                Err(failure) => failure.error.to_string(),
            };
            observer(&Attempt { method: self.method.as_str(), path: &path, outcome: &outcome });
        }
        outcome
    }

    /// Every request may be repeated: reads change nothing, writes carry their key.
    fn no_answer(&self, error: &reqwest::Error) -> Failure {
        let cause = if error.is_timeout() {
            "no connection within 5 s".to_owned()
        } else {
            error::causes(error)
        };
        Failure {
            error: self.client.unreachable(cause),
            again: error.is_connect() || error.is_request(),
        }
    }

    fn too_late(&self) -> Failure {
        let cause = format!("no answer within {} s", self.timeout.as_secs().max(1));
        Failure { error: self.client.unreachable(cause), again: false }
    }

    async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status();
        let read = tokio::time::timeout(self.timeout, read(self.client, response)).await;
        let problem = read.ok().and_then(Result::ok).and_then(|body| json(&body).ok());
        match problem.and_then(|value| serde_json::from_value::<Problem>(value).ok()) {
            Some(problem) => ClientError::Problem(problem),
            None => without_document(status),
        }
    }
}

/// Header that lets a write be repeated; the server answers the second as the first.
const IDEMPOTENCY_KEY: reqwest::header::HeaderName =
    reqwest::header::HeaderName::from_static("idempotency-key");

struct Failure {
    error: ClientError,
    again: bool,
}

fn place(base: &Url, path: &[&str]) -> Result<Url, ClientError> {
    // Dots alone would climb out of the place that an id has.
    if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(ClientError::Problem(problem(
            StatusCode::NOT_FOUND,
            Code::NotFound,
            "there is no such thing",
        )));
    }
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    Ok(url)
}

/// How long to wait before the next attempt; nothing when another would not help.
fn pause(response: &Response, backoff: &mut super::Backoff) -> Option<Duration> {
    if !matches!(response.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
    {
        return None;
    }
    let asked = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match asked.map(Duration::from_secs) {
        Some(wait) => (wait <= PATIENCE).then_some(wait),
        None => Some(backoff.next_wait()),
    }
}

/// The whole body, within bounds.
async fn read(client: &Client, mut response: Response) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| client.unreachable(error::causes(&error)))?
    {
        body.extend_from_slice(&chunk);
        if u64::try_from(body.len()).unwrap_or(u64::MAX) > MAX_ANSWER {
            return Err(ClientError::Protocol("the answer is too large to be read".to_owned()));
        }
    }
    Ok(body)
}

fn json(body: &[u8]) -> Result<Value, ClientError> {
    let mut value = serde_json::from_slice(body).map_err(|_| {
        ClientError::Protocol(
            "the answer is no JSON; is this the address of a Stallwright market?".to_owned(),
        )
    })?;
    clean::clean(&mut value);
    Ok(value)
}

/// What a bare status means, as a proxy in front of the market sends it.
fn without_document(status: StatusCode) -> ClientError {
    let (code, detail) = match status {
        StatusCode::TOO_MANY_REQUESTS => (Code::RateLimited, "too many requests"),
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            (Code::Unavailable, "the market is not available at the moment")
        }
        StatusCode::UNAUTHORIZED => (Code::Unauthenticated, "nobody is signed in"),
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "that is too large"),
        status if status.is_server_error() => (Code::Internal, "the market failed to answer"),
        status => {
            let answer = format!(
                "{status} without an explanation; is this the address of a Stallwright market?"
            );
            return ClientError::Protocol(answer);
        }
    };
    ClientError::Problem(problem(status, code, detail))
}

fn problem(status: StatusCode, code: Code, detail: &str) -> Problem {
    Problem {
        status: status.as_u16(),
        code,
        detail: detail.to_owned(),
        field: None,
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place() {
        let base = Url::parse("http://localhost/api/v1/").unwrap();
        let escaped = place(&base, &["orders", "../../admin?x#y"]).unwrap();
        assert_eq!(escaped.as_str(), "http://localhost/api/v1/orders/..%2F..%2Fadmin%3Fx%23y");
        for climbing in ["", ".", ".."] {
            assert!(place(&base, &["orders", climbing]).is_err(), "{climbing:?}");
        }
    }
}
