//! Search, and the list of all pieces when nothing is searched for.

use api::listing::Category;
use api::{Currency, Money};
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::error::Error;
use crate::listings::Card;
use crate::search::{self, Found, Query as Question, Sort};
use crate::state::AppState;
use crate::web::local_path;
use crate::web::page::{Layout, Page, sentence};
use crate::web::people::Viewer;

#[derive(Template)]
#[template(path = "storefront/search.html")]
pub(super) struct SearchPage {
    layout: Layout,
    asked: Asked,
    wrong: String,
    told: String,
    active: Vec<Chip>,
    shelves: Vec<Shelf>,
    similar: bool,
    pieces: Vec<Card>,
    next: Option<String>,
}

/// What was asked for; the address is the state.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    category: String,
    min: String,
    max: String,
    sort: String,
    after: Option<String>,
}

/// A shelf to choose, with the number of pieces that fit on it.
struct Shelf {
    value: &'static str,
    label: String,
    chosen: bool,
}

/// A limit in force, with the address of the search without it.
struct Chip {
    text: String,
    without: String,
}

/// Ways to order what was found: value and words. The first needs words to fit.
const ORDERS: [(&str, &str); 3] =
    [("best", "Best fit first"), ("newest", "Newest first"), ("price", "Lowest price first")];

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let (question, wrong) = asked.question(state.config.currency);
    let found = search::find(&state, question).await?;
    Ok(Page(SearchPage {
        layout: Layout::of(&state, &viewer),
        told: told(&found),
        active: asked.chips(),
        shelves: asked.shelves(&found),
        similar: found.similar,
        next: found.next.map(|after| Asked { after: Some(after), ..asked.clone() }.address()),
        pieces: found.cards,
        asked,
        wrong,
    }))
}

impl Asked {
    /// What the index is asked; a limit that cannot be read is left out and named.
    fn question(&self, currency: Currency) -> (Question, String) {
        let mut wrong = String::new();
        let mut limit = |text: &str| {
            if text.trim().is_empty() {
                return None;
            }
            match Money::parse(&text.trim().replace(',', "."), currency) {
                Ok(money) => Some(money),
                Err(error) => {
                    wrong = format!("{}.", sentence(&error.to_string()));
                    None
                }
            }
        };
        let (min, max) = (limit(&self.min), limit(&self.max));
        let sort = match self.sort.as_str() {
            "price" => Sort::Price,
            "newest" => Sort::Newest,
            _ if self.q.trim().is_empty() => Sort::Newest,
            _ => Sort::Relevance,
        };
        let question = Question {
            text: self.q.trim().to_owned(),
            category: self.category.parse::<Category>().ok(),
            min,
            max,
            sort,
            after: self.after.clone(),
        };
        (question, wrong)
    }

    /// Ways to order what was found.
    fn orders(&self) -> &'static [(&'static str, &'static str)] {
        if self.q.trim().is_empty() { &ORDERS[1..] } else { &ORDERS }
    }

    /// The address that asks for this.
    fn address(&self) -> String {
        let all = [
            ("q", self.q.as_str()),
            ("category", &self.category),
            ("min", &self.min),
            ("max", &self.max),
            ("sort", &self.sort),
            ("after", self.after.as_deref().unwrap_or_default()),
        ];
        let said: Vec<(&str, &str)> =
            all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        local_path::with_query("/search", &said)
    }

    /// Every shelf, with the number of pieces that fit on it; empty ones are left out.
    fn shelves(&self, found: &Found) -> Vec<Shelf> {
        let with_count = |category: Category, count: u64| Shelf {
            value: category.as_str(),
            label: format!("{} ({count})", category.title()),
            chosen: category.as_str() == self.category,
        };
        let mut shelves: Vec<Shelf> = found
            .categories
            .iter()
            .map(|(category, count)| with_count(*category, *count))
            .collect();
        let chosen = self.category.parse().ok().filter(|_| !shelves.iter().any(|s| s.chosen));
        shelves.extend(chosen.map(|category| with_count(category, 0)));
        shelves
    }

    /// Every limit in force, and how to drop it.
    fn chips(&self) -> Vec<Chip> {
        let first = Self { after: None, ..self.clone() };
        let mut chips = Vec::new();
        if let Ok(category) = self.category.parse::<Category>() {
            let without = Self { category: String::new(), ..first.clone() }.address();
            chips.push(Chip { text: category.title().to_owned(), without });
        }
        if !self.min.is_empty() {
            let without = Self { min: String::new(), ..first.clone() }.address();
            chips.push(Chip { text: format!("from {}", self.min), without });
        }
        if !self.max.is_empty() {
            let without = Self { max: String::new(), ..first.clone() }.address();
            chips.push(Chip { text: format!("up to {}", self.max), without });
        }
        chips
    }
}

/// How many there are, in words.
fn told(found: &Found) -> String {
    match found.total {
        0 => "Nothing found".to_owned(),
        1 => "One piece".to_owned(),
        many => format!("{many} pieces"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            q: "blue mug & lid".into(),
            category: "clay".into(),
            min: "10".into(),
            ..Asked::default()
        }
    }

    #[test]
    fn a_limit_can_be_dropped_by_a_link_and_the_rest_stays() {
        let chips = asked().chips();
        let links: Vec<&str> = chips.iter().map(|chip| chip.without.as_str()).collect();
        assert_eq!(
            links,
            ["/search?q=blue+mug+%26+lid&min=10", "/search?q=blue+mug+%26+lid&category=clay"]
        );
    }

    #[test]
    fn prices_are_read_with_dot_or_comma_and_nonsense_is_named() {
        let (question, wrong) = Asked { min: "12,50".into(), ..asked() }.question(Currency::EUR);
        assert_eq!((question.min.map(Money::minor), wrong.as_str()), (Some(1250), ""));
        let (question, wrong) = Asked { max: "cheap".into(), ..asked() }.question(Currency::EUR);
        assert_eq!(question.max, None);
        assert!(wrong.contains("cheap"), "{wrong}");
    }
}
