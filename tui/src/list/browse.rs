//! Moving about in a list, without knowing what its rows are.

use super::{Entry, List, Row};
use crate::filter::Filter;

/// Moving and narrowing, without knowing what the rows are.
pub(crate) trait Browse {
    /// Moves the cursor by rows.
    fn step(&mut self, rows: isize);
    /// Moves the cursor by windows.
    fn page(&mut self, windows: isize);
    /// To the first row.
    fn first(&mut self);
    /// To the last row.
    fn last(&mut self);
    /// Narrows the list.
    fn set_filter(&mut self, text: &str);
    /// Words that may follow `is:`.
    fn states(&self) -> &'static [&'static str];
    /// What it is narrowed by.
    fn filter(&self) -> &Filter;
    /// Drops all marks; whether there were any.
    fn unmark(&mut self) -> bool;
    /// Lets waiting rows in.
    fn show_waiting(&mut self);
    /// Rows that wait.
    fn waiting(&self) -> usize;
    /// Key of the row under the cursor.
    fn selected_key(&self) -> Option<&str>;
    /// Tells how many rows the window has.
    fn fit(&mut self, height: usize);
}

impl<T: Row> Browse for List<T> {
    fn step(&mut self, rows: isize) {
        self.cursor = self.cursor.saturating_add_signed(rows);
        self.follow();
    }

    fn page(&mut self, windows: isize) {
        let height = isize::try_from(self.height).unwrap_or(1);
        self.top = self.top.saturating_add_signed(windows * height);
        self.step(windows * height);
    }

    fn first(&mut self) {
        self.cursor = 0;
        self.follow();
    }

    fn last(&mut self) {
        self.cursor = self.shown.len();
        self.follow();
    }

    fn set_filter(&mut self, text: &str) {
        let selected = self.selected_key().map(str::to_owned);
        self.filter = Filter::parse(text, T::STATES);
        self.refilter(selected.as_deref());
    }

    fn states(&self) -> &'static [&'static str] {
        T::STATES
    }

    fn filter(&self) -> &Filter {
        &self.filter
    }

    fn unmark(&mut self) -> bool {
        !std::mem::take(&mut self.marked).is_empty()
    }

    fn show_waiting(&mut self) {
        let selected = self.selected_key().map(str::to_owned);
        let fresh = std::mem::take(&mut self.waiting).into_iter().map(Entry::new);
        self.entries.splice(0..0, fresh);
        self.top = 0;
        self.refilter(selected.as_deref());
    }

    fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn selected_key(&self) -> Option<&str> {
        self.shown.get(self.cursor).map(|index| self.entries[*index].key.as_str())
    }

    fn fit(&mut self, height: usize) {
        self.height = height.max(1);
        self.follow();
    }
}
