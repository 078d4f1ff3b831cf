//! Personalisation: what may be asked of shoppers, what may be answered, and what that costs.

use std::collections::HashSet;

use api::limits::{ANSWER, CHOICES, HIGHEST_PRICE, LABEL, QUESTIONS, WORD};
use api::listing::Listing;
use api::question::{Answer, AnswerKind, Question};
use api::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::change::clean_line;
use super::check::{has_control, too_long};
use crate::error::Error;
use crate::text;

/// What a shopper said to the question with this label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) question: String,
    pub(crate) answer: String,
}

impl Given {
    /// The shopper's words of an answer, without what they cost.
    pub(crate) fn of(answer: &Answer) -> Self {
        Self { question: answer.question.clone(), answer: answer.answer.clone() }
    }

    /// The words as an answer that costs nothing.
    pub(crate) fn unpriced(&self) -> Answer {
        Answer { question: self.question.clone(), answer: self.answer.clone(), surcharge: None }
    }
}

/// Questions with labels and choices of one line each.
pub(super) fn cleaned(questions: &[Question]) -> Vec<Question> {
    let clean = |question: &Question| {
        let answer = match &question.answer {
            AnswerKind::Choice { choices } => {
                AnswerKind::Choice { choices: choices.iter().map(|it| clean_line(it)).collect() }
            }
            text @ AnswerKind::Text { .. } => text.clone(),
        };
        Question { label: clean_line(&question.label), answer, ..question.clone() }
    };
    questions.iter().map(clean).collect()
}

/// Refuses questions that cannot be asked, naming the field and the remedy.
pub(super) fn check(listing: &Listing, currency: Currency) -> Result<(), Error> {
    let questions = &listing.questions;
    if questions.len() > QUESTIONS {
        return Err(Error::invalid("questions", format!("at most {QUESTIONS} questions")));
    }
    for question in questions {
        label(&question.label)?;
        kind(question)?;
        surcharge(question, currency)?;
    }
    let labels: HashSet<&str> = questions.iter().map(|question| question.label.as_str()).collect();
    if labels.len() < questions.len() {
        return Err(Error::invalid("questions.label", "two questions have the same label"));
    }
    dearest(listing)
}

fn label(label: &str) -> Result<(), Error> {
    if label.is_empty() || too_long(label, LABEL) || has_control(label) {
        let message = format!("a question has a label of 1 to {LABEL} characters");
        return Err(Error::invalid("questions.label", message));
    }
    Ok(())
}

fn kind(question: &Question) -> Result<(), Error> {
    let label = &question.label;
    match &question.answer {
        AnswerKind::Text { longest } if (1..=ANSWER).contains(longest) => Ok(()),
        AnswerKind::Text { .. } => Err(Error::invalid(
            "questions.answer.longest",
            format!("“{label}”: an answer may have 1 to {ANSWER} characters"),
        )),
        AnswerKind::Choice { choices } => {
            let usable = |it: &String| !it.is_empty() && !too_long(it, WORD) && !has_control(it);
            let different: HashSet<&String> = choices.iter().collect();
            let enough = (2..=CHOICES).contains(&choices.len());
            if enough && different.len() == choices.len() && choices.iter().all(usable) {
                return Ok(());
            }
            let message = format!(
                "“{label}”: give 2 to {CHOICES} different choices of 1 to {WORD} characters"
            );
            Err(Error::invalid("questions.answer.choices", message))
        }
    }
}

fn surcharge(question: &Question, currency: Currency) -> Result<(), Error> {
    let (Some(added), label) = (question.surcharge, &question.label) else { return Ok(()) };
    if added.currency() != currency {
        let given = added.currency();
        let message = format!("“{label}”: this shop sells in {currency}, not in {given}");
        return Err(Error::invalid("questions.surcharge", message));
    }
    if !(1..=HIGHEST_PRICE).contains(&added.minor()) {
        let message = format!("“{label}”: leave the surcharge out, or make it more than nothing");
        return Err(Error::invalid("questions.surcharge", message));
    }
    Ok(())
}

/// With every question answered the dearest variant must still be payable.
fn dearest(listing: &Listing) -> Result<(), Error> {
    let Some(dearest) = listing.variants.iter().map(|it| it.price).max_by_key(|it| it.minor())
    else {
        return Ok(());
    };
    let surcharges = listing.questions.iter().filter_map(|question| question.surcharge);
    let all = surcharges.into_iter().try_fold(dearest, Money::checked_add)?;
    if all.minor() <= HIGHEST_PRICE {
        return Ok(());
    }
    let highest = Money::new(HIGHEST_PRICE, all.currency());
    let message = format!("with all surcharges a piece costs {all}; at most {highest}");
    Err(Error::invalid("questions.surcharge", message))
}

