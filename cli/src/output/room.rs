//! Text in the room that a terminal has.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Where a value loses letters on a narrow terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cut {
    /// Nowhere.
    #[default]
    Never,
    /// At its end.
    End,
    /// Between its first letters and its last two: `po_1Q…8d`.
    Middle,
}

/// Columns and rows of a terminal that does not tell.
const USUAL: (u16, u16) = (80, 24);

/// Columns and rows of the terminal.
pub(crate) fn terminal_size() -> (usize, usize) {
    let told = crossterm::terminal::size().unwrap_or_default();
    let or = |told: u16, usual: u16| if told > 0 { told.into() } else { usual.into() };
    (or(told.0, USUAL.0), or(told.1, USUAL.1))
}

/// Columns of the terminal.
pub(super) fn terminal_width() -> usize {
    terminal_size().0
}

/// In so few places the end of an id is not kept.
const TAILED: usize = 4;

/// One line of a terminal.
pub(super) fn one_line(text: &str) -> String {
    fitted(text, terminal_width(), Cut::End)
}

/// A text in so many places, cut with `…` where it is longer.
pub(super) fn fitted(text: &str, places: usize, cut: Cut) -> String {
    if text.width() <= places {
        return text.to_owned();
    }
    let tail: String = match cut {
        Cut::Middle if places > TAILED => {
            text.chars().skip(text.chars().count().saturating_sub(2)).collect()
        }
        Cut::Middle | Cut::End | Cut::Never => String::new(),
    };
    let mut used = 1 + tail.width();
    let kept: String = text
        .chars()
        .take_while(|letter| {
            used += letter.width().unwrap_or_default();
            used <= places
        })
        .collect();
    format!("{}…{tail}", kept.trim_end())
}

/// A line broken between words; a word that is too long, such as an address, stays whole, so that
/// it can be copied.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines
            .last_mut()
            .filter(|line| line.is_empty() || line.width() + 1 + word.width() <= width);
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_shows_and_never_takes_more_room() {
        assert_eq!(fitted("po_1QJx8sLkdIwHu7ix0snrBa8d", 9, Cut::Middle), "po_1QJ…8d");
        for places in 1..12 {
            assert!(fitted("陶器の湯のみ茶碗です", places, Cut::End).width() <= places);
            assert!(fitted("po_1QJx8sLkdIwHu7", places, Cut::Middle).width() <= places);
        }
    }

    #[test]
    fn words_stay_whole() {
        let text = "Write to hello@loomstead.example today";
        assert_eq!(wrapped(text, 12), ["Write to", "hello@loomstead.example", "today"]);
        assert_eq!(wrapped("", 12), [""]);
    }
}
