//! Boxes with rounded corners, and the lines in them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};

use crate::text::{cells, cut, ends, width, wrap};
use crate::theme::{Role, Theme};

/// Draws a box; what comes back is the room in it, a column of air at both sides.
pub(crate) fn panel(
    buf: &mut Buffer,
    area: Rect,
    title: &str,
    active: bool,
    theme: &Theme,
) -> Rect {
    if area.height < 2 || area.width < 6 {
        return Rect::default();
    }
    let frame = if active { theme.style(Role::Accent) } else { theme.frame };
    Block::bordered().border_type(BorderType::Rounded).border_style(frame).render(area, buf);
    if !title.is_empty() {
        let room = usize::from(area.width.saturating_sub(5));
        let title = format!(" {} ", cut(title, room.saturating_sub(1)));
        let style = if active { theme.style(Role::Accent) } else { Style::new().fg(Color::Reset) };
        buf.set_string(area.x + 2, area.y, title, style.patch(theme.strong));
    }
    area.inner(Margin::new(2, 1))
}

/// Draws lines from the top; what does not fit is counted in the last row.
pub(crate) fn lines(buf: &mut Buffer, area: Rect, lines: &[Line<'_>], theme: &Theme) {
    let height = usize::from(area.height);
    for (row, line) in lines.iter().take(height).enumerate() {
        buf.set_line(area.x, area.y + cells(row), line, area.width);
    }
    if lines.len() > height && height > 0 {
        let row = Rect { y: area.bottom() - 1, height: 1, ..area };
        let more = format!("… {} more, enter opens", lines.len() - height + 1);
        blank(buf, row);
        let text = cut(&more, usize::from(area.width));
        buf.set_string(row.x, row.y, text, theme.style(Role::Dim));
    }
}

/// A label at the left, a value at the right, the value never cut.
pub(crate) fn pair(label: &str, value: &str, columns: u16, style: Style) -> Line<'static> {
    let columns = usize::from(columns);
    let label = ends(label, "", columns.saturating_sub(width(value)));
    Line::from(vec![Span::raw(label), Span::styled(value.to_owned(), style)])
}

/// A label of a fixed width, and text after it.
pub(crate) fn field(label: &str, value: &str, columns: u16, theme: &Theme) -> Line<'static> {
    const LABEL: usize = 11;
    let room = usize::from(columns).saturating_sub(LABEL);
    let label = crate::text::left(label, LABEL);
    Line::from(vec![Span::styled(label, theme.style(Role::Dim)), Span::raw(cut(value, room))])
}

/// A moment, and after it text that goes on below itself.
pub(crate) fn entry(at: String, text: &str, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let gap = " ".repeat(width(&at));
    let mut words = wrap(text, usize::from(columns).saturating_sub(gap.len())).into_iter();
    let first = Span::raw(words.next().unwrap_or_default());
    let mut rows = vec![Line::from(vec![Span::styled(at, theme.style(Role::Dim)), first])];
    rows.extend(words.map(|more| Line::raw(format!("{gap}{more}"))));
    rows
}

/// Text in a style, cut to the columns there are.
pub(crate) fn line(text: &str, columns: u16, style: Style) -> Line<'static> {
    Line::styled(cut(text, usize::from(columns)), style)
}

/// Paragraphs in the middle of a box: an empty list, a failure and its remedy.
pub(crate) fn notice(buf: &mut Buffer, area: Rect, head: (&str, Style), rest: &str, theme: &Theme) {
    let columns = usize::from(area.width).min(60);
    let mut text: Vec<(String, Style)> =
        wrap(head.0, columns).into_iter().map(|line| (line, head.1)).collect();
    text.extend(wrap(rest, columns).into_iter().map(|line| (line, theme.style(Role::Dim))));
    let top = area.y + area.height.saturating_sub(cells(text.len())) / 2;
    for (row, (line, style)) in text.iter().take(usize::from(area.height)).enumerate() {
        let indent = area.width.saturating_sub(cells(width(line))) / 2;
        buf.set_string(area.x + indent, top + cells(row), line, *style);
    }
}

/// Wipes an area.
pub(crate) fn blank(buf: &mut Buffer, area: Rect) {
    ratatui::widgets::Clear.render(area, buf);
}
