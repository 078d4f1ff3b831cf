//! The profile of whoever is signed in.

use bytes::Bytes;

use super::{Client, ClientError};
use crate::profile::{Profile, ProfileEdit};

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
}
