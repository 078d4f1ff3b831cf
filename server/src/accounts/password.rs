//! Password hashing: argon2id with a bounded queue and reused memory.
//!
//! A hash takes 19 MiB and tens of milliseconds on purpose. So only as many run at a time as there
//! are cores, a few more wait, and everybody beyond is told at once to come back: a storm of
//! logins must not take the shop down.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;

/// 19 MiB, two passes, one lane: the minimum that OWASP's password storage cheat sheet gives for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// People who may wait for a core before others are sent away.
const QUEUE: usize = 32;

/// Hashes passwords and compares them.
pub struct Passwords {
    /// Places for those who compute and those who wait.
    places: Semaphore,
    cores: Arc<Semaphore>,
    /// Blocks of earlier hashes. Allocated anew each time they would fragment the heap.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            places: Semaphore::new(cores + QUEUE),
            cores: Arc::new(Semaphore::new(cores)),
            memory: Arc::default(),
        }
    }
}

/// One spelling per password, however the keyboard composes its letters.
pub(super) fn normalised(password: &str) -> String {
    password.nfc().collect()
}

impl Passwords {
    /// The text to store for a password, `$argon2id$…`. `randomness` gives the salt.
    pub(crate) async fn hash(&self, password: &str, randomness: &[u8]) -> Result<String, Error> {
        let salt = Salt::new(&randomness[..SALT_BYTES]).map_err(Error::internal)?;
        let params = params()?;
        let hash = self.compute(password, salt, params.clone(), HASH_BYTES).await?;
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
        let Some(stored) = stored else {
            let salt = Salt::new(&[0; SALT_BYTES]).map_err(Error::internal)?;
            self.compute(password, salt, params()?, HASH_BYTES).await?;
            return Ok(false);
        };
        let stored = PasswordHash::new(stored).map_err(Error::internal)?;
        let params = Params::try_from(&stored).map_err(Error::internal)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(Error::internal("a stored password has no hash"));
        };
        let hash = self.compute(password, salt, params, expected.len()).await?;
        Ok(hash.ct_eq(expected.as_bytes()).into())
    }

    /// Bytes that are kept for hashing, however many people sign in: one allotment for each core at most.
    #[must_use]
    pub fn reserved_bytes(&self) -> usize {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.iter().map(|blocks| blocks.len() * size_of::<Block>()).sum()
    }

    async fn compute(
        &self,
        password: &str,
        salt: Salt,
        params: Params,
        length: usize,
    ) -> Result<Vec<u8>, Error> {
        let busy = || Error::Unavailable("many people sign in right now; try again".into());
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|_| busy())?;
        let (password, memory) = (normalised(password), Arc::clone(&self.memory));
        tokio::task::spawn_blocking(move || {
            let _core = core;
            let pool = || memory.lock().unwrap_or_else(PoisonError::into_inner);
            let reused = pool().pop().filter(|blocks| blocks.len() >= params.block_count());
            let mut blocks = reused.unwrap_or_else(|| vec![Block::new(); params.block_count()]);
            let mut hash = vec![0; length];
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let done = argon2.hash_password_into_with_memory(
                password.as_bytes(),
                &salt,
                &mut hash,
                &mut blocks,
            );
            pool().push(blocks);
            done.map(|()| hash).map_err(Error::internal)
        })
        .await
        .map_err(Error::internal)?
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
        let passwords = Passwords::default();
        let stored = passwords.hash("a caf\u{e9} in the rain", &[7; 32]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("a cafe\u{301} in the rain", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("a cafe in the rain", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("a caf\u{e9} in the rain", None).await.unwrap());
    }

    #[tokio::test]
    async fn the_text_is_what_other_programs_write() {
        use argon2::PasswordVerifier as _;
        let stored = Passwords::default().hash("correct horse battery", &[9; 32]).await.unwrap();
        let stored = PasswordHash::new(&stored).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", &stored).is_ok());
    }

    #[tokio::test]
    async fn a_storm_is_sent_away_and_memory_is_used_again() {
        let passwords = Passwords::default();
        let storm = (0..200).map(|_| passwords.verify("some long password", None));
        let answers = futures_util::future::join_all(storm).await;
        let cores = passwords.cores.available_permits();
        let served = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(served, cores + QUEUE, "those who got a place");
        let turned = answers.iter().filter(|answer| matches!(answer, Err(Error::Unavailable(_))));
        assert_eq!(turned.count(), 200 - served);
        assert!(passwords.memory.lock().unwrap().len() <= cores);
    }
}