/// What was said to one question; nothing where that is allowed and nothing was said.
pub(crate) fn answer(question: &Question, said: &str) -> Result<Option<Answer>, Error> {
    let longest = match &question.answer {
        AnswerKind::Text { longest } => *longest,
        AnswerKind::Choice { .. } => ANSWER,
    };
    let longest = usize::try_from(longest).map_err(Error::internal)?;
    let said = text::composed("answers", said, longest)?;
    if said.is_empty() {
        return if question.required {
            Err(Error::invalid("answers", "the maker needs an answer to this"))
        } else {
            Ok(None)
        };
    }
    let said = match &question.answer {
        AnswerKind::Text { .. } => said,
        // Compared as they read; kept as the artisan wrote it.
        AnswerKind::Choice { choices } => choices
            .iter()
            .find(|choice| {
                text::composed("answers", choice, choice.len()).is_ok_and(|it| it == said)
            })
            .cloned()
            .ok_or_else(|| Error::invalid("answers", "choose one of those in the list"))?,
    };
    let (question, surcharge) = (question.label.clone(), question.surcharge);
    Ok(Some(Answer { question, answer: said, surcharge }))
}

/// Everything that was said, in the order of the questions. The error names the question that is
/// not asked (any more), or not so.
pub(crate) fn answers(questions: &[Question], given: &[Given]) -> Result<Vec<Answer>, Error> {
    let asked = |label: &str| questions.iter().any(|question| question.label == label);
    if let Some(stray) = given.iter().find(|given| !asked(&given.question)) {
        let message = format!("“{}” is not asked any more", stray.question);
        return Err(Error::invalid("answers", message));
    }
    let mut all = Vec::new();
    for question in questions {
        let said = given.iter().find(|given| given.question == question.label);
        let said = said.map_or("", |given| given.answer.as_str());
        let named = |error: Error| match error {
            Error::Invalid { field, message } => {
                Error::invalid(field, format!("“{}”: {message}", question.label))
            }
            other => other,
        };
        all.extend(answer(question, said).map_err(named)?);
    }
    Ok(all)
}

/// Price of one piece with these answers.
pub(crate) fn price(piece: Money, answers: &[Answer]) -> Result<Money, MoneyError> {
    answers.iter().filter_map(|answer| answer.surcharge).try_fold(piece, Money::checked_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(label: &str, longest: u32, required: bool) -> Question {
        let answer = AnswerKind::Text { longest };
        Question { label: label.into(), answer, required, surcharge: None }
    }

    fn choice(choices: &[&str]) -> Question {
        let choices = choices.iter().map(|it| (*it).to_owned()).collect();
        let surcharge = Some(Money::new(500, Currency::EUR));
        let answer = AnswerKind::Choice { choices };
        Question { label: "Ribbon".into(), answer, required: false, surcharge }
    }

    fn given(question: &str, answer: &str) -> Given {
        Given { question: question.into(), answer: answer.into() }
    }

    #[test]
    fn answers_are_kept_as_they_read() {
        let name = text("Name", 4, true);
        let said = |said| answer(&name, said).map(|it| it.unwrap().answer);
        assert_eq!(said("  Zoe\u{308}  ").unwrap(), "Zoë");
        assert_eq!(said("🦊🦊🦊🦊").unwrap(), "🦊🦊🦊🦊", "a letter is a letter");
        for wrong in ["", " ", "Annie", "A\u{7}", "A\u{202e}"] {
            assert!(said(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(answer(&text("Name", 4, false), " ").unwrap(), None);
        assert_eq!(answer(&choice(&["Zoe\u{308}"]), "Zoë").unwrap().unwrap().answer, "Zoe\u{308}");
        assert!(answer(&choice(&["red", "green"]), "blue").is_err());
    }

    #[test]
    fn only_what_is_asked_is_answered_and_costs() {
        let questions = [text("Name", 9, true), choice(&["red", "green"])];
        let all = answers(&questions, &[given("Ribbon", "red"), given("Name", "Ana")]).unwrap();
        let words: Vec<String> = all.iter().map(Answer::words).collect();
        assert_eq!(words, ["Name: Ana", "Ribbon: red (+€5.00)"]);
        let piece = Money::new(2400, Currency::EUR);
        assert_eq!(price(piece, &all).unwrap().minor(), 2900);
        let one = answers(&questions, &[given("Name", "Ana")]).unwrap();
        assert_eq!(price(piece, &one).unwrap(), piece);
        for (stray, words) in
            [("Font", "“Font” is not asked any more"), ("Ribbon", "“Name”: the maker needs")]
        {
            let refused = answers(&questions, &[given(stray, "red")]).unwrap_err().to_string();
            assert!(refused.starts_with(words), "{refused}");
        }
    }
}
