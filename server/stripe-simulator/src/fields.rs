//! Short ways to read and change JSON documents.

use serde_json::{Map, Value};

/// Reading and changing the fields of a JSON object.
pub(crate) trait Fields {
    /// The text under `key`, or nothing.
    fn text(&self, key: &str) -> &str;
    /// The text under `key` when there is one.
    fn maybe_text(&self, key: &str) -> Option<&str>;
    /// The whole number under `key`, or zero.
    fn int(&self, key: &str) -> i64;
    /// Whether `key` is there and true.
    fn is(&self, key: &str) -> bool;
    /// Changes one field.
    fn set(&mut self, key: &str, value: impl Into<Value>);
    /// Changes a field that stays inside the simulator.
    fn keep(&mut self, key: &str, value: impl Into<Value>);
    /// A field that stays inside the simulator.
    fn kept(&self, key: &str) -> &Value;
    /// Merges metadata as Stripe does: an empty value removes its key.
    fn merge_metadata(&mut self, metadata: Option<Map<String, Value>>);
}

impl Fields for Value {
    fn text(&self, key: &str) -> &str {
        self.maybe_text(key).unwrap_or_default()
    }

    fn maybe_text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_str)
    }

    fn int(&self, key: &str) -> i64 {
        self.get(key).and_then(Self::as_i64).unwrap_or_default()
    }

    fn is(&self, key: &str) -> bool {
        self.get(key).and_then(Self::as_bool).unwrap_or_default()
    }

    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self[key] = value.into();
    }

    fn keep(&mut self, key: &str, value: impl Into<Value>) {
        self["_sim"][key] = value.into();
    }

    fn kept(&self, key: &str) -> &Value {
        self.get("_sim").and_then(|own| own.get(key)).unwrap_or(&Self::Null)
    }

    fn merge_metadata(&mut self, metadata: Option<Map<String, Value>>) {
        for (key, value) in metadata.unwrap_or_default() {
            if value.as_str() == Some("") {
                if let Some(kept) = self["metadata"].as_object_mut() {
                    kept.remove(&key);
                }
            } else {
                self["metadata"][key] = value;
            }
        }
    }
}

/// Metadata of a new object.
pub(crate) fn metadata(given: Option<Map<String, Value>>) -> Value {
    let mut object = serde_json::json!({ "metadata": {} });
    object.merge_metadata(given);
    object["metadata"].take()
}

/// The document as the outside world sees it: without the private part, at any depth.
pub(crate) fn public(mut value: Value) -> Value {
    strip(&mut value);
    value
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("_sim");
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Stripe's list object.
pub(crate) fn list(url: &str, data: impl Into<Value>, has_more: bool) -> Value {
    serde_json::json!({ "object": "list", "url": url, "has_more": has_more, "data": data.into() })
}
