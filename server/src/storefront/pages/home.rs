//! The start page.

use api::listing::{Category, GalleryImage};
use api::shop::Shop;
use askama::Template;
use axum::extract::State;

use crate::error::Error;
use crate::listings::{self, Card};
use crate::shops;
use crate::shops::profile::story;
use crate::state::AppState;
use crate::storefront::{structured, teaser};
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;

/// The hero and two rows of four.
const NEWEST: u32 = 9;
/// Shelves with most pieces.
const SHELVES: usize = 6;
/// Makers that are asked for a story before the page does without.
const MAKERS: usize = 3;

#[derive(Template)]
#[template(path = "storefront/home.html")]
pub(super) struct HomePage {
    pub(super) layout: Layout,
    pub(super) hero: Option<Card>,
    pub(super) newest: Vec<Card>,
    pub(super) shelves: Vec<Shelf>,
    pub(super) maker: Option<Maker>,
    pub(super) title: String,
    pub(super) structured: String,
}

impl HomePage {
    /// What other sites show of the market.
    fn picture(&self) -> Option<&GalleryImage> {
        self.hero.as_ref()?.cover.as_ref()
    }
}

/// A shelf with the number of pieces on it.
pub(super) struct Shelf {
    pub(super) category: Category,
    pub(super) count: i64,
    pub(super) cover: Option<GalleryImage>,
}

/// Somebody to get to know.
pub(super) struct Maker {
    pub(super) shop: Shop,
    pub(super) images: Vec<GalleryImage>,
}

impl Shelf {
    /// What is done with the material.
    pub(super) const fn words(&self) -> &'static str {
        match self.category {
            Category::Clay => "Clay, thrown and fired",
            Category::Wood => "Wood, turned or carved",
            Category::Textiles => "Wool and linen, woven",
            Category::Wax => "Wax, poured and dipped",
            Category::Metal => "Metal, forged and cast",
            Category::Glass => "Glass, blown and cut",
            Category::Paper => "Paper, folded and bound",
            Category::Leather => "Leather, cut and stitched",
            Category::Other => "Everything else",
        }
    }
}

impl Maker {
    /// The beginning of the maker's story.
    pub(super) fn words(&self) -> String {
        teaser(&story::plain(&self.shop.story), 320)
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
) -> Result<Page<impl Template>, Error> {
    let mut newest = listings::newest(&state, None, None, NEWEST).await?.items;
    let hero =
        newest.iter().position(|card| card.cover.is_some()).map(|place| newest.remove(place));
    newest.truncate(8);
    let maker = maker(&state, hero.iter().chain(&newest)).await?;
    let shelves = shelves(&state).await?;
    let layout = Layout::of(&state, &viewer);
    let title = format!("{}: handmade things, bought from their makers", layout.market);
    let structured = structured::market(&layout.origin, &layout.market);
    Ok(Page(HomePage { layout, hero, newest, shelves, maker, title, structured }))
}

/// The fullest shelves, each with the cover of its newest piece.
async fn shelves(state: &AppState) -> Result<Vec<Shelf>, Error> {
    let mut counts = listings::count_by_category(state).await?;
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut shelves = Vec::new();
    for (category, count) in counts.into_iter().take(SHELVES) {
        let newest = listings::newest(state, Some(category), None, 1).await?.items.pop();
        shelves.push(Shelf { category, count, cover: newest.and_then(|card| card.cover) });
    }
    Ok(shelves)
}

/// The first maker of these pieces who tells a story and has pictures.
async fn maker(
    state: &AppState,
    cards: impl Iterator<Item = &Card>,
) -> Result<Option<Maker>, Error> {
    let mut slugs: Vec<&str> = Vec::new();
    for card in cards {
        if !slugs.contains(&card.shop_slug.as_str()) {
            slugs.push(&card.shop_slug);
        }
    }
    for slug in slugs.into_iter().rev().take(MAKERS) {
        let shop = match shops::find_by_slug(state, slug).await {
            Ok(shop) => shop,
            // Out of sight since its piece was found.
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        if shop.story.is_empty() {
            continue;
        }
        let pieces = listings::of_shop(state, shop.id, None, 2).await?.items;
        let images: Vec<GalleryImage> = pieces.into_iter().filter_map(|card| card.cover).collect();
        if images.len() == 2 {
            return Ok(Some(Maker { shop, images }));
        }
    }
    Ok(None)
}
