//! One shelf of the market.

use api::listing::Category;
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::PAGE;
use crate::error::Error;
use crate::listings::{self, Card};
use crate::state::AppState;
use crate::web::local_path;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;

#[derive(Template)]
#[template(path = "storefront/shelf.html")]
pub(super) struct ShelfPage {
    pub(super) layout: Layout,
    pub(super) category: Category,
    pub(super) pieces: Vec<Card>,
    pub(super) sort: String,
    pub(super) next: Option<String>,
    pub(super) later: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    sort: String,
    after: Option<String>,
}

/// Ways to order a shelf: value and words.
pub(crate) const ORDERS: [(&str, &str); 2] =
    [("newest", "Newest first"), ("price", "Lowest price first")];

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(category): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let category: Category = category.parse().map_err(|_| Error::NotFound)?;
    let after = asked.after.as_deref();
    let page = match asked.sort.as_str() {
        "price" => listings::by_price(&state, Some(category), after, PAGE).await?,
        _ => listings::newest(&state, Some(category), after, PAGE).await?,
    };
    let path = format!("/c/{category}");
    let next = page
        .next
        .map(|next| local_path::with_query(&path, &[("sort", &asked.sort), ("after", &next)]));
    Ok(Page(ShelfPage {
        layout: Layout::of(&state, &viewer).on_shelf(category),
        category,
        pieces: page.items,
        sort: asked.sort,
        next,
        later: asked.after.is_some(),
    }))
}
