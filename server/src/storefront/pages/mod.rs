//! The pages of the storefront.

mod home;
mod listing;
#[cfg(test)]
pub(crate) mod samples;
mod search;
pub(crate) mod shelf;
mod shop;
mod texts;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

/// Cards on one page of a list.
const PAGE: u32 = 24;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/c/{category}", get(shelf::show))
        .route("/search", get(search::show))
        .route("/listings/{slug}", get(listing::show))
        .route("/shops/{slug}", get(shop::show))
        .route("/about", get(texts::about))
        .route("/terms", get(texts::terms))
        .route("/robots.txt", get(texts::robots))
        .route("/sitemap.xml", get(texts::sitemap))
}
