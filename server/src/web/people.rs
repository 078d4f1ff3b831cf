//! Who asks. A handler that takes one of these is already authenticated and authorised.
//!
//! A browser brings the session cookie, a program a bearer token. Neither works in the other's
//! place: a stolen cookie is no token, and a token in a cookie is nothing.

use api::account::Account;
use api::audit::{Means, Role};
use api::shop::Shop;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::cookie;
use crate::accounts::sessions::{self, Kind, Session};
use crate::error::Error;
use crate::state::AppState;
use crate::{audit, carts, shops};

/// Name of the cookie that holds a browser's session.
pub(crate) const SESSION_COOKIE: &str = "session";

/// Anybody, signed in or not.
#[derive(Default)]
pub(crate) struct Viewer {
    /// The account, when signed in.
    pub(crate) account: Option<Account>,
    /// Pieces in the cart that the browser's cookie names.
    pub(crate) cart: i64,
}

/// Somebody who is signed in.
pub(crate) struct Customer {
    /// The account.
    pub(crate) account: Account,
}

/// Somebody who is signed in and has a shop.
pub(crate) struct Artisan {
    /// The account.
    pub(crate) account: Account,
    /// Its shop.
    pub(crate) shop: Shop,
}

/// How somebody is signed in: for those who end it or act in its name.
pub(crate) struct SignedIn(pub(crate) Session);

impl Viewer {
    /// Whoever sent these headers.
    pub(crate) async fn of(state: &AppState, headers: &HeaderMap) -> Result<Self, Error> {
        let account = session(state, headers).await?.map(|session| session.account);
        let cart = carts::count(state, cookie::find(state, headers, carts::COOKIE)).await?;
        Ok(Self { account, cart })
    }
}

/// Lets whoever is recognised in this request be the one who acts in the audit log.
pub(super) async fn listen(request: Request, next: Next) -> Response {
    audit::within_request(next.run(request)).await
}

/// The live session that headers name.
pub(crate) async fn session(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Session>, Error> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .map(|value| value.to_str().ok().and_then(|value| value.strip_prefix("Bearer stall_")));
    let (kind, means, secret) = match (bearer, cookie::find(state, headers, SESSION_COOKIE)) {
        (Some(Some(secret)), _) => (Kind::Token, Means::Terminal, secret),
        (None, Some(secret)) => (Kind::Web, Means::Browser, secret),
        // An authorization that cannot be read is nobody's, whatever else was sent.
        (Some(None), _) | (None, None) => return Ok(None),
    };
    let session = sessions::recognise(state, kind, secret).await?;
    if let Some(session) = &session {
        audit::recognised(session.account.id, means);
    }
    Ok(session)
}

impl FromRequestParts<AppState> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Self::of(state, &parts.headers).await
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        session(state, &parts.headers).await?.map(Self).ok_or(Error::Unauthenticated)
    }
}

impl FromRequestParts<AppState> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        Ok(Self { account: session.account })
    }
}

impl FromRequestParts<AppState> for Artisan {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Customer { account } = Customer::from_request_parts(parts, state).await?;
        let shop = shops::find_for_account(state, account.id).await?;
        let shop = shop.ok_or_else(|| Error::forbidden("open a shop first"))?;
        audit::acts_as(Role::Artisan);
        Ok(Self { account, shop })
    }
}
