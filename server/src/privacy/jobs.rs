//! Files of pictures that nobody shows any more.

use serde::{Deserialize, Serialize};

use super::store;
use crate::db::Tx;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::state::AppState;

/// Pictures of one job.
const AT_ONCE: usize = 50;

/// Has the files of pictures removed, once it is committed that nothing names them.
pub(super) async fn remove_later(
    state: &AppState,
    tx: &mut Tx,
    hashes: Vec<String>,
) -> Result<(), Error> {
    for part in hashes.chunks(AT_ONCE) {
        jobs::enqueue(state, tx, &RemovePictures { hashes: part.to_vec() }).await?;
    }
    Ok(())
}

/// Removes the files of pictures.
#[derive(Serialize, Deserialize)]
pub(crate) struct RemovePictures {
    hashes: Vec<String>,
}

impl Job for RemovePictures {
    const KIND: &'static str = "remove_pictures";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        for hash in &self.hashes {
            // The same bytes may have been uploaded again meanwhile.
            if !store::is_known(&state.db, hash).await? {
                state.blobs.remove(hash).await?;
            }
        }
        Ok(())
    }
}
