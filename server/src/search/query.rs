//! What is looked for, and in which order it comes.

use std::collections::BTreeMap;

use api::attribute::Attribute;
use api::listing::Category;
use api::{Currency, Money};

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Best fit first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Cheapest first.
    PriceUp,
    /// Dearest first.
    PriceDown,
}

/// Which pieces count, by what can be had of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stock {
    /// Those that are for sale.
    #[default]
    ForSale,
    /// Those of shops that are not away, too: they can be sent now.
    Ready,
    /// Those that are sold out, too.
    All,
}

impl Stock {
    /// Every choice.
    pub(crate) const ALL: [Self; 3] = [Self::ForSale, Self::Ready, Self::All];

    /// As it is written in an address; the usual one is left out.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ForSale => "",
            Self::Ready => "ready",
            Self::All => "all",
        }
    }
}

/// What hits can be narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Facet {
    /// Shelf of the market.
    Shelf,
    /// Price band.
    Price,
    /// Material, in the artisans' words.
    Material,
    /// Shop.
    Shop,
    /// In how many days it is ready to ship.
    Ready,
    /// What can be had.
    Stock,
    /// An attribute, by its key.
    Attribute(&'static str),
}

impl Facet {
    /// Those that every list has.
    const ALWAYS: [Self; 6] =
        [Self::Shelf, Self::Price, Self::Material, Self::Shop, Self::Ready, Self::Stock];
}

/// What is looked for. Every word must be found, the last one may be unfinished.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Words; none finds everything.
    pub(crate) text: String,
    /// Only this shelf.
    pub(crate) category: Option<Category>,
    /// Lowest price, in the market's currency.
    pub(crate) min: Option<Money>,
    /// Highest price, in the market's currency.
    pub(crate) max: Option<Money>,
    /// Only pieces with one of these materials, in small letters.
    pub(crate) materials: Vec<String>,
    /// Only pieces that have one of these values of each of these attributes, by key.
    pub(crate) attributes: BTreeMap<&'static str, Vec<String>>,
    /// Only pieces of one of these shops, by slug.
    pub(crate) shops: Vec<String>,
    /// Only pieces that are ready to ship within so many days.
    pub(crate) ready: Option<i64>,
    /// What can be had of them.
    pub(crate) stock: Stock,
    /// Their order.
    pub(crate) sort: Sort,
    /// `next` of the page before.
    pub(crate) after: Option<String>,
}

impl Query {
    /// The facets that leave something out.
    pub(super) fn limiting(&self) -> Vec<Facet> {
        let always = Facet::ALWAYS.into_iter().filter(|facet| self.limits(*facet));
        always.chain(self.attributes.keys().map(|key| Facet::Attribute(key))).collect()
    }

    /// Whether hits can be narrowed by an attribute: one of their shelf or, without a shelf, one that
    /// every shelf has, and whatever they are narrowed by already.
    pub(super) fn offers(&self, attribute: &Attribute) -> bool {
        let is_there = match self.category {
            Some(shelf) => attribute.shelves.contains(&shelf),
            None => attribute.shelves.len() == Category::ALL.len(),
        };
        is_there || self.attributes.contains_key(attribute.key)
    }

    /// Whether a facet leaves anything out.
    pub(crate) fn limits(&self, facet: Facet) -> bool {
        match facet {
            Facet::Shelf => self.category.is_some(),
            Facet::Price => self.min.is_some() || self.max.is_some(),
            Facet::Material => !self.materials.is_empty(),
            Facet::Shop => !self.shops.is_empty(),
            Facet::Ready => self.ready.is_some(),
            Facet::Stock => self.stock != Stock::All,
            Facet::Attribute(key) => self.attributes.contains_key(key),
        }
    }

    /// Whether a value of a facet that is counted by values is one of those asked for.
    pub(super) fn asks_for(&self, facet: Facet, value: &str) -> bool {
        match facet {
            Facet::Shelf => self.category.is_some_and(|shelf| shelf.as_str() == value),
            Facet::Material => self.materials.iter().any(|one| one == value),
            Facet::Shop => self.shops.iter().any(|one| one == value),
            Facet::Attribute(key) => {
                self.attributes.get(key).is_some_and(|all| all.iter().any(|one| one == value))
            }
            Facet::Price | Facet::Ready | Facet::Stock => false,
        }
    }

    /// Whether it asks for a whole shelf or for all of them, which the database knows by itself.
    pub(super) fn is_of_whole_shelves(&self) -> bool {
        let narrowed = [Facet::Price, Facet::Material, Facet::Shop, Facet::Ready];
        self.text.is_empty()
            && self.stock == Stock::ForSale
            && self.sort != Sort::Relevance
            && self.attributes.is_empty()
            && !narrowed.into_iter().any(|facet| self.limits(facet))
    }
}

/// Days within which a piece can be asked to be ready to ship, fewest first; each includes those
/// before it.
pub(crate) const READY_DAYS: [i64; 4] = [3, 7, 14, 30];

/// Where one price band ends and the next begins, in whole units; a piece of just that price is in
/// both, as it is for whoever asks for one of them.
const EDGES: [i64; 4] = [25, 50, 100, 250];

/// The price bands of a market, lowest first: from and up to, both included.
pub(crate) fn bands(currency: Currency) -> [(Option<Money>, Option<Money>); 5] {
    // A currency without a small unit has small big ones: 2500 yen where others say 25.
    let whole = 10_i64.pow(currency.digits().max(2));
    let [a, b, c, d] = EDGES.map(|edge| Some(Money::new(edge * whole, currency)));
    [(None, a), (a, b), (b, c), (c, d), (d, None)]
}
