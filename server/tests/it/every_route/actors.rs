//! Everybody who asks for everything.

use api::account::Token;
use api::sign_in::Scope;
use reqwest::{RequestBuilder, Response};
use serde_json::json;

use super::call::Call;
use crate::market::{Answer, Market, PASSWORD, Person, email_of};
use crate::shopping::Piece;

/// What somebody is, which decides what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Anonymous,
    Shopper,
    Artisan,
    /// An artisan whose shop is suspended.
    Suspended,
    /// An artisan’s token that may only read.
    Reader,
    /// Staff of the market, without a shop.
    Staff,
}

/// How somebody says who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Not at all.
    Closed,
    /// A session cookie.
    Browser,
    /// A bearer token.
    Token,
    /// A bearer token that may only read.
    ReadingToken,
    /// The secret of a session cookie, sent as a bearer token.
    CookieAsToken,
    /// The secret of a bearer token, sent as a session cookie.
    TokenAsCookie,
    /// A session cookie beside an authorization that nobody can read.
    Unreadable,
}

/// Everybody who asks for everything. Whoever may do something else than those here is one more
/// line, a [`Role`] and an arm in `access.rs`.
pub(crate) const CAST: [(&str, Role, Door, &str); 17] = [
    ("anonymous", Role::Anonymous, Door::Closed, ""),
    ("a cookie’s secret as a token", Role::Anonymous, Door::CookieAsToken, "Ines"),
    ("a token’s secret as a cookie", Role::Anonymous, Door::TokenAsCookie, "Ines"),
    ("a cookie beside an unreadable authorization", Role::Anonymous, Door::Unreadable, "Ines"),
    ("shopper A, browser", Role::Shopper, Door::Browser, "Ana"),
    ("shopper A, token", Role::Shopper, Door::Token, "Ana"),
    ("shopper B, browser", Role::Shopper, Door::Browser, "Ben"),
    ("shopper B, token", Role::Shopper, Door::Token, "Ben"),
    ("artisan A, browser", Role::Artisan, Door::Browser, "Ines"),
    ("artisan A, token", Role::Artisan, Door::Token, "Ines"),
    ("artisan B, browser", Role::Artisan, Door::Browser, "Omar"),
    ("artisan B, token", Role::Artisan, Door::Token, "Omar"),
    ("suspended artisan, browser", Role::Suspended, Door::Browser, "Sanna"),
    ("suspended artisan, token", Role::Suspended, Door::Token, "Sanna"),
    ("read-only token", Role::Reader, Door::ReadingToken, "Ines"),
    ("staff, browser", Role::Staff, Door::Browser, "Stella"),
    ("staff, token", Role::Staff, Door::Token, "Stella"),
];

/// Somebody who asks.
pub(crate) struct Actor {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    /// Whose account it is, empty where there is none.
    pub(crate) account: String,
    pub(crate) door: Door,
    person: Person,
    /// The network address, so that no one's attempts are counted as another's.
    address: String,
}

impl Actor {
    /// Somebody comes to the market and says who they are in one of the ways, with a `code` where
    /// there is a second step. `number` is nobody else's.
    pub(crate) async fn enters(
        market: &Market,
        (name, role, door, account): (&'static str, Role, Door, &str),
        number: usize,
        code: Option<String>,
    ) -> Self {
        let (email, person) = (email_of(account), market.visitor());
        let form = [("email", email.as_str()), ("password", PASSWORD)];
        if matches!(door, Door::Browser | Door::Unreadable | Door::CookieAsToken) {
            assert_eq!(person.submits("/login", &form).await.status, 303);
            if let Some(code) = &code {
                let step = person.submits("/login/code", &[("code", code)]).await;
                assert_eq!(step.status, 303, "{}", step.words());
            }
        }
        let person = match door {
            Door::Closed | Door::Browser | Door::Unreadable => person,
            Door::CookieAsToken => {
                let secret = person.cookie("session").unwrap();
                market.visitor().with_token(format!("stall_{secret}"))
            }
            Door::Token => person.with_token(token(market, email, code, None).await),
            Door::ReadingToken => {
                person.with_token(token(market, email, code, Some(&Scope::READING)).await)
            }
            Door::TokenAsCookie => {
                let token = token(market, email, code, None).await;
                person.set_cookie("session", token.strip_prefix("stall_").unwrap());
                person
            }
        };
        let address = format!("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255);
        Self { name, role, account: account.to_owned(), door, person, address }
    }

    /// Puts a piece into the cart of this browser.
    pub(crate) async fn takes(&self, piece: &Piece) {
        self.person.takes(piece, 1).await;
    }

    /// Sends a call; of an answer without end only the head is read.
    pub(crate) async fn asks(&self, call: &Call, is_endless: bool) -> Answer {
        let response = self.begins(call, |request| request).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = if is_endless && status == 200 {
            Vec::new()
        } else {
            response.bytes().await.expect("a whole answer").to_vec()
        };
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Sends a call that the caller may change; the answer’s body is still to come.
    pub(crate) async fn begins(
        &self,
        call: &Call,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        let complete = |request: RequestBuilder| {
            let request = request
                .header("sec-fetch-site", "same-origin")
                .header("x-forwarded-for", &self.address);
            let request = if self.door == Door::Unreadable {
                request.header("authorization", "Basic aW5lczpzZWNyZXQ=")
            } else {
                request
            };
            change(call.body.put(request))
        };
        self.person.begins(call.method.clone(), &call.path, complete).await
    }
}

/// A bearer token of an account.
async fn token(
    market: &Market,
    email: String,
    code: Option<String>,
    scopes: Option<&[Scope]>,
) -> String {
    let asked = json!({ "email": email, "password": PASSWORD, "name": "test", "code": code,
        "scopes": scopes });
    market.visitor().posts("/api/v1/tokens", &asked).await.expect::<Token>(201).token
}
