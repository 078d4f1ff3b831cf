//! Passwords, and where somebody is signed in.

use super::{Client, ClientError};
use crate::sign_in::{PasswordChange, Session, SessionsEnded};
use crate::{Id, Page};

impl Client {
    /// Changes the password; all other sessions end: `POST /me/password`.
    pub async fn change_password(
        &self,
        change: &PasswordChange,
    ) -> Result<SessionsEnded, ClientError> {
        self.post(&["me", "password"]).json(change).answer().await
    }

    /// Where the account is signed in, last used first: `GET /sessions`.
    pub async fn sessions(&self) -> Result<Page<Session>, ClientError> {
        self.get(&["sessions"]).answer().await
    }

    /// Ends one session: `DELETE /sessions/{id}`.
    pub async fn end_session(&self, session: Id<Session>) -> Result<(), ClientError> {
        self.delete(&["sessions", &session.to_string()]).done().await
    }

    /// Ends every session but the one in use: `DELETE /sessions`.
    pub async fn end_other_sessions(&self) -> Result<SessionsEnded, ClientError> {
        self.delete(&["sessions"]).answer().await
    }
}
