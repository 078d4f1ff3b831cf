//! Opened things: those that arrived, the one asked for, the one that could not be opened.

use std::collections::BTreeMap;

use crate::action::Failure;

/// Opened things by key, the key asked for last, and why it could not be opened.
#[derive(Debug)]
pub(crate) struct Details<T> {
    /// Those that arrived.
    pub(crate) known: BTreeMap<String, T>,
    /// Asked for, not answered.
    pub(crate) asked: Option<String>,
    /// Could not be opened.
    pub(crate) failed: Option<(String, Failure)>,
}

impl<T> Default for Details<T> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), asked: None, failed: None }
    }
}

impl<T> Details<T> {
    /// Whether a thing has to be asked for; notes that it is.
    pub(crate) fn wants(&mut self, key: &str) -> bool {
        let failed = self.failed.as_ref().is_some_and(|(failed, _)| failed == key);
        if self.known.contains_key(key) || failed || self.asked.as_deref() == Some(key) {
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
                self.known.insert(key, thing);
            }
            Err(failure) => self.failed = Some((key, failure)),
        }
    }

    /// Forgets one thing, so that it is fetched anew.
    pub(crate) fn forget(&mut self, key: &str) {
        self.known.remove(key);
        self.asked = None;
        self.failed = None;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
