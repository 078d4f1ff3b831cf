//! One line of text that can be typed into. Pasted text goes here and nowhere else.

use crate::action::Key;

/// Letters that a field takes at most; a tracking number has 40, a filter rarely more.
const LONGEST: usize = 200;

/// Text and the place of the cursor in it, counted in letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    text: String,
    cursor: usize,
}

impl Field {
    /// A field with a text, cursor at its end.
    pub(crate) fn with(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.chars().count() }
    }

    /// What stands in it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub(crate) fn before_cursor(&self) -> &str {
        &self.text[..self.byte(self.cursor)]
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
            Key::Ctrl('u') => *self = Self::default(),
            _ => return false,
        }
        true
    }

    /// Takes pasted text; line breaks and other control characters stay outside.
    pub(crate) fn paste(&mut self, text: &str) {
        let line = text.trim().replace(['\r', '\n', '\t'], " ");
        for letter in line.chars().filter(|letter| !letter.is_control()) {
            self.insert(letter);
        }
    }

    fn insert(&mut self, letter: char) {
        if self.length() < LONGEST {
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
    fn pasted_line_breaks_do_not_survive() {
        let mut field = Field::default();
        field.paste("\u{1b}[31m0034\r\n0434\n");
        assert_eq!(field.text(), "[31m0034  0434");
    }
}
