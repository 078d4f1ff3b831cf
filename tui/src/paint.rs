//! Every screen with its colours, to be looked at.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::action::Key;
use crate::app::{App, Screen};
use crate::fixtures::{blank, press, serve, shop_on, type_text};
use crate::snapshots::drawn;
use crate::theme::Theme;

/// Writes every screen with its colours, to be painted and looked at.
#[test]
#[ignore = "for the eyes: set STALL_PAINT to a folder"]
fn paint() {
    let folder = std::env::var("STALL_PAINT").unwrap();
    let save = |name: &str, app: &App| {
        std::fs::write(format!("{folder}/{name}.ansi"), ansi(&drawn(app))).unwrap();
    };
    for (columns, rows) in [(80, 24), (100, 30), (120, 40), (200, 50)] {
        for screen in Screen::ALL {
            save(&format!("{}-{columns}", screen.title()), &shop_on(screen, columns, rows));
        }
        let mut app = shop_on(Screen::Orders, columns, rows);
        press(&mut app, Key::Char('s'));
        type_text(&mut app, "00340434161094021501");
        save(&format!("ship-{columns}"), &app);
        let effects = press(&mut app, Key::Enter);
        serve(&mut app, &effects);
        save(&format!("sent-{columns}"), &app);
        press(&mut app, Key::Enter);
        save(&format!("full-{columns}"), &app);
        press(&mut app, Key::Char('?'));
        save(&format!("help-{columns}"), &app);
        press(&mut app, Key::Esc);
        press(&mut app, Key::Char(':'));
        type_text(&mut app, "mug");
        save(&format!("palette-{columns}"), &app);
        save(&format!("first-{columns}"), &blank(columns, rows));
    }
    let mut app = shop_on(Screen::Orders, 80, 24);
    app.setup.theme = Theme::named("light").unwrap();
    save("light-80", &app);
}

fn ansi(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut skip = 0;
        for cell in row {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = crate::text::width(cell.symbol()).saturating_sub(1);
            write!(out, "\x1b[0{}m{}", sgr(cell.style()), cell.symbol()).unwrap();
        }
        out += "\x1b[0m\n";
    }
    out
}

fn sgr(style: Style) -> String {
    let mut codes = String::new();
    for (modifier, code) in
        [(Modifier::BOLD, ";1"), (Modifier::UNDERLINED, ";4"), (Modifier::REVERSED, ";7")]
    {
        if style.add_modifier.contains(modifier) {
            codes += code;
        }
    }
    for (color, plane) in [(style.fg, 38), (style.bg, 48)] {
        if let Some(Color::Rgb(red, green, blue)) = color {
            write!(codes, ";{plane};2;{red};{green};{blue}").unwrap();
        }
    }
    codes
}
