//! Boxes over the screen: the ship form, the palette, the help.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::field::Field;
use super::form::{Question, ShipForm};
use super::panel::{blank, line, lines, panel};
use crate::app::{App, Screen};
use crate::keymap::{self, Binding, Scope};
use crate::layout::PANEL_FRAME;
use crate::palette::Palette;
use crate::text::{cells, cut, left, right, width, wrap};
use crate::theme::{Role, Theme};

/// A box in the middle, the screen wiped under it.
pub(crate) fn middle(frame: &mut Frame<'_>, size: (u16, u16), title: &str, theme: &Theme) -> Rect {
    let screen = frame.area();
    let (columns, rows) = (size.0.min(screen.width - 2), size.1.min(screen.height - 2));
    let area = Rect {
        x: (screen.width - columns) / 2,
        y: (screen.height - rows) / 2,
        width: columns,
        height: rows,
    };
    let around = Rect { x: area.x - 1, width: area.width + 2, ..area };
    blank(frame.buffer_mut(), around);
    panel(frame.buffer_mut(), area, title, true, theme)
}

/// A label and, after it, text that is not being typed.
pub(crate) fn shown(buf: &mut Buffer, area: Rect, label: &str, text: &str, theme: &Theme) {
    let start = area.x + cells(width(label)) + 1;
    let room = usize::from(area.right().saturating_sub(start));
    buf.set_string(area.x, area.y, label, theme.style(Role::Accent));
    buf.set_string(start, area.y, cut(text, room), theme.strong);
}

/// A field with its label and the terminal's own cursor in it. A text that is longer than the
/// room is shown around the cursor.
pub(crate) fn input(frame: &mut Frame<'_>, area: Rect, label: &str, field: &Field, theme: &Theme) {
    let start = area.x + cells(width(label)) + 1;
    let room = usize::from(area.right().saturating_sub(start + 1));
    let (seen, before) = (field.seen(), field.seen_before_cursor());
    let hidden = before
        .char_indices()
        .map(|(place, _)| place)
        .find(|place| width(&before[*place..]) <= room)
        .unwrap_or(before.len());
    shown(frame.buffer_mut(), area, label, &seen[hidden..], theme);
    let column = cells(width(&before[hidden..]));
    frame.set_cursor_position(Position::new(start + column, area.y));
}

/// The form that records a parcel.
pub(crate) fn ship(frame: &mut Frame<'_>, app: &App, form: &ShipForm) {
    let theme = &app.setup.theme;
    let of = form.done + 1 + form.queue.len();
    let title = match of {
        1 => format!("Ship {}", form.number),
        _ => format!("Ship {} · {} of {of}", form.number, form.done + 1),
    };
    let room = middle(frame, (66, 10), &title, theme);
    let about = app.order_row(&form.number).map_or_else(String::new, |row| {
        format!("{} · {} · {}", app.name(&row.customer), row.summary, row.total)
    });
    let dim = theme.style(Role::Dim);
    lines(frame.buffer_mut(), room, &[line(&about, room.width, Style::new())], theme);
    let row = |down: u16| Rect { y: room.y + down, height: 1, ..room };
    input(frame, row(2), "Tracking", &form.tracking, theme);
    lines(frame.buffer_mut(), row(3), &[carrier_line(form, theme)], theme);
    let (words, role) = match (&form.problem, form.sent, form.bare_confirmed) {
        (Some(problem), ..) => (problem.as_str(), Role::Bad),
        (None, true, _) => ("Sending…", Role::Info),
        (None, false, true) => {
            ("No tracking number. Enter again ships it as a letter.", Role::Warn)
        }
        (None, false, false) => {
            ("The customer gets an e-mail; this cannot be taken back.", Role::Dim)
        }
    };
    let words: Vec<Line<'_>> = wrap(words, usize::from(room.width))
        .into_iter()
        .map(|text| Line::styled(text, theme.style(role)))
        .collect();
    let below = Rect { height: 2, ..row(5) };
    lines(frame.buffer_mut(), below, &words, theme);
    let keys = if form.sent { "esc close" } else { "enter ship   tab other carrier   esc cancel" };
    let keys = line(keys, room.width, dim);
    lines(frame.buffer_mut(), row(7), &[keys], theme);
}

/// A question, and what a yes would do.
pub(crate) fn question(frame: &mut Frame<'_>, app: &App, question: &Question) {
    let theme = &app.setup.theme;
    let words = wrap(&question.text, 66 - usize::from(PANEL_FRAME));
    let room = middle(frame, (66, cells(words.len()) + 4), question.title, theme);
    let mut rows: Vec<Line<'_>> = words.into_iter().map(Line::raw).collect();
    rows.push(Line::default());
    rows.push(line("enter yes   esc no", room.width, theme.style(Role::Dim)));
    lines(frame.buffer_mut(), room, &rows, theme);
}

