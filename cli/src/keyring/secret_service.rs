//! The Secret Service of a desktop, such as GNOME's keyring or `KWallet`, over D-Bus.

use std::collections::HashMap;

use secret_service::blocking::{Item, SecretService};
use secret_service::{EncryptionType, Error};

use super::{SERVICE, Store, Trouble};

/// The service of this session. What is locked stays locked: its owner is not asked.
#[derive(Debug)]
pub(super) struct System;

impl Store for System {
    fn get(&self, account: &str) -> Result<String, Trouble> {
        let service = connect()?;
        let secret = find(&service, account)?.get_secret()?;
        String::from_utf8(secret).map_err(|_| Trouble::Failed("it holds no text".to_owned()))
    }

    fn set(&self, account: &str, secret: &str) -> Result<(), Trouble> {
        let service = connect()?;
        let collection = service.get_default_collection().map_err(|error| match error {
            Error::NoResult => Trouble::Failed("it has no default collection".to_owned()),
            error => error.into(),
        })?;
        collection.ensure_unlocked()?;
        let label = format!("Stallwright, {account}");
        let replace = true;
        collection.create_item(
            &label,
            attributes(account),
            secret.as_bytes(),
            replace,
            "text/plain",
        )?;
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), Trouble> {
        let service = connect()?;
        Ok(find(&service, account)?.delete()?)
    }
}

/// Without a session bus, or a service on it, there is no keyring.
fn connect() -> Result<SecretService<'static>, Trouble> {
    SecretService::connect(EncryptionType::Dh).map_err(|_| Trouble::Absent)
}

fn find<'a>(service: &'a SecretService<'_>, account: &str) -> Result<Item<'a>, Trouble> {
    let found = service.search_items(attributes(account))?;
    match (found.unlocked.into_iter().next(), found.locked.is_empty()) {
        (Some(item), _) => Ok(item),
        (None, false) => Err(Trouble::Locked),
        (None, true) => Err(Trouble::Missing),
    }
}

/// What an item is found by; the names are those that other programs use.
fn attributes(account: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", account)])
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Locked => Self::Locked,
            Error::NoResult => Self::Missing,
            error => Self::Failed(error.to_string()),
        }
    }
}
