//! Draws the state and changes nothing.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::action::{Link, SIGN_IN};
use crate::app::{App, Overlay, Screen};
use crate::keymap::{self, Binding, Command};
use crate::text::{cells, cut, width, wrap};
use crate::theme::Role;
use crate::widgets::dialog;
use crate::{ascii, layout, screens};

/// Columns between two hints.
const HINT_GAP: usize = 3;

/// Draws a frame.
pub(crate) fn view(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if layout::too_small((area.width, area.height)) {
        too_small(frame);
        return;
    }
    let [header, body, footer] = layout::page(area);
    draw_header(frame.buffer_mut(), header, app);
    let [filter, body] = layout::filter_line(app, body);
    draw_filter(frame, filter, app);
    let buf = frame.buffer_mut();
    match app.screen {
        Screen::Today => screens::today::draw(buf, body, app),
        Screen::Orders => screens::orders::draw(buf, body, app),
        Screen::Listings => screens::listings::draw(buf, body, app),
        Screen::Payouts => screens::payouts::draw(buf, body, app),
        Screen::Settings => screens::settings::draw(buf, body, app),
    }
    draw_footer(buf, footer, app);
    match &app.overlay {
        Overlay::None | Overlay::Filter(_) => {}
        Overlay::Help(top) => dialog::help(frame, app, *top),
        Overlay::Palette(palette) => dialog::palette(frame, app, palette),
        Overlay::Ship(form) => dialog::ship(frame, app, form),
        Overlay::Setting(form) => screens::settings::form(frame, app, form),
        Overlay::Password(form) => screens::settings::password(frame, app, form),
        Overlay::Question(question) => dialog::question(frame, app, question),
    }
    if app.setup.ascii {
        ascii::reduce(frame.buffer_mut());
    }
}

fn too_small(frame: &mut Frame<'_>) {
    let area = frame.area();
    let (columns, rows) = layout::SMALLEST;
    let text = format!("needs {columns}x{rows}, this is {}x{}, q quits", area.width, area.height);
    for (row, line) in (area.y..area.bottom()).zip(wrap(&text, usize::from(area.width))) {
        frame.buffer_mut().set_string(area.x, row, line, Style::new());
    }
}

fn draw_header(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let tabs: Vec<Span<'_>> = Screen::ALL
        .into_iter()
        .zip(['1', '2', '3', '4', ','])
        // Settings are not part of the day: their tab is there while they are.
        .filter(|(screen, _)| *screen != Screen::Settings || app.screen == Screen::Settings)
        .flat_map(|(screen, key)| [tab(app, screen, key), Span::raw(" ")])
        .collect();
    buf.set_line(area.x, area.y, &Line::from(tabs), area.width);
    let state = tags(app);
    let room = area.width - cells(state.width()) - 1;
    let (shop, market) = names(app);
    let whole = width(&shop) + width(&market) + 1 < usize::from(room);
    let names = Line::from(vec![
        Span::raw(" "),
        Span::styled(cut(&shop, usize::from(room.saturating_sub(2))), theme.strong),
        Span::styled(if whole { market } else { String::new() }, theme.style(Role::Dim)),
    ]);
    buf.set_line(area.x, area.y + 1, &names, room);
    buf.set_line(area.x + room, area.y + 1, &state, area.width - room);
    let clock = clock(app);
    let x = area.right() - cells(width(&clock)) - 1;
    buf.set_string(x, area.y, clock, theme.style(Role::Dim));
}

fn tab(app: &App, screen: Screen, key: char) -> Span<'static> {
    let theme = &app.setup.theme;
    if screen == app.screen {
        let style = theme.style(Role::Accent).patch(theme.strong);
        return Span::styled(format!("[{key} {}]", screen.title()), style);
    }
    Span::styled(format!(" {key} {} ", screen.title()), theme.style(Role::Dim))
}

fn names(app: &App) -> (String, String) {
    match &app.me {
        Some(me) => {
            let shop = me.shop.as_ref().map_or("no shop yet", |shop| &shop.name);
            (shop.to_owned(), format!("  {}", me.market))
        }
        None => (app.setup.server.clone(), String::new()),
    }
}

fn clock(app: &App) -> String {
    let now = app.now();
    let time = now.date_time();
    let hour = format!("{:02}:{:02}:{:02} UTC", time.hour(), time.minute(), time.second());
    if app.ahead.abs() > 60 { format!("{} {hour}", screens::day(now)) } else { hour }
}

/// What must be known about what is on the screen: new rows, the link, the money.
fn tags(app: &App) -> Line<'static> {
    let theme = &app.setup.theme;
    let mut spans = Vec::new();
    let waiting = app.list().waiting();
    if waiting > 0 {
        spans.push(Span::styled(
            format!("▲ {waiting} new (n)"),
            theme.style(Role::Accent).patch(theme.strong),
        ));
    }
    if app.setup.read_only {
        spans.push(Span::styled(" READ ONLY ", theme.tag));
    }
    if app.private {
        spans.push(Span::styled(" NAMES HIDDEN ", theme.tag));
    }
    if app.simulated() {
        spans.push(Span::styled(" SIMULATED MONEY ", theme.tag));
    }
    if !app.is_shopless() || app.link == Link::SignedOut {
        let (text, role) = link(app);
        spans.push(Span::styled(text, theme.style(role)));
    }
    let spaced = spans.into_iter().flat_map(|span| [Span::raw("  "), span]);
    Line::from(spaced.collect::<Vec<_>>())
}

