//! Orders: the list, and the order under the cursor with its parcel and history.

use api::order::{Order, OrderSummary};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{App, Pane, Screen};
use crate::layout::halves;
use crate::list::{Browse, Flag};
use crate::needs::{LATE_DAYS, age, days};
use crate::text::{cut, wrap};
use crate::theme::Role;
use crate::widgets::panel::{line, lines, pair, panel};
use crate::widgets::table::{Built, Column, Table, Width, cell, styled};
use crate::words;

use super::{dim, list_title, minute, opened, sign, status, without_rows};

const COLUMNS: [Column; 8] = [
    Column { title: "ORDER", width: Width::Content, right: false, drop: 0 },
    Column { title: "PAID", width: Width::Content, right: true, drop: 3 },
    Column { title: "CUSTOMER", width: Width::Share(11), right: false, drop: 1 },
    Column { title: "ITEM", width: Width::Share(11), right: false, drop: 2 },
    Column { title: "QTY", width: Width::Content, right: true, drop: 4 },
    Column { title: "TOTAL", width: Width::Content, right: true, drop: 0 },
    Column { title: "YOU GET", width: Width::Content, right: true, drop: 5 },
    Column { title: "STATUS", width: Width::Content, right: false, drop: 0 },
];

/// Draws the screen.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    if app.orders.total() == 0 {
        return draw_list(buf, area, app);
    }
    let [list, detail] = halves(app, area);
    if list.height > 0 {
        draw_list(buf, list, app);
    }
    draw_detail(buf, detail, app);
}

fn draw_list(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let active = app.pane == Pane::List;
    let room = panel(buf, area, &list_title("Orders", &app.orders), active, theme);
    if without_rows(buf, room, app, Screen::Orders, &app.orders) {
        return;
    }
    let row = |place: usize| app.orders.get(place).map_or_else(empty, |order| build(app, order));
    let table = Table {
        columns: &COLUMNS,
        count: app.orders.len(),
        top: app.orders.top(),
        cursor: app.orders.cursor(),
        active,
        titles: true,
        row: &row,
    };
    table.draw(buf, room, theme);
}

fn empty() -> Built {
    Built { marked: false, sign: cell(""), cells: COLUMNS.iter().map(|_| cell("")).collect() }
}

fn build(app: &App, order: &OrderSummary) -> Built {
    let theme = &app.setup.theme;
    let open = order.status == api::order::OrderStatus::Paid;
    let paid = order.paid_at.unwrap_or(order.placed_at);
    let late = open && days(paid, app.now()) >= LATE_DAYS;
    let ago = age(paid, app.now());
    let mark = sign(app.orders.flag(&order.number), theme);
    let late_sign = late.then(|| styled("!", theme.style(Role::Bad)));
    let quiet = if open { Style::new() } else { dim(theme) };
    Built {
        marked: app.orders.is_marked(&order.number),
        sign: mark.or(late_sign).unwrap_or_else(|| cell("")),
        cells: vec![
            styled(order.number.clone(), quiet),
            styled(ago, if late { theme.style(Role::Bad) } else { dim(theme) }),
            styled(app.name(&order.customer).to_owned(), quiet),
            styled(order.summary.clone(), quiet),
            styled(order.quantity.to_string(), quiet),
            styled(order.total.to_string(), quiet),
            styled(order.net.to_string(), quiet),
            status(words::order(order.status), theme),
        ],
    }
}

fn draw_detail(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let key = app.orders.selected_key();
    let active = app.pane == Pane::Detail;
    let known = key.and_then(|key| app.order_details.known.get(key));
    let Some(order) = known else {
        let room = panel(buf, area, key.unwrap_or_default(), active, theme);
        opened(buf, room, &app.order_details, key, theme);
        return;
    };
    let [items, address, history] = places(area, order);
    let room = panel(buf, items, &order.number, active, theme);
    lines(buf, room, &item_lines(app, order, room.width), theme);
    let room = panel(buf, address, "Ship to", active, theme);
    lines(buf, room, &address_lines(app, order, room.width), theme);
    let room = panel(buf, history, "History", active, theme);
    let entries = history_lines(app, order, room.width);
    lines(buf, room, entries.get(app.detail_row..).unwrap_or_default(), theme);
}

/// In a row where height is short, stacked where width is, else the history below the two.
fn places(area: Rect, order: &Order) -> [Rect; 3] {
    let items = crate::text::cells(order.lines.len() + 8);
    if area.height <= 12 {
        let thirds = [Constraint::Fill(5), Constraint::Fill(4), Constraint::Fill(4)];
        return Layout::horizontal(thirds).areas(area);
    }
    if area.width >= 76 {
        let rows = [Constraint::Length(items.clamp(9, area.height / 2)), Constraint::Fill(1)];
        let [top, history] = Layout::vertical(rows).areas(area);
        let halves = [Constraint::Fill(3), Constraint::Fill(2)];
        let [items, address] = Layout::horizontal(halves).areas(top);
        return [items, address, history];
    }
    let rows = [Constraint::Max(items), Constraint::Length(8), Constraint::Fill(1)];
    Layout::vertical(rows).areas(area)
}

fn item_lines(app: &App, order: &Order, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let mut rows = Vec::new();
    if let Some(Flag::Refused(why)) = app.orders.flag(&order.number) {
        rows.push(line(&format!("! {why}"), columns, theme.style(Role::Bad)));
    }
    rows.extend(order.lines.iter().map(|item| {
        let option =
            if item.option.is_empty() { String::new() } else { format!(", {}", item.option) };
        let label = format!("{}× {}{option}", item.quantity, item.title);
        pair(&label, &format!(" {}", item.total), columns, Style::new())
    }));
    let commission = api::Money::new(-order.commission.minor().abs(), order.commission.currency());
    rows.push(pair("Total", &order.total.to_string(), columns, theme.strong));
    rows.push(pair("Commission", &commission.to_string(), columns, dim(theme)));
    rows.push(pair("You get", &order.net.to_string(), columns, theme.style(Role::Ok)));
    if !order.note.is_empty() {
        let note = format!("“{}”", app.name(&order.note));
        let note = wrap(&note, usize::from(columns));
        rows.extend(note.into_iter().map(|text| Line::styled(text, theme.style(Role::Warn))));
    }
    rows
}

fn address_lines(app: &App, order: &Order, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let to = &order.ship_to;
    let town = format!("{} {}", to.postal_code, to.city);
    let mut rows = vec![line(app.name(&to.name), columns, theme.strong)];
    let rest = [to.line1.as_str(), &to.line2, &town].map(|text| app.name(text));
    let rest = rest.into_iter().filter(|text| !text.trim().is_empty());
    rows.extend(rest.map(|text| line(text, columns, Style::new())));
    rows.push(line(&to.country, columns, Style::new()));
    if let Some(parcel) = order.fulfillments.last() {
        let carrier = Span::styled(format!("{} ", parcel.carrier.title()), theme.style(Role::Ok));
        let room = usize::from(columns).saturating_sub(carrier.width());
        rows.push(Line::from(vec![carrier, Span::raw(cut(&parcel.tracking, room))]));
    }
    rows
}

fn history_lines(app: &App, order: &Order, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let entries = order.timeline.iter().map(|entry| {
        let at = Span::styled(format!("{} ", minute(entry.at)), dim(theme));
        let room = usize::from(columns).saturating_sub(at.width());
        Line::from(vec![at, Span::raw(cut(&entry.text, room))])
    });
    entries.collect()
}
