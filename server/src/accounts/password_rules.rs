//! What a password must be: long and not the first guess (NIST SP 800-63B-4). No rules about
//! digits or signs; they make passwords worse.

use super::password::normalised;
use crate::error::Error;

/// Characters that a password without a second factor needs at least.
const SHORTEST: usize = 15;
/// Bytes; far beyond every passphrase, small enough to hash.
const LONGEST: usize = 1024;
/// Characters that must be left when the words everybody can guess are taken out.
const OWN_CHARACTERS: usize = 8;
/// Different characters that a password needs, so that no key is just held down.
const DIFFERENT: usize = 5;

/// Parts of the long passwords that are guessed first, besides the person's and the market's names.
const GUESSED: [&str; 64] = [
    "password",
    "passwort",
    "passphrase",
    "motdepasse",
    "contrasena",
    "letmein",
    "welcome",
    "iloveyou",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "qwerty",
    "qwertz",
    "azerty",
    "1q2w3e4r5t6z",
    "1q2w3e4r5t6y",
    "1q2w3e4r",
    "1234567890",
    "0987654321",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefgh",
    "abcdef",
    "abc123",
    "admin",
    "administrator",
    "superman",
    "sunshine",
    "football",
    "princess",
    "trustno1",
    "correcthorsebatterystaple",
    "1qaz2wsx3edc",
    "1qaz2wsx",
    "zaq12wsx",
    "qazwsxedc",
    "qazwsx",
    "q1w2e3r4t5",
    "q1w2e3r4",
    "thequickbrownfox",
    "baseball",
    "basketball",
    "liverpool",
    "starwars",
    "whatever",
    "computer",
    "michael",
    "jennifer",
    "charlie",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "secret",
    "geheim",
    "changeme",
];

/// Checks a new password that was typed into `field`; `context` holds words that a guesser who knows
/// the person tries first.
pub(super) fn check(field: &'static str, password: &str, context: &[&str]) -> Result<(), Error> {
    let password = normalised(password);
    let characters = password.chars().count();
    if characters < SHORTEST {
        return refuse(
            field,
            format!(
                "the password needs at least {SHORTEST} characters (this one has {characters}); \
                 a few words in a row are easy to keep in mind"
            ),
        );
    }
    if password.len() > LONGEST {
        return refuse(field, format!("the password may have at most {LONGEST} bytes"));
    }
    if is_easily_guessed(&password.to_lowercase(), context) {
        return refuse(
            field,
            "this password is among the first that are guessed; take a few words that have \
             nothing to do with you or the market"
                .into(),
        );
    }
    Ok(())
}

fn refuse(field: &'static str, message: String) -> Result<(), Error> {
    Err(Error::invalid(field, message))
}

/// Whether little is left of a lower-cased password without the words that everybody tries.
fn is_easily_guessed(password: &str, context: &[&str]) -> bool {
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT || is_repeated(password) {
        return true;
    }
    let of_context = context.iter().map(|word| word.to_lowercase()).filter(|word| word.len() >= 4);
    let guessed = GUESSED.iter().map(|word| (*word).to_owned());
    let left =
        of_context.chain(guessed).fold(password.to_owned(), |left, word| left.replace(&word, ""));
    left.chars().filter(|c| c.is_alphanumeric()).count() < OWN_CHARACTERS
}

/// Whether a password is a few characters over and over.
fn is_repeated(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    (1..OWN_CHARACTERS)
        .any(|unit| letters.iter().zip(letters.iter().skip(unit)).all(|(one, later)| one == later))
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
        assert!(check("password", &"wheel thrown ".repeat(78), &CONTEXT).is_ok(), "1014 bytes");
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
            "correct horse battery staple".replace(' ', "").leak(),
        ];
        for password in bad {
            assert!(check("password", password, &CONTEXT).is_err(), "{password}");
        }
        assert!(check("password", &"wheel thrown ".repeat(80), &CONTEXT).is_err(), "1040 bytes");
    }

    #[test]
    fn length_is_counted_in_characters_once_composed() {
        let composed = "é".repeat(4) + "abcdefghijk"[..8].into();
        assert!(check("password", &composed, &[]).is_err(), "12 characters, 20 bytes");
    }
}
