//! Payouts: the list, the lines of the payout under the cursor, and whether it adds up.

use api::Money;
use api::payout::{Payout, PayoutDetail, PayoutLine, Verdict};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{App, Pane};
use crate::text::{short_id, wrap};
use crate::theme::{Role, Theme};
use crate::widgets::panel::{line, lines, pair, panel};
use crate::widgets::table::{Built, Column, Table, Width, cell, styled};
use crate::words;

use super::frame::{Frame, Rows};
use super::{day, dim, status};

const COLUMNS: [Column; 5] = [
    Column { title: "PAYOUT", width: Width::Share(12), right: false, drop: 0 },
    Column { title: "ARRIVES", width: Width::Content, right: true, drop: 2 },
    Column { title: "AMOUNT", width: Width::Content, right: true, drop: 0 },
    Column { title: "MATCHED", width: Width::Content, right: true, drop: 1 },
    Column { title: "STATUS", width: Width::Content, right: false, drop: 0 },
];

const LINE_COLUMNS: [Column; 5] = [
    Column { title: "ORDER", width: Width::Content, right: false, drop: 0 },
    Column { title: "KIND", width: Width::Share(7), right: false, drop: 2 },
    Column { title: "STRIPE", width: Width::Content, right: true, drop: 0 },
    Column { title: "OURS", width: Width::Content, right: true, drop: 1 },
    Column { title: "MATCH", width: Width::Content, right: false, drop: 0 },
];

/// Draws the screen.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let rows = Rows {
        title: "Payouts",
        list: &app.payouts,
        columns: &COLUMNS,
        counted: true,
        active: app.pane == Pane::List,
        row: build,
    };
    Frame { rows, details: &app.payout_details, name: short_id, detail: draw_detail }
        .draw(buf, area, app);
}

fn build(app: &App, payout: &Payout) -> Built {
    let theme = &app.setup.theme;
    let (glyph, _, role) = words::verdict(payout);
    let matched = format!("{glyph} {}/{}", payout.matched, payout.lines);
    Built {
        marked: false,
        sign: styled(if role == Role::Bad { "!" } else { "" }, theme.style(Role::Bad)),
        cells: vec![
            cell(short_id(&payout.stripe_id)),
            styled(day(payout.arrives_at), dim(theme)),
            styled(payout.amount.to_string(), theme.strong),
            styled(matched, theme.style(role)),
            status(words::payout(payout.status), theme),
        ],
    }
}

fn draw_detail(buf: &mut Buffer, area: Rect, app: &App, detail: &PayoutDetail) {
    let theme = &app.setup.theme;
    let [rows, balance] = places(area);
    draw_lines(buf, rows, app, detail);
    let room = panel(buf, balance, "Does it add up?", false, theme);
    lines(buf, room, &balance_lines(app, detail, room.width), theme);
}

fn places(area: Rect) -> [Rect; 2] {
    if area.width >= 60 {
        return Layout::horizontal([Constraint::Fill(1), Constraint::Length(33)]).areas(area);
    }
    Layout::vertical([Constraint::Fill(1), Constraint::Length(12)]).areas(area)
}

fn draw_lines(buf: &mut Buffer, area: Rect, app: &App, detail: &PayoutDetail) {
    let theme = &app.setup.theme;
    let active = app.pane == Pane::Detail;
    let title = format!("{} · {} lines", short_id(&detail.payout.stripe_id), detail.lines.len());
    let room = panel(buf, area, &title, active, theme);
    let note = wrap(&note(detail, app.detail_row), usize::from(room.width));
    let [table, below] = Layout::vertical([
        Constraint::Fill(1),
        Constraint::Length(crate::text::cells(note.len().min(3))),
    ])
    .areas(room);
    let window = usize::from(table.height.saturating_sub(1));
    let row = |place: usize| detail.lines.get(place).map(|entry| build_line(entry, theme));
    let list = Table {
        columns: &LINE_COLUMNS,
        count: detail.lines.len(),
        top: (app.detail_row + 1).saturating_sub(window),
        cursor: app.detail_row,
        active,
        titles: true,
        row: &row,
    };
    list.draw(buf, table, theme);
    let note: Vec<Line<'_>> =
        note.iter().map(|text| line(text, room.width, theme.style(Role::Warn))).collect();
    lines(buf, below, &note, theme);
}

/// Why a line does not match: the one under the cursor, else the first that does not.
fn note(detail: &PayoutDetail, cursor: usize) -> String {
    let chosen = detail.lines.get(cursor).filter(|line| line.note.is_some());
    let line = chosen.or_else(|| detail.lines.iter().find(|line| line.note.is_some()));
    let Some(line) = line else { return String::new() };
    format!("{}: {}", name(line), line.note.as_deref().unwrap_or_default())
}

/// What a line is about: its order, or Stripe's id.
fn name(line: &PayoutLine) -> String {
    let id = line.stripe_id.as_deref().map(short_id);
    line.order.clone().or(id).unwrap_or_else(|| "–".to_owned())
}

fn build_line(entry: &PayoutLine, theme: &Theme) -> Built {
    let amount =
        |money: Option<Money>| money.map_or_else(|| "–".to_owned(), |money| money.to_string());
    Built {
        marked: false,
        sign: cell(""),
        cells: vec![
            cell(name(entry)),
            styled(entry.kind.replace('_', " "), dim(theme)),
            cell(amount(entry.stripe)),
            cell(amount(entry.books)),
            status(words::comparison(entry.status), theme),
        ],
    }
}

/// What shoppers paid, less what was kept and given back, against what went to the bank.
fn balance_lines(app: &App, detail: &PayoutDetail, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let less = |money: Money| Money::new(-money.minor().abs(), money.currency()).to_string();
    let rule = "─".repeat(usize::from(columns));
    let difference = detail.payout.amount.checked_sub(detail.net);
    let mut rows = vec![
        pair("Shoppers paid", &detail.gross.to_string(), columns, Style::new()),
        pair("Commission", &less(detail.commission), columns, Style::new()),
        pair("Refunds", &less(detail.refunds), columns, Style::new()),
        Line::styled(rule, theme.frame),
        pair("Yours", &detail.net.to_string(), columns, theme.strong),
        pair("To the bank", &detail.payout.amount.to_string(), columns, theme.strong),
    ];
    let open = detail.payout.verdict() == Verdict::Open;
    rows.extend(match difference {
        _ if open => None,
        Ok(money) if money.minor() == 0 => {
            Some(line("✓ adds up to the cent", columns, theme.style(Role::Ok)))
        }
        Ok(money) => Some(
            pair("! unexplained", &money.to_string(), columns, Style::new())
                .style(theme.style(Role::Bad)),
        ),
        Err(_) => Some(line("! two currencies", columns, theme.style(Role::Bad))),
    });
    let (glyph, words, role) = words::verdict(&detail.payout);
    rows.push(line(&format!("{glyph} {words}"), columns, theme.style(role)));
    rows.extend(app.checked_at.map(|at| {
        let time = at.date_time();
        let text =
            format!("asked Stripe {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
        line(&text, columns, dim(theme))
    }));
    rows
}
