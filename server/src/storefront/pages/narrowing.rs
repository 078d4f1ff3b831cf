//! What a list of pieces can be narrowed to, and how each limit is dropped again.

use api::Currency;
use api::attribute::Attribute;
use api::listing::Category;

use super::asked::Asked;
use crate::search::{self, Choices, Facet, Found, READY_DAYS, Stock};

/// A value that can be ticked in the form.
pub(super) struct Tick {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) chosen: bool,
}

/// The values of an attribute.
pub(super) struct Group {
    pub(super) attribute: &'static Attribute,
    pub(super) ticks: Vec<Tick>,
}

/// A price band, with the address that asks for it.
pub(super) struct Band {
    pub(super) words: String,
    pub(super) address: String,
    pub(super) count: u64,
    pub(super) chosen: bool,
}

/// A limit in force, with the address of the list without it.
pub(super) struct Chip {
    pub(super) words: String,
    pub(super) without: String,
}

/// Somewhere else to look.
pub(super) struct Link {
    pub(super) words: String,
    pub(super) address: String,
}

impl Link {
    pub(super) fn to(words: impl Into<String>, asked: &Asked) -> Self {
        Self { words: words.into(), address: asked.address() }
    }
}

/// Lists of values to tick.
pub(super) mod ticks {
    use super::{Asked, Attribute, Category, Choices, Group, Tick};
    use crate::search::Choice;

    /// Values of a facet that are offered; chosen ones always are.
    const SHOWN: usize = 8;

    /// The values that most pieces have, and every chosen one; none when there is no choice.
    pub(in super::super) fn of(choices: &[Choice], chosen: &[String]) -> Vec<Tick> {
        first(SHOWN, choices, chosen)
    }

    /// Every attribute with all of its values that some piece has, and every chosen one.
    pub(in super::super) fn attributes(asked: &Asked, choices: &Choices) -> Vec<Group> {
        let group = |attribute: &'static Attribute| {
            let chosen = asked.attributes.get(attribute.key).map_or(&[][..], Vec::as_slice);
            let counted = choices.attributes.iter().find(|(it, _)| *it == attribute);
            let ticks = first(usize::MAX, counted.map_or(&[], |(_, choices)| choices), chosen);
            (!ticks.is_empty()).then_some(Group { attribute, ticks })
        };
        Attribute::all().iter().filter_map(group).collect()
    }

    fn first(most: usize, choices: &[Choice], chosen: &[String]) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = choices
            .iter()
            .enumerate()
            .filter(|(place, choice)| *place < most || chosen.contains(&choice.value))
            .map(|(_, choice)| Tick {
                value: choice.value.clone(),
                label: choice.label.clone(),
                count: choice.count,
                chosen: chosen.contains(&choice.value),
            })
            .collect();
        let unknown = chosen.iter().filter(|value| choices.iter().all(|one| one.value != **value));
        ticks.extend(unknown.map(|value| Tick {
            value: value.clone(),
            label: value.clone(),
            count: 0,
            chosen: true,
        }));
        if ticks.len() < 2 && chosen.is_empty() { Vec::new() } else { ticks }
    }

    /// Every shelf on which something fits; none on the page of one shelf.
    pub(in super::super) fn shelves(asked: &Asked, choices: &Choices) -> Vec<Tick> {
        if asked.shelf.is_some() {
            return Vec::new();
        }
        let tick = |shelf: Category, count| Tick {
            value: shelf.as_str().to_owned(),
            label: shelf.title().to_owned(),
            count,
            chosen: shelf.as_str() == asked.category,
        };
        let all = choices.categories.iter().map(|(_, count)| count).sum();
        let any = Tick { value: String::new(), label: "All".to_owned(), count: all, chosen: false };
        let mut ticks = vec![Tick { chosen: asked.category.is_empty(), ..any }];
        ticks.extend(choices.categories.iter().map(|(shelf, count)| tick(*shelf, *count)));
        if let Ok(chosen) = asked.category.parse()
            && !ticks.iter().any(|tick| tick.chosen)
        {
            ticks.push(tick(chosen, 0));
        }
        ticks
    }
}

