//! The map of personal data, `server/privacy.toml`: what is kept of whom, why, for how long, and
//! what export, erasure and the retention job do with it. The file explains its own words.

mod column;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use api::Timestamp;
use serde::Deserialize;
use time::{Date, Month};

pub use column::Column;
pub(super) use column::Form;

/// The file as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Sub-queries that `rows` may name in braces.
    whose: BTreeMap<String, String>,
    period: BTreeMap<String, Period>,
    /// Kinds of data, in the order in which people read of them.
    pub data: Vec<Data>,
    /// Tables in the order in which they are erased.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

/// How long something is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum Period {
    Days {
        days: i64,
    },
    /// Whole calendar years after the one in which it happened.
    Years {
        years: i32,
        by_country: BTreeMap<String, i32>,
    },
}

/// A kind of data: one entry of the record of processing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// How tables name it.
    pub name: String,
    /// For people.
    pub title: String,
    /// What exactly is kept.
    pub what: String,
    /// Of whom.
    pub whom: String,
    /// What for.
    pub purpose: String,
    /// Letters of GDPR, article 6(1).
    pub basis: String,
    /// For how long.
    pub kept: String,
    /// Who else gets it.
    pub receivers: Vec<Receiver>,
}

/// Who gets data from the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// The shops that are ordered from.
    Makers,
    /// Everybody.
    Public,
    /// Stripe.
    Stripe,
    /// Whoever carries letters.
    Mail,
    /// Whoever stores pictures.
    Images,
}

/// A table of the schema.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// As in the schema.
    pub name: String,
    /// How people call it; where something is exported.
    pub title: Option<String>,
    /// Kind of data of its columns; absent where nothing is about a person.
    pub data: Option<String>,
    /// Condition for the rows of account `$1`; absent where rows lead to nobody's account.
    pub(super) rows: Option<String>,
    #[serde(default)]
    pub(super) key: Vec<String>,
    /// What is exported.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Columns that hold nothing about a person.
    #[serde(default)]
    plain: Vec<String>,
    /// Columns about a person that are not exported.
    #[serde(default)]
    hidden: Vec<String>,
    /// Columns that name a picture which is not the person's own.
    #[serde(default)]
    pub(super) pictures: Vec<String>,
    #[serde(default)]
    pub(super) erase: Vec<Erase>,
    #[serde(default)]
    pub(super) lapse: Vec<Lapse>,
    /// Why rows outlive the account.
    pub stays: Option<String>,
    /// Which other part of the server makes rows lapse.
    lapses: Option<String>,
}

/// What erasure does with rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Erase {
    /// Other rows than those of the table.
    pub(super) rows: Option<String>,
    #[serde(default)]
    pub(super) delete: bool,
    #[serde(default)]
    pub(super) set: BTreeMap<String, Change>,
}

/// What the retention job does with rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lapse {
    /// Name of the period.
    pub(super) after: String,
    /// Condition; `$1` is the moment before which the period is over.
    pub(super) rows: String,
    /// Condition for rows that have something left to lapse.
    pub(super) still: Option<String>,
    #[serde(default)]
    pub(super) delete: bool,
    #[serde(default)]
    pub(super) set: BTreeMap<String, Change>,
}

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// Empty text.
    Blank,
    /// NULL.
    None,
    /// `[]`.
    EmptyList,
    /// `{}`.
    EmptyObject,
    /// No bytes.
    EmptyBytes,
    /// `DELETED-` and the row's id: unique, and nobody's.
    Pseudonym,
}

/// The map.
#[must_use]
pub fn map() -> &'static Map {
    static MAP: LazyLock<Map> = LazyLock::new(|| {
        toml::from_str(include_str!("../../../privacy.toml"))
            // It is part of the program, and every test of this feature reads it.
            .unwrap_or_else(|error| panic!("server/privacy.toml: {error}"))
    });
    &MAP
}

