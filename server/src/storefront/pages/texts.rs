//! The market's own words, and where robots may go.

use askama::Template;
use axum::extract::State;

use crate::state::AppState;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;

#[derive(Template)]
#[template(path = "storefront/about.html")]
struct AboutPage {
    layout: Layout,
}

#[derive(Template)]
#[template(path = "storefront/terms.html")]
struct TermsPage {
    layout: Layout,
}

pub(super) async fn about(State(state): State<AppState>, viewer: Viewer) -> Page<impl Template> {
    Page(AboutPage { layout: Layout::of(&state, &viewer) })
}

pub(super) async fn terms(State(state): State<AppState>, viewer: Viewer) -> Page<impl Template> {
    Page(TermsPage { layout: Layout::of(&state, &viewer) })
}

/// Nothing personal and no endless lists are for robots.
pub(super) async fn robots(State(state): State<AppState>) -> String {
    let closed =
        ["/account", "/api", "/cart", "/checkout", "/dev", "/device", "/orders", "/search"];
    let mut text = "User-agent: *\n".to_owned();
    for path in closed {
        text.push_str("Disallow: ");
        text.push_str(path);
        text.push('\n');
    }
    text + "\nSitemap: " + &state.config.public_url() + "/sitemap.xml\n"
}
