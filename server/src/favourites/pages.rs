//! The heart beside a piece, and the page of those that have it.

use api::Id;
use api::listing::Listing;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::listings::Card;
use crate::state::AppState;
use crate::web::local_path;
use crate::web::page::{Layout, Page};
use crate::web::people::{Customer, Viewer};
use crate::web::place::Path;

/// The page.
const HOME: &str = "/account/favourites";
/// Cards on one page of it.
const ON_A_PAGE: u32 = 24;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/favourites", get(list))
        .route("/account/favourites/{listing}", post(mark))
}

#[derive(Template)]
#[template(path = "favourites/list.html")]
struct FavouritesPage {
    layout: Layout,
    pieces: Vec<Card>,
    unseen: usize,
    next: Option<String>,
    later: bool,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

/// What the heart says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heart {
    /// Whether the piece shall be a favourite.
    keep: bool,
    /// Where it was pressed.
    #[serde(default)]
    back: String,
}

async fn list(
    State(state): State<AppState>,
    customer: Customer,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let after = asked.after.as_deref();
    let found = super::list(&state, customer.account.id, after, ON_A_PAGE).await?;
    Ok(Page(FavouritesPage {
        layout: Layout::of(&state, &viewer),
        next: found.page.next.map(|next| local_path::with_query(HOME, &[("after", &next)])),
        pieces: found.page.items,
        unseen: found.unseen,
        later: asked.after.is_some(),
    }))
}

async fn mark(
    State(state): State<AppState>,
    customer: Customer,
    Path(listing): Path<Id<Listing>>,
    Form(heart): Form<Heart>,
) -> Result<Redirect, Error> {
    if heart.keep {
        super::add(&state, customer.account.id, listing).await?;
    } else {
        super::remove(&state, customer.account.id, listing).await?;
    }
    Ok(Redirect::to(&local_path::checked(&heart.back).unwrap_or_else(|| HOME.to_owned())))
}
