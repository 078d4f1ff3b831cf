//! The one list widget. It builds the rows in the window and no others, however many there are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::text::{cells, left, right, width};
use crate::theme::{Role, Theme};

/// Columns between two columns.
const GAP: u16 = 2;
/// Columns before the first one: cursor, mark, flag, air.
const GUTTER: u16 = 4;

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Width {
    /// As wide as its widest cell in the window: what must never be cut.
    Content,
    /// At least so many columns, and a share of what is left.
    Share(u16),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What stands above it.
    pub(crate) title: &'static str,
    /// How wide.
    pub(crate) width: Width,
    /// Whether its text stands at the right.
    pub(crate) right: bool,
    /// The highest goes first where room is short; 0 never goes.
    pub(crate) drop: u8,
}

/// A row as it is drawn.
pub(crate) struct Built {
    /// Whether it is marked.
    pub(crate) marked: bool,
    /// A sign before the row: `~`, `!`.
    pub(crate) sign: Span<'static>,
    /// One cell for each column.
    pub(crate) cells: Vec<Span<'static>>,
}

/// A window over rows.
pub(crate) struct Table<'a> {
    /// The columns.
    pub(crate) columns: &'a [Column],
    /// Number of rows.
    pub(crate) count: usize,
    /// First row in the window.
    pub(crate) top: usize,
    /// Row under the cursor.
    pub(crate) cursor: usize,
    /// Whether the list has the keyboard.
    pub(crate) active: bool,
    /// Whether titles stand above the columns.
    pub(crate) titles: bool,
    /// Builds the row at a place, if there is one.
    pub(crate) row: &'a dyn Fn(usize) -> Option<Built>,
}

impl Table<'_> {
    /// Draws the window.
    pub(crate) fn draw(&self, buf: &mut Buffer, area: Rect, theme: &Theme) {
        let body = if self.titles {
            Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
        } else {
            area
        };
        let end = self.count.min(self.top + usize::from(body.height));
        let built: Vec<Built> = (self.top..end).filter_map(|place| (self.row)(place)).collect();
        let widths = self.widths(&built, area.width.saturating_sub(GUTTER));
        if self.titles {
            self.draw_titles(buf, area, &widths, theme);
        }
        for (offset, row) in built.iter().enumerate() {
            let line = Rect { y: body.y + cells(offset), height: 1, ..body };
            self.draw_row(buf, line, row, &widths, theme);
            if self.top + offset == self.cursor {
                self.draw_cursor(buf, line, theme);
            }
        }
        self.draw_thumb(buf, body, theme);
    }

    fn draw_titles(&self, buf: &mut Buffer, area: Rect, widths: &[Option<u16>], theme: &Theme) {
        let titles =
            self.columns.iter().map(|column| Span::styled(column.title, theme.style(Role::Dim)));
        self.draw_cells(buf, area, &titles.collect::<Vec<_>>(), widths);
    }

    fn draw_row(
        &self,
        buf: &mut Buffer,
        line: Rect,
        row: &Built,
        widths: &[Option<u16>],
        theme: &Theme,
    ) {
        if row.marked {
            buf.set_string(line.x + 1, line.y, "◆", theme.style(Role::Accent));
        }
        buf.set_span(line.x + 2, line.y, &row.sign, 1);
        self.draw_cells(buf, line, &row.cells, widths);
    }

    fn draw_cells(&self, buf: &mut Buffer, line: Rect, spans: &[Span<'_>], widths: &[Option<u16>]) {
        let mut x = line.x + GUTTER;
        for ((column, span), width) in self.columns.iter().zip(spans).zip(widths) {
            let Some(width) = *width else { continue };
            let columns = usize::from(width);
            let text = if column.right {
                right(&span.content, columns)
            } else {
                left(&span.content, columns)
            };
            buf.set_stringn(
                x,
                line.y,
                text,
                usize::from(line.right().saturating_sub(x)),
                span.style,
            );
            x += width + GAP;
        }
    }

    fn draw_cursor(&self, buf: &mut Buffer, line: Rect, theme: &Theme) {
        let style = if self.active { theme.selected } else { theme.resting };
        let whole = Rect { x: line.x - 1, width: line.width + 2, ..line };
        buf.set_style(whole, style);
        if self.active {
            buf.set_string(line.x, line.y, ">", theme.style(Role::Accent).patch(style));
        }
    }

    /// On the frame at the right, where in the rows the window is.
    fn draw_thumb(&self, buf: &mut Buffer, body: Rect, theme: &Theme) {
        let height = usize::from(body.height);
        if self.count <= height || height == 0 {
            return;
        }
        let length = (height * height / self.count).max(1);
        let start = self.top * (height - length) / (self.count - height);
        for row in start..start + length {
            buf.set_string(body.right() + 1, body.y + cells(row), "┃", theme.style(Role::Dim));
        }
    }

    /// The width of each column; none for those that had to go.
    fn widths(&self, built: &[Built], room: u16) -> Vec<Option<u16>> {
        let mut widths: Vec<Option<u16>> =
            (0..self.columns.len()).map(|place| Some(self.least(place, built))).collect();
        while total(&widths) > room {
            let kept = |place: &usize| widths[*place].is_some() && self.columns[*place].drop > 0;
            let victim =
                (0..widths.len()).filter(kept).max_by_key(|place| self.columns[*place].drop);
            let Some(victim) = victim else { break };
            widths[victim] = None;
        }
        self.share_out(&mut widths, built, room);
        widths
    }

    fn least(&self, place: usize, built: &[Built]) -> u16 {
        match self.columns[place].width {
            Width::Share(least) => least,
            Width::Content => self.widest(place, built),
        }
    }

    /// Columns of the widest cell in the window, or of the title.
    fn widest(&self, place: usize, built: &[Built]) -> u16 {
        let widest = built.iter().map(|row| width(&row.cells[place].content)).max().unwrap_or(0);
        cells(widest.max(width(self.columns[place].title)))
    }

    /// What is left goes, one by one, to the columns whose text is still cut; the rest to the last.
    fn share_out(&self, widths: &mut [Option<u16>], built: &[Built], room: u16) {
        let sharing = |place: &usize| matches!(self.columns[*place].width, Width::Share(_));
        let shares: Vec<(usize, u16)> = (0..widths.len())
            .filter(|place| sharing(place) && widths[*place].is_some())
            .map(|place| (place, self.widest(place, built)))
            .collect();
        let mut left = room.saturating_sub(total(widths));
        while left > 0 {
            let cut = |(place, wanted): &&(usize, u16)| {
                widths[*place].is_some_and(|width| width < *wanted)
            };
            let narrowest = shares.iter().filter(cut).min_by_key(|(place, _)| widths[*place]);
            let Some((place, _)) = narrowest else { break };
            widths[*place] = widths[*place].map(|width| width + 1);
            left -= 1;
        }
        if let Some((place, _)) = shares.last() {
            widths[*place] = widths[*place].map(|width| width + left);
        }
    }
}

