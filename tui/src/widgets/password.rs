//! The form that changes the password. What is typed into it is never shown, and gone with the form.

use super::field::Field;

/// What the form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The password so far.
    Current,
    /// The new one.
    New,
    /// The new one once more.
    Again,
    /// The code of the second step.
    Code,
}

impl Asked {
    const ALL: [Self; 4] = [Self::Current, Self::New, Self::Again, Self::Code];

    /// Its name, as wide as the others.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Current => "Password so far ",
            Self::New => "New password    ",
            Self::Again => "New once more   ",
            Self::Code => "Code of your app",
        }
    }
}

/// A password being changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PasswordForm {
    current: Field,
    new: Field,
    again: Field,
    code: Field,
    /// Whether a code is asked for.
    pub(crate) coded: bool,
    /// What is being typed.
    pub(crate) at: Asked,
    /// Whether it was sent and waits for the answer.
    pub(crate) sent: bool,
    /// What is wrong.
    pub(crate) problem: Option<String>,
}

impl PasswordForm {
    /// An empty form, with a code where the second step is on.
    pub(crate) fn new(coded: bool) -> Self {
        Self {
            current: Field::secret(),
            new: Field::secret(),
            again: Field::secret(),
            code: Field::secret(),
            coded,
            at: Asked::Current,
            sent: false,
            problem: None,
        }
    }

    /// What is asked for, in its order.
    pub(crate) fn asked(&self) -> &'static [Asked] {
        if self.coded { &Asked::ALL } else { &Asked::ALL[..3] }
    }

    /// The field of something.
    pub(crate) const fn field(&self, asked: Asked) -> &Field {
        match asked {
            Asked::Current => &self.current,
            Asked::New => &self.new,
            Asked::Again => &self.again,
            Asked::Code => &self.code,
        }
    }

    /// The field that is typed into.
    pub(crate) const fn typed(&mut self) -> &mut Field {
        match self.at {
            Asked::Current => &mut self.current,
            Asked::New => &mut self.new,
            Asked::Again => &mut self.again,
            Asked::Code => &mut self.code,
        }
    }

    /// Goes to the next field, or the one before; whether there is one.
    pub(crate) fn step(&mut self, by: isize) -> bool {
        let asked = self.asked();
        let place = asked.iter().position(|asked| *asked == self.at).unwrap_or(0);
        let next = place.checked_add_signed(by).and_then(|place| asked.get(place));
        self.at = next.copied().unwrap_or(self.at);
        next.is_some()
    }
}
