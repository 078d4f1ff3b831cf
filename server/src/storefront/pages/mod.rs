//! The pages of the storefront.

mod asked;
mod feed;
mod home;
mod list;
mod listing;
mod narrowing;
mod personal;
#[cfg(test)]
pub(crate) mod samples;
mod shop;
mod sitemaps;
mod texts;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

/// Cards on one page of a list.
const PAGE: u32 = 24;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/c/{category}", get(list::shelf))
        .route("/search", get(list::search))
        .route("/search/suggestions", get(list::suggestions))
        .route("/listings/{slug}", get(listing::show).post(listing::order))
        .route("/shops/{slug}", get(shop::show))
        .route("/shops/{slug}/feed.xml", get(feed::show))
        .route("/about", get(texts::about))
        .route("/terms", get(texts::terms))
        .route("/robots.txt", get(texts::robots))
        .merge(sitemaps::routes())
}