fn total(widths: &[Option<u16>]) -> u16 {
    let kept = widths.iter().flatten();
    let gaps = cells(kept.clone().count().saturating_sub(1)) * GAP;
    kept.sum::<u16>() + gaps
}

/// A plain cell.
pub(crate) fn cell(text: impl Into<String>) -> Span<'static> {
    Span::raw(text.into())
}

/// A cell with a meaning.
pub(crate) fn styled(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { title: "ORDER", width: Width::Content, right: false, drop: 0 },
        Column { title: "ITEM", width: Width::Share(12), right: false, drop: 1 },
        Column { title: "TOTAL", width: Width::Content, right: true, drop: 0 },
    ];

    fn draw(count: usize, columns: u16, built: &Cell<usize>) -> String {
        let area = Rect::new(1, 0, columns, 11);
        let mut buf = Buffer::empty(Rect::new(0, 0, columns + 3, 11));
        let row = |place: usize| {
            built.set(built.get() + 1);
            let cells = vec![cell(format!("7K39-{place}")), cell("王小明の器"), cell("€1,204.18")];
            Some(Built { marked: false, sign: cell(""), cells })
        };
        let table = Table {
            columns: &COLUMNS,
            count,
            top: count / 2,
            cursor: count / 2,
            active: true,
            titles: true,
            row: &row,
        };
        table.draw(&mut buf, area, &Theme::named("mono").unwrap());
        let line = |y: u16| (0..columns).map(|x| buf[(x, y)].symbol()).collect::<String>();
        line(1)
    }

    #[test]
    fn a_frame_builds_the_rows_in_the_window_however_many_there_are() {
        for count in [30, 100_000] {
            let built = Cell::new(0);
            draw(count, 60, &built);
            assert_eq!(built.get(), 10, "of {count} rows");
        }
    }

    #[test]
    fn titles_go_before_numbers_and_money_are_cut() {
        let line = draw(30, 24, &Cell::new(0));
        assert!(line.contains("7K39-15") && line.contains("€1,204.18"), "{line}");
        assert!(!line.contains('王'), "{line}");
    }
}
