//! One server per data folder. A second one would fight over the search index, and a demo that
//! begins anew would delete what the first still serves.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

/// Held by the running server, for as long as its process lives. Named like the database, whose
/// files do no harm to a folder that waits for a market.
const LOCK: &str = "stall.db.lock";

/// Takes the folder for this process until what comes back is dropped.
pub(super) fn take(data: &Path) -> anyhow::Result<File> {
    let place = data.display();
    std::fs::create_dir_all(data).with_context(|| format!("creating the data folder {place}"))?;
    let opened = OpenOptions::new().create(true).write(true).truncate(false).open(data.join(LOCK));
    let file = opened.with_context(|| format!("opening {place}/{LOCK}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "a server is running on {place} already; stop that one, or give this one a folder of its own: STALL_DATA=./other-data"
        ),
        // Some network file systems know no locks.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("locking {place}/{LOCK}"))
        }
    }
}
