//! The only place that asks for randomness: ids, secrets and numbers that people read.

use std::sync::{Arc, Mutex, PoisonError};

use api::{Id, Timestamp};
use rand::rngs::{StdRng, SysRng};
use rand::{Rng as _, SeedableRng as _, TryRng as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Letters and digits that nobody mistakes for one another: Crockford's base32.
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Consonants only, so that a code never spells a word.
const CODE: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// Where random bits come from: the operating system, or a seed in tests and in the demo.
#[derive(Clone, Debug)]
pub struct Entropy(Source);

#[derive(Clone, Debug)]
enum Source {
    Os,
    Seeded(Arc<Mutex<StdRng>>),
}

/// 256 random bits; what leaves the server is the text, what is stored is the hash.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// 64 hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> String {
        hex::encode(self.0)
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        hash_secret(&self.text())
    }
}

/// SHA-256 of a secret's text; 256 random bits need no salt and no slowness.
#[must_use]
pub fn hash_secret(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl Entropy {
    /// The operating system's.
    #[must_use]
    pub const fn os() -> Self {
        Self(Source::Os)
    }

    /// The same bits in every run.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::Os => SysRng.try_fill_bytes(&mut bytes).unwrap_or_else(|error| {
                // Without randomness no secret can be made; going on would be worse than stopping.
                panic!("the operating system gives no randomness: {error}")
            }),
            Source::Seeded(rng) => {
                rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A new id: `UUIDv7`, 48 bits of milliseconds and 74 random bits (RFC 9562).
    #[must_use]
    pub fn id<T>(&self, now: Timestamp) -> Id<T> {
        let millis = u64::try_from(now.micros().div_euclid(1000)).unwrap_or_default();
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }

    /// A new UUID for rows that nobody names.
    #[must_use]
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        self.id::<()>(now).uuid()
    }

    /// A new secret.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret(self.bytes())
    }

    /// A purchase number of eight readable characters: 40 bits.
    #[must_use]
    pub fn purchase_number(&self) -> String {
        self.bytes::<8>().iter().map(|byte| pick(READABLE, *byte)).collect()
    }

    /// A code to compare on two screens: `BCDF-GHJK`.
    #[must_use]
    pub fn user_code(&self) -> String {
        let letters: String = self.bytes::<8>().iter().map(|byte| pick(CODE, *byte)).collect();
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    /// What an authenticator app and the market have in common.
    #[must_use]
    pub fn shared_secret<const N: usize>(&self) -> [u8; N] {
        self.bytes()
    }

    /// A recovery code of 24 readable characters: 120 bits.
    #[must_use]
    pub fn recovery_code(&self) -> String {
        self.bytes::<24>().iter().map(|byte| pick(READABLE, *byte)).collect()
    }

    /// A number below `bound`, for jitter; zero when `bound` is zero.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes()).checked_rem(bound).unwrap_or(0)
    }
}

fn pick(letters: &[u8], byte: u8) -> char {
    char::from(letters[usize::from(byte) % letters.len()])
}
