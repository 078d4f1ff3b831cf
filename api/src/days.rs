//! Days from the fewest to the most, in one notation for options, files and forms.

/// Reads `3..10`, or `5` where the fewest are the most. `3-10` means the same.
pub(crate) fn read(text: &str) -> Option<(u32, u32)> {
    let parts = text.split_once("..").or_else(|| text.split_once(['-', '–']));
    let (from, to) = parts.unwrap_or((text, text));
    Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
}

/// `3..10`, or `5` where the fewest are the most.
pub(crate) fn write(from: u32, to: u32) -> String {
    if from == to { to.to_string() } else { format!("{from}..{to}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_one_is_written() {
        for text in ["3..10", "3-10", "3–10", " 3 .. 10 "] {
            assert_eq!(read(text), Some((3, 10)), "{text}");
        }
        assert_eq!(read("5"), Some((5, 5)));
        for text in ["", "soon", "3-", "-3", "3..", "3...10", "3-10-12", "3,10"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((write(3, 10), write(5, 5)), ("3..10".to_owned(), "5".to_owned()));
    }
}
