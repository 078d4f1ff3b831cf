//! How long a password must be. Whoever asks for a new one can say so before it is sent; whether it
//! is easily guessed, only the server says.

use unicode_normalization::UnicodeNormalization as _;

/// Characters that a password without a second factor needs at least (NIST SP 800-63B-4, 3.1.1.2).
pub const SHORTEST: usize = 15;
/// Bytes; far beyond every passphrase, small enough to hash.
pub const LONGEST: usize = 1024;

/// Why a password cannot be one, for whoever chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LengthError {
    /// It has so many characters.
    #[error(
        "the password needs at least {SHORTEST} characters (this one has {0}); a few words in a row \
         are easy to keep in mind"
    )]
    Short(usize),
    /// It has too many bytes.
    #[error("the password may have at most {LONGEST} bytes")]
    Long,
}

/// One spelling per password, however the keyboard composes its letters.
#[must_use]
pub fn normalised(password: &str) -> String {
    password.nfc().collect()
}

/// Checks how long a new password is, counted in its one spelling.
///
/// # Errors
/// It is too short or too long.
pub fn check_length(password: &str) -> Result<(), LengthError> {
    let password = normalised(password);
    let characters = password.chars().count();
    if characters < SHORTEST {
        return Err(LengthError::Short(characters));
    }
    if password.len() > LONGEST {
        return Err(LengthError::Long);
    }
    Ok(())
}
