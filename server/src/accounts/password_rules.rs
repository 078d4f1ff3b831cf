//! What a password must be: long and not among the first guesses (NIST SP 800-63B-4). No rules
//! about digits or signs; they make passwords worse.

use api::password::{check_length, normalised};
use zxcvbn::zxcvbn;

use crate::error::Error;

/// Guesses that a password has to outlast. zxcvbn's highest score begins here: more than somebody
/// tries who has stolen the hashes (`docs/decisions/0034-guessed-passwords.md`).
const GUESSES: u64 = 10_000_000_000;
/// Words that make a password good where they are rare and have nothing to do with each other.
const WORDS: usize = 4;
/// What people put between words.
const BETWEEN: [char; 4] = [' ', '-', '_', '.'];
/// Letters of a word about the person or the market that make it worth guessing.
const WORD: usize = 4;

/// What the embedded lists lack, which are English before all: the word for password elsewhere,
/// other keyboards, and the passphrases that everybody has read about.
const EVERYBODYS: [&str; 12] = [
    "passwort",
    "kennwort",
    "geheim",
    "motdepasse",
    "contrasena",
    "contraseña",
    "passphrase",
    "qwertzuiop",
    "azertyuiop",
    "correcthorsebatterystaple",
    "thequickbrownfoxjumpsoverthelazydog",
    "hunter2",
];

/// Checks a new password that was typed into `field`; `context` holds words that a guesser who knows
/// the person tries first.
pub(super) fn check(field: &'static str, password: &str, context: &[&str]) -> Result<(), Error> {
    let password = normalised(password);
    check_length(&password).map_err(|error| Error::invalid(field, error.to_string()))?;
    if is_easily_guessed(&password, context) {
        return Err(Error::invalid(field, refusal(&password)));
    }
    Ok(())
}

/// Why an easily guessed password is none, and which one would be.
fn refusal(password: &str) -> &'static str {
    if password.split(BETWEEN).filter(|word| !word.is_empty()).count() < WORDS {
        "this password is among the first that are guessed: it is on a list of leaked ones, or \
         made of the parts everybody uses; take four words or more that have nothing to do with \
         you, the market or each other"
    } else {
        "this password is among the first that are guessed: its words are those that everybody \
         uses, or stand in a row that many know; take less common ones that have nothing to do \
         with you, the market or each other"
    }
}

/// Whether somebody who tries leaked passwords, common words, keyboard rows, repetitions, dates and
/// what is known of the person gets there soon.
fn is_easily_guessed(password: &str, context: &[&str]) -> bool {
    // With and without what stands between words: both are tried.
    let mut known: Vec<String> = EVERYBODYS.map(str::to_owned).to_vec();
    for word in context.iter().map(|word| word.to_lowercase()) {
        known.push(word.split(|letter: char| !letter.is_alphanumeric()).collect());
        known.extend(word.split_whitespace().map(str::to_owned));
        known.push(word);
    }
    known.retain(|word| word.chars().count() >= WORD);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let joined = password.replace(BETWEEN, "");
    [password, joined.as_str()].iter().any(|spelling| zxcvbn(spelling, &known).guesses() < GUESSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [&str; 3] = ["Loomstead", "ines.moreau", "Inês Moreau"];

    #[test]
    fn long_words_of_ones_own_pass() {
        let good = [
            "seven wet herons dancing",
            "ein blauer Krug im Regen",
            "七つの濡れた鷺が月の下で踊っている夜",
            "xK9#vPq2!mZr7Lw",
            "               kiln smoke over hills",
        ];
        for password in good {
            assert!(check("password", password, &CONTEXT).is_ok(), "{password}");
        }
        let long = format!("seven wet herons dancing {}", "in the rain ".repeat(83));
        assert!(check("password", &long, &CONTEXT).is_ok(), "{} bytes", long.len());
    }

    #[test]
    fn short_huge_and_guessed_ones_do_not() {
        let bad = [
            "",
            "short",
            "fourteen chars",
            "passwordpassword",
            "Password1234567890",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "123456789012345",
            "qwertyuiopasdfghjkl",
            "Loomstead-1234567",
            "ines.moreau.ines.moreau",
            "Inês Moreau 1234",
            "iloveyouiloveyou",
            "abcdeabcdeabcde",
            "hunter2hunter2hunter2h",
            "1qaz2wsx3edc4rfv",
            "Changeme-Changeme-1",
            "...............",
            "correcthorsebatterystaple",
            "Correct Horse Battery Staple",
        ];
        for password in bad {
            assert!(check("password", password, &CONTEXT).is_err(), "{password}");
        }
        assert!(check("password", &"wheel thrown ".repeat(80), &CONTEXT).is_err(), "1040 bytes");
    }

    /// Long ones of the lists of leaks, and how people make them longer.
    #[test]
    fn leaked_ones_are_refused_in_words_that_help() {
        let leaked = [
            "qwertyuiop12345",
            "1234567890qwerty",
            "momsanaladventure",
            "q1w2e3r4t5y6u7i8o9p0",
            "111222333444555",
            "Passwordstandard1!",
            "P@ssw0rdP@ssw0rd",
            "iloveyou123456789",
            "superman-superman",
            "thisismypassword",
            "football1football1",
            "MotDePasse-123456",
            "liverpool20102011",
        ];
        for password in leaked {
            let refusal = check("password", password, &[]).expect_err(password).to_string();
            assert!(refusal.contains("leaked") && refusal.contains("four words"), "{refusal}");
        }
    }

    /// Four words are there already: more of the same kind would not help.
    #[test]
    fn words_that_everybody_takes_are_told_apart_from_too_few() {
        for password in
            ["Correct Horse Battery Staple", "one two three four five", "i-love-you-so-much"]
        {
            let refusal = check("password", password, &[]).expect_err(password).to_string();
            assert!(
                refusal.contains("less common") && !refusal.contains("four words"),
                "{refusal}"
            );
        }
    }

    #[test]
    fn length_is_counted_in_characters_once_composed() {
        let composed = "é".repeat(4) + "abcdefghijk"[..8].into();
        assert!(check("password", &composed, &[]).is_err(), "12 characters, 20 bytes");
    }
}
