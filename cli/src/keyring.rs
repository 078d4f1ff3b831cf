//! Tokens in the keyring of the operating system, which is never waited for longer than a second.

#[cfg_attr(any(target_os = "macos", windows), path = "keyring/native.rs")]
#[cfg_attr(not(any(target_os = "macos", windows)), path = "keyring/secret_service.rs")]
mod system;

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::environment::Secret;

/// Longest wait for the keyring. One that asks its owner something first is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// What our tokens are filed under; without a space, over which some keyrings stumble.
pub(crate) const SERVICE: &str = "stallwright";

/// Why a keyring is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// Nobody offers one.
    #[error("there is no keyring here")]
    Absent,
    /// Its owner has to unlock it first.
    #[error("the keyring is locked")]
    Locked,
    /// It may be asking its owner, or hang.
    #[error("the keyring did not answer within a second")]
    Slow,
    /// It has no such token, or not any more.
    #[error("the keyring does not hold it any more")]
    Missing,
    /// It cannot do it, in its own words.
    #[error("the keyring cannot be used ({0})")]
    Failed(String),
}

/// What a system offers: one secret for each account. Any call may hang.
trait Store: Debug + Send + Sync {
    /// The secret of an account.
    fn get(&self, account: &str) -> Result<String, Trouble>;
    /// Keeps the secret of an account.
    fn set(&self, account: &str, secret: &str) -> Result<(), Trouble>;
    /// Forgets an account.
    fn remove(&self, account: &str) -> Result<(), Trouble>;
}

/// The keyring. Each call ends within the time that it is given.
#[derive(Clone, Debug)]
pub(crate) struct Keyring {
    store: Arc<dyn Store>,
    patience: Duration,
}

impl Keyring {
    /// The one of this system; nothing is asked yet.
    pub(crate) fn of_system() -> Self {
        Self { store: Arc::new(system::System), patience: PATIENCE }
    }

    /// Keeps a token of a market; gives the account that it is found by. No two sign-ins share an
    /// account, so that none can replace the token of another.
    pub(crate) fn keep(&self, server: &str, token: &str, unique: u64) -> Result<String, Trouble> {
        let account = format!("{server}#{unique:016x}");
        let (filed, token) = (account.clone(), token.to_owned());
        self.ask(move |store| store.set(&filed, &token))?;
        Ok(account)
    }

    /// The token of an account.
    pub(crate) fn token(&self, account: &str) -> Result<Secret, Trouble> {
        let account = account.to_owned();
        self.ask(move |store| store.get(&account)).map(Secret::from)
    }

    /// Forgets an account; one that is not there is forgotten already.
    pub(crate) fn forget(&self, account: &str) -> Result<(), Trouble> {
        let account = account.to_owned();
        match self.ask(move |store| store.remove(&account)) {
            Err(Trouble::Missing) => Ok(()),
            answer => answer,
        }
    }

    /// Asks in a thread of its own, which is left alone when the time is over.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (send, answer) = channel();
        let store = Arc::clone(&self.store);
        // Nobody listens any more to an answer that comes too late.
        thread::spawn(move || send.send(question(&*store)));
        answer.recv_timeout(self.patience).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => Trouble::Slow,
                RecvTimeoutError::Disconnected => Trouble::Failed("it broke off".to_owned()),
            })
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    /// A keyring that does what a test needs and is none of this machine's.
    #[derive(Debug, Default)]
    struct Fake {
        held: Mutex<BTreeMap<String, String>>,
        fails: Option<Trouble>,
        hangs: bool,
    }

    impl Fake {
        fn held(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<String, String>>, Trouble> {
            if self.hangs {
                loop {
                    thread::park();
                }
            }
            match &self.fails {
                Some(trouble) => Err(trouble.clone()),
                None => Ok(self.held.lock().unwrap()),
            }
        }
    }

    impl Store for Fake {
        fn get(&self, account: &str) -> Result<String, Trouble> {
            self.held()?.get(account).cloned().ok_or(Trouble::Missing)
        }

        fn set(&self, account: &str, secret: &str) -> Result<(), Trouble> {
            self.held()?.insert(account.to_owned(), secret.to_owned());
            Ok(())
        }

        fn remove(&self, account: &str) -> Result<(), Trouble> {
            self.held()?.remove(account).map(drop).ok_or(Trouble::Missing)
        }
    }

    fn keyring(fake: Fake) -> Keyring {
        Keyring { store: Arc::new(fake), patience: PATIENCE }
    }

    /// One that works.
    pub(crate) fn working() -> Keyring {
        keyring(Fake::default())
    }

    const MARKET: &str = "https://market.example";

    #[test]
    fn a_token_is_found_until_it_is_forgotten() {
        let keyring = working();
        let account = keyring.keep(MARKET, "stall_one", 1).unwrap();
        assert!(account.starts_with(MARKET), "whoever looks into the keyring knows what it is");
        assert_eq!(keyring.token(&account).unwrap().expose(), "stall_one");
        keyring.forget(&account).unwrap();
        assert_eq!(keyring.token(&account), Err(Trouble::Missing));
        assert_eq!(keyring.forget(&account), Ok(()), "what is not there is forgotten");
    }

    #[test]
    fn two_sign_ins_at_one_market_keep_a_token_each() {
        let keyring = working();
        let one = keyring.keep(MARKET, "stall_one", 1).unwrap();
        let other = keyring.keep(MARKET, "stall_other", 2).unwrap();
        assert_eq!(keyring.token(&one).unwrap().expose(), "stall_one");
        keyring.forget(&one).unwrap();
        assert_eq!(keyring.token(&other).unwrap().expose(), "stall_other");
    }

    #[test]
    fn trouble_is_told_as_it_is() {
        for trouble in [Trouble::Absent, Trouble::Locked, Trouble::Failed("out of ink".to_owned())]
        {
            let keyring = keyring(Fake { fails: Some(trouble.clone()), ..Fake::default() });
            assert_eq!(keyring.keep(MARKET, "stall_one", 1), Err(trouble.clone()));
            assert_eq!(keyring.token(MARKET), Err(trouble.clone()));
            assert_eq!(keyring.forget(MARKET), Err(trouble));
        }
    }

    #[test]
    fn a_keyring_that_hangs_is_left_alone() {
        let hanging = keyring(Fake { hangs: true, ..Fake::default() });
        let keyring = Keyring { patience: Duration::from_millis(10), ..hanging };
        assert_eq!(keyring.keep(MARKET, "stall_one", 1), Err(Trouble::Slow));
        assert_eq!(keyring.token(MARKET), Err(Trouble::Slow));
        assert_eq!(keyring.forget(MARKET), Err(Trouble::Slow));
    }
}
