//! What is known of the fields of a form outside of its own page, and what becomes of a form that
//! was filled in over something that changed meanwhile.

use std::collections::HashSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::page::Mistakes;
use crate::error::Error;

/// A field that people fill in.
pub(crate) struct Field {
    /// What it is called in the form that is sent.
    pub(crate) name: &'static str,
    /// What it is called on the page.
    pub(crate) label: &'static str,
    /// What stands in it, as people read it.
    pub(crate) words: fn(&str) -> String,
}

impl Field {
    /// A field that is typed into.
    pub(crate) const fn typed(name: &'static str, label: &'static str) -> Self {
        Self { name, label, words: str::to_owned }
    }

    /// A field in which something is chosen.
    pub(crate) const fn chosen(
        name: &'static str,
        label: &'static str,
        words: fn(&str) -> String,
    ) -> Self {
        Self { name, label, words }
    }
}

/// The words of a choice, from pairs of value and words; of an unknown one the value itself.
pub(crate) fn words(choices: &[(&str, &str)], value: &str) -> String {
    let known = choices.iter().find(|(choice, _)| *choice == value);
    known.map_or(value, |(_, words)| words).to_owned()
}

/// A form of texts and choices.
pub(crate) trait Form {
    /// Its fields in their order, without those that people do not fill in.
    const FIELDS: &'static [Field];

    /// What a field is called on the page.
    fn label(name: &str) -> &'static str {
        Self::FIELDS.iter().find(|field| field.name == name).map_or("", |field| field.label)
    }

    /// What a field is called and what stands in it, as people read both; nothing for a field that
    /// they do not fill in.
    fn told(name: &str, value: &str) -> Option<(String, String)> {
        let field = Self::FIELDS.iter().find(|field| field.name == name)?;
        Some((field.label.to_owned(), (field.words)(value)))
    }
}

/// A form over something that others change, too, so that nobody overwrites unseen what was saved
/// meanwhile.
pub(crate) trait Shared: Form + Serialize + DeserializeOwned {
    /// Whether its fields say one thing together, an empty one as much as a filled one. None of them
    /// takes what was saved meanwhile then.
    const IS_ONE_THING: bool = false;

    /// The marks of what stood in its fields when it was opened, if the form brings them along.
    fn opened(&mut self) -> &mut Option<String>;
}

/// A form as it is opened, with the marks of what stands in it.
pub(crate) fn opened<F: Shared>(mut form: F) -> Result<F, Error> {
    let standing = serde_json::to_value(&form)?;
    let marks: Vec<_> =
        F::FIELDS.iter().map(|field| mark(field, &text(&standing, field))).collect();
    *form.opened() = Some(marks.join(" "));
    Ok(form)
}

/// Brings a form to what stands now before it is saved. `saved` is the form as it would be filled in
/// now. Where something was saved meanwhile into a field that the person left as it was, the field
/// takes it. If what she sends differs after that from what was saved meanwhile, it is not hers to
/// save before she has seen it: the remarks say what stands now in each field that was changed
/// elsewhere, and the form goes on from there.
pub(crate) fn overtaken<F: Shared>(typed: &mut F, saved: F) -> Result<Option<Mistakes>, Error> {
    let Some(marks) = typed.opened().clone() else { return Ok(None) };
    let marks: HashSet<&str> = marks.split(' ').collect();
    let stood = |field: &Field, text: &str| marks.contains(&*mark(field, text));
    let (mut form, standing) = (serde_json::to_value(&typed)?, serde_json::to_value(&saved)?);
    let mut changed = Vec::new();
    for field in F::FIELDS {
        let (typed, saved) = (text(&form, field), text(&standing, field));
        if typed == saved || stood(field, &saved) {
            continue;
        }
        if !F::IS_ONE_THING && stood(field, &typed) {
            form[field.name] = standing[field.name].clone();
        }
        changed.push((field.name, (field.words)(&saved)));
    }
    *typed = serde_json::from_value(form)?;
    *typed.opened() = opened(saved)?.opened().take();
    let form = serde_json::to_value(&typed)?;
    let differs = F::FIELDS.iter().any(|field| text(&form, field) != text(&standing, field));
    Ok((differs && !changed.is_empty()).then(|| Mistakes::changed_meanwhile(changed)))
}

/// What stands in a field of a form, however a browser sends it.
fn text(form: &Value, field: &Field) -> String {
    let text = form.get(field.name).and_then(Value::as_str).unwrap_or_default();
    text.trim().replace("\r\n", "\n")
}

/// What tells one text in a field from another.
fn mark(field: &Field, text: &str) -> String {
    let digest = blake3::hash(format!("{}\n{text}", field.name).as_bytes()).to_hex();
    digest[..16].to_owned()
}
