//! How requests reach Stripe: one pool of connections, a timeout, retries under the same key.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Deserialize;
use stripe::{IdempotencyKey, RequestStrategy, StripeRequest};
use stripe_client_core::{
    CustomizedStripeRequest, RequestBuilder, StripeClient, StripeClientErr, StripeMethod, VERSION,
};

use crate::error::Error;

/// One attempt may take this long.
const ATTEMPT: Duration = Duration::from_secs(8);
/// Attempts of one call; together they stay within a shopper's patience.
const ATTEMPTS: u32 = 3;
/// Wait before the second attempt; doubled for the third.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Longest wait that Stripe may ask for within one call; beyond it the job is put back instead.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// Why a call to Stripe failed.
#[derive(Debug, thiserror::Error)]
pub enum StripeFailure {
    /// Stripe said no. Trying the same again is of no use.
    #[error("Stripe refused ({status} {code}): {message} [request {request_id}]")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's `code`, or its `type` where there is none.
        code: String,
        /// Stripe's words; never shown to shoppers.
        message: String,
        /// What Stripe's support asks for.
        request_id: String,
    },
    /// No answer, or "later". Trying the same again with the same key is safe.
    #[error("Stripe cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that does not fit.
    #[error("Stripe's answer cannot be read: {0}")]
    Unreadable(String),
}

impl StripeClientErr for StripeFailure {
    fn deserialize_err(message: impl Display) -> Self {
        Self::Unreadable(message.to_string())
    }
}

pub(super) struct Transport {
    http: Client,
    base: String,
    secret: String,
}

impl Transport {
    pub(super) fn open(base_url: &str, secret: &str) -> anyhow::Result<Self> {
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(ATTEMPT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            base: base_url.trim_end_matches('/').to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// Asks, on behalf of a connected account if one is named.
    pub(super) async fn get<R>(
        &self,
        request: &R,
        account: Option<&str>,
    ) -> Result<R::Output, StripeFailure>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, RequestStrategy::Once, account).await
    }

    /// Makes something, once, however often it is called with this key.
    pub(super) async fn make<R>(&self, request: &R, key: &str) -> Result<R::Output, Error>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let key = IdempotencyKey::new(key).map_err(Error::internal)?;
        Ok(self.send(request, RequestStrategy::Idempotent(key), None).await?)
    }

    async fn send<R>(
        &self,
        request: &R,
        strategy: RequestStrategy,
        account: Option<&str>,
    ) -> Result<R::Output, StripeFailure>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let mut custom = request.customize().request_strategy(strategy);
        if let Some(account) = account {
            custom = custom.account_id(account.into());
        }
        custom.send(self).await
    }

    async fn attempt(
        &self,
        request: &RequestBuilder,
        key: Option<&IdempotencyKey>,
        account: Option<&str>,
    ) -> Result<Response, reqwest::Error> {
        let method = match request.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{}/v1{}{query}", self.base, request.path);
        let mut call = self
            .http
            .request(method, url)
            .bearer_auth(&self.secret)
            .header("stripe-version", VERSION.as_str());
        if let Some(key) = key {
            call = call.header("idempotency-key", key.as_str());
        }
        if let Some(account) = account {
            call = call.header("stripe-account", account);
        }
        if let Some(body) = &request.body {
            call =
                call.header("content-type", "application/x-www-form-urlencoded").body(body.clone());
        }
        call.send().await
    }
}

impl StripeClient for Transport {
    type Err = StripeFailure;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeFailure> {
        let (request, config) = request.into_pieces();
        let key = config.request_strategy.and_then(|strategy| strategy.get_key());
        // A write without a key may not be repeated; reading may.
        let attempts =
            if key.is_some() || matches!(request.method, StripeMethod::Get) { ATTEMPTS } else { 1 };
        let account = config.account_id.as_ref().map(stripe::AccountId::as_str);
        let mut wait = FIRST_WAIT;
        let mut last = String::new();
        for attempt in 1..=attempts {
            match self.attempt(&request, key.as_ref(), account).await {
                Ok(answer) if !worth_retrying(answer.status(), answer.headers()) => {
                    return read(answer).await;
                }
                Ok(answer) => {
                    last = format!("status {}", answer.status());
                    wait = asked_wait(answer.headers()).unwrap_or(wait).min(LONGEST_WAIT);
                }
                Err(error) => last = error.without_url().to_string(),
            }
            if attempt < attempts {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
        }
        Err(StripeFailure::Unreachable(last))
    }
}

/// Stripe's header decides; without it the statuses that Stripe documents as transient.
/// <https://docs.stripe.com/error-low-level>
fn worth_retrying(status: StatusCode, headers: &HeaderMap) -> bool {
    match headers.get("stripe-should-retry").and_then(|value| value.to_str().ok()) {
        Some("true") => true,
        Some("false") => false,
        _ => matches!(status.as_u16(), 409 | 424 | 429 | 500..=504),
    }
}

fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorFields,
}

#[derive(Deserialize)]
struct ErrorFields {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    message: Option<String>,
}

async fn read(answer: Response) -> Result<Bytes, StripeFailure> {
    let status = answer.status();
    let request_id = answer
        .headers()
        .get("request-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or("unknown")
        .to_owned();
    let body = answer
        .bytes()
        .await
        .map_err(|error| StripeFailure::Unreachable(error.without_url().to_string()))?;
    if status.is_success() {
        return Ok(body);
    }
    let fields = serde_json::from_slice::<ErrorBody>(&body)
        .map_err(|error| StripeFailure::Unreadable(format!("status {status}: {error}")))?
        .error;
    Err(StripeFailure::Refused {
        status: status.as_u16(),
        code: fields.code.unwrap_or(fields.kind),
        message: fields.message.unwrap_or_default(),
        request_id,
    })
}
