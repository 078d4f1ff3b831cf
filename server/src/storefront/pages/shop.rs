//! One shop.

use api::shop::Shop;
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::PAGE;
use crate::error::Error;
use crate::listings::{self, Card};
use crate::shops;
use crate::state::AppState;
use crate::storefront::teaser;
use crate::web::local_path;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;

#[derive(Template)]
#[template(path = "storefront/shop.html")]
pub(super) struct ShopPage {
    pub(super) layout: Layout,
    pub(super) shop: Shop,
    pub(super) summary: String,
    pub(super) pieces: Vec<Card>,
    pub(super) next: Option<String>,
    pub(super) later: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    after: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let shop = shops::find_by_slug(&state, &slug).await?;
    let page = listings::of_shop(&state, shop.id, asked.after.as_deref(), PAGE).await?;
    let path = format!("/shops/{}", shop.slug);
    Ok(Page(ShopPage {
        layout: Layout::of(&state, &viewer),
        summary: summary(&shop),
        pieces: page.items,
        next: page.next.map(|next| local_path::with_query(&path, &[("after", &next)])),
        later: asked.after.is_some(),
        shop,
    }))
}

fn summary(shop: &Shop) -> String {
    if shop.story.is_empty() {
        return format!("Handmade pieces by {}.", shop.name);
    }
    teaser(&shop.story, 155)
}
