//! Values of a copy as programs read them: ids with their prefix, times in RFC 3339, money with its
//! currency and in words.

use api::account::Account;
use api::address::SavedAddress;
use api::audit::AuditEntry;
use api::bulk_edit::BulkEdit;
use api::id::Kind;
use api::import::Import;
use api::listing::{Listing, Variant};
use api::order::{Fulfillment, Order, Purchase};
use api::payout::Payout;
use api::shop::Shop;
use api::sign_in::Session;
use api::staff::Suspension;
use api::{Currency, Id, Money, Timestamp};
use serde_json::{Value, json};

use super::super::map::{Column, Form, Table};
use super::super::store::Row;
use crate::accounts::tokens::Grant;

/// A row as an object. A column that is exported of some rows only is absent from the others.
pub(super) fn object(table: &Table, row: &Row) -> Value {
    let is_told = |column: &&Column| column.only.is_none() || !raw(column, row).is_null();
    let field = |column: &Column| (column.field().to_owned(), value(column, row));
    Value::Object(table.columns.iter().filter(is_told).map(field).collect())
}

/// What the database has.
pub(super) fn raw<'r>(column: &Column, row: &'r Row) -> &'r Value {
    row.get(&column.name).unwrap_or(&Value::Null)
}

/// Where a picture lies in the archive.
pub(super) fn picture_file(hash: &str) -> String {
    format!("pictures/{hash}.jpg")
}

fn value(column: &Column, row: &Row) -> Value {
    let value = raw(column, row);
    let text = value.as_str();
    let shown = match column.form {
        Form::Text | Form::Word | Form::Verb | Form::Number | Form::Share => Some(value.clone()),
        Form::Json => Some(readable(value)),
        Form::Grant => text.map(|text| match Grant::stored(text).listed() {
            Some(scopes) => json!(scopes),
            None => json!("everything"),
        }),
        Form::Flag => Some(json!(is_set(value))),
        Form::Time => time(value).map(|at| json!(at)),
        Form::Money => money(value, row).map(of_money),
        Form::Picture => text.map(|hash| json!(picture_file(hash))),
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
        Form::Ses => text.and_then(id::<Session>),
        Form::Log => text.and_then(id::<AuditEntry>),
        Form::Sus => text.and_then(id::<Suspension>),
    };
    shown.unwrap_or(Value::Null)
}

/// Whether a flag is set; SQLite has numbers for it.
pub(super) fn is_set(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_i64() == Some(1))
}

/// The moment that a column holds.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    value.as_i64().map(Timestamp::from_micros)
}

/// The amount that a column holds, in the currency of its row; the map sees to it that there is one.
pub(super) fn money(value: &Value, row: &Row) -> Option<Money> {
    let currency: Currency = row.get("currency")?.as_str()?.parse().ok()?;
    Some(Money::new(value.as_i64()?, currency))
}

/// An amount that JSON of our own holds.
pub(super) fn money_in(value: &Value) -> Option<Money> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let currency: Currency = object.get("currency")?.as_str()?.parse().ok()?;
    Some(Money::new(object.get("minor")?.as_i64()?, currency))
}

fn of_money(money: Money) -> Value {
    let currency = money.currency();
    json!({ "minor": money.minor(), "currency": currency, "readable": money.to_string() })
}

/// JSON whose amounts are also said in words.
fn readable(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(readable).collect(),
        Value::Object(object) => match money_in(value) {
            Some(money) => of_money(money),
            None => Value::Object(
                object.iter().map(|(name, value)| (name.clone(), readable(value))).collect(),
            ),
        },
        other => other.clone(),
    }
}

fn id<T: Kind>(text: &str) -> Option<Value> {
    text.parse().ok().map(|uuid| json!(Id::<T>::from_uuid(uuid).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_ids_times_and_money_as_the_api_writes_them() {
        let table: Table = toml::from_str(
            r#"
            name = "x"
            columns = [
              { name = "id", as = "lst" },
              { name = "price_minor", as = "money" },
              { name = "currency", as = "text" },
              { name = "sold_at", as = "time" },
              { name = "live", as = "flag" },
              { name = "asked", as = "json" },
              { name = "note", as = "text", only = "FALSE" },
              { name = "place", as = "text" },
            ]"#,
        )
        .unwrap();
        let row = json!({
            "id": "00000000000000000000000000000001", "price_minor": 6800, "currency": "EUR",
            "sold_at": 1_795_348_800_000_000_i64, "live": 1, "note": null, "place": null,
            "asked": [{ "surcharge": { "minor": 50, "currency": "EUR" } }],
        });
        assert_eq!(
            object(&table, row.as_object().unwrap()),
            json!({
                "id": "lst_00000000000000000000000001",
                "price": { "minor": 6800, "currency": "EUR", "readable": "€68.00" },
                "currency": "EUR", "sold_at": "2026-11-22T12:00:00Z", "live": true, "place": null,
                "asked": [{ "surcharge": { "minor": 50, "currency": "EUR", "readable": "€0.50" } }],
            })
        );
    }
}
