//! Words that people typed, before they are kept.

use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;

/// One line without doubled or outer spaces.
pub(crate) fn line(field: &'static str, given: &str, longest: usize) -> Result<String, Error> {
    let line = given.split_whitespace().collect::<Vec<_>>().join(" ");
    check(field, &line, longest)?;
    Ok(line)
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
    fn nothing_reads_otherwise_than_it_is_written() {
        for hidden in ["a\u{202E}b", "a\u{2066}b", "a\u{7}b", "a\u{1b}[31mb"] {
            assert!(lines("about", hidden, 20).is_err(), "{hidden:?}");
        }
        assert!(lines("about", "naïve 陶器 🏺 שלום", 20).is_ok());
    }
}
