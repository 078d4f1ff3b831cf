//! Words that people typed, before they are kept.

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;

/// One line without doubled or outer spaces.
pub(crate) fn line(field: &'static str, given: &str, longest: usize) -> Result<String, Error> {
    let line = given.split_whitespace().collect::<Vec<_>>().join(" ");
    check(field, &line, longest)?;
    Ok(line)
}

/// A name of a person or a shop: one line of so many characters, at least one of which is seen.
pub(crate) fn name(given: &str, length: RangeInclusive<usize>) -> Result<String, Error> {
    let name = line("name", given, *length.end())?;
    if name.chars().count() < *length.start() || name.chars().all(leaves_no_mark) {
        let (from, to) = (length.start(), length.end());
        let message = format!("a name has {from} to {to} characters on one line");
        return Err(Error::invalid("name", message));
    }
    Ok(name)
}

/// One line, each letter in its composed form (Unicode Normalization Form C), so that what looks
/// the same is the same and counts the same.
pub(crate) fn composed(field: &'static str, given: &str, longest: usize) -> Result<String, Error> {
    line(field, &given.nfc().collect::<String>(), longest)
}

/// Several lines, without space around them.
pub(crate) fn lines(field: &'static str, given: &str, longest: usize) -> Result<String, Error> {
    let text = given.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    check(field, &text, longest)?;
    Ok(text)
}

fn check(field: &'static str, text: &str, longest: usize) -> Result<(), Error> {
    if text.chars().count() > longest {
        return Err(Error::invalid(field, format!("at most {longest} characters, please")));
    }
    if text.chars().any(is_invisible) {
        return Err(Error::invalid(field, "this text has invisible control characters; retype it"));
    }
    Ok(())
}

/// Controls, and the marks that make a line read in another order than it is written
/// (Unicode Standard Annex #9, explicit formatting characters).
fn is_invisible(letter: char) -> bool {
    let reorders = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    reorders || (letter.is_control() && letter != '\n' && letter != '\t')
}

/// Spaces, and what joins or parts letters without a shape of its own (Unicode Standard, section
/// 23.2, and the property “default ignorable”).
fn leaves_no_mark(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_as_it_reads() {
        assert_eq!(line("place", "  Faenza, \n Italy ", 20).unwrap(), "Faenza, Italy");
        assert_eq!(lines("about", "One.\r\n\r\nTwo. ", 20).unwrap(), "One.\n\nTwo.");
        assert!(line("place", "Faenza", 5).is_err());
        assert_eq!(composed("name", " Zoe\u{308} ", 3).unwrap(), "Zo\u{eb}");
    }

    #[test]
    fn a_name_can_be_seen() {
        assert_eq!(name("  Zoë   Ng ", 1..=80).unwrap(), "Zoë Ng");
        assert_eq!(name("陶", 1..=80).unwrap(), "陶");
        for unseen in
            ["", "  ", "\u{200B}", "\u{2060}\u{FEFF}", "\u{3164}", "\u{202E} ", "A\nB\u{7}"]
        {
            assert!(name(unseen, 1..=80).is_err(), "{unseen:?}");
        }
        assert!(name("A", 2..=60).is_err() && name(&"x".repeat(81), 1..=80).is_err());
    }

    #[test]
    fn nothing_reads_otherwise_than_it_is_written() {
        for hidden in ["a\u{202E}b", "a\u{2066}b", "a\u{7}b", "a\u{1b}[31mb"] {
            assert!(lines("about", hidden, 20).is_err(), "{hidden:?}");
        }
        assert!(lines("about", "naïve 陶器 🏺 שלום", 20).is_ok());
    }
}
