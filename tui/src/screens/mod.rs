//! One file for each screen: what it shows, and where.

pub(crate) mod listings;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod settings;
pub(crate) mod today;

use api::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::action::Failure;
use crate::app::{App, Screen};
use crate::details::Details;
use crate::list::{Browse, Flag, List, Load, Row};
use crate::theme::{Role, Theme};
use crate::widgets::dialog::empty_words;
use crate::widgets::panel::{line, lines, notice};
use crate::words::Words;

/// `21 Nov`, without the year.
pub(crate) fn day(at: Timestamp) -> String {
    let day = at.day();
    day.rsplit_once(' ').map_or(day.clone(), |(short, _)| short.to_owned())
}

/// `21 Nov 18:02`.
pub(crate) fn minute(at: Timestamp) -> String {
    let time = at.date_time();
    format!("{:>6} {:02}:{:02}", day(at), time.hour(), time.minute())
}

/// Glyph and word of a state, in its style.
pub(crate) fn status((glyph, word, role): Words, theme: &Theme) -> Span<'static> {
    Span::styled(format!("{glyph} {word}"), theme.style(role))
}

/// The sign before a row: `~` sent, `!` refused.
pub(crate) fn sign(flag: Option<&Flag>, theme: &Theme) -> Option<Span<'static>> {
    flag.map(|flag| match flag {
        Flag::Sent => Span::styled("~", theme.style(Role::Info)),
        Flag::Refused(_) => Span::styled("!", theme.style(Role::Bad)),
    })
}

/// The title of a list: `Orders · 9 of 104 · 3 marked`.
pub(crate) fn list_title<T: Row>(name: &str, list: &List<T>) -> String {
    let more = if list.has_more() { "+" } else { "" };
    let marked = match list.marks() {
        0 => String::new(),
        marks => format!(" · {marks} marked"),
    };
    match list.load() {
        Load::Loading | Load::Failed(_) => name.to_owned(),
        Load::Ready if list.filter().is_empty() => {
            format!("{name} · {}{more}{marked}", list.total())
        }
        Load::Ready => format!("{name} · {} of {}{more}{marked}", list.len(), list.total()),
    }
}

/// Says why a list shows no rows; whether it does not.
pub(crate) fn without_rows<T: Row>(
    buf: &mut Buffer,
    area: Rect,
    app: &App,
    screen: Screen,
    list: &List<T>,
) -> bool {
    let theme = &app.setup.theme;
    match list.load() {
        Load::Loading => notice(buf, area, ("Fetching…", theme.style(Role::Dim)), "", theme),
        Load::Failed(failure) => failed(buf, area, failure, theme),
        Load::Ready if list.total() == 0 => {
            let (head, rest) = empty_words(screen);
            notice(buf, area, (head, theme.strong), rest, theme);
        }
        Load::Ready if list.len() == 0 => {
            notice(
                buf,
                area,
                ("Nothing matches the filter.", theme.strong),
                "esc clears it",
                theme,
            );
        }
        Load::Ready => return false,
    }
    true
}

/// A failure and what to do about it.
pub(crate) fn failed(buf: &mut Buffer, area: Rect, failure: &Failure, theme: &Theme) {
    notice(
        buf,
        area,
        (&format!("! {}", failure.message), theme.style(Role::Bad)),
        failure.remedy(),
        theme,
    );
}

/// The opened thing, or in its place that it is on its way, or why it is not.
pub(crate) fn opened<'a, T>(
    buf: &mut Buffer,
    area: Rect,
    details: &'a Details<T>,
    key: Option<&str>,
    theme: &Theme,
) -> Option<&'a T> {
    let key = key?;
    let found = details.known.get(key);
    if found.is_none() {
        match details.failed.as_ref().filter(|(failed, _)| failed == key) {
            Some((_, failure)) => failed(buf, area, failure, theme),
            None => lines(buf, area, &[line("Opening…", area.width, dim(theme))], theme),
        }
    }
    found
}

/// The style of labels.
pub(crate) fn dim(theme: &Theme) -> Style {
    theme.style(Role::Dim)
}
