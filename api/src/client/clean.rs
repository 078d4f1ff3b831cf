//! Takes out of a text what could move, hide or repaint on a terminal.

use serde_json::Value;

/// Cleans every text in a JSON document; keys are ours and stay.
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => clean_text(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Drops control and invisible characters; keeps line ends, turns tabs into spaces.
fn clean_text(text: &mut String) {
    if text.chars().all(is_plain) {
        return;
    }
    *text = text
        .chars()
        .filter_map(|letter| match letter {
            '\t' => Some(' '),
            '\u{2028}' | '\u{2029}' => Some('\n'),
            other => is_plain(other).then_some(other),
        })
        .collect();
}

/// Whether a character shows as itself, on its place.
///
/// Refused are C0 and C1 controls but the line feed, the bidirectional controls of UAX #9, zero-width
/// characters, line separators, interlinear annotations and the tag block, which can smuggle text.
const fn is_plain(letter: char) -> bool {
    !matches!(
        letter,
        '\0'..='\x09'
            | '\x0b'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_can_paint_hide_or_reorder() {
        let mut value = json!({
            "title": "Mug\u{1b}[2J\u{9b}31m red\u{7}",
            "tags": ["a\u{202e}b", "zero\u{200b}width", "two\tcolumns\r"],
            "deep": { "note": "line one\nline two\u{2028}three" },
            "minor": 2400
        });
        clean(&mut value);
        assert_eq!(
            value,
            json!({
                "title": "Mug[2J31m red",
                "tags": ["ab", "zerowidth", "two columns"],
                "deep": { "note": "line one\nline two\nthree" },
                "minor": 2400
            })
        );
    }

    #[test]
    fn every_script_stays_as_it_is() {
        let mut value = json!("Tasse für Ω, 陶器, עברית, 🫖");
        let before = value.clone();
        clean(&mut value);
        assert_eq!(value, before);
    }
}
