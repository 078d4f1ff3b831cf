//! Forms: a parcel, made for scanners (a code, enter, next order), and a line of the settings.

use std::collections::VecDeque;

use api::order::{Carrier, Parcel};

use super::field::Field;
use crate::settings::What;

/// A setting being changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingForm {
    /// Which one.
    pub(crate) what: What,
    /// Its name.
    pub(crate) label: &'static str,
    /// What it shall say.
    pub(crate) field: Field,
    /// What is wrong with that.
    pub(crate) problem: Option<String>,
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
}

impl ShipForm {
    /// A form for the first of some orders.
    pub(crate) fn open(mut numbers: VecDeque<String>) -> Option<Self> {
        let number = numbers.pop_front()?;
        Some(Self {
            number,
            queue: numbers,
            done: 0,
            tracking: Field::default(),
            carrier: None,
            bare_confirmed: false,
        })
    }

    /// The form for the next order.
    pub(crate) fn next(self) -> Option<Self> {
        let next = Self::open(self.queue)?;
        Some(Self { done: self.done + 1, ..next })
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
