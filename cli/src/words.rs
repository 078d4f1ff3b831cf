//! Small words around numbers.

use std::fmt::Display;

/// `1 line`, `2 lines`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{ending}")
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
    fn one_thing_has_no_plural() {
        assert_eq!(
            (counted(1_i64, "listing"), counted(0_u64, "photo")),
            ("1 listing".into(), "0 photos".into())
        );
        let parts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([1, 2, 3].map(|n| joined(&parts[..n])), ["a", "a and b", "a, b and c"]);
    }
}