fn link(app: &App) -> (String, Role) {
    let since = app.data_at.map_or_else(String::new, |at| {
        let time = at.date_time();
        format!(" · data {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
    });
    match app.link {
        Link::Connecting => ("◌ connecting".to_owned(), Role::Dim),
        Link::Live => ("● live".to_owned(), Role::Ok),
        Link::Reconnecting(attempt) => (format!("◌ reconnecting ({attempt}){since}"), Role::Warn),
        Link::Offline => (format!("○ offline{since}"), Role::Bad),
        Link::SignedOut => (format!("○ signed out{since}"), Role::Bad),
    }
}

fn draw_filter(frame: &mut Frame<'_>, area: Rect, app: &App) {
    if area.height == 0 {
        return;
    }
    let theme = &app.setup.theme;
    let filter = app.list().filter();
    let line = Rect { x: area.x + 1, width: area.width - 2, ..area };
    if let Overlay::Filter(field) = &app.overlay {
        dialog::input(frame, line, "/", field, theme);
    } else {
        dialog::shown(frame.buffer_mut(), line, "/", filter.text(), theme);
    }
    let (note, role) = match (filter.problem(), &app.overlay) {
        (Some(problem), _) => (problem.to_owned(), Role::Bad),
        (None, Overlay::Filter(field)) if field.text().is_empty() => {
            (format!("words, or is:{}", app.list().states().join("|")), Role::Dim)
        }
        (None, Overlay::Filter(_)) => ("enter keeps · esc clears".to_owned(), Role::Dim),
        (None, _) => ("/ changes · esc clears".to_owned(), Role::Dim),
    };
    let typed = cells(width(filter.text())) + 6;
    let note = cut(&note, usize::from(line.width.saturating_sub(typed)));
    let x = line.right().saturating_sub(cells(width(&note)));
    frame.buffer_mut().set_string(x, line.y, note, theme.style(role));
}

/// What the keys do here: first what only this screen has, and always the way to help and out.
fn draw_hints(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let opened = [Command::Open, Command::Filter];
    let shown = |binding: &&Binding| match binding.command {
        Command::Back => app.full,
        command => !(binding.hint.is_empty() || app.full && opened.contains(&command)),
    };
    let wide = |binding: &Binding| width(&binding.key()) + width(binding.hint) + HINT_GAP + 1;
    let (last, first): (Vec<&Binding>, Vec<&Binding>) = keymap::bindings(app.screen)
        .filter(shown)
        .partition(|binding| [Command::Help, Command::Quit].contains(&binding.command));
    let mut room = usize::from(area.width) + HINT_GAP - 2;
    room = room.saturating_sub(last.iter().map(|binding| wide(binding)).sum());
    let fitting = first.into_iter().take_while(|binding| {
        let fits = wide(binding) <= room;
        room = room.saturating_sub(wide(binding));
        fits
    });
    let mut spans = vec![Span::raw(" ")];
    for binding in fitting.chain(last) {
        let off = app.setup.read_only && binding.command.writes();
        let key = if off { theme.style(Role::Dim) } else { theme.style(Role::Accent) };
        let words = format!(" {}{}", binding.hint, " ".repeat(HINT_GAP));
        spans.push(Span::styled(binding.key(), key));
        spans.push(Span::styled(words, theme.style(Role::Dim)));
    }
    buf.set_line(area.x, area.y, &Line::from(spans), area.width);
}

fn draw_footer(buf: &mut Buffer, area: Rect, app: &App) {
    draw_hints(buf, area, app);
    let theme = &app.setup.theme;
    let undo = app.undoable().map(|undo| format!("u undo {}", undo.what())).unwrap_or_default();
    let room = usize::from(area.width).saturating_sub(width(&undo) + 3);
    if let Some((role, words)) = notice(app) {
        let glyph = match role {
            Role::Ok => "✓",
            Role::Bad | Role::Warn => "!",
            Role::Accent | Role::Info | Role::Dim => "·",
        };
        let text = cut(&format!("{glyph} {words}"), room);
        buf.set_string(area.x + 1, area.y + 1, text, theme.style(role));
    }
    let x = area.right().saturating_sub(cells(width(&undo)) + 1);
    buf.set_string(x, area.y + 1, undo, theme.style(Role::Dim));
}

/// What is to be said at the bottom: what was just said, else what holds as long as it holds.
fn notice(app: &App) -> Option<(Role, String)> {
    let said = app.toast.as_ref().map(|toast| (toast.role, toast.text.clone()));
    let signed_out = app.link == Link::SignedOut;
    said.or_else(|| signed_out.then(|| (Role::Bad, format!("Signed out. {SIGN_IN}"))))
}
