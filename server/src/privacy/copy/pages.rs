//! The page for people that lies in a copy. It stands alone: no request leaves it, and its pictures
//! lie beside it.

use api::Timestamp;
pub(super) use askama::Template;

use super::super::map::{Data, Table};
use super::words::Shown;
use super::{Section, file_of};

/// Columns that fit beside each other; rows with more of them are read one below the other.
const SIDE_BY_SIDE: usize = 5;

/// Whose it is, what lies where, and what there is.
#[derive(Template)]
#[template(path = "privacy/copy/head.html")]
pub(super) struct Head<'a> {
    pub(super) market: &'a str,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) at: Timestamp,
    pub(super) sections: &'a [Section],
    /// How many pictures lie in the archive.
    pub(super) pictures: usize,
}

/// Begins the rows of one table.
#[derive(Template)]
#[template(path = "privacy/copy/section.html")]
pub(super) struct Opening<'a> {
    pub(super) section: &'a Section,
    /// Rows that are shown.
    pub(super) shown: usize,
}

/// One row.
#[derive(Template)]
#[template(path = "privacy/copy/row.html")]
pub(super) struct Row<'a> {
    pub(super) section: &'a Section,
    /// What stands in its columns.
    pub(super) cells: Vec<Option<Shown>>,
}

/// Ends the rows of one table.
#[derive(Template)]
#[template(path = "privacy/copy/end.html")]
pub(super) struct Ending<'a> {
    pub(super) section: &'a Section,
}

/// What all of it is kept for.
#[derive(Template)]
#[template(path = "privacy/copy/foot.html")]
pub(super) struct Foot {
    pub(super) kinds: Vec<&'static Data>,
}

impl Row<'_> {
    fn pairs(&self) -> impl Iterator<Item = (&String, &Option<Shown>)> {
        self.section.headings.iter().zip(&self.cells)
    }
}

impl Section {
    /// Whether its rows stand in a table.
    const fn is_narrow(&self) -> bool {
        self.headings.len() <= SIDE_BY_SIDE
    }

    fn file(&self) -> String {
        file_of(self.table)
    }
}

fn title(table: &Table) -> &str {
    table.title.as_deref().unwrap_or(&table.name)
}
