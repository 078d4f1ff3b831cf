//! Codes of authenticator apps (RFC 6238): six digits, a new one every thirty seconds.

use totp_rs::{Builder, Totp, TotpError};

/// Bytes of a shared secret, as RFC 4226 recommends.
pub(super) const SECRET_BYTES: usize = 20;
/// Neighbouring steps that are taken as well, for clocks that are a little off.
const SKEW: u16 = 1;

/// What the person's app and this market have in common. SHA-1 because many apps know nothing
/// else; as a keyed hash it is sound (RFC 6238, section 1.2).
#[derive(Debug)]
pub(super) struct Shared(Totp);

impl Shared {
    /// From the secret, and the names under which an app lists it.
    pub(super) fn new(secret: &[u8], market: &str, email: &str) -> Result<Self, TotpError> {
        // A colon separates the two names in the address that an app reads.
        let plain = |name: &str| name.replace(':', " ");
        let totp = Builder::new()
            .with_secret(secret.to_vec())
            .with_skew(SKEW)
            .with_issuer(Some(plain(market)))
            .with_account_name(plain(email));
        totp.build().map(Self)
    }

    /// The step whose code this is, near a moment in Unix seconds.
    pub(super) fn step_of(&self, code: &str, seconds: i64) -> Option<i64> {
        let step = self.0.check(code, u64::try_from(seconds).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The secret in groups of four letters, for those who type it.
    pub(super) fn typed(&self) -> String {
        let letters: Vec<char> = self.0.secret().to_base32().chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }

    /// The `otpauth://` address that an app reads from a picture.
    pub(super) fn url(&self) -> Result<String, TotpError> {
        self.0.to_url()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, its last six digits.
    const RFC: [(i64, &str); 5] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
    ];

    fn shared() -> Shared {
        Shared::new(b"12345678901234567890", "Loom:stead", "a:na@example.org").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in RFC {
            assert_eq!(shared().step_of(code, seconds), Some(seconds / 30));
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off_and_no_more() {
        let (seconds, code) = RFC[1];
        let step = seconds / 30;
        for (away, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let found = shared().step_of(code, seconds + away);
            assert_eq!(found, taken.then_some(step), "{away}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in ["", "28708", "2870820", "abcdef", "２８７０８２", "-87082", "+87082"] {
            assert_eq!(shared().step_of(typed, 59), None, "{typed}");
        }
        assert_eq!(shared().step_of("287082", -59), None);
    }

    #[test]
    fn an_app_reads_both_names() {
        let url = shared().url().unwrap();
        assert!(url.starts_with("otpauth://totp/Loom%20stead:a%20na%40example.org?"), "{url}");
        assert_eq!(shared().typed(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
