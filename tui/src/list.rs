//! The state of a list: rows, filter, cursor, marks. Selection is by key, never by place.

mod browse;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use api::Page;

use crate::action::{Failure, Outcome};
use crate::effect::Ask;
use crate::filter::{Filter, Filtered};
pub(crate) use browse::Browse;

/// Rows left below the cursor when the next page is asked for.
const READ_AHEAD: usize = 50;

/// Something that a list can hold.
pub(crate) trait Row: Filtered + Clone {
    /// What stays the same when the row changes.
    fn key(&self) -> String;
    /// Its searchable text in lower case.
    fn haystack(&self) -> String;
}

/// How far a list has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// The first rows are on their way.
    Loading,
    /// There are rows, or it is known that there are none.
    Ready,
    /// There is nothing to show, for this reason.
    Failed(Failure),
}

/// What happens to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    /// Sent, not confirmed.
    Sent,
    /// The server refused, for this reason.
    Refused(String),
}

struct Entry<T> {
    key: String,
    haystack: String,
    row: T,
}

/// A list with its cursor.
pub(crate) struct List<T> {
    entries: Vec<Entry<T>>,
    shown: Vec<usize>,
    waiting: Vec<T>,
    next: Option<String>,
    load: Load,
    asked_more: bool,
    quiet: Quiet,
    filter: Filter,
    marked: BTreeSet<String>,
    flags: BTreeMap<String, Flag>,
    cursor: usize,
    top: usize,
    height: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quiet {
    Idle,
    Asked,
    AskAgain,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            shown: Vec::new(),
            waiting: Vec::new(),
            next: None,
            load: Load::Loading,
            asked_more: false,
            quiet: Quiet::Idle,
            filter: Filter::default(),
            marked: BTreeSet::new(),
            flags: BTreeMap::new(),
            cursor: 0,
            top: 0,
            height: 1,
        }
    }
}

impl<T: Row> List<T> {
    /// Takes a page that was asked for.
    pub(crate) fn receive(&mut self, ask: &Ask, page: Outcome<Page<T>>) {
        match (ask, page) {
            (Ask::Fresh, Ok(page)) => self.replace(page),
            (Ask::Quiet, Ok(page)) => self.merge(page.items),
            (Ask::More(_), Ok(page)) => self.append(page),
            (Ask::Fresh, Err(failure)) if self.entries.is_empty() => {
                self.load = Load::Failed(failure);
            }
            (_, Err(_)) => {}
        }
        match ask {
            Ask::More(_) => self.asked_more = false,
            Ask::Fresh | Ask::Quiet => {}
        }
    }

    /// Whether a quiet fetch may start now; one at a time, the rest wait for its end.
    pub(crate) fn begin_quiet(&mut self) -> bool {
        let idle = self.quiet == Quiet::Idle;
        self.quiet = if idle { Quiet::Asked } else { Quiet::AskAgain };
        idle
    }

    /// Notes the end of a quiet fetch; whether another one is due.
    pub(crate) fn end_quiet(&mut self) -> bool {
        let again = self.quiet == Quiet::AskAgain;
        self.quiet = if again { Quiet::Asked } else { Quiet::Idle };
        again
    }

    /// The cursor of the next page, when the reader comes near the end or the filter looks on.
    pub(crate) fn wants_more(&mut self) -> Option<String> {
        let near = self.cursor + READ_AHEAD >= self.shown.len() || !self.filter.is_empty();
        if self.asked_more || !near {
            return None;
        }
        self.asked_more = self.next.is_some();
        self.next.clone()
    }

    /// Shows the loading state when there is nothing else to show.
    pub(crate) fn begin_fresh(&mut self) {
        if self.entries.is_empty() {
            self.load = Load::Loading;
        }
    }

    /// How far it has come.
    pub(crate) fn load(&self) -> &Load {
        &self.load
    }

    /// Rows that pass the filter.
    pub(crate) fn len(&self) -> usize {
        self.shown.len()
    }

    /// Rows loaded.
    pub(crate) fn total(&self) -> usize {
        self.entries.len()
    }

