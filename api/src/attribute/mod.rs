//! Attributes: what can be said of a piece beside its words, and which shelf has which.
//!
//! [`Attribute::fit`] is the one rule of what a value may be; everybody who takes or shows one asks
//! it. What a listing says stays with it whatever becomes of its shelf or of the table: values that
//! do not fit any more are kept, told to the artisan and shown to nobody else.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::listing::{Category, Listing};

/// Something that can be said of the pieces of some shelves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Its name in JSON, files and addresses.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Other names that files and options have for it, in small letters.
    #[serde(skip)]
    pub also: &'static [&'static str],
    /// What its values are.
    #[serde(flatten)]
    pub kind: AttributeKind,
    /// The shelves that have it.
    #[serde(rename = "categories")]
    pub shelves: &'static [Category],
    /// Whether lists can be narrowed by it.
    pub facet: bool,
    /// Whether an option of a listing may be it: the values of an option that has its name count as
    /// values of the listing, as far as they fit.
    pub axis: bool,
}

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttributeKind {
    /// Words of a list.
    Choice {
        /// The list.
        choices: &'static [&'static str],
        /// How many a piece may have.
        most: usize,
    },
    /// A whole number from 1 on.
    Number {
        /// What is counted.
        unit: &'static str,
        /// Highest number.
        most: i64,
    },
    /// Yes or no.
    YesNo,
    /// A line of the artisan's own words.
    Text {
        /// Characters that it may have.
        longest: usize,
    },
}

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Number(i64),
    /// A line of words, or a single word of a list.
    Text(String),
    /// Words of a list.
    Choices(Vec<String>),
}

/// Values that are said anew, by key; none takes a value away. Other values stay.
pub type AttributeEdits = BTreeMap<String, Option<AttributeValue>>;

/// What a listing says, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, AttributeValue>);

/// Why a value cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The shelf has no such attribute.
    #[error("the shelf {} has no attribute “{name}”; it has {}", .shelf.title(), keys(*.shelf))]
    Shelf {
        /// As it was named.
        name: String,
        /// The shelf.
        shelf: Category,
    },
    /// The attribute has no such value.
    #[error("{}: “{value}” is not possible; use {}", .attribute.label, .attribute.kind)]
    Value {
        /// The attribute.
        attribute: &'static Attribute,
        /// As it was given.
        value: String,
    },
}

