//! What is known of the fields of a form outside of its own page, and what becomes of a form that
//! was filled in over something that changed meanwhile.

use axum::http::StatusCode;
use serde::Serialize;
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
pub(crate) trait Versioned: Form + Serialize {
    /// What tells one state of it from another: a count, or what stands there.
    type Version: Clone + PartialEq;

    /// The version that the person looked at, if the form says so.
    fn version(&mut self) -> &mut Option<Self::Version>;
}

/// What becomes of a form that was refused: how it comes back, or nothing where all of it is saved
/// already. `saved` is the form as it would be filled in now. If something else was saved meanwhile
/// the remarks say what, field by field, and the form goes on from there.
pub(crate) fn refused<F: Versioned>(
    error: Error,
    typed: &mut F,
    mut saved: F,
) -> Result<Option<(StatusCode, Mistakes)>, Error> {
    let now = saved.version().clone();
    let is_current = typed.version().is_none() || *typed.version() == now;
    if is_current || !matches!(error, Error::Conflict(_)) {
        return Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, Mistakes::take(error)?)));
    }
    *typed.version() = now;
    let differing = differing(typed, &saved)?;
    let mistakes = Mistakes::changed_meanwhile(differing);
    Ok(mistakes.map(|mistakes| (StatusCode::CONFLICT, mistakes)))
}

/// Fields in which something else is saved than was filled in, and that in words.
fn differing<F: Versioned>(typed: &F, saved: &F) -> Result<Vec<(&'static str, String)>, Error> {
    let (typed, saved) = (serde_json::to_value(typed)?, serde_json::to_value(saved)?);
    let text = |form: &Value, field: &Field| {
        let text = form.get(field.name).and_then(Value::as_str).unwrap_or_default();
        text.trim().replace("\r\n", "\n")
    };
    let fields = F::FIELDS.iter().map(|field| (field, text(&typed, field), text(&saved, field)));
    let differing = fields.filter(|(_, typed, saved)| typed != saved);
    Ok(differing.map(|(field, _, saved)| (field.name, (field.words)(&saved))).collect())
}
