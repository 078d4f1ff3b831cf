//! What a list of pieces is asked for; its address says all of it.

use std::collections::BTreeMap;

use api::attribute::Attribute;
use api::listing::Category;
use api::{Currency, Money};

use crate::search::{Query as Question, READY_DAYS, Sort, Stock};
use crate::web::local_path;
use crate::web::page::sentence;

/// Materials or shops at once; more would make an address that no search is meant by.
const MOST_VALUES: usize = 12;

/// What stands in the address of a search or of a shelf.
#[derive(Clone, Default)]
pub(super) struct Asked {
    /// The shelf whose page it is.
    pub(super) shelf: Option<Category>,
    /// Words.
    pub(super) q: String,
    /// The shelf to search, on the page of all.
    pub(super) category: String,
    /// Lowest price, as it was typed.
    pub(super) min: String,
    /// Highest price, as it was typed.
    pub(super) max: String,
    /// Materials in small letters.
    pub(super) materials: Vec<String>,
    /// Values of attributes by key, in the spelling of their lists.
    pub(super) attributes: BTreeMap<&'static str, Vec<String>>,
    /// Slugs of shops.
    pub(super) shops: Vec<String>,
    /// Days within which it is ready to ship.
    pub(super) ready: String,
    /// What can be had.
    pub(super) stock: String,
    /// Order.
    pub(super) sort: String,
    /// Where the page begins.
    pub(super) after: Option<String>,
}

impl Asked {
    /// Reads the pairs of a query; names that are not ours belong to somebody else.
    pub(super) fn read(shelf: Option<Category>, pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self { shelf, ..Self::default() };
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            match name.as_str() {
                "q" => asked.q = value,
                "category" if shelf.is_none() => asked.category = value,
                "min" => asked.min = value,
                "max" => asked.max = value,
                "material" => add(&mut asked.materials, value.to_lowercase()),
                "shop" => add(&mut asked.shops, value),
                "ready" => asked.ready = value,
                "stock" => asked.stock = value,
                "sort" => asked.sort = value,
                "after" if !value.is_empty() => asked.after = Some(value),
                name => asked.add_attribute(name, value),
            }
        }
        asked
    }

    fn add_attribute(&mut self, key: &str, value: String) {
        let Some(attribute) = Attribute::keyed(key).filter(|it| it.facet) else { return };
        if !value.is_empty() {
            let value = attribute.read(&value).map_or(value, |value| value.to_string());
            add(self.attributes.entry(attribute.key).or_default(), value);
        }
    }

    /// What the index is asked, and what of it could not be read, in sentences.
    pub(super) fn question(&self, currency: Currency) -> (Question, Vec<String>) {
        let mut wrong = Vec::new();
        let category = self.category(&mut wrong);
        let question = Question {
            text: self.q.clone(),
            category,
            min: limit(&self.min, currency, &mut wrong),
            max: limit(&self.max, currency, &mut wrong),
            materials: at_most(&self.materials, "materials", &mut wrong),
            attributes: self.attributes(category, &mut wrong),
            shops: at_most(&self.shops, "shops", &mut wrong),
            ready: self.ready(&mut wrong),
            stock: self.stock(&mut wrong),
            sort: self.sort(&mut wrong),
            after: self.after.clone(),
        };
        if let (Some(min), Some(max)) = (question.min, question.max)
            && min.minor() > max.minor()
        {
            wrong.push(format!("No price is at least {min} and at most {max}."));
        }
        (question, wrong)
    }

    fn category(&self, wrong: &mut Vec<String>) -> Option<Category> {
        if self.category.is_empty() {
            return self.shelf;
        }
        let category = self.category.parse().ok();
        if category.is_none() {
            wrong.push(format!("There is no shelf “{}”; these are of every shelf.", self.category));
        }
        category
    }

    /// Those that the shelf has, with the values that there are.
    fn attributes(
        &self,
        shelf: Option<Category>,
        wrong: &mut Vec<String>,
    ) -> BTreeMap<&'static str, Vec<String>> {
        let mut all = BTreeMap::new();
        for (key, values) in &self.attributes {
            let Some(attribute) = Attribute::keyed(key) else { continue };
            if let Some(shelf) = shelf.filter(|shelf| !attribute.shelves.contains(shelf)) {
                let (shelf, label) = (shelf.title(), attribute.label.to_lowercase());
                wrong.push(format!("The shelf “{shelf}” has no {label}; these are of any."));
                continue;
            }
            let mut known = at_most(values, &attribute.label.to_lowercase(), wrong);
            known.retain(|value| match attribute.read(value) {
                Ok(_) => true,
                Err(misfit) => {
                    wrong.push(format!("{misfit}."));
                    false
                }
            });
            if !known.is_empty() {
                all.insert(*key, known);
            }
        }
        all
    }

    fn ready(&self, wrong: &mut Vec<String>) -> Option<i64> {
        if self.ready.is_empty() {
            return None;
        }
        let known = READY_DAYS.into_iter().find(|days| days.to_string() == self.ready);
        if known.is_none() {
            wrong.push(format!(
                "“{}” is no number of days to choose; these are ready whenever that is.",
                self.ready
            ));
        }
        known
    }

    fn stock(&self, wrong: &mut Vec<String>) -> Stock {
        let known = Stock::ALL.into_iter().find(|stock| stock.as_str() == self.stock);
        if known.is_none() {
            wrong.push(format!(
                "“{}” is nothing that a piece can be; these are for sale.",
                self.stock
            ));
        }
        known.unwrap_or_default()
    }

    fn sort(&self, wrong: &mut Vec<String>) -> Sort {
        let usual = if self.q.is_empty() { Sort::Newest } else { Sort::Relevance };
        match self.sort.as_str() {
            "" | "best" => usual,
            "newest" => Sort::Newest,
            "price" => Sort::PriceUp,
            "price-down" => Sort::PriceDown,
            other => {
                wrong.push(format!("There is no order “{other}”; this is the usual one."));
                usual
            }
        }
    }

    /// The page that answers.
    pub(super) fn path(&self) -> String {
        self.shelf.map_or_else(|| "/search".to_owned(), |shelf| format!("/c/{shelf}"))
    }

    /// The address that asks for this.
    pub(super) fn address(&self) -> String {
        let mut all = vec![("q", self.q.as_str()), ("category", &self.category)];
        all.extend([("min", self.min.as_str()), ("max", &self.max)]);
        all.extend(self.materials.iter().map(|material| ("material", material.as_str())));
        for (key, values) in &self.attributes {
            all.extend(values.iter().map(|value| (*key, value.as_str())));
        }
        all.extend(self.shops.iter().map(|shop| ("shop", shop.as_str())));
        all.extend([
            ("ready", self.ready.as_str()),
            ("stock", self.stock.as_str()),
            ("sort", &self.sort),
        ]);
        all.push(("after", self.after.as_deref().unwrap_or_default()));
        all.retain(|(_, value)| !value.is_empty());
        if all.is_empty() { self.path() } else { local_path::with_query(&self.path(), &all) }
    }

    /// The same from its first page on.
    pub(super) fn first_page(&self) -> Self {
        Self { after: None, ..self.clone() }
    }

    /// The same without a value of an attribute.
    pub(super) fn without_value(&self, key: &'static str, value: &str) -> Self {
        let mut without = self.clone();
        if let Some(values) = without.attributes.get_mut(key) {
            values.retain(|one| one != value);
        }
        without
    }

    /// Only shelf, words and order.
    pub(super) fn without_limits(&self) -> Self {
        let Self { shelf, q, sort, .. } = self.clone();
        Self { shelf, q, sort, ..Self::default() }
    }

    /// How many limits are in force.
    pub(super) fn limits(&self) -> usize {
        let single = [&self.category, &self.ready, &self.stock]
            .into_iter()
            .filter(|limit| !limit.is_empty());
        let price = !(self.min.is_empty() && self.max.is_empty());
        let attributes: usize = self.attributes.values().map(Vec::len).sum();
        single.count() + usize::from(price) + self.materials.len() + attributes + self.shops.len()
    }
}

