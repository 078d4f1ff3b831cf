//! What was found, and what it can be narrowed to.

use std::collections::HashMap;

use api::listing::Category;

use super::query::{Facet, READY_DAYS, Stock};
use super::question::Answer;
use super::shape::key;
use super::tally::Tally;
use crate::listings::Card;
use crate::web::page::sentence;

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// One page of them, as they are at this moment.
    pub(crate) cards: Vec<Card>,
    /// All there are, as the index knows it.
    pub(crate) total: u64,
    /// What it can be narrowed to.
    pub(crate) choices: Choices,
    /// How many there would be without each facet that leaves something out.
    pub(crate) without: Vec<(Facet, u64)>,
    /// The words that were looked for, when no piece has those that were typed.
    pub(crate) meant: Option<String>,
    /// When nothing was found, words that some piece has.
    pub(crate) single: Vec<(String, u64)>,
    /// The following page, if there is one.
    pub(crate) next: Option<String>,
}

/// How many pieces each value of a facet has, as if nothing were asked of that facet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    /// Shelves in their usual order.
    pub(crate) categories: Vec<(Category, u64)>,
    /// Price bands in the order of [`super::bands`].
    pub(crate) prices: Vec<u64>,
    /// Materials, the most frequent first.
    pub(crate) materials: Vec<Choice>,
    /// Shops, those with most pieces first.
    pub(crate) shops: Vec<Choice>,
    /// In the order of [`READY_DAYS`].
    pub(crate) ready: [u64; READY_DAYS.len()],
    /// In the order of [`Stock::ALL`].
    pub(crate) stock: [u64; 3],
}

/// A value that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// As it is asked for.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) label: String,
    /// Pieces that have it.
    pub(crate) count: u64,
}

impl Found {
    /// What an answer tells, without cards yet.
    pub(super) fn of(answer: &Answer) -> Self {
        Self {
            total: answer.tally.total,
            choices: Choices::of(&answer.tally),
            without: answer.without.clone(),
            meant: answer.meant.clone(),
            single: answer.single.clone(),
            ..Self::default()
        }
    }
}

impl Choices {
    fn of(tally: &Tally) -> Self {
        let count = |facet, value: &str| {
            tally.of(facet).find(|(counted, _)| *counted == value).map_or(0, |(_, count)| count)
        };
        let shelves =
            Category::ALL.iter().map(|shelf| (*shelf, count(Facet::Shelf, shelf.as_str())));
        Self {
            categories: shelves.filter(|(_, count)| *count > 0).collect(),
            prices: (0..5).map(|band: usize| count(Facet::Price, &band.to_string())).collect(),
            materials: materials(tally),
            shops: shops(tally),
            ready: READY_DAYS.map(|days| count(Facet::Ready, &days.to_string())),
            stock: Stock::ALL.map(|stock| count(Facet::Stock, stock.as_str())),
        }
    }
}

/// However it was typed, a material is one; the most frequent spelling is shown.
fn materials(tally: &Tally) -> Vec<Choice> {
    let mut spelled: Vec<(&str, u64)> = tally.of(Facet::Material).collect();
    spelled.sort_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    let mut choices: HashMap<String, Choice> = HashMap::new();
    for (label, count) in spelled {
        let value = key(label);
        let first = Choice { value: value.clone(), label: sentence(label), count: 0 };
        choices.entry(value).or_insert(first).count += count;
    }
    sorted(choices.into_values().collect())
}

/// By slug, until their names are known.
fn shops(tally: &Tally) -> Vec<Choice> {
    let choices = tally.of(Facet::Shop).map(|(slug, count)| Choice {
        value: slug.to_owned(),
        label: slug.to_owned(),
        count,
    });
    sorted(choices.collect())
}

fn sorted(mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    choices
}
