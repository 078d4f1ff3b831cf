//! Personalisation: what an artisan asks of whoever orders a piece, and what was answered.

use serde::{Deserialize, Serialize};

use crate::Money;

/// Something an artisan has to know before she makes a piece: a name to engrave, a ribbon to choose.
/// Its label is its name: no two questions of a listing have the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What shoppers read, 1 to 80 characters.
    pub label: String,
    /// What can be answered.
    pub answer: AnswerKind,
    /// Whether the piece can only be ordered with an answer.
    #[serde(default)]
    pub required: bool,
    /// What an answer adds to the price of each piece, in the currency of the listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surcharge: Option<Money>,
}

/// What can be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerKind {
    /// A line of the shopper's own words.
    Text {
        /// Characters that it may have, 1 to 200.
        longest: u32,
    },
    /// One of several.
    Choice {
        /// Two to thirty, each of 1 to 60 characters.
        choices: Vec<String>,
    },
}

impl Question {
    /// What can be answered, for people: `up to 20 characters`, `red, green or blue`.
    #[must_use]
    pub fn answer_label(&self) -> String {
        match &self.answer {
            AnswerKind::Text { longest: 1 } => "one character".to_owned(),
            AnswerKind::Text { longest } => format!("up to {longest} characters"),
            AnswerKind::Choice { choices } => match choices.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                _ => choices.concat(),
            },
        }
    }

    /// The question for people: `Name to engrave (up to 20 characters, required, +€5.00)`.
    #[must_use]
    pub fn words(&self) -> String {
        let required = if self.required { ", required" } else { "" };
        let added = self.surcharge.map_or_else(String::new, |added| format!(", +{added}"));
        format!("{} ({}{required}{added})", self.label, self.answer_label())
    }
}

/// What was answered, as it stands on the line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The label of the question when it was answered.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// What it added to the price of each piece; part of the line's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surcharge: Option<Money>,
}

impl Answer {
    /// For people: `Name to engrave: Ana (+€5.00)`.
    #[must_use]
    pub fn words(&self) -> String {
        let added = self.surcharge.map_or_else(String::new, |added| format!(" (+{added})"));
        format!("{}: {}{added}", self.question, self.answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn questions_read_as_the_documentation_writes_them() {
        let text = r#"{"label":"Name","answer":{"kind":"text","longest":20},"required":true,"surcharge":{"minor":500,"currency":"EUR"}}"#;
        let name: Question = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), text);
        assert_eq!(name.words(), "Name (up to 20 characters, required, +€5.00)");
        let text =
            r#"{"label":"Ribbon","answer":{"kind":"choice","choices":["red","green","blue"]}}"#;
        let ribbon: Question = serde_json::from_str(text).unwrap();
        assert_eq!(ribbon.answer_label(), "red, green or blue");
        for wrong in [text.replace("choices", "options"), text.replace("label", "title")] {
            assert!(serde_json::from_str::<Question>(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_says_what_it_costs() {
        let answer =
            |surcharge| Answer { question: "Name".into(), answer: "Ana".into(), surcharge };
        assert_eq!(answer(None).words(), "Name: Ana");
        let dear = answer(Some(Money::new(500, Currency::EUR)));
        assert_eq!(dear.words(), "Name: Ana (+€5.00)");
    }
}