impl Attribute {
    /// Every attribute, in the order in which people read them.
    #[must_use]
    pub fn all() -> &'static [Self] {
        table::TABLE
    }

    /// Those of a shelf.
    pub fn of(shelf: Category) -> impl Iterator<Item = &'static Self> {
        Self::all().iter().filter(move |it| it.shelves.contains(&shelf))
    }

    /// The one with a key.
    #[must_use]
    pub fn keyed(key: &str) -> Option<&'static Self> {
        Self::all().iter().find(|it| it.key == key)
    }

    /// The one that is meant by a key, a label or another name, in small or capital letters.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.trim().to_lowercase();
        Self::all().iter().find(|it| it.names().any(|own| own.eq_ignore_ascii_case(&name)))
    }

    /// Key, label and other names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.key, self.label].into_iter().chain(self.also.iter().copied())
    }

    /// Reads a value as people write it: `blue, white`, `350` or `350 ml`, `yes`.
    ///
    /// # Errors
    ///
    /// Says what it may be instead.
    pub fn read(&'static self, text: &str) -> Result<AttributeValue, Misfit> {
        let wrong = || Misfit::Value { attribute: self, value: text.to_owned() };
        let value = match self.kind {
            AttributeKind::Choice { .. } => {
                let words = text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty());
                AttributeValue::Choices(words.map(str::to_owned).collect())
            }
            AttributeKind::Number { unit, .. } => {
                let number = text.trim().trim_end_matches(unit).trim_end();
                AttributeValue::Number(number.parse().map_err(|_| wrong())?)
            }
            AttributeKind::YesNo => match text.trim().to_lowercase().as_str() {
                "yes" | "true" | "1" | "y" | "x" => AttributeValue::YesNo(true),
                "no" | "false" | "0" | "n" => AttributeValue::YesNo(false),
                _ => return Err(wrong()),
            },
            AttributeKind::Text { .. } => AttributeValue::Text(text.to_owned()),
        };
        self.fit(&value)
    }

    /// A value as it is kept: words of a list in its spelling and order, each once.
    ///
    /// # Errors
    ///
    /// Says what it may be instead.
    pub fn fit(&'static self, value: &AttributeValue) -> Result<AttributeValue, Misfit> {
        let wrong = |value: &str| Misfit::Value { attribute: self, value: value.to_owned() };
        match (self.kind, value) {
            (AttributeKind::Choice { .. }, AttributeValue::Text(word)) => {
                self.fit(&AttributeValue::Choices(vec![word.clone()]))
            }
            (AttributeKind::Choice { choices, most }, AttributeValue::Choices(words)) => {
                let is = |choice: &str, word: &String| {
                    choice.to_lowercase() == word.trim().to_lowercase()
                };
                if let Some(stray) =
                    words.iter().find(|word| !choices.iter().any(|choice| is(choice, word)))
                {
                    return Err(wrong(stray));
                }
                let chosen =
                    choices.iter().filter(|choice| words.iter().any(|word| is(choice, word)));
                let chosen: Vec<String> = chosen.map(|choice| (*choice).to_owned()).collect();
                if !(1..=most).contains(&chosen.len()) {
                    return Err(wrong(&value.to_string()));
                }
                Ok(AttributeValue::Choices(chosen))
            }
            (AttributeKind::Number { most, .. }, AttributeValue::Number(number))
                if (1..=most).contains(number) =>
            {
                Ok(value.clone())
            }
            (AttributeKind::YesNo, AttributeValue::YesNo(_)) => Ok(value.clone()),
            (AttributeKind::Text { longest }, AttributeValue::Text(text)) => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let usable = !line.is_empty() && !line.chars().any(char::is_control);
                if !usable || line.chars().nth(longest).is_some() {
                    return Err(wrong(text));
                }
                Ok(AttributeValue::Text(line))
            }
            _ => Err(wrong(&value.to_string())),
        }
    }

    /// A value of it for people: `blue, white`, `350 ml`, `yes`.
    #[must_use]
    pub fn words(&self, value: &AttributeValue) -> String {
        match self.kind {
            AttributeKind::Number { unit, .. } if unit != self.key => format!("{value} {unit}"),
            _ => value.to_string(),
        }
    }
}

/// What its values are, for people.
impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice { choices, most: 1 } => write!(f, "one of {}", choices.join(", ")),
            Self::Choice { choices, most } => {
                write!(f, "one to {most} of {}", choices.join(", "))
            }
            Self::Number { unit, most } => write!(f, "a whole number of {unit} from 1 to {most}"),
            Self::YesNo => f.write_str("yes or no"),
            Self::Text { longest } => write!(f, "a line of at most {longest} characters"),
        }
    }
}

/// For people, without a unit.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YesNo(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Choices(words) => f.write_str(&words.join(", ")),
        }
    }
}

impl Attributes {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of an attribute, whether it fits or not.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&AttributeValue> {
        self.0.get(key)
    }

    /// Everything that is said, as edits that would say it.
    #[must_use]
    pub fn edits(&self) -> AttributeEdits {
        self.0.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect()
    }

    /// The values with those that are said anew, on a shelf. What stays as it is may stay though it
    /// does not fit.
    ///
    /// # Errors
    ///
    /// Names the first new value that does not fit.
    pub fn with(&self, shelf: Category, edits: &AttributeEdits) -> Result<Self, Misfit> {
        let mut all = self.clone();
        for (key, value) in edits {
            let misfit = || Misfit::Shelf { name: key.clone(), shelf };
            match value {
                None if !all.0.contains_key(key) && Attribute::keyed(key).is_none() => {
                    return Err(misfit());
                }
                None => drop(all.0.remove(key)),
                Some(value) if all.0.get(key) == Some(value) => {}
                Some(value) => {
                    let attribute = Attribute::of(shelf).find(|it| it.key == key);
                    let value = attribute.ok_or_else(misfit)?.fit(value)?;
                    all.0.insert(key.clone(), value);
                }
            }
        }
        Ok(all)
    }

