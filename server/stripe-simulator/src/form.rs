//! Stripe's request parameters: nested keys in a form, such as `line_items[0][price_data][currency]`.
//!
//! Reading takes a parameter out; what is left at the end is unknown to the endpoint and refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, Result};

/// How deep keys may nest.
const MAX_DEPTH: usize = 8;
/// The largest amount Stripe takes: eight digits of minor units.
pub(crate) const MAX_AMOUNT: i64 = 99_999_999;
/// Stripe's limits on metadata.
const METADATA_KEYS: usize = 50;
const METADATA_KEY_CHARS: usize = 40;
const METADATA_VALUE_CHARS: usize = 500;

/// The parameters of a request, or those under one key of it.
#[derive(Debug, Default)]
pub(crate) struct Form {
    path: String,
    fields: Tree,
}

type Tree = BTreeMap<String, Node>;

#[derive(Debug)]
enum Node {
    Text(String),
    Tree(Tree),
}

impl Form {
    /// Reads query strings and form bodies; several are read as one.
    pub(crate) fn parse(texts: &[&str]) -> Result<Self> {
        let mut fields = Tree::new();
        for text in texts {
            for (key, value) in url::form_urlencoded::parse(text.as_bytes()) {
                insert(&mut fields, &segments(&key)?, value.into_owned(), &key)?;
            }
        }
        Ok(Self { path: String::new(), fields })
    }

    /// The same for the same parameters, in whatever order they were sent.
    pub(crate) fn fingerprint(&self, method: &str, path: &str) -> String {
        hex::encode(Sha256::digest(format!("{method} {path} {:?}", self.fields)))
    }

    /// Refuses what nobody asked for.
    pub(crate) fn finish(mut self) -> Result<()> {
        let Some((key, node)) = self.fields.pop_first() else { return Ok(()) };
        let path = self.name(&key);
        match node {
            Node::Text(_) => Err(ApiError::unknown_param(&path)),
            Node::Tree(fields) => Self { path, fields }.finish(),
        }
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}[{key}]", self.path) }
    }

    /// A text; an empty one counts as an error, as with Stripe.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.fields.remove(key) {
            None => Ok(None),
            Some(Node::Text(text)) if text.is_empty() => Err(ApiError::invalid(
                "parameter_invalid_empty",
                format!("You passed an empty string for '{}'.", self.name(key)),
            )
            .param(self.name(key))),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(Node::Tree(_)) => Err(self.wrong(key, "string")),
        }
    }

    pub(crate) fn required(&mut self, key: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| ApiError::missing_param(&self.name(key)))
    }

    /// One of the given words.
    pub(crate) fn word(&mut self, key: &str, words: &[&str]) -> Result<Option<String>> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        if words.contains(&word.as_str()) {
            return Ok(Some(word));
        }
        let message = format!("Invalid {}: must be one of {}", self.name(key), words.join(", "));
        Err(ApiError::invalid("parameter_invalid", message).param(self.name(key)))
    }

    pub(crate) fn int(&mut self, key: &str) -> Result<Option<i64>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let name = self.name(key);
        text.parse().map(Some).map_err(|_| {
            ApiError::invalid("parameter_invalid_integer", format!("Invalid integer: {text}"))
                .param(name)
        })
    }

    pub(crate) fn required_int(&mut self, key: &str) -> Result<i64> {
        self.int(key)?.ok_or_else(|| ApiError::missing_param(&self.name(key)))
    }

    /// A whole number above zero, as amounts must be.
    pub(crate) fn amount(&mut self, key: &str) -> Result<Option<i64>> {
        let amount = self.int(key)?;
        if amount.is_some_and(|amount| amount < 1) {
            let message = "This value must be greater than or equal to 1.";
            return Err(
                ApiError::invalid("parameter_invalid_integer", message).param(self.name(key))
            );
        }
        Ok(amount)
    }

    /// A price: a whole number of minor units, zero included, of at most eight digits.
    pub(crate) fn price(&mut self, key: &str) -> Result<i64> {
        let price = self.required_int(key)?;
        if (0..=MAX_AMOUNT).contains(&price) {
            return Ok(price);
        }
        let message = format!("This value must be between 0 and {MAX_AMOUNT}.");
        Err(ApiError::invalid("parameter_invalid_integer", message).param(self.name(key)))
    }

    pub(crate) fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        match self.text(key)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.wrong(key, "boolean")),
        }
    }

    /// The currency code under `key`, in lower case.
    pub(crate) fn currency(&mut self, key: &str) -> Result<Option<String>> {
        let Some(code) = self.text(key)? else { return Ok(None) };
        let code = code.to_ascii_lowercase();
        if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Ok(Some(code));
        }
        let message = format!("Invalid currency: {code}.");
        Err(ApiError::invalid("parameter_invalid", message).param(self.name(key)))
    }

    /// Whether a key holds a group of parameters rather than a text.
    pub(crate) fn is_group(&self, key: &str) -> bool {
        matches!(self.fields.get(key), Some(Node::Tree(_)))
    }

    /// The parameters under a key, read by `read`; unknown ones among them are refused.
    pub(crate) fn within<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.fields.remove(key) {
            None => Ok(None),
            Some(Node::Tree(fields)) => {
                let mut inner = Self { path: self.name(key), fields };
                let value = read(&mut inner)?;
                inner.finish()?;
                Ok(Some(value))
            }
            Some(Node::Text(_)) => Err(self.wrong(key, "hash")),
        }
    }

    /// A list of groups of parameters, in the order of their indexes.
    pub(crate) fn each<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let read_all = |list: &mut Self| {
            list.indexes(key)?.iter().map(|index| list.within(index, &mut read)).collect()
        };
        let values: Option<Vec<Option<T>>> = self.within(key, read_all)?;
        Ok(values.unwrap_or_default().into_iter().flatten().collect())
    }

    /// A list of texts; a single text counts as a list of one.
    pub(crate) fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        if let Some(Node::Text(_)) = self.fields.get(key) {
            return Ok(self.text(key)?.into_iter().collect());
        }
        let read_all =
            |list: &mut Self| list.indexes(key)?.iter().map(|index| list.required(index)).collect();
        Ok(self.within(key, read_all)?.unwrap_or_default())
    }

    /// Metadata within Stripe's limits; empty values are kept and mean removal.
    pub(crate) fn metadata(&mut self) -> Result<Option<Map<String, Value>>> {
        let fields = match self.fields.remove("metadata") {
            None => return Ok(None),
            Some(Node::Tree(fields)) => fields,
            Some(Node::Text(_)) => return Err(self.wrong("metadata", "hash")),
        };
        if fields.len() > METADATA_KEYS {
            return Err(ApiError::invalid("parameter_invalid", "Metadata may have up to 50 keys."));
        }
        let mut metadata = Map::new();
        for (key, node) in fields {
            let Node::Text(value) = node else { return Err(self.wrong("metadata", "string")) };
            if key.chars().count() > METADATA_KEY_CHARS
                || value.chars().count() > METADATA_VALUE_CHARS
            {
                let message = format!("Metadata key or value is too long: {key}");
                return Err(ApiError::invalid("parameter_invalid", message).param("metadata"));
            }
            metadata.insert(key, value.into());
        }
        Ok(Some(metadata))
    }

    fn indexes(&self, key: &str) -> Result<Vec<String>> {
        let mut indexes = Vec::with_capacity(self.fields.len());
        for index in self.fields.keys() {
            indexes.push(index.parse::<u32>().map_err(|_| self.wrong(key, "array"))?);
        }
        indexes.sort_unstable();
        Ok(indexes.iter().map(ToString::to_string).collect())
    }

    fn wrong(&self, key: &str, wanted: &str) -> ApiError {
        let name = self.name(key);
        ApiError::invalid("parameter_invalid", format!("Invalid {wanted}: {name}")).param(name)
    }
}

