//! Password hashing: argon2id with a bounded queue.
//!
//! A hash takes 19 MiB and tens of milliseconds on purpose. So only as many run at a time as there
//! are threads for it (`hashing`), a few more wait, and everybody beyond is told at once to come
//! back: a storm of logins must not take the shop down.

use api::password::normalised;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::hashing::{Order, Threads};
use crate::error::Error;

/// 19 MiB, two passes, one lane: the minimum that OWASP's password storage cheat sheet gives for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// People who may wait for a thread before others are sent away.
const QUEUE: usize = 32;

/// Hashes passwords and compares them.
pub struct Passwords {
    /// Places for those whose hash is computed and those who wait.
    places: Semaphore,
    threads: Threads,
}

impl Passwords {
    /// Starts the threads that hash.
    pub(crate) fn open() -> std::io::Result<Self> {
        let threads = Threads::start()?;
        Ok(Self { places: Semaphore::new(threads.many() + QUEUE), threads })
    }

    /// The text to store for a password, `$argon2id$…`. `randomness` gives the salt.
    pub(crate) async fn hash(&self, password: &str, randomness: &[u8]) -> Result<String, Error> {
        let salt = Salt::new(&randomness[..SALT_BYTES]).map_err(Error::internal)?;
        let params = params()?;
        let hash = self.compute(self.place()?, password, salt, params.clone(), HASH_BYTES).await?;
        let stored = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(Error::internal)?,
            salt: Some(salt),
            hash: Some(Output::new(&hash).map_err(Error::internal)?),
        };
        Ok(stored.to_string())
    }

    /// Whether a password is the stored one. Without a stored one it takes as long and says no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Error> {
        self.verify_at(self.place()?, password, stored).await
    }

    /// A place among those whose hash is computed and those who wait, or that there is none now.
    pub(super) fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        let busy = |_| Error::Unavailable("many people sign in right now; try again".into());
        self.places.try_acquire().map_err(busy)
    }

    /// The same for whoever has a place already.
    pub(super) async fn verify_at(
        &self,
        place: SemaphorePermit<'_>,
        password: &str,
        stored: Option<&str>,
    ) -> Result<bool, Error> {
        let Some(stored) = stored else {
            let salt = Salt::new(&[0; SALT_BYTES]).map_err(Error::internal)?;
            self.compute(place, password, salt, params()?, HASH_BYTES).await?;
            return Ok(false);
        };
        let stored = PasswordHash::new(stored).map_err(Error::internal)?;
        let params = Params::try_from(&stored).map_err(Error::internal)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(Error::internal("a stored password has no hash"));
        };
        let hash = self.compute(place, password, salt, params, expected.len()).await?;
        Ok(hash.ct_eq(expected.as_bytes()).into())
    }

    /// Bytes that are kept for hashing, however many people sign in.
    #[must_use]
    pub fn reserved_bytes(&self) -> usize {
        self.threads.bytes()
    }

    /// How many may ask at once; whoever comes on top is told to come back.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.threads.many() + QUEUE
    }

    /// How many hashes were computed since the server started: the work that logins have made.
    #[must_use]
    pub fn hashes(&self) -> u64 {
        self.threads.hashes()
    }

    async fn compute(
        &self,
        _place: SemaphorePermit<'_>,
        password: &str,
        salt: Salt,
        params: Params,
        length: usize,
    ) -> Result<Vec<u8>, Error> {
        let (password, salt) = (normalised(password), salt.to_vec());
        self.threads.compute(Order { password, salt, params, length }).await
    }
}

fn params() -> Result<Params, Error> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_elses() {
        let passwords = Passwords::open().unwrap();
        let stored = passwords.hash("a caf\u{e9} in the rain", &[7; 32]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("a cafe\u{301} in the rain", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("a cafe in the rain", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("a caf\u{e9} in the rain", None).await.unwrap());
    }

    #[tokio::test]
    async fn the_text_is_what_other_programs_write() {
        use argon2::{Argon2, PasswordVerifier as _};
        let stored =
            Passwords::open().unwrap().hash("correct horse battery", &[9; 32]).await.unwrap();
        let stored = PasswordHash::new(&stored).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", &stored).is_ok());
    }

    #[tokio::test]
    async fn a_storm_is_sent_away_and_memory_is_used_again() {
        let passwords = Passwords::open().unwrap();
        let storm = (0..200).map(|_| passwords.verify("some long password", None));
        let answers = futures_util::future::join_all(storm).await;
        let served = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(served, passwords.room(), "those who got a place");
        assert_eq!(passwords.hashes(), u64::try_from(served).unwrap(), "and no work for others");
        let turned = answers.iter().filter(|answer| matches!(answer, Err(Error::Unavailable(_))));
        assert_eq!(turned.count(), 200 - served);
        let one = usize::try_from(MEMORY_KIB).unwrap() * 1024;
        assert!(passwords.reserved_bytes() <= passwords.threads.many() * one);
    }
}
