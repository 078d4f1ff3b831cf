//! Values of an export, as programs and people read them: ids with their prefix, times in
//! RFC 3339, money with its currency and in words.

use api::account::Account;
use api::address::SavedAddress;
use api::bulk_edit::BulkEdit;
use api::id::Kind;
use api::import::Import;
use api::listing::{Listing, Variant};
use api::order::{Fulfillment, Order, Purchase};
use api::payout::Payout;
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};
use serde_json::{Map as Object, Value, json};
use uuid::Uuid;

use super::map::{Column, Form, Table};

/// A row with the values that are shown, in the order of the map.
pub(super) fn fields(table: &Table, row: &Object<String, Value>) -> Vec<(String, Value)> {
    let shown = |column: &Column| {
        let value = row.get(&column.name).unwrap_or(&Value::Null);
        (name(column), value_of(column.form, value, row))
    };
    table.columns.iter().map(shown).collect()
}

/// What a column is called; money is not in minor units any more.
fn name(column: &Column) -> String {
    match column.form {
        Form::Money => column.name.trim_end_matches("_minor").to_owned(),
        Form::Picture => "picture".to_owned(),
        _ => column.name.clone(),
    }
}

/// Names of the columns, as people read them.
pub(super) fn headings(table: &Table) -> Vec<String> {
    table.columns.iter().map(|column| name(column).replace('_', " ")).collect()
}

/// Where a picture lies in the archive.
pub(super) fn picture_file(hash: &str) -> String {
    format!("pictures/{hash}.jpg")
}

fn value_of(form: Form, value: &Value, row: &Object<String, Value>) -> Value {
    let text = value.as_str();
    let shown = match form {
        Form::Text | Form::Number | Form::Json => Some(value.clone()),
        Form::Flag => Some(json!(value.as_bool().unwrap_or_else(|| value.as_i64() == Some(1)))),
        Form::Time => value.as_i64().map(|at| json!(Timestamp::from_micros(at))),
        Form::Money => value.as_i64().map(|minor| money(minor, row)),
        Form::Picture => text.map(|hash| json!(picture_file(hash))),
        Form::Uuid => text.and_then(|id| id.parse::<Uuid>().ok()).map(|id| json!(id)),
        Form::Acc => text.and_then(id::<Account>),
        Form::Adr => text.and_then(id::<SavedAddress>),
        Form::Shp => text.and_then(id::<Shop>),
        Form::Lst => text.and_then(id::<Listing>),
        Form::Var => text.and_then(id::<Variant>),
        Form::Pur => text.and_then(id::<Purchase>),
        Form::Ord => text.and_then(id::<Order>),
        Form::Ful => text.and_then(id::<Fulfillment>),
        Form::Po => text.and_then(id::<Payout>),
        Form::Imp => text.and_then(id::<Import>),
        Form::Edt => text.and_then(id::<BulkEdit>),
    };
    shown.unwrap_or(Value::Null)
}

fn id<T: Kind>(text: &str) -> Option<Value> {
    text.parse().ok().map(|uuid| json!(Id::<T>::from_uuid(uuid).to_string()))
}

fn money(minor: i64, row: &Object<String, Value>) -> Value {
    let currency = row.get("currency").and_then(Value::as_str);
    match currency.and_then(|currency| currency.parse::<Currency>().ok()) {
        Some(currency) => {
            let readable = Money::new(minor, currency).to_string();
            json!({ "minor": minor, "currency": currency, "readable": readable })
        }
        None => json!(minor),
    }
}

/// A value on a page for people.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(object) => match object.get("readable").and_then(Value::as_str) {
            Some(readable) => readable.to_owned(),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_people_read_the_same_row() {
        let table: Table = toml::from_str(
            r#"
            name = "x"
            columns = [
              { name = "id", as = "lst" },
              { name = "price_minor", as = "money" },
              { name = "currency", as = "text" },
              { name = "sold_at", as = "time" },
              { name = "live", as = "flag" },
            ]"#,
        )
        .unwrap();
        let row = json!({
            "id": "00000000000000000000000000000001", "price_minor": 6800, "currency": "EUR",
            "sold_at": 1_795_348_800_000_000_i64, "live": 1,
        });
        let fields = fields(&table, row.as_object().unwrap());
        let json = Value::Object(fields.iter().cloned().collect());
        assert_eq!(
            json,
            json!({
                "id": "lst_00000000000000000000000001",
                "price": { "minor": 6800, "currency": "EUR", "readable": "€68.00" },
                "currency": "EUR", "sold_at": "2026-11-22T12:00:00Z", "live": true,
            })
        );
        let words: Vec<String> = fields.iter().map(|(_, value)| super::words(value)).collect();
        assert_eq!(words[1..], ["€68.00", "EUR", "2026-11-22T12:00:00Z", "yes"]);
    }
}
