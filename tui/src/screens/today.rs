//! Today: what needs the artisan, what was sold, what is on its way, what just happened.

use api::shop::OnboardingStatus;
use api::today::Today;
use api::{Money, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::layout::{Bench, bench};
use crate::needs::Need;
use crate::settings::Away;
use crate::text::{ends, left, right, short_id, width};
use crate::theme::{Role, Theme};
use crate::widgets::bars::{bar, spark};
use crate::widgets::panel::{entry, line, lines, pair, panel};
use crate::widgets::table::{Built, Column, Width, cell, styled};

use super::frame::Rows;
use super::{day, dim};

const COLUMNS: [Column; 4] = [
    Column { title: "", width: Width::Content, right: false, drop: 0 },
    Column { title: "", width: Width::Share(12), right: false, drop: 0 },
    Column { title: "", width: Width::Content, right: false, drop: 1 },
    Column { title: "", width: Width::Content, right: true, drop: 0 },
];

/// Draws the screen.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let places = bench(area);
    draw_cards(buf, &places, app);
    draw_needs(buf, places.needs, app);
    draw_live(buf, places.live, app);
    draw_sales(buf, places.sales, app);
    draw_shop(buf, places.shop, app);
}

fn draw_cards(buf: &mut Buffer, places: &Bench, app: &App) {
    let theme = &app.setup.theme;
    let titles = ["To pack", "Sales, 7 days", "On its way to you"];
    for ((area, title), card) in
        places.cards.iter().zip(titles).zip([pack_card, sales_card, money_card])
    {
        let room = panel(buf, *area, title, false, theme);
        let rows = match &app.today {
            Some(today) => card(today, room.width, theme),
            None => vec![line("…", room.width, dim(theme))],
        };
        lines(buf, room, &rows, theme);
    }
}

fn pack_card(today: &Today, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let head = match today.to_pack {
        0 => line("✓ nothing to pack", columns, theme.style(Role::Ok)),
        1 => line("● 1 order", columns, theme.style(Role::Warn).patch(theme.strong)),
        count => {
            line(&format!("● {count} orders"), columns, theme.style(Role::Warn).patch(theme.strong))
        }
    };
    let worth = today.oldest.first().map(|first| {
        let net = today.oldest.iter().map(|order| order.net);
        Money::sum(first.net.currency(), net)
            .map_or_else(|_| String::new(), |sum| format!("you get {sum}"))
    });
    let oldest = today.oldest.first().map(|order| format!("oldest {}", order.number));
    let rest = [oldest, worth].into_iter().flatten().map(|text| line(&text, columns, Style::new()));
    std::iter::once(head).chain(rest).collect()
}

fn sales_card(today: &Today, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let values: Vec<i64> = today.sales.iter().map(|day| day.total.minor()).collect();
    let total =
        today.sales.first().map(|day| day.total.currency()).and_then(|currency| {
            Money::sum(currency, today.sales.iter().map(|day| day.total)).ok()
        });
    let orders =
        if today.orders == 1 { "1 order".to_owned() } else { format!("{} orders", today.orders) };
    let average = total
        .filter(|_| today.orders > 0)
        .map(|sum| format!("{} each", Money::new(sum.minor() / today.orders, sum.currency())));
    let total = total.map_or_else(String::new, |sum| sum.to_string());
    let second = ends(&orders, &average.unwrap_or_default(), usize::from(columns));
    let bar_columns = (usize::from(columns) + 1) / values.len().max(1);
    vec![
        line(&total, columns, theme.strong),
        line(&second, columns, Style::new()),
        line(
            &spark(&values, bar_columns.saturating_sub(1).clamp(1, 3)),
            columns,
            theme.style(Role::Info),
        ),
    ]
}

fn money_card(today: &Today, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut rows = vec![line(&today.on_its_way.to_string(), columns, theme.strong)];
    let Some(payout) = &today.last_payout else {
        rows.push(line("no payout yet", columns, dim(theme)));
        return rows;
    };
    let (glyph, word, _) = crate::words::payout(payout.status);
    let arrives = match columns {
        0..30 => "last payout".to_owned(),
        _ => format!("last {glyph} {word} {}", day(payout.arrives_at)),
    };
    rows.push(line(
        &ends(&arrives, &payout.amount.to_string(), usize::from(columns)),
        columns,
        Style::new(),
    ));
    let (glyph, words, role) = crate::words::verdict(payout);
    rows.push(line(&format!("{glyph} {words}"), columns, theme.style(role)));
    rows
}

fn draw_needs(buf: &mut Buffer, area: Rect, app: &App) {
    let rows = Rows {
        title: "Needs you",
        list: &app.needs,
        columns: &COLUMNS,
        counted: false,
        active: true,
        row: build,
    };
    rows.draw(buf, area, app);
}

