//! Site maps for search engines (<https://www.sitemaps.org/protocol.html>): an index, and files
//! of listings and shops that are written while they are read, however many there are.

use std::fmt::Write as _;

use api::Id;
use api::id::Kind;
use api::listing::{Category, Listing};
use api::shop::Shop;
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::Error;
use crate::listings::directory;
use crate::shops;
use crate::state::AppState;

/// Addresses in one file, as the protocol limits them.
const FILE: u32 = 50_000;
/// Addresses that are read at once.
const STEP: u32 = 500;
/// Files of one kind; ten million addresses are more than a search engine takes of one site.
const MOST_FILES: usize = 200;

const XML: [(axum::http::HeaderName, &str); 1] = [(CONTENT_TYPE, "application/xml; charset=utf-8")];
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const URLS: &str = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                    xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n";
const URLS_END: &str = "</urlset>\n";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sitemap.xml", get(index))
        .route("/sitemap/pages.xml", get(pages))
        .route("/sitemap/shops.xml", get(shops))
        .route("/sitemap/listings.xml", get(listings))
}

/// Which file of a kind.
#[derive(Deserialize)]
struct Asked {
    /// The last of the file before.
    after: Option<String>,
}

impl Asked {
    fn after<T: Kind>(&self) -> Result<Id<T>, Error> {
        let Some(after) = &self.after else { return Ok(Id::from_uuid(Uuid::nil())) };
        after.parse().map_err(|_| {
            Error::invalid(
                "after",
                "there is no such file; /sitemap.xml names those that there are",
            )
        })
    }
}

/// Names every file. A file begins behind the last address of the one before, so none is missed.
async fn index(State(state): State<AppState>) -> Result<Response, Error> {
    let origin = state.config.public_url();
    let mut files = vec![format!("{origin}/sitemap/pages.xml")];
    let mut shop = Id::<Shop>::from_uuid(Uuid::nil());
    let mut listing = directory::BEGINNING;
    let file = |kind: &str, first: bool, after: String| {
        let after = if first { String::new() } else { format!("?after={after}") };
        format!("{origin}/sitemap/{kind}.xml{after}")
    };
    for number in 0..MOST_FILES {
        let Some(end) = shops::end(&state, shop, FILE).await? else { break };
        files.push(file("shops", number == 0, shop.to_string()));
        shop = end;
    }
    for number in 0..MOST_FILES {
        let Some(end) = directory::end(&state, listing, FILE).await? else { break };
        files.push(file("listings", number == 0, listing.to_string()));
        listing = end;
    }
    let mut xml =
        format!("{HEAD}<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for address in files {
        write_or_stop(writeln!(xml, "<sitemap><loc>{address}</loc></sitemap>"))?;
    }
    xml.push_str("</sitemapindex>\n");
    Ok((XML, xml).into_response())
}

/// What every market has.
async fn pages(State(state): State<AppState>) -> Result<Response, Error> {
    let origin = state.config.public_url();
    let mut xml = format!("{HEAD}{URLS}");
    let shelves = Category::ALL.iter().map(|category| format!("/c/{category}"));
    let own = ["/", "/about", "/privacy", "/terms"].map(str::to_owned);
    for path in own.into_iter().chain(shelves) {
        write_or_stop(writeln!(xml, "<url><loc>{origin}{path}</loc></url>"))?;
    }
    xml.push_str(URLS_END);
    Ok((XML, xml).into_response())
}

async fn shops(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let after: Id<Shop> = asked.after()?;
    let until = shops::end(&state, after, FILE).await?.ok_or(Error::NotFound)?;
    let origin = state.config.public_url();
    let batches = stream::try_unfold(after, move |after| {
        let (state, origin) = (state.clone(), origin.clone());
        async move {
            let batch = shops::addresses(&state, (after, until), STEP).await?;
            let Some((last, _)) = batch.last() else { return Ok(None) };
            let mut xml = String::new();
            for (_, slug) in &batch {
                write_or_stop(writeln!(xml, "<url><loc>{origin}/shops/{slug}</loc></url>"))?;
            }
            Ok(Some((xml, *last)))
        }
    });
    Ok(file(batches))
}

async fn listings(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let after: Id<Listing> = asked.after()?;
    let until = directory::end(&state, after, FILE).await?.ok_or(Error::NotFound)?;
    let origin = state.config.public_url();
    let batches = stream::try_unfold(after, move |after| {
        let (state, origin) = (state.clone(), origin.clone());
        async move {
            let batch = directory::addresses(&state, (after, until), STEP).await?;
            let Some(last) = batch.last() else { return Ok(None) };
            let mut xml = String::new();
            for address in &batch {
                write_or_stop(listing(&mut xml, &origin, address))?;
            }
            Ok(Some((xml, last.id)))
        }
    });
    Ok(file(batches))
}

/// Slugs and hashes are letters, digits and hyphens, nothing that XML would need escaped.
fn listing(xml: &mut String, origin: &str, address: &directory::Address) -> std::fmt::Result {
    write!(xml, "<url><loc>{origin}/listings/{}</loc>", address.slug)?;
    write!(xml, "<lastmod>{}</lastmod>", address.updated_at)?;
    if let Some(hash) = &address.cover {
        let picture = crate::web::picture::shared(hash);
        write!(xml, "<image:image><image:loc>{origin}{picture}</image:loc></image:image>")?;
    }
    writeln!(xml, "</url>")
}

/// A file that is written while it is read. When the database fails half-way the connection is
/// cut, so that nobody takes the half for the whole.
fn file(batches: impl Stream<Item = Result<String, Error>> + Send + 'static) -> Response {
    let edge = |text: String| stream::iter([Ok::<_, Error>(text)]);
    let whole = edge(format!("{HEAD}{URLS}")).chain(batches).chain(edge(URLS_END.to_owned()));
    (XML, Body::from_stream(whole)).into_response()
}

fn write_or_stop(written: std::fmt::Result) -> Result<(), Error> {
    written.map_err(Error::internal)
}
