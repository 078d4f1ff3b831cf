//! HTML pages.

use api::account::PaymentsMode;
use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Viewer;

/// A template as an answer.
pub(crate) struct Page<T>(pub(crate) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => Error::Internal(anyhow::Error::new(error)).into_response(),
        }
    }
}

/// What the frame around every page shows.
pub(crate) struct Layout {
    /// Name of the market.
    pub(crate) market: String,
    /// Name of the person who is signed in.
    pub(crate) name: Option<String>,
    /// Pieces in the cart.
    pub(crate) cart: i64,
    /// Whether money is simulated, which every page then says.
    pub(crate) simulated: bool,
}

impl Layout {
    /// The frame for one viewer.
    pub(crate) fn of(state: &AppState, viewer: &Viewer) -> Self {
        Self {
            market: state.config.market_name.clone(),
            name: viewer.account.as_ref().map(|account| account.name.clone()),
            cart: viewer.cart,
            simulated: state.config.payments == PaymentsMode::Simulator,
        }
    }
}
