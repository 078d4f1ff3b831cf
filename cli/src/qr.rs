//! Pictures that a telephone reads from the terminal.

use qrcode::render::Renderer;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use unicode_width::UnicodeWidthStr as _;

use crate::context::Context;
use crate::output::{terminal_size, wrapped};
use crate::talk::Talk;

/// Modules that stay light around a code. ISO/IEC 18004 asks for four; two are read from a screen,
/// where nothing dark is printed beside them, and spare two rows.
const QUIET: u32 = 2;
/// Between the picture and the words beside it.
const GAP: &str = "  ";
/// The row in which the terminal waits, below what is shown.
const WAITING: usize = 1;

/// Shows a text as a picture, with the words that go with it; where nobody sees a picture, or where
/// it has no room, only what is said `instead`.
pub(crate) fn show(ctx: &Context, text: &str, words: &str, instead: &str) {
    let environment = &ctx.environment;
    if !environment.terminal.stderr || environment.dumb {
        return Talk::plain(instead);
    }
    let colors = ctx.globals.color.wanted(environment, true);
    let shown = Picture::of(text, colors).map(|picture| picture.with(words, terminal_size()));
    match shown {
        Some(Ok(lines)) => Talk::plain(&lines.join("\n")),
        Some(Err(why)) => {
            ctx.talk.note(why);
            Talk::plain(instead);
        }
        None => Talk::plain(instead),
    }
}

/// A QR code in half blocks: two modules above each other in a character.
struct Picture {
    lines: Vec<String>,
    columns: usize,
    colors: bool,
}

impl Picture {
    /// The smallest code that holds a text; nothing when it is too long for one. A screen is neither
    /// torn nor stained, so the least correction of errors is enough.
    ///
    /// With colours it is black on white whatever the terminal is; without, the light modules are
    /// drawn, which is right on a dark terminal.
    fn of(text: &str, colors: bool) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let (dark, light) = if colors {
            (Dense1x2::Dark, Dense1x2::Light)
        } else {
            (Dense1x2::Light, Dense1x2::Dark)
        };
        let drawn = Renderer::new(&code.to_colors(), code.width(), QUIET)
            .dark_color(dark)
            .light_color(light)
            .build();
        let lines: Vec<String> = drawn.lines().map(str::to_owned).collect();
        let columns = lines.first().map_or(0, |line| line.width());
        Some(Self { lines, columns, colors })
    }

    /// The picture with words beside it, or below where they are too wide for that.
    ///
    /// # Errors
    /// The terminal, of so many columns and rows, is too small; says so.
    fn with(&self, words: &str, (columns, rows): (usize, usize)) -> Result<Vec<String>, String> {
        let room = columns.saturating_sub(self.columns + GAP.width());
        let beside: Vec<String> = words.lines().flat_map(|line| wrapped(line, room)).collect();
        let (shown, taken) = if beside.iter().all(|line| line.width() <= room) {
            let count = self.lines.len().max(beside.len());
            let lines = (0..count).map(|row| self.line(row, beside.get(row)));
            (lines.collect::<Vec<_>>(), count)
        } else {
            let below = words.lines().flat_map(|line| wrapped(line, columns));
            let taken = below.clone().map(|line| line.width().div_ceil(columns).max(1));
            let taken = self.lines.len() + taken.sum::<usize>();
            let picture = (0..self.lines.len()).map(|row| self.line(row, None));
            (picture.chain(below).collect(), taken)
        };
        let needed = taken + WAITING;
        if self.columns > columns || needed > rows {
            return Err(format!(
                "A QR code takes {needed} rows and {} columns here; this terminal has {rows} and {columns}.",
                self.columns
            ));
        }
        Ok(shown)
    }

    /// A line of the picture, and the words beside it.
    fn line(&self, row: usize, words: Option<&String>) -> String {
        let picture = match self.lines.get(row) {
            Some(line) if self.colors => format!("\x1b[30;47m{line}\x1b[0m"),
            Some(line) => line.clone(),
            None => " ".repeat(self.columns),
        };
        match words {
            Some(words) => format!("{picture}{GAP}{words}").trim_end().to_owned(),
            None => picture,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an app and a telephone are given by a market on the web.
    const APP: &str = "otpauth://totp/Loomstead:hanna.lindqvist%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Loomstead";
    const SECRET: &str = "Secret, to type:\nGEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
    const DEVICE: &str = "https://market.loomstead.example/device?code=BCDF-GHJK";

    #[test]
    fn codes_leave_a_row_of_a_small_terminal() {
        for (text, rows) in [(APP, 22), (DEVICE, 17)] {
            let lines = Picture::of(text, false).unwrap().with(SECRET, (80, 24)).unwrap();
            assert!(lines.len() <= rows, "{} rows\n{}", lines.len(), lines.join("\n"));
            assert!(lines.iter().all(|line| line.width() <= 80), "{}", lines.join("\n"));
        }
    }

    #[test]
    fn a_code_without_room_says_what_it_lacks() {
        let code = Picture::of(DEVICE, false).unwrap();
        let why = code.with("Code  BCDF-GHJK", (80, 17)).unwrap_err();
        assert_eq!(
            why,
            "A QR code takes 18 rows and 33 columns here; this terminal has 17 and 80."
        );
        assert!(code.with("Code  BCDF-GHJK", (32, 60)).is_err());
        let below = code.with("Code  BCDF-GHJK", (40, 19)).unwrap();
        assert_eq!((below.len(), below[17].as_str()), (18, "Code  BCDF-GHJK"));
    }

    #[test]
    fn dark_modules_are_dark() {
        let corner = |colors| Picture::of(DEVICE, colors).unwrap().line(1, None);
        assert!(corner(true).starts_with("\x1b[30;47m  █▀▀▀▀▀█"), "{}", corner(true));
        assert!(corner(false).starts_with("██ ▄▄▄▄▄ "), "{}", corner(false));
    }
}