/// Days within which something is ready to ship.
pub(super) fn ready(asked: &Asked, found: &Found) -> Vec<Tick> {
    let choices = &found.choices;
    let free = found.without.iter().find(|(facet, _)| *facet == Facet::Ready);
    let all = free.map_or(found.total, |(_, count)| *count);
    if choices.ready.iter().all(|count| *count == 0) && asked.ready.is_empty() {
        return Vec::new();
    }
    let within = READY_DAYS.into_iter().zip(choices.ready).map(|(days, count)| Tick {
        value: days.to_string(),
        label: ready_words(&days.to_string()),
        count,
        chosen: days.to_string() == asked.ready,
    });
    let any = Tick {
        value: String::new(),
        label: "Whenever it is".to_owned(),
        count: all,
        chosen: asked.ready.is_empty(),
    };
    std::iter::once(any).chain(within).collect()
}

fn ready_words(days: &str) -> String {
    format!("Within {days} days")
}

/// What can be had, in words.
pub(super) fn stock(asked: &Asked, choices: &Choices) -> Vec<Tick> {
    Stock::ALL
        .into_iter()
        .zip(choices.stock)
        .map(|(stock, count)| Tick {
            value: stock.as_str().to_owned(),
            label: stock_words(stock).to_owned(),
            count,
            chosen: stock.as_str() == asked.stock,
        })
        .collect()
}

const fn stock_words(stock: Stock) -> &'static str {
    match stock {
        Stock::ForSale => "For sale",
        Stock::Ready => "To be ordered now: no shop on holiday",
        Stock::All => "Sold-out pieces, too",
    }
}

/// The price bands in which there is something.
pub(super) fn bands(asked: &Asked, choices: &Choices, currency: Currency) -> Vec<Band> {
    let counted = search::bands(currency).into_iter().zip(&choices.prices);
    counted
        .map(|((from, to), count)| {
            let whole = |money: Option<api::Money>| {
                let text = money.map(api::Money::decimal).unwrap_or_default();
                text.split_once('.').map_or(text.clone(), |(whole, _)| whole.to_owned())
            };
            let (min, max) = (whole(from), whole(to));
            let sign = currency.sign();
            let words = match (min.as_str(), max.as_str()) {
                ("", max) => format!("Up to {sign}{max}"),
                (min, "") => format!("{sign}{min} and more"),
                (min, max) => format!("{sign}{min} to {sign}{max}"),
            };
            let chosen = min == asked.min && max == asked.max;
            let address = Asked { min, max, ..asked.clone() }.address();
            Band { words, address, count: *count, chosen }
        })
        .filter(|band| band.count > 0 || band.chosen)
        .collect()
}

/// Every limit in force, and how to drop it.
pub(super) fn chips(asked: &Asked, choices: &Choices, currency: Currency) -> Vec<Chip> {
    let chip = |words: String, without: Asked| Chip { words, without: without.address() };
    let mut chips = Vec::new();
    if let Ok(category) = asked.category.parse::<Category>() {
        let without = Asked { category: String::new(), ..asked.clone() };
        chips.push(chip(category.title().to_owned(), without));
    }
    let sign = currency.sign();
    let price = match (asked.min.as_str(), asked.max.as_str()) {
        ("", "") => None,
        ("", max) => Some(format!("up to {sign}{max}")),
        (min, "") => Some(format!("from {sign}{min}")),
        (min, max) => Some(format!("{sign}{min} to {sign}{max}")),
    };
    chips.extend(price.map(|words| {
        chip(words, Asked { min: String::new(), max: String::new(), ..asked.clone() })
    }));
    for tick in ticks::of(&choices.materials, &asked.materials).into_iter().filter(|t| t.chosen) {
        let mut without = asked.clone();
        without.materials.retain(|material| *material != tick.value);
        chips.push(chip(tick.label, without));
    }
    for Group { attribute, ticks } in ticks::attributes(asked, choices) {
        for tick in ticks.into_iter().filter(|tick| tick.chosen) {
            let words = format!("{}: {}", attribute.label, tick.value);
            chips.push(chip(words, asked.without_value(attribute.key, &tick.value)));
        }
    }
    for tick in ticks::of(&choices.shops, &asked.shops).into_iter().filter(|t| t.chosen) {
        let mut without = asked.clone();
        without.shops.retain(|shop| *shop != tick.value);
        chips.push(chip(tick.label, without));
    }
    if !asked.ready.is_empty() {
        let words = format!("ready within {} days", asked.ready);
        chips.push(chip(words, Asked { ready: String::new(), ..asked.clone() }));
    }
    if !asked.stock.is_empty() {
        let known = Stock::ALL.into_iter().find(|stock| stock.as_str() == asked.stock);
        let words = known.map_or(asked.stock.clone(), |stock| stock_words(stock).to_owned());
        chips.push(chip(words, Asked { stock: String::new(), ..asked.clone() }));
    }
    chips
}

