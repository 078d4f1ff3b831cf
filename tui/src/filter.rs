//! The filter of a list: words that a row must contain, `is:` states, `-` in front negates.

/// A row as the filter sees it.
pub(crate) trait Filtered {
    /// Words that may follow `is:`.
    const STATES: &'static [&'static str];

    /// Whether one of [`Filtered::STATES`] is true of this row.
    fn is(&self, state: &str) -> bool;
}

/// A filter as typed and as understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    text: String,
    terms: Vec<Term>,
    problem: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Contains(String),
    Is(Vec<&'static str>),
}

impl Filter {
    /// Reads a filter. A word after `is:` may be unfinished: `is:ship` means `shipped`.
    pub(crate) fn parse(text: &str, states: &'static [&'static str]) -> Self {
        let mut filter = Self { text: text.to_owned(), ..Self::default() };
        for token in text.to_lowercase().split_whitespace() {
            let (negated, body) = match token.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, token),
            };
            let condition = match body.strip_prefix("is:") {
                Some(words) => filter.read_states(words, states),
                None => Some(Test::Contains(body.to_owned())),
            };
            filter.terms.extend(condition.map(|test| Term { negated, test }));
        }
        filter
    }

    /// As it was typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What was not understood, and what would be.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Whether a row passes; `haystack` is its text in lower case.
    pub(crate) fn accepts(&self, row: &impl Filtered, haystack: &str) -> bool {
        self.terms.iter().all(|term| {
            let holds = match &term.test {
                Test::Contains(word) => haystack.contains(word.as_str()),
                Test::Is(states) => states.iter().any(|state| row.is(state)),
            };
            holds != term.negated
        })
    }

    fn read_states(&mut self, words: &str, states: &'static [&'static str]) -> Option<Test> {
        let mut meant = Vec::new();
        for word in words.split('|').filter(|word| !word.is_empty()) {
            let known = states.iter().filter(|state| state.starts_with(word));
            let before = meant.len();
            meant.extend(known.copied());
            if meant.len() == before {
                self.problem = Some(format!("is:{word} is none of {}", states.join(" ")));
            }
        }
        (!meant.is_empty()).then_some(Test::Is(meant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Parcel(&'static str);

    impl Filtered for Parcel {
        const STATES: &'static [&'static str] = &["to-pack", "shipped", "refunded"];

        fn is(&self, state: &str) -> bool {
            self.0 == state
        }
    }

    fn passes(filter: &str, state: &'static str, haystack: &str) -> bool {
        Filter::parse(filter, Parcel::STATES).accepts(&Parcel(state), haystack)
    }

    #[test]
    fn words_states_and_negation_all_have_to_hold() {
        let text = "7k39qf2m-1 amélie fournier stoneware mug";
        assert!(passes("AMÉLIE mug", "to-pack", text));
        assert!(!passes("amélie spoon", "to-pack", text));
        assert!(passes("is:to-pack|shipped", "shipped", text));
        assert!(!passes("is:to-pack|shipped", "refunded", text));
        assert!(passes("-is:refunded -spoon", "shipped", text));
        assert!(!passes("-mug", "shipped", text));
        assert!(passes("2m-1", "shipped", text), "a dash inside a word is part of it");
    }

    #[test]
    fn an_unfinished_state_already_counts_and_an_unknown_one_is_said() {
        assert!(passes("is:ship", "shipped", ""));
        assert!(passes("is:", "shipped", ""));
        let odd = Filter::parse("is:lost", Parcel::STATES);
        assert_eq!(odd.problem(), Some("is:lost is none of to-pack shipped refunded"));
        assert!(odd.accepts(&Parcel("shipped"), ""));
    }
}
