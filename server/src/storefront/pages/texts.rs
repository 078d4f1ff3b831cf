//! The market's own words, and what it tells search engines.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api::listing::Category;
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::listings;
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

/// Listings in one file; the protocol allows 50 000 addresses (<https://www.sitemaps.org>).
const MOST_LISTINGS: usize = 10_000;
/// Listings read at once.
const STEP: u32 = 200;

pub(super) async fn sitemap(State(state): State<AppState>) -> Result<Response, Error> {
    let mut paths: BTreeSet<String> = ["/".into(), "/about".into()].into();
    paths.extend(Category::ALL.iter().map(|category| format!("/c/{category}")));
    let mut after: Option<String> = None;
    loop {
        let page = listings::newest(&state, None, after.as_deref(), STEP).await?;
        for card in &page.items {
            paths.insert(format!("/listings/{}", card.slug));
            paths.insert(format!("/shops/{}", card.shop_slug));
        }
        after = page.next;
        if after.is_none() || paths.len() >= MOST_LISTINGS {
            break;
        }
    }
    let body = urlset(&state.config.public_url(), &paths);
    Ok(([(CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response())
}

/// Paths are slugs: letters, digits and hyphens, nothing that XML would need escaped.
fn urlset(origin: &str, paths: &BTreeSet<String>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths {
        let written = writeln!(xml, "<url><loc>{origin}{path}</loc></url>");
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    xml + "</urlset>\n"
}
