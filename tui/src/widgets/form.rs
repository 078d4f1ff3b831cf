//! Forms: a parcel, made for scanners (a code, enter, next order), a line of the settings, and a
//! question.

use std::collections::VecDeque;

use api::order::{Carrier, Parcel};

use super::field::Field;
use crate::effect::Effect;
use crate::settings::{Change, ShopPicture, What};

/// A question before something that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) title: &'static str,
    /// What a yes would do.
    pub(crate) text: String,
    /// The row that it is about, by its key.
    pub(crate) row: String,
    /// What a yes does.
    pub(crate) yes: Yes,
}

/// What a yes to a question does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Yes {
    /// Asks the server for it.
    Ask(Effect),
    /// Changes the setting that the question is about, by its name.
    Change(&'static str, Change),
}

/// A setting being changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingForm {
    /// Which one.
    pub(crate) what: What,
    /// Its name.
    pub(crate) label: &'static str,
    /// What it says, as far as is known; of a picture, what it shows.
    pub(crate) says: String,
    /// What it shall say; of a picture, the file.
    pub(crate) field: Field,
    /// What a picture of the shop shows.
    pub(crate) alt: Option<Field>,
    /// Whether that is being typed.
    pub(crate) describing: bool,
    /// What it says since it was changed elsewhere while this was typed.
    pub(crate) elsewhere: Option<String>,
    /// Whether it was sent and waits for the answer, or to be read anew.
    pub(crate) sent: bool,
    /// What is wrong with that.
    pub(crate) problem: Option<String>,
}

impl SettingForm {
    /// A form for a row that says something.
    pub(crate) fn new(what: What, label: &'static str, says: &str) -> Self {
        let field = if what == What::Portrait { Field::path() } else { Field::with(says) };
        let says = says.to_owned();
        Self {
            what,
            label,
            says,
            field,
            alt: None,
            describing: false,
            elsewhere: None,
            sent: false,
            problem: None,
        }
    }

    /// A form for a picture of the shop, with what the one that is there shows.
    pub(crate) fn picture(which: ShopPicture, label: &'static str, alt: &str) -> Self {
        let (field, words) = (Field::path(), Some(Field::with(alt)));
        Self { field, alt: words, ..Self::new(What::ShopPicture(which), label, alt) }
    }

    /// Goes to the other field, if there is one. Words about the picture that is there are not
    /// those about another one.
    pub(crate) fn turn(&mut self) {
        let Some(alt) = &mut self.alt else { return };
        self.describing = !self.describing;
        let is_other = !self.field.text().trim().is_empty();
        if self.describing && is_other && alt.text() == self.says {
            *alt = Field::default();
        } else if self.describing && !is_other && alt.text().is_empty() {
            *alt = Field::with(&self.says);
        }
    }

    /// Says what is wrong; with a picture, most likely its file.
    pub(crate) fn refuse(&mut self, problem: String) {
        self.problem = Some(problem);
        self.describing = false;
    }

    /// The field that is typed into.
    pub(crate) const fn typed(&mut self) -> &mut Field {
        match &mut self.alt {
            Some(alt) if self.describing => alt,
            _ => &mut self.field,
        }
    }
}

/// A parcel being recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShipForm {
    /// The order it is for.
    pub(crate) number: String,
    /// Orders after this one.
    pub(crate) queue: VecDeque<String>,
    /// Orders before this one.
    pub(crate) done: usize,
    /// Tracking number as typed or scanned.
    pub(crate) tracking: Field,
    /// The carrier, when it was chosen by hand.
    pub(crate) carrier: Option<Carrier>,
    /// Whether enter was pressed without a number; the second one means it.
    pub(crate) bare_confirmed: bool,
    /// Whether it was sent and waits for the answer.
    pub(crate) sent: bool,
    /// Why the server refused it.
    pub(crate) problem: Option<String>,
}

impl ShipForm {
    /// A form for an order, with what was refused for it before.
    pub(crate) fn new(number: String, refused: Option<&Parcel>) -> Self {
        Self {
            number,
            queue: VecDeque::new(),
            done: 0,
            tracking: Field::with(refused.map_or("", |parcel| parcel.tracking.as_str())),
            carrier: refused.and_then(|parcel| parcel.carrier),
            bare_confirmed: false,
            sent: false,
            problem: None,
        }
    }

    /// The carrier chosen, or guessed from the number.
    pub(crate) fn carrier(&self) -> Carrier {
        self.carrier.unwrap_or_else(|| Carrier::guess(self.tracking.text()))
    }

    /// Another carrier than this one.
    pub(crate) fn cycle_carrier(&mut self) {
        let now = self.carrier();
        let place = Carrier::ALL.iter().position(|carrier| *carrier == now).unwrap_or(0);
        self.carrier = Carrier::ALL.get((place + 1) % Carrier::ALL.len()).copied();
    }

    /// What is sent; the server guesses the carrier by the same rule.
    pub(crate) fn parcel(&self) -> Parcel {
        Parcel { tracking: self.tracking.text().trim().to_owned(), carrier: self.carrier }
    }
}
