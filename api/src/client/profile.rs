//! The profile of whoever is signed in, and one's own data: a copy, leaving, the log.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;

use super::{Client, ClientError, error};
use crate::Page;
use crate::audit::AuditEntry;
use crate::page::PageRequest;
use crate::privacy::ErasurePreview;
use crate::profile::{Profile, ProfileEdit};
use crate::sign_in::Proof;

/// A market that says nothing for so long has broken off.
const SILENCE: Duration = Duration::from_mins(1);

impl Client {
    /// One's own profile: `GET /profile`.
    pub async fn profile(&self) -> Result<Profile, ClientError> {
        self.get(&["profile"]).answer().await
    }

    /// Changes it, if it still has this version: `PATCH /profile`.
    pub async fn edit_profile(
        &self,
        version: i64,
        edit: &ProfileEdit,
    ) -> Result<Profile, ClientError> {
        self.patch(&["profile"]).if_match(version).json(edit).answer().await
    }

    /// Sets the portrait: `PUT /profile/avatar`.
    pub async fn set_avatar(&self, bytes: Bytes) -> Result<Profile, ClientError> {
        self.put(&["profile", "avatar"]).file(bytes).answer().await
    }

    /// Takes the portrait away: `DELETE /profile/avatar`.
    pub async fn remove_avatar(&self) -> Result<Profile, ClientError> {
        self.delete(&["profile", "avatar"]).answer().await
    }

    /// Begins to fetch a copy of everything that is kept about oneself, a zip file:
    /// `GET /profile/export`.
    pub async fn export_profile(&self) -> Result<Download, ClientError> {
        let response = self.get(&["profile", "export"]).download().await?;
        Ok(Download { client: self.clone(), response })
    }

    /// What deleting the account would do: `GET /profile/erasure`.
    pub async fn erasure_preview(&self) -> Result<ErasurePreview, ClientError> {
        self.get(&["profile", "erasure"]).answer().await
    }

    /// Deletes the account for good: `POST /profile/erasure`.
    pub async fn erase_profile(&self, proof: &Proof) -> Result<(), ClientError> {
        self.post(&["profile", "erasure"]).json(proof).done().await
    }

    /// What was done in one's name, newest first: `GET /profile/log`.
    pub async fn profile_log(&self, page: &PageRequest) -> Result<Page<AuditEntry>, ClientError> {
        let request = self.get(&["profile", "log"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).answer().await
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    client: Client,
    response: Response,
}

impl Download {
    /// The next bytes; nothing at the end of the file.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when it broke off: what was read so far is not the file.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        tokio::time::timeout(SILENCE, self.response.chunk())
            .await
            .map_err(|_| self.client.unreachable("the download fell silent"))?
            .map_err(|error| self.client.unreachable(error::causes(&error)))
    }
}
