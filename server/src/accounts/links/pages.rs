//! The page for whoever follows a link that is worth nothing any more.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::Purpose;
use crate::state::AppState;
use crate::web::page::{Layout, NO_STORE, Page};
use crate::web::people::Viewer;

#[derive(Template)]
#[template(path = "accounts/link_spent.html")]
struct SpentPage {
    layout: Layout,
    purpose: Purpose,
    /// Whether somebody is signed in.
    signed_in: bool,
    /// Whether that person has proved the address.
    proved: bool,
}

/// What to do in place of following the link. Whether it was used, too old or never there, nobody
/// learns.
pub(in crate::accounts) fn spent(state: &AppState, viewer: &Viewer, purpose: Purpose) -> Response {
    let page = SpentPage {
        layout: Layout::of(state, viewer),
        purpose,
        signed_in: viewer.account.is_some(),
        proved: viewer.account.as_ref().is_some_and(|account| account.email_verified),
    };
    (StatusCode::GONE, NO_STORE, Page(page)).into_response()
}
