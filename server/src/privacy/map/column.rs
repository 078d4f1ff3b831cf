//! Columns that are exported: what they hold, of whom, and what people call them.

use serde::Deserialize;

/// A column that is exported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// As in the schema; of a column that is read elsewhere, as the copy calls it.
    pub name: String,
    /// What it is.
    #[serde(rename = "as")]
    pub(in crate::privacy) form: Form,
    /// What people read above it, where its name does not tell.
    title: Option<String>,
    /// Where its kind of data is not that of the table.
    pub(super) data: Option<String>,
    /// Condition for the rows of account `$1` that it is exported of; absent: all of them.
    pub(in crate::privacy) only: Option<String>,
    /// The query that reads it beside the table, whose schema does not have it.
    pub(in crate::privacy) from: Option<String>,
    /// Whether it is for programs, so that the page for people does without it.
    #[serde(default)]
    aside: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::privacy) enum Form {
    Acc,
    Adr,
    Shp,
    Lst,
    Var,
    Pur,
    Ord,
    Ful,
    Po,
    Imp,
    Edt,
    Ses,
    Log,
    Sus,
    Text,
    Word,
    Verb,
    Number,
    Share,
    Grant,
    Flag,
    Time,
    Money,
    Json,
    Picture,
}

impl Form {
    /// Whether it is an id, which says something to programs alone.
    pub(in crate::privacy) const fn is_id(self) -> bool {
        matches!(
            self,
            Self::Acc
                | Self::Adr
                | Self::Shp
                | Self::Lst
                | Self::Var
                | Self::Pur
                | Self::Ord
                | Self::Ful
                | Self::Po
                | Self::Imp
                | Self::Edt
                | Self::Ses
                | Self::Log
                | Self::Sus
        )
    }
}

impl Column {
    /// Whether the page for people shows it.
    pub(in crate::privacy) const fn is_for_people(&self) -> bool {
        !self.aside && !self.form.is_id()
    }

    /// What programs call it: money is not in minor units alone any more.
    pub(in crate::privacy) fn field(&self) -> &str {
        match self.form {
            Form::Money => self.name.trim_end_matches("_minor"),
            Form::Picture => "picture",
            _ => &self.name,
        }
    }

    /// What people read above it.
    pub(in crate::privacy) fn heading(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        let words = self.field().trim_end_matches("_at").replace('_', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_schema_becomes_a_heading() {
        let heading = |text: &str| toml::from_str::<Column>(text).unwrap().heading();
        assert_eq!(heading("name = 'price_minor'\nas = 'money'"), "Price");
        assert_eq!(heading("name = 'postal_code'\nas = 'text'"), "Postal code");
        assert_eq!(heading("name = 'shipped_at'\nas = 'time'"), "Shipped");
        assert_eq!(heading("name = 'sku'\nas = 'text'\ntitle = 'SKU'"), "SKU");
    }
}
