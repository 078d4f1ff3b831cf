//! Small words around numbers.

use std::fmt::Display;

use api::import::FieldChange;

/// `1 line`, `2 lines`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// What a field was and what it becomes, each in one short line. They never read the same: where only
/// what cannot be seen differs, both are quoted.
pub(crate) fn change(change: &FieldChange) -> (String, String) {
    const LONGEST: usize = 60;
    let (from, to) = change.brief(LONGEST);
    let plain = |text: &str| match text {
        "" => "nothing".to_owned(),
        text => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
    };
    let (old, new) = (plain(&from), plain(&to));
    if old == new { (format!("{from:?}"), format!("{to:?}")) } else { (old, new) }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_never_reads_as_none() {
        let told = |from: &str, to: &str| {
            let (field, from, to) = ("questions".to_owned(), from.to_owned(), to.to_owned());
            change(&FieldChange { field, from, to })
        };
        let asked = "Name to engrave on the inside of the lid, as it is to be written (up to 20 characters)";
        let (from, to) = told(asked, &asked.replace("20", "25"));
        assert_eq!(
            (from.as_str(), to.as_str()),
            ("…ten (up to 20 characters)", "…ten (up to 25 characters)")
        );
        assert_eq!(told("", "red"), ("nothing".into(), "red".into()));
        assert_eq!(told("one\ntwo", "one two"), ("\"one\\ntwo\"".into(), "\"one two\"".into()));
        assert_eq!(told("nothing", ""), ("\"nothing\"".into(), "\"\"".into()));
    }

    #[test]
    fn one_thing_has_no_plural() {
        assert_eq!(
            (counted(1_i64, "listing"), counted(0_u64, "photo")),
            ("1 listing".into(), "0 photos".into())
        );
        let parts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([1, 2, 3].map(|n| joined(&parts[..n])), ["a", "a and b", "a, b and c"]);
    }
}
