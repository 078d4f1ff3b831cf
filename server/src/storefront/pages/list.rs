//! Search, the list of all pieces, and each shelf of the market: pieces, why they come in this
//! order, and what they can be narrowed to.

use api::Currency;
use api::listing::{Category, GalleryImage};
use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::asked::Asked;
use super::narrowing::{Band, Chip, Group, Link, Tick, bands, chips, ready, stock, ticks, wider};
use crate::error::Error;
use crate::listings::Card;
use crate::search::{self, Found, Sort};
use crate::state::AppState;
use crate::storefront::structured;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;
use crate::web::place::Path;

#[derive(Template)]
#[template(path = "storefront/list.html")]
pub(super) struct ListPage {
    pub(super) layout: Layout,
    asked: Asked,
    summary: String,
    path: String,
    /// What search engines are told of a shelf; empty elsewhere.
    structured: String,
    told: String,
    why: &'static str,
    wrong: Vec<String>,
    chips: Vec<Chip>,
    orders: Vec<Order>,
    shelves: Vec<Tick>,
    bands: Vec<Band>,
    materials: Vec<Tick>,
    attributes: Vec<Group>,
    shops: Vec<Tick>,
    ready: Vec<Tick>,
    stock: Vec<Tick>,
    meant: Option<Link>,
    wider: Vec<Link>,
    pieces: Vec<Card>,
    next: Option<String>,
}

/// A way to order what was found.
struct Order {
    words: &'static str,
    address: String,
    chosen: bool,
}

pub(super) async fn search(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page<impl Template>, Error> {
    show(&state, Layout::of(&state, &viewer), Asked::read(None, pairs)).await
}

/// `q` of the field that somebody types in.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    q: String,
}

/// What may be meant, as JSON for the script of the field.
pub(super) async fn suggestions(
    State(state): State<AppState>,
    Query(Typed { q }): Query<Typed>,
) -> Result<Json<Vec<String>>, Error> {
    Ok(Json(search::suggest(&state, q).await?))
}

pub(super) async fn shelf(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(category): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page<impl Template>, Error> {
    let category: Category = category.parse().map_err(|_| Error::NotFound)?;
    let layout = Layout::of(&state, &viewer).on_shelf(category);
    show(&state, layout, Asked::read(Some(category), pairs)).await
}

async fn show(state: &AppState, layout: Layout, asked: Asked) -> Result<Page<ListPage>, Error> {
    let currency = state.config.currency;
    let (question, wrong) = asked.question(currency);
    let sort = question.sort;
    let found = search::find(state, question).await?;
    Ok(Page(ListPage::new(layout, asked, found, wrong, (sort, currency))))
}

impl ListPage {
    pub(super) fn new(
        layout: Layout,
        asked: Asked,
        found: Found,
        wrong: Vec<String>,
        (sort, currency): (Sort, Currency),
    ) -> Self {
        let first = asked.first_page();
        let shelf = asked.shelf;
        let summary = summary(shelf, &layout.market);
        let structured = shelf.map(|shelf| structured::shelf(&layout.origin, shelf));
        let next = found.next.clone();
        Self {
            summary,
            path: asked.path(),
            structured: structured.unwrap_or_default(),
            told: told(&found),
            why: why(sort),
            chips: chips(&first, &found.choices, currency),
            orders: orders(&first, sort),
            shelves: ticks::shelves(&first, &found.choices),
            bands: bands(&first, &found.choices, currency),
            materials: ticks::of(&found.choices.materials, &first.materials),
            attributes: ticks::attributes(&first, &found.choices),
            shops: ticks::of(&found.choices.shops, &first.shops),
            ready: ready(&first, &found),
            stock: stock(&first, &found.choices),
            wider: if found.total == 0 { wider(&first, &found) } else { Vec::new() },
            meant: found.meant.map(|words| Link::to(words.clone(), &Asked { q: words, ..first })),
            next: next.map(|after| Asked { after: Some(after), ..asked.clone() }.address()),
            pieces: found.cards,
            layout,
            asked,
            wrong,
        }
    }

    /// What the page is called.
    fn name(&self) -> &str {
        match self.asked.shelf {
            Some(shelf) => shelf.title(),
            None if self.asked.q.is_empty() => "All pieces",
            None => &self.asked.q,
        }
    }

    /// What other sites show of it.
    fn picture(&self) -> Option<&GalleryImage> {
        self.pieces.iter().find_map(|piece| piece.cover.as_ref())
    }

    /// Whether search engines may keep it: whole shelves, and those with one limit, which name the
    /// whole one as theirs.
    fn is_for_robots(&self) -> bool {
        let Asked { shelf, q, after, .. } = &self.asked;
        shelf.is_some() && q.is_empty() && after.is_none() && self.asked.limits() <= 1
    }
}

fn summary(shelf: Option<Category>, market: &str) -> String {
    let what = shelf.map_or("Everything", Category::title);
    format!("{what}: handmade pieces from small workshops at {market}.")
}

/// How many there are, in words.
fn told(found: &Found) -> String {
    match found.total {
        0 => "Nothing found".to_owned(),
        1 => "One piece".to_owned(),
        many => format!("{many} pieces"),
    }
}

/// Why the pieces come in this order.
const fn why(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => {
            "Pieces with your words in the title come first, then those with them in a material, a tag or the shop’s name, then in the description; among equals the newer one. No place is for sale."
        }
        Sort::Newest => "What came to the shelf last comes first. No place is for sale.",
        Sort::PriceUp => {
            "The lowest price comes first; a piece of several prices counts by its lowest. No place is for sale."
        }
        Sort::PriceDown => {
            "The highest price comes first; a piece of several prices counts by its lowest. No place is for sale."
        }
    }
}

/// Ways to order what was found; the first needs words to fit.
fn orders(asked: &Asked, sort: Sort) -> Vec<Order> {
    let all = [
        (Sort::Relevance, "best", "Best fit"),
        (Sort::Newest, "newest", "Newest"),
        (Sort::PriceUp, "price", "Lowest price"),
        (Sort::PriceDown, "price-down", "Highest price"),
    ];
    let usual = if asked.q.is_empty() { Sort::Newest } else { Sort::Relevance };
    let fitting =
        all.into_iter().filter(|(order, ..)| *order != Sort::Relevance || usual == Sort::Relevance);
    fitting
        .map(|(order, value, words)| {
            let value = if order == usual { "" } else { value };
            let address = Asked { sort: value.to_owned(), ..asked.clone() }.address();
            Order { words, address, chosen: order == sort }
        })
        .collect()
}