/// Splits `a[b][]` into `a`, `b` and an empty segment.
fn segments(key: &str) -> Result<Vec<&str>> {
    let malformed = || ApiError::invalid("parameter_invalid", format!("Malformed key: {key}"));
    let (first, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
    let mut segments = vec![first];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(malformed)?;
        let (segment, after) = inner.split_once(']').ok_or_else(malformed)?;
        segments.push(segment);
        rest = after;
    }
    if first.is_empty() || segments.len() > MAX_DEPTH { Err(malformed()) } else { Ok(segments) }
}

fn insert(tree: &mut Tree, segments: &[&str], value: String, key: &str) -> Result<()> {
    let conflict = || ApiError::invalid("parameter_invalid", format!("Conflicting key: {key}"));
    let Some((first, rest)) = segments.split_first() else { return Err(conflict()) };
    let name = if first.is_empty() { tree.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        return match tree.insert(name, Node::Text(value)) {
            Some(Node::Tree(_)) => Err(conflict()),
            _ => Ok(()),
        };
    }
    match tree.entry(name).or_insert_with(|| Node::Tree(Tree::new())) {
        Node::Tree(inner) => insert(inner, rest, value, key),
        Node::Text(_) => Err(conflict()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_all_spellings() {
        for text in ["a[0]=x&a[1]=y", "a[]=x&a[]=y", "a%5B0%5D=x&a%5B1%5D=y", "a[10]=y&a[2]=x"] {
            let mut form = Form::parse(&[text]).unwrap();
            assert_eq!(form.texts("a").unwrap(), ["x", "y"], "{text}");
            form.finish().unwrap();
        }
    }

    #[test]
    fn an_unread_parameter_is_named_in_full() {
        let mut form = Form::parse(&["a[0][b]=1&a[0][c][d]=2"]).unwrap();
        let error = form.each("a", |item| item.required("b")).unwrap_err();
        assert_eq!(error.body("req")["error"]["param"], "a[0][c][d]");
        assert_eq!(error.body("req")["error"]["code"], "parameter_unknown");
    }

    #[test]
    fn the_order_of_parameters_does_not_change_the_fingerprint() {
        let print = |text| Form::parse(&[text]).unwrap().fingerprint("POST", "/v1/transfers");
        assert_eq!(print("metadata[a]=1&metadata[b]=2"), print("metadata[b]=2&metadata[a]=1"));
        assert_ne!(print("amount=1"), print("amount=2"));
    }

    #[test]
    fn broken_keys_are_refused() {
        for text in ["a[b=1", "[a]=1", "a]b[=1&a]b[[c]=2", "a=1&a[b]=2", "a[b]c=1"] {
            assert!(Form::parse(&[text]).is_err(), "{text}");
        }
    }
}
