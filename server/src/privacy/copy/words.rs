//! Values of a copy as people read them.

use api::Timestamp;
use api::audit::Verb;
use api::import::FieldChange;
use api::question::{Answer, Question};
use serde::Deserialize as _;
use serde_json::Value;

use super::super::map::{Column, Form};
use super::super::store::Row;
use super::value::{is_set, money, money_in, picture_file, raw, time};
use crate::accounts::tokens::Grant;
use crate::shops;

/// Characters of one value that the page for people shows.
const LONGEST: usize = 600;
/// Characters that a value may have to share a line with others.
const SHORT: usize = 60;

/// A value on the page for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Words; long ones get a line of their own.
    Text { words: String, is_long: bool },
    /// A moment, with UTC named.
    Time(Timestamp),
    /// A picture: where it lies, and what it shows.
    Picture { file: String, alt: String },
}

impl Shown {
    /// The moment, if it is one.
    pub(super) const fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// Where the picture lies and what it shows, if it is one.
    pub(super) fn picture(&self) -> Option<(&str, &str)> {
        match self {
            Self::Picture { file, alt } => Some((file, alt)),
            _ => None,
        }
    }

    /// The words, of what is neither.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text { words, .. } => words,
            _ => "",
        }
    }

    /// Whether it needs a line of its own.
    pub(super) const fn is_long(&self) -> bool {
        matches!(self, Self::Text { is_long: true, .. })
    }
}

/// What people see of a column, if there is anything to see.
pub(super) fn shown(column: &Column, row: &Row) -> Option<Shown> {
    let value = raw(column, row);
    if value.is_null() {
        return None;
    }
    let words = match column.form {
        Form::Time => return time(value).map(Shown::Time),
        Form::Picture => {
            let alt = row.get("alt").and_then(Value::as_str).unwrap_or_default().to_owned();
            return value.as_str().map(|hash| Shown::Picture { file: picture_file(hash), alt });
        }
        Form::Flag => yes_or_no(is_set(value)),
        Form::Money => money(value, row)?.to_string(),
        Form::Verb => verb(value.as_str()?),
        Form::Grant => Grant::stored(value.as_str()?).words(),
        Form::Word => value.as_str()?.replace('_', " "),
        Form::Share => shops::percent(u32::try_from(value.as_u64()?).ok()?),
        _ => told(value),
    };
    if words.is_empty() {
        return None;
    }
    let is_long = words.chars().nth(SHORT).is_some() || words.contains('\n');
    Some(Shown::Text { words: cut(words), is_long })
}

fn cut(words: String) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// What was done; a verb of an older server as it is.
fn verb(word: &str) -> String {
    word.parse::<Verb>().map_or_else(|_| word.to_owned(), |verb| verb.told().to_owned())
}

/// JSON in words, without ids and whatever is empty.
fn told(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes_or_no(*yes),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => {
            let between = if list.iter().any(Value::is_object) { "; " } else { ", " };
            joined(list.iter().map(told), between)
        }
        Value::Object(object) => known(value).unwrap_or_else(|| {
            let is_for_people = |name: &str| !["id", "hash"].contains(&name);
            let pairs =
                object.iter().filter(|(name, _)| is_for_people(name)).map(|(name, value)| {
                    let (name, words) = (name.replace('_', " "), told(value));
                    match value {
                        _ if words.is_empty() => words,
                        Value::Object(_) if known(value).is_none() => format!("{name} ({words})"),
                        _ => format!("{name}: {words}"),
                    }
                });
            joined(pairs, ", ")
        }),
    }
}

/// What has words of its own.
fn known(value: &Value) -> Option<String> {
    if let Some(money) = money_in(value) {
        return Some(money.to_string());
    }
    if let Ok(question) = Question::deserialize(value) {
        return Some(question.words());
    }
    if let Ok(answer) = Answer::deserialize(value) {
        return Some(answer.words());
    }
    let change = FieldChange::deserialize(value).ok()?;
    Some(format!("{}: {} → {}", change.field, change.from, change.to))
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(form: &str, value: &Value) -> Option<Shown> {
        let column: Column = toml::from_str(&format!("name = 'x'\nas = '{form}'")).unwrap();
        let row = json!({ "x": value, "currency": "EUR", "alt": "A mug" });
        shown(&column, row.as_object().unwrap())
    }

    fn words(form: &str, value: &Value) -> String {
        match seen(form, value) {
            Some(Shown::Text { words, .. }) => words,
            other => panic!("{form}: {other:?}"),
        }
    }

    #[test]
    fn people_read_words() {
        assert_eq!(words("money", &json!(6800)), "€68.00");
        assert_eq!(words("flag", &json!(0)), "no");
        assert_eq!(words("word", &json!("sold_out")), "sold out");
        assert_eq!(words("verb", &json!("order.ship")), "handed a parcel over");
        assert_eq!(words("share", &json!(650)), "6.5 %");
        assert_eq!(words("json", &json!(["oak", "ash"])), "oak, ash");
        let asked = json!([{ "label": "Name", "answer": { "kind": "text", "longest": 9 } }]);
        assert_eq!(words("json", &asked), "Name (up to 9 characters)");
        let price = json!({ "minor": 100, "currency": "EUR" });
        let draft = json!({ "id": "lst_1", "title": "Mug", "tags": [], "left": { "at_least": 1 },
                            "variants": [{ "price": price, "sku": "" }] });
        assert_eq!(words("json", &draft), "left (at least: 1), title: Mug, variants: price: €1.00");
        assert_eq!(words("text", &json!("ä".repeat(700))).chars().count(), LONGEST + 1);
        assert_eq!(seen("text", &json!("")), None);
        assert_eq!(seen("json", &json!([])), None);
        let file = "pictures/ab.jpg".to_owned();
        let picture = Shown::Picture { file, alt: "A mug".to_owned() };
        assert_eq!(seen("picture", &json!("ab")), Some(picture));
        let at = Timestamp::from_seconds(1_795_348_800);
        assert_eq!(seen("time", &json!(at.micros())), Some(Shown::Time(at)));
    }
}
