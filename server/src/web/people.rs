//! Who asks. A handler that takes one of these is already authenticated and authorised.

use api::account::Account;
use api::shop::Shop;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::Error;
use crate::state::AppState;

/// Anybody, signed in or not.
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

impl FromRequestParts<AppState> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Ok(Self { account: None, cart: 0 })
    }
}

impl FromRequestParts<AppState> for Customer {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Err(Error::Unauthenticated)
    }
}

impl FromRequestParts<AppState> for Artisan {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Err(Error::Unauthenticated)
    }
}