impl Map {
    /// What a table is called here.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// A kind of data.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&Data> {
        self.data.iter().find(|data| data.name == name)
    }

    /// Tables of which a person gets a copy, in the order in which people read: by the kinds of
    /// data, and of one kind what others look into first, which erasure takes last.
    pub(super) fn exported(&self) -> Vec<&Table> {
        let place = |table: &&Table| {
            self.data.iter().position(|data| Some(&data.name) == table.data.as_ref())
        };
        let is_exported = |table: &&Table| table.rows.is_some() && !table.columns.is_empty();
        let mut tables: Vec<&Table> = self.tables.iter().rev().filter(is_exported).collect();
        tables.sort_by_key(place);
        tables
    }

    /// A condition with what it names in braces filled in.
    pub(super) fn spelled(&self, condition: &str) -> String {
        let mut text = condition.to_owned();
        // A sub-query may name another one; there are no circles, or the statement would not end.
        for _ in 0..self.whose.len() {
            for (name, query) in &self.whose {
                text = text.replace(&format!("{{{name}}}"), query);
            }
        }
        text
    }

    /// The moment before which a period is over.
    pub(super) fn over(&self, period: &str, country: &str, now: Timestamp) -> Option<Timestamp> {
        match self.period.get(period)? {
            Period::Days { days } => Some(now.plus_seconds(-days.checked_mul(DAY)?)),
            Period::Years { years, by_country } => {
                let years = by_country.get(country).unwrap_or(years);
                let year = now.date_time().year().checked_sub(*years)?;
                let first = Date::from_calendar_date(year, Month::January, 1).ok()?;
                Some(Timestamp::from_seconds(first.midnight().assume_utc().unix_timestamp()))
            }
        }
    }

    /// What is wrong with the map by itself, in words that say how to mend it.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> =
            self.tables.iter().flat_map(|table| self.gaps(table)).collect();
        let mut names = BTreeSet::new();
        faults.extend(
            self.tables
                .iter()
                .filter(|table| !names.insert(&table.name))
                .map(|table| format!("{}: there are two blocks of this name", table.name)),
        );
        faults
    }

    fn gaps(&self, table: &Table) -> Vec<String> {
        let name = &table.name;
        let mut gaps = Vec::new();
        let kinds = table.data.iter().chain(table.columns.iter().filter_map(|c| c.data.as_ref()));
        for kind in kinds.filter(|kind| self.kind(kind).is_none()) {
            gaps.push(format!("{name}: there is no [[data]] called {kind}"));
        }
        for lapse in table.lapse.iter().filter(|lapse| !self.period.contains_key(&lapse.after)) {
            gaps.push(format!("{name}: there is no period called {}", lapse.after));
        }
        if table.data.is_none() && !(table.columns.is_empty() && table.hidden.is_empty()) {
            gaps.push(format!("{name}: columns about a person need `data`, the kind of data"));
        }
        let ends = !table.erase.is_empty() || table.stays.is_some();
        if table.data.is_some() && !ends {
            gaps.push(format!("{name}: say what `erase` does with it, or why it `stays`"));
        }
        if !table.columns.is_empty() && (table.rows.is_none() || table.title.is_none()) {
            gaps.push(format!("{name}: what is exported needs `rows` and a `title`"));
        }
        if table.key.is_empty() && !(table.columns.is_empty() && table.lapse.is_empty()) {
            gaps.push(format!("{name}: needs a `key`"));
        }
        gaps.extend(table.gaps_of_money().map(|gap| format!("{name}: {gap}")));
        let known = table.named();
        let set = table.erase.iter().flat_map(|step| step.set.keys());
        let set = set.chain(table.lapse.iter().flat_map(|step| step.set.keys()));
        for column in set.chain(&table.key).filter(|column| !known.contains(column.as_str())) {
            gaps.push(format!("{name}: {column} is used, but not listed"));
        }
        gaps
    }
}

impl Table {
    /// Every column that the map names.
    #[must_use]
    pub fn named(&self) -> BTreeSet<&str> {
        let lists = self.plain.iter().chain(&self.hidden).chain(&self.pictures);
        lists.map(String::as_str).chain(self.own_columns().map(|c| c.name.as_str())).collect()
    }

    /// Exported columns that the table itself has.
    fn own_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.from.is_none())
    }

    /// Amounts that would be copied without saying of which currency.
    fn gaps_of_money(&self) -> impl Iterator<Item = String> {
        let has_currency = self.columns.iter().any(|column| column.name == "currency");
        self.columns.iter().filter_map(move |Column { name, form, .. }| match form {
            Form::Money if !has_currency => Some(format!(
                "{name} is money, so `columns` needs a `currency`, its own or one that is read `from` elsewhere"
            )),
            Form::Money => None,
            _ => name.ends_with("_minor").then(|| format!("{name} is an amount, so as = \"money\"")),
        })
    }

    /// Columns that name a picture.
    pub(super) fn naming_pictures(&self) -> impl Iterator<Item = &str> {
        let own = self.own_columns().filter(|column| column.form == Form::Picture);
        own.map(|column| column.name.as_str()).chain(self.pictures.iter().map(String::as_str))
    }

    /// What a column of the key holds; nothing of one that is not exported, which is a bare UUID.
    pub(super) fn form(&self, column: &str) -> Option<Form> {
        self.columns.iter().find(|found| found.name == column).map(|found| found.form)
    }

    /// Columns about a person that erasure leaves as they are.
    #[must_use]
    pub fn kept_columns(&self) -> BTreeSet<&str> {
        if self.data.is_none() || self.erase.iter().any(|step| step.delete) {
            return BTreeSet::new();
        }
        // A step for some rows only leaves the others, where rows stay at all.
        let whole = self.erase.iter().filter(|step| step.rows.is_none() || self.stays.is_none());
        let gone: BTreeSet<&str> =
            whole.flat_map(|step| step.set.keys().map(String::as_str)).collect();
        let personal = self.own_columns().map(|c| &c.name).chain(&self.hidden);
        personal.map(String::as_str).filter(|column| !gone.contains(column)).collect()
    }

    /// How its rows lapse without anybody asking, if they do.
    #[must_use]
    pub fn lapses(&self) -> bool {
        !self.lapse.is_empty() || self.lapses.is_some()
    }
}

const DAY: i64 = 24 * 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_holds_together() {
        let faults = map().faults();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }

    #[test]
    fn the_tax_period_runs_from_the_end_of_the_year() {
        let over = |country: &str, now: &str| {
            map().over("orders", country, now.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(over("DE", "2036-12-31T23:59:59Z"), "2026-01-01T00:00:00Z");
        assert_eq!(over("DE", "2037-01-01T00:00:00Z"), "2027-01-01T00:00:00Z");
        assert_eq!(over("GB", "2033-01-01T00:00:00Z"), "2027-01-01T00:00:00Z");
        assert_eq!(over("ZZ", "2037-01-01T00:00:00Z"), "2027-01-01T00:00:00Z");
    }

    #[test]
    fn sub_queries_are_filled_in_to_the_last() {
        let text = map().spelled("listing_id IN {listing}");
        assert!(text.contains("shop_members") && !text.contains('{'), "{text}");
    }
}
