//! The Keychain of macOS and the Credential Manager of Windows.

use keyring::{Entry, Error};

use super::{SERVICE, Store, Trouble};

/// The one of this system.
#[derive(Debug)]
pub(super) struct System;

impl Store for System {
    fn get(&self, account: &str) -> Result<String, Trouble> {
        Ok(Entry::new(SERVICE, account)?.get_password()?)
    }

    fn set(&self, account: &str, secret: &str) -> Result<(), Trouble> {
        Ok(Entry::new(SERVICE, account)?.set_password(secret)?)
    }

    fn remove(&self, account: &str) -> Result<(), Trouble> {
        Ok(Entry::new(SERVICE, account)?.delete_credential()?)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NoEntry => Self::Missing,
            Error::NoDefaultStore => Self::Absent,
            Error::NoStorageAccess(_) => Self::Locked,
            error => Self::Failed(error.to_string()),
        }
    }
}