fn add(values: &mut Vec<String>, value: String) {
    if !value.is_empty() && !values.contains(&value) {
        values.push(value);
    }
}

fn at_most(values: &[String], what: &str, wrong: &mut Vec<String>) -> Vec<String> {
    if values.len() > MOST_VALUES {
        wrong.push(format!("Only the first {MOST_VALUES} {what} were looked for."));
    }
    values.iter().take(MOST_VALUES).cloned().collect()
}

/// A price as people type it, with a dot or a comma.
fn limit(text: &str, currency: Currency, wrong: &mut Vec<String>) -> Option<Money> {
    if text.is_empty() {
        return None;
    }
    let money = Money::parse(&text.replace(',', "."), currency);
    money.map_err(|error| wrong.push(format!("{}.", sentence(&error.to_string())))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Asked::read(None, pairs)
    }

    #[test]
    fn an_address_says_all_of_it_and_nothing_else() {
        let query = "q=blue+mug+%26+lid&category=clay&min=10&material=oak&material=ash&sort=price";
        let asked = asked(&format!("utm_source=letter&{query}&max=&material=Oak"));
        assert_eq!(asked.address(), format!("/search?{query}"));
        assert_eq!(asked.limits(), 4);
        assert_eq!(asked.without_limits().address(), "/search?q=blue+mug+%26+lid&sort=price");
        let shelf = Asked { shelf: Some(Category::Wood), ..Asked::default() };
        assert_eq!(shelf.address(), "/c/wood");
    }

    #[test]
    fn prices_are_read_with_dot_or_comma_and_nonsense_is_named() {
        let (question, wrong) = asked("min=12,50").question(Currency::EUR);
        assert_eq!((question.min.map(Money::minor), wrong.len()), (Some(1250), 0));
        let (question, wrong) =
            asked("max=cheap&category=stone&stock=soon&ready=1.5&sort=best+ones")
                .question(Currency::EUR);
        assert_eq!((question.max, question.category), (None, None));
        assert!(wrong.iter().any(|words| words.contains("cheap")), "{wrong:?}");
        assert_eq!(wrong.len(), 5, "{wrong:?}");
    }
}