    /// Whether the server has more rows than are loaded.
    pub(crate) fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// A row that passes the filter, by its place.
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.shown.get(place).map(|index| &self.entries[*index].row)
    }

    /// The row under the cursor.
    pub(crate) fn selected(&self) -> Option<&T> {
        self.get(self.cursor)
    }

    /// Any loaded row by its key.
    pub(crate) fn find(&self, key: &str) -> Option<&T> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.row)
    }

    /// Every loaded row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.row)
    }

    /// Rows that pass the filter, from the top.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &T> {
        self.shown.iter().map(|index| &self.entries[*index].row)
    }

    /// Puts the cursor on a row; the filter yields when it hides that row.
    pub(crate) fn select(&mut self, key: &str) -> bool {
        let Some(index) = self.entries.iter().position(|entry| entry.key == key) else {
            return false;
        };
        if !self.shown.contains(&index) {
            self.set_filter("");
        }
        self.cursor = self.shown.iter().position(|shown| *shown == index).unwrap_or(0);
        self.follow();
        true
    }

    /// Changes a row where it stands; it keeps its place until the list is read anew.
    pub(crate) fn change(&mut self, key: &str, change: impl FnOnce(&mut T)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            change(&mut entry.row);
            entry.haystack = entry.row.haystack();
        }
    }

    /// Marks or unmarks the row under the cursor and moves on.
    pub(crate) fn toggle_mark(&mut self) {
        let Some(key) = self.selected_key().map(str::to_owned) else { return };
        if !self.marked.remove(&key) {
            self.marked.insert(key);
        }
        self.step(1);
    }

    /// Marks every row shown that passes a test.
    pub(crate) fn mark_all(&mut self, test: impl Fn(&T) -> bool) {
        let keys = self.shown().filter(|row| test(row)).map(Row::key).collect::<Vec<_>>();
        self.marked.extend(keys);
    }

    /// Marks or unmarks one row.
    pub(crate) fn set_mark(&mut self, key: &str, marked: bool) {
        if marked {
            self.marked.insert(key.to_owned());
        } else {
            self.marked.remove(key);
        }
    }

    /// Whether a row is marked.
    pub(crate) fn is_marked(&self, key: &str) -> bool {
        self.marked.contains(key)
    }

    /// Number of marked rows.
    pub(crate) fn marks(&self) -> usize {
        self.marked.len()
    }

    /// What happens to a row.
    pub(crate) fn flag(&self, key: &str) -> Option<&Flag> {
        self.flags.get(key)
    }

    /// Says what happens to a row.
    pub(crate) fn set_flag(&mut self, key: &str, flag: Option<Flag>) {
        match flag {
            Some(flag) => self.flags.insert(key.to_owned(), flag),
            None => self.flags.remove(key),
        };
    }

    /// Place of the cursor among the rows that pass the filter.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Place of the first row in the window.
    pub(crate) fn top(&self) -> usize {
        self.top
    }

    fn replace(&mut self, page: Page<T>) {
        let selected = self.selected_key().map(str::to_owned);
        self.entries = page.items.into_iter().map(Entry::new).collect();
        self.waiting.clear();
        self.next = page.next;
        self.load = Load::Ready;
        self.marked.retain(|key| self.entries.iter().any(|entry| entry.key == *key));
        self.refilter(selected.as_deref());
    }

    fn append(&mut self, page: Page<T>) {
        let selected = self.selected_key().map(str::to_owned);
        let known: HashSet<&str> = self.entries.iter().map(|entry| entry.key.as_str()).collect();
        let rows = page.items.into_iter().map(Entry::new);
        let fresh: Vec<Entry<T>> =
            rows.filter(|entry| !known.contains(entry.key.as_str())).collect();
        self.entries.extend(fresh);
        self.next = page.next;
        self.refilter(selected.as_deref());
    }

    /// Known rows change where they stand, unless a change of ours is on its way; new ones wait.
    fn merge(&mut self, rows: Vec<T>) {
        if self.entries.is_empty() {
            return self.replace(Page { items: rows, next: self.next.clone() });
        }
        let selected = self.selected_key().map(str::to_owned);
        let places: HashMap<String, usize> = self
            .entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (entry.key.clone(), place))
            .collect();
        self.waiting.clear();
        for row in rows {
            let entry = Entry::new(row);
            match places.get(&entry.key) {
                Some(_) if self.flags.get(&entry.key) == Some(&Flag::Sent) => {}
                Some(place) => self.entries[*place] = entry,
                None => self.waiting.push(entry.row),
            }
        }
        self.refilter(selected.as_deref());
    }

    /// Applies the filter; the cursor stays on its row, or on its place when the row is gone.
    fn refilter(&mut self, selected: Option<&str>) {
        self.shown = (0..self.entries.len())
            .filter(|index| {
                let entry = &self.entries[*index];
                self.filter.accepts(&entry.row, &entry.haystack)
            })
            .collect();
        let place = selected
            .and_then(|key| self.shown.iter().position(|index| self.entries[*index].key == key));
        self.cursor = place.unwrap_or(self.cursor);
        self.follow();
    }

    /// Keeps the cursor on a row and the window around the cursor.
    fn follow(&mut self) {
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        let highest = self.shown.len().saturating_sub(self.height);
        self.top =
            self.top.clamp((self.cursor + 1).saturating_sub(self.height), self.cursor).min(highest);
    }
}

impl<T: Row> Entry<T> {
    fn new(row: T) -> Self {
        Self { key: row.key(), haystack: row.haystack(), row }
    }
}
