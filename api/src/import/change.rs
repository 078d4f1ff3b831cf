//! A field that changes, and how little of it shows what changes.

use serde::{Deserialize, Serialize};

/// Part of what is shown that two long texts may have in common before they differ: one in so many.
const COMMON: usize = 5;

/// One field that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which, such as `price` or `variants.MUG-OAT.price`.
    pub field: String,
    /// What it is.
    pub from: String,
    /// What it would be.
    pub to: String,
}

impl FieldChange {
    /// Both values with at most so many characters. When either is longer, both are shown from a
    /// little before where they begin to differ, so that they never look the same.
    #[must_use]
    pub fn brief(&self, longest: usize) -> (String, String) {
        let (from, to) = (&self.from, &self.to);
        let is_long = |text: &str| text.chars().nth(longest).is_some();
        if !is_long(from) && !is_long(to) {
            return (from.clone(), to.clone());
        }
        let same = from.chars().zip(to.chars()).take_while(|(old, new)| old == new).count();
        let skipped = same.saturating_sub(longest / COMMON);
        (excerpt(from, skipped, longest), excerpt(to, skipped, longest))
    }
}

/// So many characters of a text, with dots where something is left out.
fn excerpt(text: &str, skipped: usize, longest: usize) -> String {
    let before = if skipped > 0 { "…" } else { "" };
    let after = if text.chars().nth(skipped + longest).is_some() { "…" } else { "" };
    let shown: String = text.chars().skip(skipped).take(longest).collect();
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn brief(from: &str, to: &str, longest: usize) -> (String, String) {
        let (from, to) = (from.to_owned(), to.to_owned());
        FieldChange { field: "description".into(), from, to }.brief(longest)
    }

    #[test]
    fn a_long_text_is_shown_from_where_it_differs() {
        let long = format!("{}grey{}", "a".repeat(1000), "b".repeat(1000));
        let (from, to) = brief(&long, &long.replace("grey", "blue"), 200);
        assert!(from.starts_with("…aaa") && from.contains("grey") && from.ends_with('…'), "{from}");
        assert!(to.contains("blue"), "{to}");
        assert_eq!(brief("grey", "blue", 200), ("grey".into(), "blue".into()));
        let longer = format!("{} More.", "a".repeat(60));
        let (from, to) = brief(&longer[..60], &longer, 60);
        assert_eq!(
            (from, to),
            (format!("…{}", "a".repeat(12)), format!("…{} More.", "a".repeat(12)))
        );
    }

    proptest! {
        #[test]
        fn what_differs_never_looks_the_same(same in "[ab]{0,90}", from in "[ab]{0,90}", to in "[ab]{0,90}", longest in 1_usize..80) {
            prop_assume!(from != to);
            let (old, new) = brief(&format!("{same}{from}"), &format!("{same}{to}"), longest);
            prop_assert_ne!(&old, &new);
            prop_assert!(old.chars().count() <= longest + 2 && new.chars().count() <= longest + 2);
        }
    }
}
