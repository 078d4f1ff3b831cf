//! The form of a piece that its maker has questions about.

use api::Id;
use api::listing::Variant;
use api::question::{AnswerKind, Question};

use crate::error::Error;
use crate::listings::questions::{self, Given};

/// Names the field of a question, followed by its label.
const ANSWER: &str = "answer:";
/// Answers longer than this get several lines to type in.
const ONE_LINE: u32 = 60;

/// The form as it was sent.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) variant: Option<Id<Variant>>,
    pub(super) quantity: i64,
    pub(super) given: Vec<Given>,
}

impl Typed {
    /// Reads the pairs of a form; a name that it does not know is refused.
    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut typed = Self { quantity: 1, ..Self::default() };
        for (name, value) in pairs {
            match name.as_str() {
                "variant" => typed.variant = Some(value.parse().map_err(|_| unusable())?),
                "quantity" => typed.quantity = value.parse().map_err(|_| unusable())?,
                other => {
                    let question = other.strip_prefix(ANSWER).ok_or_else(unusable)?.to_owned();
                    typed.given.push(Given { question, answer: value });
                }
            }
        }
        Ok(typed)
    }

    /// What was said to a question.
    fn said(&self, label: &str) -> &str {
        let given = self.given.iter().find(|given| given.question == label);
        given.map_or("", |given| given.answer.as_str())
    }

    /// An answer to a question that is not asked.
    pub(super) fn stray(&self, questions: &[Question]) -> Option<&Given> {
        let asked = |given: &Given| questions.iter().any(|it| it.label == given.question);
        self.given.iter().find(|given| !given.answer.is_empty() && !asked(given))
    }
}

fn unusable() -> Error {
    Error::invalid("form", "the form holds something that this page does not know; open it anew")
}

/// A question as the form asks it.
pub(super) struct Field {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) required: bool,
    /// Characters of an answer in one's own words.
    pub(super) longest: u32,
    /// Empty for one's own words.
    pub(super) choices: Vec<String>,
    /// What was typed.
    pub(super) typed: String,
    /// What is wrong with it; empty when all is well.
    pub(super) wrong: String,
}

impl Field {
    /// Whether there is more than a line to type.
    pub(super) const fn is_long(&self) -> bool {
        self.longest > ONE_LINE
    }
}

/// The questions as a form; nothing is typed yet.
pub(super) fn fields(questions: &[Question]) -> Vec<Field> {
    (1..).zip(questions).map(|(place, question)| field(place, question)).collect()
}

/// The questions with what was typed, and what is wrong with it.
pub(super) fn checked(questions: &[Question], typed: &Typed) -> Result<Vec<Field>, Error> {
    let mut fields = fields(questions);
    for (field, question) in fields.iter_mut().zip(questions) {
        typed.said(&question.label).clone_into(&mut field.typed);
        match questions::answer(question, &field.typed) {
            Ok(_) => {}
            Err(Error::Invalid { message, .. }) => field.wrong = message,
            Err(other) => return Err(other),
        }
    }
    Ok(fields)
}

fn field(place: usize, question: &Question) -> Field {
    let (longest, choices, most) = match &question.answer {
        AnswerKind::Text { longest } => {
            (*longest, Vec::new(), format!("Up to {longest} characters. "))
        }
        AnswerKind::Choice { choices } => (0, choices.clone(), String::new()),
    };
    let added = question.surcharge.map(|added| format!("Adds {added} to each piece."));
    Field {
        id: format!("answer-{place}"),
        name: format!("{ANSWER}{}", question.label),
        label: question.label.clone(),
        hint: format!("{most}{}", added.unwrap_or_default()).trim_end().to_owned(),
        required: question.required,
        longest,
        choices,
        typed: String::new(),
        wrong: String::new(),
    }
}
