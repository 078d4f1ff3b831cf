//! Recovery codes: for the day the phone is gone. Each works once.

/// Codes that a person gets.
pub(super) const CODES: usize = 10;
/// Characters between two hyphens.
const GROUP: usize = 6;

/// A code as it is shown, in groups.
pub(super) fn shown(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// A code as it is compared, however it was typed: Crockford's base32 reads O as zero, and I and L
/// as one.
pub(super) fn read(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = "0123456789ABCDEFGHJKMN10";
        assert_eq!(shown(code), "012345-6789AB-CDEFGH-JKMN10");
        for typed in
            [shown(code).as_str(), " 012345 6789ab cdefgh jkmnlO ", "O1234567-89ABCDEFGHJKMNI0"]
        {
            assert_eq!(read(typed), code, "{typed}");
        }
        assert_eq!(read("—"), "");
    }
}
