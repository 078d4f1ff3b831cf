//! One file for each screen: what it shows, and where.

pub(crate) mod frame;
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
use crate::list::Flag;
use crate::theme::{Role, Theme};
use crate::widgets::panel::notice;
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

/// The style of labels.
pub(crate) fn dim(theme: &Theme) -> Style {
    theme.style(Role::Dim)
}
