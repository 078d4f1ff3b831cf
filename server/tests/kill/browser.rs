//! A browser, or a program, whose requests may be cut off at any moment.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::house::client;

/// How long a person waits before trying again.
const BREATH: Duration = Duration::from_millis(20);
/// How long the market may leave one question unanswered, kills included.
const PATIENCE: Duration = Duration::from_mins(1);

/// No answer, or not the one that was hoped for.
#[derive(Debug)]
pub(crate) struct Lost;

/// Somebody with cookies and an address of their own: many sign-ins from one address look like guessing.
pub(crate) struct Browser {
    http: Client,
    origin: String,
    address: Ipv4Addr,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    location: String,
    pub(crate) body: String,
}

impl From<reqwest::Error> for Lost {
    fn from(_: reqwest::Error) -> Self {
        Self
    }
}

impl Browser {
    pub(crate) fn new(origin: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let address = Ipv4Addr::from_bits(
            Ipv4Addr::new(10, 0, 0, 0).to_bits() + NEXT.fetch_add(1, Ordering::Relaxed),
        );
        Self { http: client(), origin, address, cookies: Mutex::default() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub(crate) fn remembers(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    /// Looks at a page.
    pub(crate) async fn reads(&self, path: &str) -> Result<String, Lost> {
        Ok(self.opens(path).await?.is(200)?.body)
    }

    /// Asks for a page that may be another or lead elsewhere.
    pub(crate) async fn opens(&self, path: &str) -> Result<Answer, Lost> {
        self.asks(self.http.get(format!("{}{path}", self.origin))).await
    }

    /// Sends a form once.
    pub(crate) async fn sends(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, Lost> {
        let request = self.http.post(format!("{}{path}", self.origin)).form(form);
        self.asks(request.header("sec-fetch-site", "same-origin")).await
    }

    /// Sends a form until it is answered by anything but "later".
    pub(crate) async fn sends_until_answered(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} is not answered");
            match self.sends(path, form).await {
                Ok(answer) if answer.status < 500 => return answer,
                _ => tokio::time::sleep(BREATH).await,
            }
        }
    }

    /// Asks the API with somebody's token until it answers; what is asked for must be there.
    pub(crate) async fn finds(&self, token: &str, path: &str) -> Value {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} is not answered");
            let request = self.http.get(format!("{}/api/v1{path}", self.origin));
            match self.asks(request.bearer_auth(token)).await {
                Ok(answer) if answer.status < 500 => {
                    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
                    return answer.json().expect("JSON");
                }
                _ => tokio::time::sleep(BREATH).await,
            }
        }
    }

    /// Every item of a list of the API.
    pub(crate) async fn finds_all(&self, token: &str, path: &str) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::new());
        let sign = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.finds(token, &format!("{path}{sign}limit=100{after}")).await;
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }

    /// Sends JSON with somebody's token.
    pub(crate) async fn posts_as(
        &self,
        token: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, Lost> {
        let request = self.http.post(format!("{}/api/v1{path}", self.origin)).bearer_auth(token);
        self.asks(request.json(body)).await
    }

    /// Sends JSON under one key until it is answered by anything but "later".
    pub(crate) async fn posts_once(
        &self,
        token: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Answer {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} is not answered");
            let request = self.http.post(format!("{}/api/v1{path}", self.origin));
            let request = request.bearer_auth(token).header("idempotency-key", key);
            match self.asks(request.json(body)).await {
                Ok(answer) if answer.status < 500 => return answer,
                _ => tokio::time::sleep(BREATH).await,
            }
        }
    }

    async fn asks(&self, request: RequestBuilder) -> Result<Answer, Lost> {
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .expect("cookies")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header("x-forwarded-for", self.address.to_string());
        let answer = request.header(COOKIE, cookies.join("; ")).send().await?;
        let headers = answer.headers().clone();
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            if let Some((name, value)) =
                line.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.remembers(name, value);
            }
        }
        let header = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Ok(Answer {
            status,
            kind: header("content-type"),
            location: header(LOCATION.as_str()),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

impl Answer {
    /// The answer, if it has this status.
    pub(crate) fn is(self, status: u16) -> Result<Self, Lost> {
        if self.status == status { Ok(self) } else { Err(Lost) }
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        &self.location
    }

    /// The path of where it leads.
    pub(crate) fn path(&self) -> &str {
        let rest = self.location.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("/", |at| &rest[at..])
    }

    pub(crate) fn json(&self) -> Result<Value, Lost> {
        serde_json::from_str(&self.body).map_err(|_| Lost)
    }
}

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Result<&'a str, Lost> {
    let (_, rest) = text.split_once(before).ok_or(Lost)?;
    rest.split(after).next().ok_or(Lost)
}

/// The text that JSON has there.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
