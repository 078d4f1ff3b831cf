//! People as HTTP clients: each with cookies or a token of their own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::market::{http, words_of};

/// Somebody with a browser (cookies) or a program (a token).
pub(crate) struct Person {
    address: SocketAddr,
    cookies: Mutex<BTreeMap<String, String>>,
    token: Option<String>,
}

/// Stands between the fields of a form with a file.
const EDGE: &str = "edge-of-a-field";

/// A form with a picture, as browsers write it, and its content type.
pub(crate) fn multipart(picture: &[u8], fields: &[(&str, &str)]) -> (String, Vec<u8>) {
    let head = |name: &str| format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"");
    let text = |(name, value): &(&str, &str)| format!("{}\r\n\r\n{value}\r\n", head(name));
    let texts: String = fields.iter().map(text).collect();
    let file = format!("{}; filename=\"a.jpg\"\r\n\r\n", head("image"));
    let end = format!("\r\n--{EDGE}--\r\n");
    let body = [texts.as_bytes(), file.as_bytes(), picture, end.as_bytes()].concat();
    (format!("multipart/form-data; boundary={EDGE}"), body)
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Person {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Mutex::default(), token: None }
    }

    /// The same person with a bearer token.
    pub(crate) fn with_token(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }

    /// Her bearer token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().expect("somebody with a token")
    }

    /// The same program, asking another server of the market.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, cookies: Mutex::default(), token: self.token.clone() }
    }

    /// Opens something that does not end.
    pub(crate) async fn follows(&self, path: &str) -> reqwest::Response {
        let request = http().get(format!("http://{}{path}", self.address));
        let request = request.bearer_auth(self.token.as_deref().unwrap_or_default());
        let response = request.send().await.expect("the market answers");
        assert_eq!(response.status().as_u16(), 200);
        response
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// What the browser would send along, by name.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Puts a cookie into the browser, as an attacker might.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Looks at a page or asks the API.
    pub(crate) async fn gets(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, |request| request).await
    }

    /// Sends a form, as a browser on the market's own page does.
    pub(crate) async fn submits(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.sends(Method::POST, path, |request| {
            request.header("sec-fetch-site", "same-origin").form(form)
        })
        .await
    }

    /// Sends a form with a picture, as a browser on the market's own page does.
    pub(crate) async fn uploads(
        &self,
        path: &str,
        picture: &[u8],
        fields: &[(&str, &str)],
    ) -> Answer {
        let (kind, body) = multipart(picture, fields);
        self.sends(Method::POST, path, |request| {
            request.header("sec-fetch-site", "same-origin").header("content-type", kind).body(body)
        })
        .await
    }

    /// Sends JSON, as a program does.
    pub(crate) async fn posts(&self, path: &str, body: &impl Serialize) -> Answer {
        self.sends(Method::POST, path, |request| request.json(body)).await
    }

    /// Changes something, as a program does.
    pub(crate) async fn patches(&self, path: &str, body: &impl Serialize) -> Answer {
        self.sends(Method::PATCH, path, |request| request.json(body)).await
    }

    /// Sends a request that the caller completes.
    pub(crate) async fn sends(
        &self,
        method: Method,
        path: &str,
        complete: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let response = self.begins(method, path, complete).await;
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a whole answer"),
        }
    }

    /// The same, with the body of the answer still to come: some never end.
    pub(crate) async fn begins(
        &self,
        method: Method,
        path: &str,
        complete: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        let mut request = http().request(method, format!("http://{}{path}", self.address));
        let cookies = self.cookie_line();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = complete(request).send().await.expect("the market answers");
        self.keep_cookies(response.headers());
        response
    }

    fn cookie_line(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("a cookie of ASCII");
            let (name, value) = line.split(';').next().unwrap().split_once('=').expect("a pair");
            if value.is_empty() || line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    /// The JSON in it; the status must be the expected one.
    #[track_caller]
    pub(crate) fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).expect("the JSON that was promised")
    }

    /// A header, empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The words of the page.
    pub(crate) fn words(&self) -> String {
        words_of(&self.body)
    }
}
