//! Opened things: those that arrived, the one asked for, the one that could not be opened.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::Failure;

/// Opened things by key, the key asked for last, and why it could not be opened.
#[derive(Debug)]
pub(crate) struct Details<T> {
    /// Those that arrived.
    pub(crate) known: BTreeMap<String, T>,
    /// Those that may have changed since: shown as they were until they arrive anew.
    outdated: BTreeSet<String>,
    /// Asked for, not answered.
    pub(crate) asked: Option<String>,
    /// Could not be opened.
    pub(crate) failed: Option<(String, Failure)>,
}

impl<T> Default for Details<T> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), outdated: BTreeSet::new(), asked: None, failed: None }
    }
}

impl<T> Details<T> {
    /// Whether a thing has to be asked for; notes that it is.
    pub(crate) fn wants(&mut self, key: &str) -> bool {
        let failed = self.failed.as_ref().is_some_and(|(failed, _)| failed == key);
        let known = self.known.contains_key(key) && !self.outdated.contains(key);
        if known || failed || self.asked.as_deref() == Some(key) {
            return false;
        }
        self.asked = Some(key.to_owned());
        true
    }

    /// Takes an answer.
    pub(crate) fn receive(&mut self, key: String, outcome: Result<T, Failure>) {
        if self.asked.as_deref() == Some(key.as_str()) {
            self.asked = None;
        }
        match outcome {
            Ok(thing) => {
                self.outdated.remove(&key);
                self.known.insert(key, thing);
            }
            Err(failure) => self.failed = Some((key, failure)),
        }
    }

    /// Whether a thing is known that is younger than this one: answers may overtake each other.
    /// `age` grows with each change of a thing.
    pub(crate) fn has_younger(&self, key: &str, thing: &T, age: impl Fn(&T) -> i64) -> bool {
        self.known.get(key).is_some_and(|known| age(known) > age(thing))
    }

    /// Forgets one thing, so that it is fetched anew.
    pub(crate) fn forget(&mut self, key: &str) {
        self.known.remove(key);
        self.outdated.remove(key);
        self.asked = None;
        self.failed = None;
    }

    /// Notes that anything may have changed, or may be within reach again.
    pub(crate) fn outdate(&mut self) {
        self.outdated = self.known.keys().cloned().collect();
        self.asked = None;
        self.failed = None;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
