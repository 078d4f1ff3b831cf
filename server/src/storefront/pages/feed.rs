//! New pieces of a shop for feed readers, as Atom (RFC 4287).

use api::Timestamp;
use api::shop::Shop;
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::error::Error;
use crate::listings::{self, Card};
use crate::shops;
use crate::state::AppState;
use crate::web::place::Path;

/// Pieces in a feed; readers come back long before so many are new.
const PIECES: u32 = 30;

#[derive(Template)]
#[template(path = "storefront/feed.xml")]
struct Feed {
    origin: String,
    market: String,
    shop: Shop,
    pieces: Vec<Card>,
    updated: Timestamp,
}

pub(super) async fn show(
    State(state): State<AppState>,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let present = shops::present_slug(&state, &slug).await?;
    if present != slug {
        return Ok(Redirect::temporary(&format!("/shops/{present}/feed.xml")).into_response());
    }
    let shop = shops::find_by_slug(&state, &slug).await?;
    let pieces = listings::of_shop(&state, shop.id, None, PIECES).await?.items;
    let feed = Feed {
        origin: state.config.public_url(),
        market: state.config.market_name.clone(),
        updated: pieces.first().map_or(shop.created_at, |piece| piece.published_at),
        shop,
        pieces,
    };
    let xml = feed.render().map_err(Error::internal)?;
    Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], xml).into_response())
}
