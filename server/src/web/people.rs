//! Who asks. A handler that takes one of these is already authenticated and authorised.
//!
//! A browser brings the session cookie, a program a bearer token. Neither works in the other's
//! place: a stolen cookie is no token, and a token in a cookie is nothing.

use api::account::Account;
use api::audit::{Means, Role};
use api::shop::Shop;
use api::staff::Suspension;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::cookie;
use crate::accounts::sessions::{self, Kind, Session};
use crate::accounts::{factors, tokens};
use crate::entropy::Secret;
use crate::error::Error;
use crate::shops::suspensions;
use crate::state::AppState;
use crate::{audit, carts, shops};

/// Name of the cookie that holds a browser's session.
pub(crate) const SESSION_COOKIE: &str = "session";

/// Anybody, signed in or not. Pages know the bearer of a limited token as nobody.
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

/// Somebody who is signed in and has a shop. While it is suspended she reads, and changes nothing.
pub(crate) struct Artisan {
    /// The account.
    pub(crate) account: Account,
    /// Its shop.
    pub(crate) shop: Shop,
    /// The suspension that holds, if one does.
    pub(crate) suspension: Option<Suspension>,
}

/// Somebody who has a shop, suspended or not: for the few writes that go on while it is.
pub(crate) struct Seller {
    /// The account.
    pub(crate) account: Account,
    /// Its shop.
    pub(crate) shop: Shop,
}

/// Staff of the market, signed in with the second step. For everybody else what it opens is not
/// there.
pub(crate) struct Staff(Session);

/// Staff who gave the password in this browser within the last minutes, or who use a token: for
/// what changes other people's shops.
pub(crate) struct ProvedStaff;

/// Somebody who gave the password in this browser within the last minutes: for changes of how one
/// signs in.
pub(crate) struct Proved(pub(crate) Session);

/// How somebody is signed in: for those who end it or act in its name.
pub(crate) struct SignedIn(pub(crate) Session);

/// What the browser that sent these headers is called.
pub(crate) fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    sessions::describe(agent.unwrap_or_default())
}

/// The line that gives a browser the secret of its session.
pub(crate) fn session_cookie(state: &AppState, secret: &Secret) -> HeaderValue {
    cookie::set(state, SESSION_COOKIE, &secret.text(), sessions::WEB_LONGEST_SECONDS)
}

impl Viewer {
    /// Whoever sent these headers.
    pub(crate) async fn of(state: &AppState, headers: &HeaderMap) -> Result<Self, Error> {
        let found = session(state, headers).await?;
        let account = found.filter(|it| it.grant.is_everything()).map(|session| session.account);
        let cart = carts::count(state, cookie::find(state, headers, carts::COOKIE)).await?;
        Ok(Self { account, cart })
    }
}

/// Lets whoever is recognised in this request be the one who acts in the audit log.
pub(super) async fn listen(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let means = if is_api { Means::Terminal } else { Means::Browser };
    audit::within_request(means, next.run(request)).await
}

/// The live session that headers name, whatever it may do.
pub(crate) async fn session(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Session>, Error> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .map(|value| value.to_str().ok().and_then(|value| value.strip_prefix("Bearer stall_")));
    match (bearer, cookie::find(state, headers, SESSION_COOKIE)) {
        (Some(Some(secret)), _) => sessions::recognise(state, Kind::Token, secret).await,
        (None, Some(secret)) => sessions::recognise(state, Kind::Web, secret).await,
        // An authorization that cannot be read is nobody's, whatever else was sent.
        (Some(None), _) | (None, None) => Ok(None),
    }
}

/// Refuses a request that needs more than a session may do: the one place where the scopes of
/// tokens are looked at.
pub(crate) fn authorised(session: &Session, method: &Method, path: &str) -> Result<(), Error> {
    session.grant.check(tokens::needed(method.as_str(), path))
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
        let found = session(state, &parts.headers).await?.ok_or(Error::Unauthenticated)?;
        authorised(&found, &parts.method, parts.uri.path())?;
        Ok(Self(found))
    }
}

impl FromRequestParts<AppState> for Proved {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        if session.is_proved(state.clock.now()) {
            return Ok(Self(session));
        }
        Err(Error::PasswordNeeded)
    }
}

impl FromRequestParts<AppState> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        Ok(Self { account: session.account })
    }
}

impl FromRequestParts<AppState> for Seller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Customer { account } = Customer::from_request_parts(parts, state).await?;
        let shop = shops::find_for_account(state, account.id).await?;
        let shop = shop.ok_or(Error::ShopNeeded)?;
        audit::acts_as(Role::Artisan);
        Ok(Self { account, shop })
    }
}

impl FromRequestParts<AppState> for Artisan {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Seller { account, shop } = Seller::from_request_parts(parts, state).await?;
        let suspension = suspensions::in_force(state, shop.id).await?;
        match suspension {
            Some(suspension) if !parts.method.is_safe() => Err(suspensions::refusal(&suspension)),
            suspension => Ok(Self { account, shop, suspension }),
        }
    }
}

impl Staff {
    /// Whether what changes other people's shops is open to it.
    pub(crate) fn is_proved(&self, state: &AppState) -> bool {
        self.0.kind == Kind::Token || self.0.is_proved(state.clock.now())
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let found = session(state, &parts.headers).await?.filter(|found| found.duties.staff);
        let found = found.ok_or(Error::NotFound)?;
        authorised(&found, &parts.method, parts.uri.path())?;
        let Some(since) = factors::on_since(state, found.account.id).await? else {
            return Err(Error::FactorNeeded(format!(
                "staff sign in with a second step; turn it on first: {}/account/factor",
                state.config.public_url()
            )));
        };
        // A session from before was begun with a password alone.
        match (found.is_proved_since(since), found.kind) {
            (false, Kind::Web) => return Err(Error::PasswordNeeded),
            (false, Kind::Token) => return Err(Error::Unauthenticated),
            (true, _) => {}
        }
        audit::acts_as(Role::Staff);
        Ok(Self(found))
    }
}

impl FromRequestParts<AppState> for ProvedStaff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let staff = Staff::from_request_parts(parts, state).await?;
        if staff.is_proved(state) { Ok(Self) } else { Err(Error::PasswordNeeded) }
    }
}
