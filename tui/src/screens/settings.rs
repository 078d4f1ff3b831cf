//! Settings: what the artisan and her shop show of themselves, how she signs in, and whether the shop
//! is away.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{App, Pane};
use crate::layout::halves;
use crate::settings::{self, Setting, What};
use crate::text::{cells, wrap};
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{input, middle, shown};
use crate::widgets::form::SettingForm;
use crate::widgets::panel::{field, line, lines, panel};
use crate::widgets::password::PasswordForm;
use crate::widgets::table::{Built, Column, Width, cell, styled};

use super::frame::Rows;
use super::{dim, sign};

const COLUMNS: [Column; 3] = [
    Column { title: "WHAT", width: Width::Content, right: false, drop: 0 },
    Column { title: "SAYS", width: Width::Share(20), right: false, drop: 0 },
    Column { title: "SHOWN", width: Width::Content, right: false, drop: 1 },
];

/// Draws the screen: the rows, and under the cursor what a row is for.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let notice = settings::away(app).notice();
    let title =
        notice.map_or_else(|| "Settings".to_owned(), |notice| format!("Settings · {notice}"));
    let rows = Rows {
        title: &title,
        list: &app.settings,
        columns: &COLUMNS,
        counted: false,
        active: app.pane == Pane::List,
        row: build,
    };
    if app.settings.total() == 0 {
        return rows.draw(buf, area, app);
    }
    let [list, detail] = halves(app, area);
    if list.height > 0 {
        rows.draw(buf, list, app);
    }
    draw_detail(buf, detail, app);
}

fn build(app: &App, setting: &Setting) -> Built {
    let theme = &app.setup.theme;
    let words = setting.words();
    let says = match (setting.value.is_empty(), setting.what) {
        (true, _) => styled("–", dim(theme)),
        (false, What::Holiday) => styled(holiday(&setting.value), holiday_style(setting, theme)),
        (false, _) if setting.what.is_personal() => cell(app.name(&words).to_owned()),
        (false, _) => cell(words),
    };
    Built {
        marked: false,
        sign: sign(app.settings.flag(setting.label), theme).unwrap_or_else(|| cell("")),
        cells: vec![
            cell(setting.label),
            says,
            setting.audience.map_or_else(|| cell(""), |who| styled(who.words(), dim(theme))),
        ],
    }
}

fn holiday(value: &str) -> String {
    if value == "open" { "● open".to_owned() } else { format!("◌ {value}") }
}

fn holiday_style(setting: &Setting, theme: &Theme) -> Style {
    theme.style(if setting.value == "open" { Role::Ok } else { Role::Warn })
}

fn draw_detail(buf: &mut Buffer, area: Rect, app: &App) {
    let theme = &app.setup.theme;
    let Some(setting) = app.settings.selected() else { return };
    let room = panel(buf, area, setting.label, app.pane == Pane::Detail, theme);
    let columns = room.width;
    let mut rows = Vec::new();
    if let Some(who) = setting.audience {
        rows.push(field("Shown", who.words(), columns, theme));
    }
    let help = wrap(setting.what.help(), usize::from(columns));
    rows.extend(help.iter().map(|text| line(text, columns, dim(theme))));
    rows.push(line("", columns, Style::new()));
    let words = setting.lines(usize::from(columns));
    let shown = words.iter().skip(app.detail_row).map(|text| {
        let text = if setting.what.is_personal() { app.name(text) } else { text };
        line(text, columns, Style::new())
    });
    rows.extend(shown);
    lines(buf, room, &rows, theme);
}

/// The form that changes one line.
pub(crate) fn form(frame: &mut Frame<'_>, app: &App, form: &SettingForm) {
    let theme = &app.setup.theme;
    let title = if form.what == What::Holiday { settings::away(app).title() } else { form.label };
    let room = middle(frame, (76, 8), title, theme);
    let row = |down: u16| Rect { y: room.y + down, height: 1, ..room };
    let label = match form.what {
        What::Holiday => "Days",
        What::Portrait => "File",
        What::ShopPicture(_) => "File    ",
        _ => ">",
    };
    let mut fields = vec![(row(1), label, &form.field)];
    fields.extend(form.alt.as_ref().map(|alt| (row(2), "It shows", alt)));
    for (place, (at, label, field)) in fields.into_iter().enumerate() {
        if (place == 1) == form.describing {
            input(frame, at, label, field, theme);
        } else {
            shown(frame.buffer_mut(), at, label, field.text(), theme);
        }
    }
    if let Some(text) = &form.elsewhere {
        let text = if form.what.is_personal() { app.name(text) } else { text };
        let says = field("It says", if text.is_empty() { "–" } else { text }, room.width, theme);
        lines(frame.buffer_mut(), row(2), &[says], theme);
    }
    let (words, role) = match (&form.problem, form.sent, &form.elsewhere, form.what) {
        (Some(problem), ..) => (problem.as_str(), Role::Bad),
        (None, true, ..) => ("Sending…", Role::Info),
        (None, false, Some(_), _) => {
            ("It was changed elsewhere meanwhile. Enter saves your words over that.", Role::Warn)
        }
        (None, false, None, What::Holiday) => (settings::away(app).help(), Role::Dim),
        (None, false, None, what) => (what.help(), Role::Dim),
    };
    let words: Vec<Line<'_>> = wrap(words, usize::from(room.width))
        .into_iter()
        .map(|text| Line::styled(text, theme.style(role)))
        .collect();
    lines(frame.buffer_mut(), Rect { height: 2, ..row(3) }, &words, theme);
    let keys = match (form.sent, form.alt.is_some(), form.describing) {
        (true, ..) => "esc close",
        (false, true, false) => "enter next   esc cancel",
        (false, true, true) => "enter save   shift+tab back   esc cancel",
        (false, false, _) => "enter save   esc cancel",
    };
    let keys = line(keys, room.width, dim(theme));
    lines(frame.buffer_mut(), row(5), &[keys], theme);
}

/// The form that changes the password.
pub(crate) fn password(frame: &mut Frame<'_>, app: &App, form: &PasswordForm) {
    let theme = &app.setup.theme;
    let asked = form.asked();
    let fields = cells(asked.len());
    let room = middle(frame, (76, fields + 7), "Password", theme);
    let row = |down: u16| Rect { y: room.y + down, height: 1, ..room };
    for (down, one) in (1..).zip(asked) {
        let (label, field) = (one.label(), form.field(*one));
        if *one == form.at {
            input(frame, row(down), label, field, theme);
        } else {
            shown(frame.buffer_mut(), row(down), label, &field.seen(), theme);
        }
    }
    let (words, role) = match (&form.problem, form.sent) {
        (Some(problem), _) => (problem.as_str(), Role::Bad),
        (None, true) => ("Sending…", Role::Info),
        (None, false) => (What::Password.help(), Role::Dim),
    };
    let words: Vec<Line<'_>> = wrap(words, usize::from(room.width))
        .into_iter()
        .map(|text| Line::styled(text, theme.style(role)))
        .collect();
    lines(frame.buffer_mut(), Rect { height: 2, ..row(fields + 2) }, &words, theme);
    let is_last = asked.last() == Some(&form.at);
    let keys = match (form.sent, is_last) {
        (true, _) => "esc close",
        (false, true) => "enter save   shift+tab back   esc cancel",
        (false, false) => "enter next   shift+tab back   esc cancel",
    };
    let keys = line(keys, room.width, dim(theme));
    lines(frame.buffer_mut(), row(fields + 4), &[keys], theme);
}
