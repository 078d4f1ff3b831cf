//! A shopper whose requests may be cut off at any moment.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::house::client;

static CUT: AtomicUsize = AtomicUsize::new(0);

/// Requests so far that had reached the server and were cut off without a whole answer.
pub(crate) fn cut_requests() -> usize {
    CUT.load(Ordering::SeqCst)
}

/// No answer, or not the one that was hoped for.
#[derive(Debug)]
pub(crate) struct Lost;

/// Somebody with a browser.
pub(crate) struct Shopper {
    http: Client,
    origin: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A whole answer.
pub(crate) struct Answer {
    status: u16,
    location: String,
    body: String,
}

impl From<reqwest::Error> for Lost {
    fn from(error: reqwest::Error) -> Self {
        // A server that is down takes no connection; one that was killed leaves one behind.
        if !error.is_connect() {
            CUT.fetch_add(1, Ordering::SeqCst);
        }
        Self
    }
}

impl Shopper {
    pub(crate) fn new(origin: String) -> Self {
        Self { http: client(), origin, cookies: Mutex::default() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub(crate) fn remembers(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    /// Looks at a page.
    pub(crate) async fn reads(&self, path: &str) -> Result<String, Lost> {
        Ok(self.reads_head(path).await?.is(200)?.body)
    }

    /// Asks for a page that may lead elsewhere.
    pub(crate) async fn reads_head(&self, path: &str) -> Result<Answer, Lost> {
        self.asks(self.http.get(format!("{}{path}", self.origin))).await
    }

    /// Sends a form once.
    pub(crate) async fn sends(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, Lost> {
        let request = self.http.post(format!("{}{path}", self.origin)).form(form);
        self.asks(request.header("sec-fetch-site", "same-origin")).await
    }

    /// Sends a form until it is answered by anything but "later".
    pub(crate) async fn sends_until_answered(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        loop {
            match self.sends(path, form).await {
                Ok(answer) if answer.status < 500 => return answer,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
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
        self.asks(self.http.post(format!("{}{path}", self.origin)).bearer_auth(token).json(body))
            .await
    }

    async fn asks(&self, request: RequestBuilder) -> Result<Answer, Lost> {
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .expect("cookies")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request.header(COOKIE, cookies.join("; ")).send().await?;
        let headers = answer.headers().clone();
        let status = answer.status().as_u16();
        let body = answer.text().await?;
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            if let Some((name, value)) =
                line.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.remembers(name, value);
            }
        }
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        Ok(Answer { status, location: location.unwrap_or_default().to_owned(), body })
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
}

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Result<&'a str, Lost> {
    let (_, rest) = text.split_once(before).ok_or(Lost)?;
    rest.split(after).next().ok_or(Lost)
}
