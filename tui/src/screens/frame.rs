//! What the screens of a list have in common: the list in its box, and what is under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{App, Pane, Screen};
use crate::details::Details;
use crate::layout::halves;
use crate::list::{Browse, List, Load, Row};
use crate::theme::Role;
use crate::widgets::dialog::empty_words;
use crate::widgets::panel::{line, lines, notice, panel};
use crate::widgets::table::{Built, Column, Table};

use super::{dim, failed};

/// A list in its box.
pub(crate) struct Rows<'a, T> {
    /// What the box is called.
    pub(crate) title: &'a str,
    /// Its rows.
    pub(crate) list: &'a List<T>,
    /// Its columns; without titles where none has one.
    pub(crate) columns: &'a [Column],
    /// Whether its title says how many rows there are, also while they are all shown.
    pub(crate) counted: bool,
    /// Whether the list has the keyboard.
    pub(crate) active: bool,
    /// Builds a row.
    pub(crate) row: fn(&App, &T) -> Built,
}

/// A screen of a list and of the thing under its cursor.
pub(crate) struct Frame<'a, T, D> {
    /// The list.
    pub(crate) rows: Rows<'a, T>,
    /// Things that were opened.
    pub(crate) details: &'a Details<D>,
    /// What the box of a thing is called while the thing is on its way, by its key.
    pub(crate) name: fn(&str) -> String,
    /// Draws an opened thing.
    pub(crate) detail: fn(&mut Buffer, Rect, &App, &D),
}

impl<T: Row> Rows<'_, T> {
    /// Draws the list, or says why it shows no rows.
    pub(crate) fn draw(&self, buf: &mut Buffer, area: Rect, app: &App) {
        let theme = &app.setup.theme;
        let titles = self.columns.iter().any(|column| !column.title.is_empty());
        let title = if titles { self.title() } else { self.title.to_owned() };
        let room = panel(buf, area, &title, self.active, theme);
        if self.say_why_empty(buf, room, app) {
            return;
        }
        let row = |place: usize| self.list.get(place).map(|row| (self.row)(app, row));
        let table = Table {
            columns: self.columns,
            count: self.list.len(),
            top: self.list.top(),
            cursor: self.list.cursor(),
            active: self.active,
            titles,
            row: &row,
        };
        table.draw(buf, room, theme);
    }

    /// `Orders · 9 of 104 · 3 marked`.
    fn title(&self) -> String {
        let (name, list) = (self.title, self.list);
        let more = if list.has_more() { "+" } else { "" };
        let marked = match list.marks() {
            0 => String::new(),
            marks => format!(" · {marks} marked"),
        };
        match list.load() {
            Load::Loading | Load::Failed(_) => name.to_owned(),
            Load::Ready if list.filter().is_empty() && !self.counted => name.to_owned(),
            Load::Ready if list.filter().is_empty() => {
                format!("{name} · {}{more}{marked}", list.total())
            }
            Load::Ready => format!("{name} · {} of {}{more}{marked}", list.len(), list.total()),
        }
    }

    /// Says why the list shows no rows; whether it does not.
    fn say_why_empty(&self, buf: &mut Buffer, area: Rect, app: &App) -> bool {
        let theme = &app.setup.theme;
        let (head, rest) = match self.list.load() {
            // People without a shop have settings, too.
            _ if app.is_shopless() && app.screen != Screen::Settings => (
                ("You have no shop yet.", theme.strong),
                "Quit with q and open one: stall shop create --name NAME",
            ),
            Load::Failed(failure) => {
                failed(buf, area, failure, theme);
                return true;
            }
            Load::Loading => (("Fetching…", theme.style(Role::Dim)), ""),
            Load::Ready if self.list.total() == 0 => {
                let (head, rest) = empty_words(app.screen);
                ((head, theme.strong), rest)
            }
            Load::Ready if self.list.len() == 0 => {
                (("Nothing matches the filter.", theme.strong), "esc clears it")
            }
            Load::Ready => return false,
        };
        notice(buf, area, head, rest, theme);
        true
    }
}

impl<T: Row, D> Frame<'_, T, D> {
    /// Draws the list and what is under its cursor; a list without rows has the screen to itself.
    pub(crate) fn draw(&self, buf: &mut Buffer, area: Rect, app: &App) {
        if self.rows.list.total() == 0 {
            return self.rows.draw(buf, area, app);
        }
        let [list, detail] = halves(app, area);
        if list.height > 0 {
            self.rows.draw(buf, list, app);
        }
        self.draw_detail(buf, detail, app);
    }

    /// The opened thing, or in its place that it is on its way, or why it is not.
    fn draw_detail(&self, buf: &mut Buffer, area: Rect, app: &App) {
        let theme = &app.setup.theme;
        let key = self.rows.list.selected_key();
        if let Some(thing) = key.and_then(|key| self.details.known.get(key)) {
            return (self.detail)(buf, area, app, thing);
        }
        let name = key.map(self.name).unwrap_or_default();
        let room = panel(buf, area, &name, app.pane == Pane::Detail, theme);
        let Some(key) = key else { return };
        match self.details.failed.as_ref().filter(|(failed, _)| failed == key) {
            Some((_, failure)) => failed(buf, room, failure, theme),
            None => lines(buf, room, &[line("Opening…", room.width, dim(theme))], theme),
        }
    }
}
