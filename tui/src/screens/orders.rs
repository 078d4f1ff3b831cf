//! Orders: the list, and the order under the cursor with its parcel and history.

use api::order::{Order, OrderStatus, OrderSummary};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{App, Pane};
use crate::list::Flag;
use crate::needs::age;
use crate::text::{cells, cut, width, wrap, wrap_whole};
use crate::theme::Role;
use crate::widgets::panel::{entry, line, lines, pair, panel};
use crate::widgets::table::{Built, Column, Width, cell, styled};
use crate::words;

use super::frame::{Frame, Rows};
use super::{day, dim, minute, sign, status};

const COLUMNS: [Column; 8] = [
    Column { title: "ORDER", width: Width::Content, right: false, drop: 0 },
    Column { title: "WHEN", width: Width::Content, right: true, drop: 3 },
    Column { title: "CUSTOMER", width: Width::Share(11), right: false, drop: 1 },
    Column { title: "ITEM", width: Width::Share(11), right: false, drop: 2 },
    Column { title: "QTY", width: Width::Content, right: true, drop: 4 },
    Column { title: "TOTAL", width: Width::Content, right: true, drop: 0 },
    Column { title: "YOU GET", width: Width::Content, right: true, drop: 5 },
    Column { title: "STATUS", width: Width::Content, right: false, drop: 0 },
];

/// Draws the screen.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let rows = Rows {
        title: "Orders",
        list: &app.orders,
        columns: &COLUMNS,
        counted: true,
        active: app.pane == Pane::List,
        row: build,
    };
    Frame { rows, details: &app.order_details, name: str::to_owned, detail: draw_detail }
        .draw(buf, area, app);
}

fn build(app: &App, order: &OrderSummary) -> Built {
    let theme = &app.setup.theme;
    let open = order.status == OrderStatus::Paid;
    let paid = order.paid_at.unwrap_or(order.placed_at);
    let late = order.late;
    // When it is to be sent, where that was promised, else how long ago it was paid.
    let promised = order.ready_by.filter(|_| open).map(|by| format!("by {}", day(by)));
    let when = promised.unwrap_or_else(|| age(paid, app.now()));
    let mark = sign(app.orders.flag(&order.number), theme);
    let late_sign = late.then(|| styled("!", theme.style(Role::Bad)));
    let quiet = if open { Style::new() } else { dim(theme) };
    Built {
        marked: app.orders.is_marked(&order.number),
        sign: mark.or(late_sign).unwrap_or_else(|| cell("")),
        cells: vec![
            styled(order.number.clone(), quiet),
            styled(when, if late { theme.style(Role::Bad) } else { dim(theme) }),
            styled(app.name(&order.customer).to_owned(), quiet),
            styled(order.summary.clone(), quiet),
            styled(order.quantity.to_string(), quiet),
            styled(order.total.to_string(), quiet),
            styled(order.net.to_string(), quiet),
            status(words::order(order.status), theme),
        ],
    }
}

fn draw_detail(buf: &mut Buffer, area: Rect, app: &App, order: &Order) {
    let theme = &app.setup.theme;
    let active = app.pane == Pane::Detail;
    let (short, [items, address, history]) = places(area, app, order);
    let room = panel(buf, items, &order.number, active, theme);
    lines(buf, room, &item_lines(app, order, room.width, short), theme);
    let room = panel(buf, address, "Ship to", active, theme);
    lines(buf, room, &address_lines(app, order, room.width), theme);
    let room = panel(buf, history, "History", active, theme);
    lines(buf, room, &history_lines(app, order, room.width), theme);
}

