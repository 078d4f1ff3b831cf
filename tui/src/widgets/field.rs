//! One line of text that can be typed into. Pasted text goes here and nowhere else.

use std::borrow::Cow;
use std::fmt;

use api::password;

use crate::action::Key;

/// Letters that a field takes at most; a tracking number has 40, a filter rarely more.
const LONGEST: usize = 200;
/// Letters of a path at most (Linux: `PATH_MAX`).
const LONGEST_PATH: usize = 4096;
/// What stands in place of each letter of a secret.
const MASK: &str = "•";

/// Text and the place of the cursor in it, counted in letters.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Field {
    text: String,
    cursor: usize,
    longest: usize,
    secret: bool,
}

impl Default for Field {
    fn default() -> Self {
        Self { text: String::new(), cursor: 0, longest: LONGEST, secret: false }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.secret { "…" } else { &self.text };
        f.debug_struct("Field").field("text", &text).finish_non_exhaustive()
    }
}

impl Field {
    /// A field with a text, cursor at its end.
    pub(crate) fn with(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.chars().count(), ..Self::default() }
    }

    /// An empty field for the path of a file.
    pub(crate) fn path() -> Self {
        Self { longest: LONGEST_PATH, ..Self::default() }
    }

    /// An empty field for a password or a code, which is never shown. It takes a letter more than a
    /// password may have, so that none is cut to fit.
    pub(crate) fn secret() -> Self {
        Self { longest: password::LONGEST + 1, secret: true, ..Self::default() }
    }

    /// What stands in it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What may be seen of it.
    pub(crate) fn seen(&self) -> Cow<'_, str> {
        if self.secret { MASK.repeat(self.length()).into() } else { (&*self.text).into() }
    }

    /// What may be seen before the cursor.
    pub(crate) fn seen_before_cursor(&self) -> Cow<'_, str> {
        if self.secret {
            return MASK.repeat(self.cursor).into();
        }
        self.text[..self.byte(self.cursor)].into()
    }

    /// Takes a key; whether it was one for a field.
    pub(crate) fn press(&mut self, key: Key) -> bool {
        match key {
            Key::Char(letter) => self.insert(letter),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.delete();
            }
            Key::Backspace => {}
            Key::Delete => self.delete(),
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.length()),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.length(),
            Key::Ctrl('u') => {
                self.text.clear();
                self.cursor = 0;
            }
            _ => return false,
        }
        true
    }

    /// Takes pasted text; line breaks and other control characters stay outside. Of a secret only
    /// the line break at its end does not belong to it.
    pub(crate) fn paste(&mut self, text: &str) {
        let text = if self.secret { text.trim_end_matches(['\r', '\n']) } else { text.trim() };
        let line = text.replace(['\r', '\n', '\t'], " ");
        for letter in line.chars().filter(|letter| !letter.is_control()) {
            self.insert(letter);
        }
    }

    fn insert(&mut self, letter: char) {
        if self.length() < self.longest {
            let place = self.byte(self.cursor);
            self.text.insert(place, letter);
            self.cursor += 1;
        }
    }

    fn delete(&mut self) {
        let place = self.byte(self.cursor);
        if place < self.text.len() {
            self.text.remove(place);
        }
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn byte(&self, letter: usize) -> usize {
        self.text.char_indices().nth(letter).map_or(self.text.len(), |(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_width_can_be_typed_and_taken_back() {
        let mut field = Field::with("Amélie");
        for key in [
            Key::Left,
            Key::Left,
            Key::Left,
            Key::Backspace,
            Key::Char('王'),
            Key::End,
            Key::Char('!'),
        ] {
            assert!(field.press(key));
        }
        assert_eq!(field.text(), "Am王lie!");
        assert!(field.press(Key::Home));
        assert!(field.press(Key::Delete));
        assert_eq!(field.text(), "m王lie!");
        assert!(!field.press(Key::Enter), "enter belongs to the form");
    }

    #[test]
    fn a_secret_is_kept_to_the_letter_and_shown_nowhere() {
        let mut field = Field::secret();
        field.paste(" a pass wörd \r\n");
        assert_eq!(field.text(), " a pass wörd ");
        assert_eq!(field.seen(), "•".repeat(13));
        field.press(Key::Left);
        assert_eq!(field.seen_before_cursor(), "•".repeat(12));
        assert!(!format!("{field:?}").contains("wörd"));
        field.press(Key::Ctrl('u'));
        field.paste(&"x".repeat(password::LONGEST + 9));
        assert_eq!(field.seen(), "•".repeat(password::LONGEST + 1), "a secret again");
        assert!(password::check_length(field.text()).is_err(), "too long is not cut to fit");
    }

    #[test]
    fn pasted_line_breaks_do_not_survive() {
        let mut field = Field::default();
        field.paste("\u{1b}[31m0034\r\n0434\n");
        assert_eq!(field.text(), "[31m0034  0434");
    }
}
