//! The typed client: one method for every route of `docs/API.md`.
//!
//! It bounds every wait, sends every write with an `Idempotency-Key`, and therefore repeats
//! requests that may be repeated. Everything a person wrote is freed of control characters
//! before anybody sees it, so no shop can paint on an artisan's terminal.

mod accounts;
mod backoff;
mod clean;
mod edits;
mod error;
mod imports;
mod listings;
mod orders;
mod payouts;
mod profile;
mod request;
mod shops;
mod sign_in;
mod stream;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

pub use backoff::Backoff;
pub use error::ClientError;
pub use profile::Download;
pub use stream::Events;

/// Where random bits come from: idempotency keys, jitter. Injected, so that tests repeat.
pub type Random = Arc<dyn Fn() -> u128 + Send + Sync>;
/// Is told of every attempt and what came of it; for `-v`.
pub type Observer = Arc<dyn Fn(&Attempt<'_>) + Send + Sync>;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for an answer when nobody says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// One attempt at a request; holds neither query nor body, which may be personal.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Path of the address.
    pub path: &'a str,
    /// What came of it: a status, or why there was none.
    pub outcome: &'a str,
}

/// How to reach a market.
pub struct Options {
    /// Address of the market, such as `https://market.example`.
    pub server: String,
    /// Bearer token; absent for signing in.
    pub token: Option<String>,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// Source of random bits.
    pub random: Random,
    /// Is told of every attempt.
    pub observer: Option<Observer>,
}

/// A connection to one market on behalf of one account. Cloning is cheap and shares the pool.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Ends in `/api/v1/`.
    base: Url,
    token: Option<Arc<str>>,
    timeout: Duration,
    random: Random,
    observer: Option<Observer>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server()).finish_non_exhaustive()
    }
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Server`] when the address is none that a market can have.
    pub fn new(options: Options) -> Result<Self, ClientError> {
        let base = base_of(&options.server)?;
        let http =
            connection(&base).map_err(|error| ClientError::Protocol(error::causes(&error)))?;
        let Options { token, timeout, random, observer, .. } = options;
        Ok(Self { http, base, token: token.map(Arc::from), timeout, random, observer })
    }

    /// The address of the market, without a trailing slash.
    #[must_use]
    pub fn server(&self) -> &str {
        self.base.as_str().trim_end_matches("/api/v1/")
    }

    /// The same market with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(Arc::from(token)), ..self.clone() }
    }

    /// Waits between attempts to reach the event stream again.
    #[must_use]
    pub fn backoff(&self) -> Backoff {
        Backoff::new(Arc::clone(&self.random))
    }
}

/// Checks an address and gives the part that all routes share.
fn base_of(server: &str) -> Result<Url, ClientError> {
    let refuse =
        |reason: &str| ClientError::Server { given: server.to_owned(), reason: reason.to_owned() };
    let mut url = Url::parse(server).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refuse("it should begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(refuse("it should hold neither a user, a password nor a query"));
    }
    url.set_fragment(None);
    let path = format!("{}/api/v1/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// The pool. Plain HTTP loads no certificates; this machine is never asked through a proxy.
fn connection(base: &Url) -> reqwest::Result<reqwest::Client> {
    // An error means that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("stall/", env!("CARGO_PKG_VERSION")));
    if base.scheme() == "http" {
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(base) {
        builder = builder.no_proxy();
    }
    builder.build()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_may_live_below_a_path() {
        assert_eq!(
            base_of("https://example.org/market/").unwrap().as_str(),
            "https://example.org/market/api/v1/"
        );
        assert_eq!(base_of("http://[::1]:8080").unwrap().as_str(), "http://[::1]:8080/api/v1/");
        assert!(is_loopback(&base_of("http://[::1]:8080").unwrap()));
        assert!(!is_loopback(&base_of("http://127.0.0.1.example.org").unwrap()));
    }

    #[test]
    fn addresses_that_leak_or_lead_nowhere_are_refused() {
        for server in [
            "market.example",
            "ftp://market.example",
            "https://me:secret@market.example",
            "https://m.example?a=b",
        ] {
            assert!(base_of(server).is_err(), "{server}");
        }
    }
}