fn build(app: &App, need: &Need) -> Built {
    let theme = &app.setup.theme;
    let (sign, role) = if need.urgent { ("!", Role::Bad) } else { ("·", Role::Dim) };
    let about = if need.personal { app.name(&need.about) } else { &need.about };
    Built {
        marked: false,
        sign: styled(sign, theme.style(role)),
        cells: vec![
            cell(need.subject.clone()),
            cell(about.to_owned()),
            styled(need.why.clone(), theme.style(role)),
            cell(need.amount.map_or_else(String::new, |amount| amount.to_string())),
        ],
    }
}

fn draw_live(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let room = panel(buf, area, "Live", false, theme);
    let mut rows = Vec::new();
    for event in app.feed.iter().take(usize::from(room.height)) {
        let at = format!("{:>6}  ", moment(event.at, app.now()));
        rows.extend(entry(at, &event.text, room.width, theme));
    }
    rows.truncate(usize::from(room.height));
    if rows.is_empty() {
        let quiet = line("Quiet so far. Sales appear here.", room.width, dim(theme));
        return lines(buf, room, &[quiet], theme);
    }
    lines(buf, room, &rows, theme);
}

/// The time of what happened today, the day of what happened before.
fn moment(at: Timestamp, now: Timestamp) -> String {
    let time = at.date_time();
    if at.day() == now.day() {
        return format!("{:02}:{:02}", time.hour(), time.minute());
    }
    day(at)
}

fn draw_sales(buf: &mut Buffer, area: Rect, app: &App) {
    if area.height == 0 {
        return;
    }
    let theme = &app.setup.theme;
    let room = panel(buf, area, "Sales by day", false, theme);
    let sales = app.today.as_ref().map_or(&[][..], |today| &today.sales);
    let largest = sales.iter().map(|day| day.total.minor()).max().unwrap_or(0);
    let amounts: Vec<String> = sales.iter().map(|day| day.total.to_string()).collect();
    let amount = amounts.iter().map(|text| width(text)).max().unwrap_or(0);
    let room_for_bar = usize::from(room.width).saturating_sub(amount + 13);
    let rows: Vec<Line<'_>> = sales
        .iter()
        .zip(&amounts)
        .map(|(sold, text)| {
            let weekday = sold.day.date_time().weekday().to_string();
            let label = format!("{} {:>6}  ", &weekday[..3], day(sold.day));
            let drawn = left(&bar(sold.total.minor(), largest, room_for_bar), room_for_bar);
            Line::from(vec![
                Span::styled(label, dim(theme)),
                Span::styled(drawn, theme.style(Role::Info)),
                Span::raw(right(text, amount + 1)),
            ])
        })
        .collect();
    lines(buf, room, &rows, theme);
}

fn draw_shop(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let room = panel(buf, area, "Shop", false, theme);
    let columns = room.width;
    let mut rows = Vec::new();
    if let Some(shop) = app.me.as_ref().and_then(|me| me.shop.as_ref()) {
        let (text, role) = onboarding(shop.onboarding);
        rows.push(pair("Stripe", text, columns, theme.style(role)));
        let bps = shop.commission_bps;
        let rate = format!("{}.{:02} %", bps / 100, bps % 100);
        rows.push(pair("Commission", &rate, columns, Style::new()));
    }
    if let Some(today) = &app.today {
        rows.insert(
            0,
            pair("For sale", &format!("{} listings", today.active_listings), columns, Style::new()),
        );
        let away = Away::of(today.holiday, app.now()).brief();
        let away = away.map(|away| pair("Holiday", &away, columns, theme.style(Role::Warn)));
        rows.splice(0..0, away);
        let (text, role) = match today.without_pictures {
            0 => ("✓ none missing".to_owned(), Role::Ok),
            count => (format!("! {count} missing"), Role::Warn),
        };
        rows.push(pair("Pictures", &text, columns, theme.style(role)));
        let (text, role) = match today.low_stock.len() {
            0 => ("✓ enough".to_owned(), Role::Ok),
            count => (format!("! {count} low"), Role::Warn),
        };
        rows.push(pair("Stock", &text, columns, theme.style(role)));
        let payout = today.last_payout.as_ref().map(|payout| short_id(&payout.stripe_id));
        rows.extend(payout.map(|id| pair("Last payout", &id, columns, Style::new())));
    }
    rows.truncate(usize::from(room.height));
    lines(buf, room, &rows, theme);
}

const fn onboarding(status: OnboardingStatus) -> (&'static str, Role) {
    match status {
        OnboardingStatus::NotStarted => ("! not connected", Role::Bad),
        OnboardingStatus::Pending => ("◌ wants details", Role::Warn),
        OnboardingStatus::Restricted => ("! wants more details", Role::Bad),
        OnboardingStatus::TransfersActive => ("● can sell", Role::Ok),
        OnboardingStatus::Complete => ("✓ payouts on", Role::Ok),
    }
}