/// Where something is when here is nothing: each limit dropped, then each word by itself.
pub(super) fn wider(asked: &Asked, found: &Found) -> Vec<Link> {
    let mut links = Vec::new();
    for (facet, count) in found.without.iter().filter(|(_, count)| *count > 0) {
        let mut without = asked.clone();
        let words = match facet {
            // A shelf’s own page does not leave the shelf by itself.
            Facet::Shelf => {
                (without.shelf, without.category) = (None, String::new());
                "On every shelf".to_owned()
            }
            Facet::Price => {
                (without.min, without.max) = (String::new(), String::new());
                "At any price".to_owned()
            }
            Facet::Material => {
                without.materials.clear();
                "Of any material".to_owned()
            }
            Facet::Shop => {
                without.shops.clear();
                "From any shop".to_owned()
            }
            Facet::Ready => {
                without.ready.clear();
                "Whenever it is ready".to_owned()
            }
            Facet::Stock => {
                Stock::All.as_str().clone_into(&mut without.stock);
                "Sold-out pieces, too".to_owned()
            }
            Facet::Attribute(key) => {
                without.attributes.remove(key);
                format!("{}: any", Attribute::keyed(key).map_or(*key, |it| it.label))
            }
        };
        links.push(Link::to(format!("{words} ({count})"), &without));
    }
    for (word, count) in &found.single {
        let alone = Asked { q: word.clone(), ..Asked::default() };
        links.push(Link::to(format!("“{word}” alone ({count})"), &alone));
    }
    if asked.limits() > 1 {
        links.push(Link::to("Without any limit", &asked.without_limits()));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Choice;

    fn choice(value: &str, count: u64) -> Choice {
        Choice { value: value.into(), label: value.to_uppercase(), count }
    }

    #[test]
    fn a_limit_can_be_dropped_by_a_link_and_the_rest_stays() {
        let query = "q=mug&category=clay&min=10&max=20&material=oak&material=elm&shop=ana";
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = Asked::read(None, pairs);
        let choices = Choices { materials: vec![choice("oak", 3)], ..Choices::default() };
        let chips = chips(&asked, &choices, Currency::EUR);
        let words: Vec<&str> = chips.iter().map(|chip| chip.words.as_str()).collect();
        assert_eq!(words, ["Clay", "€10 to €20", "OAK", "elm", "ana"]);
        assert_eq!(
            chips[2].without,
            "/search?q=mug&category=clay&min=10&max=20&material=elm&shop=ana"
        );
        assert_eq!(
            chips[1].without,
            "/search?q=mug&category=clay&material=oak&material=elm&shop=ana"
        );
    }

    #[test]
    fn what_was_chosen_is_always_among_the_choices() {
        let choices: Vec<Choice> = (0..20).map(|n| choice(&format!("m{n:02}"), 20 - n)).collect();
        let chosen = ["m15".to_owned(), "gone".to_owned()];
        let ticks = ticks::of(&choices, &chosen);
        assert_eq!(ticks.len(), 10);
        assert_eq!(ticks.iter().filter(|tick| tick.chosen).count(), 2);
        assert!(ticks::of(&choices[..1], &[]).is_empty(), "one value is no choice");
    }
}
