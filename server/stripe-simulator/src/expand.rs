//! `expand`: ids replaced by the objects they name.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::error::{ApiError, Result};
use crate::fields::{self, Fields as _, public};
use crate::store::{Page, Tx};
use crate::{books, checkout};

/// Stripe's limit on the depth of an expansion.
const MAX_DEPTH: usize = 4;

/// The answer as it is sent: expanded, with what depends on the time filled in, without private
/// parts.
pub(crate) async fn render(tx: &mut Tx, mut answer: Value, paths: &[String]) -> Result {
    for path in paths {
        let steps: Vec<&str> = path.split('.').collect();
        let depth = steps.len() - usize::from(steps.first() == Some(&"data"));
        if depth > MAX_DEPTH {
            let message = format!("You cannot expand more than {MAX_DEPTH} levels of a property.");
            return Err(ApiError::invalid("parameter_invalid", message).param("expand"));
        }
        expand(tx, &mut answer, &steps).await?;
    }
    refresh(&mut answer, tx.now);
    Ok(public(answer))
}

/// Walks breadth first: every place reached so far with the steps still to go.
async fn expand(tx: &mut Tx, root: &mut Value, steps: &[&str]) -> Result<()> {
    let mut places = VecDeque::from([(root, 0)]);
    while let Some((place, depth)) = places.pop_front() {
        let Some(step) = steps.get(depth) else { continue };
        if place.is_null() {
            continue;
        }
        include(tx, place, step).await?;
        let Some(field) = place.get_mut(*step) else {
            // Sources are of many kinds, and not every kind has every field.
            if depth > 0 && steps[depth - 1] == "source" {
                continue;
            }
            let message = format!("This property cannot be expanded ({step}).");
            return Err(ApiError::invalid("parameter_invalid", message).param("expand"));
        };
        resolve(tx, field).await?;
        match field {
            Value::Array(items) => places.extend(items.iter_mut().map(|item| (item, depth + 1))),
            Value::Object(_) => places.push_back((field, depth + 1)),
            _ => {}
        }
    }
    Ok(())
}

/// Fields that Stripe leaves out unless they are asked for.
async fn include(tx: &mut Tx, object: &mut Value, step: &str) -> Result<()> {
    if step == "line_items" && object.text("object") == "checkout.session" {
        let items = checkout::items_of(tx, object.text("id")).await?;
        object.set("line_items", items);
    }
    if step == "refunds" && object.text("object") == "charge" {
        let filter = json!({ "charge": object.text("id") });
        let (refunds, more) =
            tx.list("refund", &filter, &Page { limit: 10, ..Page::all() }).await?;
        let url = format!("/v1/charges/{}/refunds", object.text("id"));
        object.set("refunds", fields::list(&url, refunds, more));
    }
    Ok(())
}

async fn resolve(tx: &mut Tx, field: &mut Value) -> Result<()> {
    let Some(id) = field.as_str() else { return Ok(()) };
    if let Some((_, object)) = tx.find_anywhere(id).await? {
        *field = object;
    }
    Ok(())
}

/// Balance transactions become available by the mere passing of time.
fn refresh(value: &mut Value, now: i64) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(|inner| refresh(inner, now));
            if value.text("object") == "balance_transaction" {
                books::status(value, now);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refresh(item, now)),
        _ => {}
    }
}
