//! Text in terminal columns: cut and padded by what it occupies, so 王小明 lines up too.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Ends a text that did not fit.
const ELLIPSIS: char = '…';

/// Columns that a text occupies.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// At most `columns` of a text, ending in `…` when something is missing. Control characters,
/// line breaks among them, become spaces.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&clean) <= columns {
        return clean;
    }
    let mut short = String::new();
    let mut used = 0;
    for letter in clean.chars() {
        used += letter.width().unwrap_or(0);
        if used >= columns {
            break;
        }
        short.push(letter);
    }
    if columns > 0 {
        short.truncate(short.trim_end().len());
        short.push(ELLIPSIS);
    }
    short
}

/// Exactly `columns`, text at the left.
pub(crate) fn left(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let gap = columns.saturating_sub(width(&text));
    text + &" ".repeat(gap)
}

/// Exactly `columns`, text at the right.
pub(crate) fn right(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    " ".repeat(columns.saturating_sub(width(&text))) + &text
}

/// `left` and `right` at the two ends of `columns`; the right one is never cut.
pub(crate) fn ends(left_text: &str, right_text: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(right_text));
    left(left_text, room) + right_text
}

/// Prose broken at spaces into lines of at most `columns`; words that are longer are cut.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&cut(word, columns));
        }
        lines.push(line);
    }
    lines
}

/// The same without losing a letter: a word that is longer goes on in the next line.
pub(crate) fn wrap_whole(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| !line.is_empty());
        match line {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            Some(_) => lines.push(String::new()),
            None => {}
        }
        for letter in word.chars() {
            let full = lines.last().is_some_and(|line| {
                !line.is_empty() && width(line) + letter.width().unwrap_or(0) > columns
            });
            if full {
                lines.push(String::new());
            }
            lines.last_mut().into_iter().for_each(|line| line.push(letter));
        }
    }
    lines
}

/// A message with a capital at the start, unless it starts with an address or a name.
pub(crate) fn sentence(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(letter) if first.chars().all(char::is_alphabetic) => {
            letter.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// The two telling ends of an identifier of Stripe's: `po_1QAb…x8dZ`.
pub(crate) fn short_id(id: &str) -> String {
    let count = id.chars().count();
    if count <= 14 {
        return id.to_owned();
    }
    let head: String = id.chars().take(7).collect();
    let tail: String = id.chars().skip(count - 4).collect();
    format!("{head}…{tail}")
}

/// A number as columns or rows of the screen; too large ones are the whole screen.
pub(crate) fn cells(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_width_names_take_exactly_their_columns() {
        for text in ["王小明", "Amélie Fournier", "a\u{301}b", "x", "", "日本語テキスト"]
        {
            for columns in 0..12 {
                assert_eq!(width(&left(text, columns)), columns, "{text} in {columns}");
                assert_eq!(width(&right(text, columns)), columns, "{text} in {columns}");
            }
        }
        assert_eq!(cut("王小明", 5), "王小…");
        assert_eq!(cut("Stoneware mug", 10), "Stoneware…");
        assert_eq!(cut("two\nlines", 20), "two lines");
    }

    #[test]
    fn prose_breaks_at_spaces() {
        assert_eq!(
            wrap("Hand-thrown, 350 ml.\n\nWashable", 12),
            ["Hand-thrown,", "350 ml.", "", "Washable"]
        );
        assert_eq!(
            wrap_whole("For Donaudampfschiff, 王小明", 7),
            ["For", "Donauda", "mpfschi", "ff,", "王小明"]
        );
    }

    #[test]
    fn sentences_begin_with_a_capital_and_addresses_do_not() {
        assert_eq!(sentence("a paid order cannot wait"), "A paid order cannot wait");
        assert_eq!(sentence("http://127.0.0.1:9 is away"), "http://127.0.0.1:9 is away");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn the_right_end_is_never_cut() {
        assert_eq!(ends("a long label", "€1.00", 10), "a lo…€1.00");
    }
}
