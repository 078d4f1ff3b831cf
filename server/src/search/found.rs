//! What was found, and what it can be narrowed to.

use std::collections::HashMap;

use api::attribute::{Attribute, AttributeKind};
use api::listing::Category;

use super::facts::Value;
use super::query::{Facet, Query, READY_DAYS};
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

/// Shops that a list can be narrowed to by name.
const NAMED: usize = 12;

/// How many pieces each value of a facet has, as if nothing were asked of that facet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    /// Shelves in their usual order.
    pub(crate) categories: Vec<(Category, u64)>,
    /// Price bands in the order of [`super::bands`].
    pub(crate) prices: Vec<u64>,
    /// Materials, the most frequent first.
    pub(crate) materials: Vec<Choice>,
    /// Attributes of which some piece has a value, with their values, in the order of their table.
    pub(crate) attributes: Vec<(&'static Attribute, Vec<Choice>)>,
    /// The shops with most pieces first, and those that were asked for.
    pub(crate) shops: Vec<Choice>,
    /// In the order of [`READY_DAYS`].
    pub(crate) ready: [u64; READY_DAYS.len()],
    /// In the order of [`super::Stock::ALL`].
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
    /// What was counted, without cards yet.
    pub(super) fn of(tally: &Tally, values: &[Value], query: &Query) -> Self {
        Self {
            total: tally.total,
            choices: Choices::of(tally, values, query),
            without: tally.without.clone(),
            ..Self::default()
        }
    }
}

impl Choices {
    fn of(tally: &Tally, values: &[Value], query: &Query) -> Self {
        let counted = |facet| {
            let all = values.iter().zip(tally.values.iter().copied());
            all.filter(move |(value, count)| value.facet == facet && *count > 0)
        };
        let count = |facet, text: &str| {
            counted(facet).find(|(value, _)| value.text == text).map_or(0, |(_, count)| count)
        };
        let offered = Attribute::all().iter().filter(|it| it.facet && query.offers(it));
        let shelves =
            Category::ALL.iter().map(|shelf| (*shelf, count(Facet::Shelf, shelf.as_str())));
        Self {
            categories: shelves.filter(|(_, count)| *count > 0).collect(),
            prices: (0..5).map(|band: usize| count(Facet::Price, &band.to_string())).collect(),
            materials: materials(counted(Facet::Material)),
            attributes: offered
                .map(|it| (it, attribute(it, counted(Facet::Attribute(it.key)))))
                .filter(|(_, choices)| !choices.is_empty())
                .collect(),
            shops: shops(counted(Facet::Shop), query),
            ready: tally.ready,
            stock: tally.stock,
        }
    }
}

/// However it was typed, a material is one; the most frequent spelling is shown.
fn materials<'a>(counted: impl Iterator<Item = (&'a Value, u64)>) -> Vec<Choice> {
    let mut spelled: Vec<_> = counted.collect();
    spelled.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.text.cmp(&b.text)));
    let mut choices: HashMap<&str, Choice> = HashMap::new();
    for (Value { text, key, .. }, count) in spelled {
        let first = || Choice { value: key.clone(), label: sentence(text), count: 0 };
        choices.entry(key).or_insert_with(first).count += count;
    }
    let mut choices: Vec<Choice> = choices.into_values().collect();
    choices.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    choices
}

/// Words of a list in its order, and yes before no.
fn attribute<'a>(
    attribute: &Attribute,
    counted: impl Iterator<Item = (&'a Value, u64)>,
) -> Vec<Choice> {
    let values: &[&str] = match attribute.kind {
        AttributeKind::Choice { choices, .. } => choices,
        _ => &["yes", "no"],
    };
    let mut all: Vec<_> = counted.collect();
    all.sort_by_key(|(value, _)| values.iter().position(|one| *one == value.text));
    let choice = |(value, count): (&Value, u64)| Choice {
        value: value.key.clone(),
        label: sentence(&value.text),
        count,
    };
    all.into_iter().map(choice).collect()
}

/// Those with most pieces and those that were asked for; by slug, until their names are known.
fn shops<'a>(counted: impl Iterator<Item = (&'a Value, u64)>, query: &Query) -> Vec<Choice> {
    let mut all: Vec<_> = counted.collect();
    let order =
        |(a, n): &(&Value, u64), (b, m): &(&Value, u64)| m.cmp(n).then_with(|| a.text.cmp(&b.text));
    let mut rest = Vec::new();
    if all.len() > NAMED {
        all.select_nth_unstable_by(NAMED, order);
        rest = all.split_off(NAMED);
    }
    all.extend(rest.into_iter().filter(|(shop, _)| query.shops.contains(&shop.key)));
    all.sort_by(order);
    let choice = |(shop, count): (&Value, u64)| Choice {
        value: shop.key.clone(),
        label: shop.text.clone(),
        count,
    };
    all.into_iter().map(choice).collect()
}