/// The boxes of items, address and history, and whether height is short: then three side by side.
/// Where width is short they are stacked, else the items stand beside the other two.
fn places(area: Rect, app: &App, order: &Order) -> (bool, [Rect; 3]) {
    const ADDRESS: u16 = 8;
    if area.height <= 12 {
        let thirds = [Constraint::Fill(5), Constraint::Fill(4), Constraint::Fill(4)];
        return (true, Layout::horizontal(thirds).areas(area));
    }
    let address = [Constraint::Length(ADDRESS), Constraint::Fill(1)];
    if area.width >= 76 {
        let [items, beside] =
            Layout::horizontal([Constraint::Fill(4), Constraint::Fill(3)]).areas(area);
        let [address, history] = Layout::vertical(address).areas(beside);
        return (false, [items, address, history]);
    }
    let items = item_lines(app, order, area.width.saturating_sub(4), false).len() + 2;
    let rows = [Constraint::Max(cells(items)), address[0], address[1]];
    (false, Layout::vertical(rows).areas(area))
}

/// What was bought, what it comes to, what the shopper says. Titles are cut where height is short.
fn item_lines(app: &App, order: &Order, columns: u16, short: bool) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let mut rows = Vec::new();
    if let Some(Flag::Refused(why)) = app.orders.flag(&order.number) {
        rows.push(line(&format!("! {why}"), columns, theme.style(Role::Bad)));
    }
    for item in &order.lines {
        let choice = if item.option.is_empty() { "" } else { ", " };
        let what = format!("{}{choice}{}", item.title, item.option);
        let (count, total) = (format!("{}× ", item.quantity), format!(" {}", item.total));
        let room = usize::from(columns).saturating_sub(width(&count) + width(&total));
        let mut words = if short { vec![cut(&what, room)] } else { wrap(&what, room) }.into_iter();
        let first = count.clone() + &words.next().unwrap_or_default();
        rows.push(pair(&first, &total, columns, Style::new()));
        let indent = " ".repeat(width(&count));
        rows.extend(words.map(|more| Line::raw(indent.clone() + &more)));
        if let Some(at) = item.ready_by {
            rows.push(Line::styled(
                format!("{indent}send by {}", at.day()),
                theme.style(Role::Warn),
            ));
        }
        for answer in &item.answers {
            let said = wrap_whole(
                app.name(&answer.words()),
                usize::from(columns).saturating_sub(indent.len()),
            );
            rows.extend(
                said.into_iter()
                    .map(|text| Line::styled(indent.clone() + &text, theme.style(Role::Warn))),
            );
        }
    }
    let commission = api::Money::new(-order.commission.minor().abs(), order.commission.currency());
    rows.push(pair("Total", &order.total.to_string(), columns, theme.strong));
    if !matches!(order.status, OrderStatus::Cancelled | OrderStatus::Refunded) {
        rows.push(pair("Commission", &commission.to_string(), columns, dim(theme)));
        rows.push(pair("You get", &order.net.to_string(), columns, theme.style(Role::Ok)));
    }
    if !order.note.is_empty() {
        let note = format!("“{}”", app.name(&order.note));
        let note = wrap(&note, usize::from(columns));
        rows.extend(note.into_iter().map(|text| Line::styled(text, theme.style(Role::Warn))));
    }
    rows
}

fn address_lines(app: &App, order: &Order, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let to = order.ship_to.lines();
    let style = |row: usize| if row == 0 { theme.strong } else { Style::new() };
    let rows = to.iter().enumerate().map(|(row, text)| line(app.name(text), columns, style(row)));
    let mut rows: Vec<_> = rows.collect();
    if let Some(parcel) = order.fulfillments.last() {
        let carrier = Span::styled(format!("{} ", parcel.carrier.title()), theme.style(Role::Ok));
        let room = usize::from(columns).saturating_sub(carrier.width());
        rows.push(Line::from(vec![carrier, Span::raw(cut(&parcel.tracking, room))]));
    }
    rows
}

/// What happened, from the entry on that the reader scrolled to.
fn history_lines(app: &App, order: &Order, columns: u16) -> Vec<Line<'static>> {
    let happened = order.timeline.iter().skip(app.detail_row);
    happened
        .flat_map(|one| {
            entry(format!("{}  ", minute(one.at)), &one.text, columns, &app.setup.theme)
        })
        .collect()
}