fn carrier_line(form: &ShipForm, theme: &Theme) -> Line<'static> {
    let why = match (form.carrier, form.tracking.text().trim().is_empty()) {
        (Some(_), _) => "chosen by you",
        (None, true) => "guessed when there is a number",
        (None, false) => "guessed from the number",
    };
    let bare = form.carrier.is_none() && form.tracking.text().trim().is_empty();
    let name = if bare { "–" } else { form.carrier().title() };
    Line::from(vec![
        Span::styled("Carrier  ", theme.style(Role::Accent)),
        Span::styled(name, theme.strong),
        Span::styled(format!("  {why}"), theme.style(Role::Dim)),
    ])
}

/// Commands, views, orders and listings.
pub(crate) fn palette(frame: &mut Frame<'_>, app: &App, palette: &Palette) {
    let theme = &app.setup.theme;
    let height = frame.area().height.saturating_sub(6).min(20);
    let room = middle(frame, (76, height), "Commands, orders, listings", theme);
    input(frame, Rect { height: 1, ..room }, ":", &palette.field, theme);
    let body = Rect { y: room.y + 2, height: room.height.saturating_sub(2), ..room };
    let window = usize::from(body.height);
    let top = (palette.cursor + 1).saturating_sub(window);
    if palette.items.is_empty() {
        let nothing = line("Nothing is called that.", body.width, theme.style(Role::Dim));
        return lines(frame.buffer_mut(), body, &[nothing], theme);
    }
    for (row, item) in palette.items.iter().skip(top).take(window).enumerate() {
        let note = width(&item.note);
        let label = left(&item.label, usize::from(body.width).saturating_sub(note + 3));
        let text = Line::from(vec![
            Span::raw(format!("  {label} ")),
            Span::styled(item.note.clone(), theme.style(Role::Dim)),
        ]);
        let y = body.y + cells(row);
        let buf = frame.buffer_mut();
        buf.set_line(body.x, y, &text, body.width);
        if top + row == palette.cursor {
            buf.set_style(
                Rect { x: body.x - 1, y, width: body.width + 2, height: 1 },
                theme.selected,
            );
            buf.set_string(body.x, y, ">", theme.style(Role::Accent).patch(theme.selected));
        }
    }
}

/// Every key that works here, out of the table of keys.
pub(crate) fn help(frame: &mut Frame<'_>, app: &App, top: usize) {
    let theme = &app.setup.theme;
    let groups: [(&str, &[Scope]); 3] = [
        (app.screen.title(), &[Scope::On(app.screen)]),
        ("Lists", &[Scope::Lists, Scope::Opening]),
        ("Everywhere", &[Scope::Everywhere]),
    ];
    let columns_wide = frame.area().width.min(100) - 2;
    let half = (columns_wide - 4) / 2 - 1;
    let columns = [&groups[..2], &groups[2..]].map(|groups| help_column(app, groups, half));
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let room = middle(frame, (columns_wide, cells(longest + 2)), "Keys · esc closes", theme);
    let top = top.min(longest.saturating_sub(usize::from(room.height)));
    for (place, column) in columns.iter().enumerate() {
        let area = Rect { x: room.x + cells(place) * (half + 2), width: half, ..room };
        let shown = column.get(top..).unwrap_or_default();
        let shown = &shown[..shown.len().min(usize::from(area.height))];
        lines(frame.buffer_mut(), area, shown, theme);
    }
}

fn help_column(app: &App, groups: &[(&str, &[Scope])], columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let of = |scopes: &[Scope]| {
        let in_group = |binding: &&Binding| scopes.contains(&binding.scope);
        keymap::bindings(app.screen).filter(in_group).collect::<Vec<_>>()
    };
    let all = groups.iter().flat_map(|(_, scopes)| of(scopes));
    let keys = all.map(|binding| width(&binding.keys())).max().unwrap_or(0);
    let mut rows = Vec::new();
    for (title, scopes) in groups.iter().filter(|(_, scopes)| !of(scopes).is_empty()) {
        if !rows.is_empty() {
            rows.push(Line::default());
        }
        let style = theme.style(Role::Accent).patch(theme.strong);
        rows.push(Line::styled((*title).to_owned(), style));
        rows.extend(of(scopes).into_iter().map(|binding| help_row(binding, keys, columns, theme)));
    }
    rows
}

fn help_row(binding: &Binding, keys: usize, columns: u16, theme: &Theme) -> Line<'static> {
    let room = usize::from(columns).saturating_sub(keys + 2);
    Line::from(vec![
        Span::styled(right(&binding.keys(), keys), theme.strong),
        Span::raw(format!("  {}", cut(binding.help, room))),
    ])
}

/// What stands in a list without rows.
pub(crate) const fn empty_words(screen: Screen) -> (&'static str, &'static str) {
    match screen {
        Screen::Today => {
            ("Nothing waits for you.", "New orders, low stock and unmatched payouts appear here.")
        }
        Screen::Orders => {
            ("No orders yet.", "When a shopper buys, the order appears here at once.")
        }
        Screen::Listings => {
            ("No listings yet.", "Quit with q and bring yours in: stall import FILE")
        }
        Screen::Payouts => {
            ("No payouts yet.", "Stripe pays out some days after a sale; they appear here.")
        }
        Screen::Settings => ("Nothing to set.", ""),
    }
}