    /// The values that fit a shelf: what shoppers see, in the order in which people read them.
    pub fn fitting(
        &self,
        shelf: Category,
    ) -> impl Iterator<Item = (&'static Attribute, &AttributeValue)> {
        Attribute::of(shelf).filter_map(|attribute| {
            let value = self.0.get(attribute.key)?;
            (attribute.fit(value).as_ref() == Ok(value)).then_some((attribute, value))
        })
    }

    /// Everything that is said, for whoever may change it: what shoppers see, then the rest.
    #[must_use]
    pub fn told(&self, shelf: Category) -> Vec<Told> {
        let shown = self.fitting(shelf).map(|(attribute, value)| Told {
            attribute: attribute.key.to_owned(),
            label: attribute.label.to_owned(),
            value: attribute.words(value),
            shown: true,
        });
        let hidden = self.misfits(shelf).map(|(key, value)| Told {
            attribute: key.to_owned(),
            label: Attribute::keyed(key).map_or(key, |it| it.label).to_owned(),
            value: value.to_string(),
            shown: false,
        });
        shown.chain(hidden).collect()
    }

    /// The values that do not, with their keys: those of another shelf, or from before the table
    /// changed.
    fn misfits(&self, shelf: Category) -> impl Iterator<Item = (&str, &AttributeValue)> {
        let fitting: BTreeSet<&str> = self.fitting(shelf).map(|(it, _)| it.key).collect();
        let all = self.0.iter().map(|(key, value)| (key.as_str(), value));
        all.filter(move |(key, _)| !fitting.contains(key))
    }
}

/// What a listing says of an attribute, for whoever may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Key of the attribute.
    pub attribute: String,
    /// What people read; the key of one that is not in the table any more.
    pub label: String,
    /// The value in words.
    pub value: String,
    /// Whether it fits the shelf, so that shoppers see it.
    pub shown: bool,
}

impl Told {
    /// In a line: `Glaze: matt`.
    #[must_use]
    pub fn words(&self) -> String {
        let hidden = if self.shown { "" } else { " (not shown on this shelf)" };
        format!("{}: {}{hidden}", self.label, self.value)
    }
}

/// Values by which a piece is found, as pairs of key and value: what it says, and what the options
/// of its variants say that have the name of an attribute.
#[must_use]
pub fn found_by<'a>(
    shelf: Category,
    said: &Attributes,
    options: &[String],
    variants: impl Iterator<Item = &'a [String]>,
) -> BTreeSet<(&'static str, String)> {
    let mut pairs = BTreeSet::new();
    let mut note = |attribute: &'static Attribute, value: &AttributeValue| match value {
        AttributeValue::Choices(words) => {
            pairs.extend(words.iter().map(|word| (attribute.key, word.clone())));
        }
        value => drop(pairs.insert((attribute.key, value.to_string()))),
    };
    for (attribute, value) in said.fitting(shelf).filter(|(attribute, _)| attribute.facet) {
        note(attribute, value);
    }
    let axis = |name: &String| {
        Attribute::named(name).filter(|it| it.axis && it.facet && it.shelves.contains(&shelf))
    };
    let axes: Vec<_> = options.iter().map(axis).collect();
    for values in variants {
        for (attribute, value) in axes.iter().zip(values) {
            if let Some(attribute) = attribute
                && let Ok(value) = attribute.read(value)
            {
                note(attribute, &value);
            }
        }
    }
    pairs
}

impl Listing {
    /// What it says of its attributes, for people, as label and value: only what fits its shelf.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let fitting = self.attributes.fitting(self.category);
        fitting.map(|(attribute, value)| (attribute.label, attribute.words(value)))
    }
}

fn keys(shelf: Category) -> String {
    Attribute::of(shelf).map(|it| it.key).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
