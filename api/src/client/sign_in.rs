//! How and where somebody is signed in: address, password, second step, sessions, tokens.

use super::{Client, ClientError};
use crate::sign_in::{
    CreatedToken, EmailChange, ForgottenPassword, NewToken, PasswordChange, Proof, RecoveryCodes,
    SecondStepConfirm, SecondStepSetup, Session, SessionsEnded, SignIn,
};
use crate::{Id, Page};

impl Client {
    /// How the account is signed in to: `GET /me/sign-in`.
    pub async fn sign_in(&self) -> Result<SignIn, ClientError> {
        self.get(&["me", "sign-in"]).answer().await
    }

    /// Asks for a letter to a new address: `POST /me/email`. The link in it makes the change.
    pub async fn change_email(&self, change: &EmailChange) -> Result<(), ClientError> {
        self.post(&["me", "email"]).json(change).done().await
    }

    /// Calls a change of address off that waits for its link: `DELETE /me/email`.
    pub async fn keep_email(&self) -> Result<(), ClientError> {
        self.delete(&["me", "email"]).done().await
    }

    /// Asks for another letter with the link that proves the address: `POST /me/email/proof`.
    pub async fn prove_email(&self) -> Result<(), ClientError> {
        self.post(&["me", "email", "proof"]).done().await
    }

    /// Asks for a letter with a link to choose a new password: `POST /password/forgot`. The answer
    /// does not tell whether the address has an account.
    pub async fn forgot_password(&self, forgotten: &ForgottenPassword) -> Result<(), ClientError> {
        self.post(&["password", "forgot"]).json(forgotten).done().await
    }

    /// Begins to set the second step up, with a new secret each time: `POST /me/factor`.
    pub async fn begin_second_step(&self, proof: &Proof) -> Result<SecondStepSetup, ClientError> {
        self.post(&["me", "factor"]).json(proof).answer().await
    }

    /// Turns it on with the first code of the app: `POST /me/factor/confirm`.
    pub async fn confirm_second_step(
        &self,
        confirm: &SecondStepConfirm,
    ) -> Result<RecoveryCodes, ClientError> {
        self.post(&["me", "factor", "confirm"]).json(confirm).answer().await
    }

    /// New recovery codes in place of those that are left: `POST /me/factor/codes`.
    pub async fn renew_recovery_codes(&self, proof: &Proof) -> Result<RecoveryCodes, ClientError> {
        self.post(&["me", "factor", "codes"]).json(proof).answer().await
    }

    /// Turns the second step off: `POST /me/factor/off`.
    pub async fn turn_second_step_off(&self, proof: &Proof) -> Result<(), ClientError> {
        self.post(&["me", "factor", "off"]).json(proof).done().await
    }

    /// Makes a token for a program: `POST /me/tokens`.
    pub async fn create_named_token(&self, new: &NewToken) -> Result<CreatedToken, ClientError> {
        self.post(&["me", "tokens"]).json(new).answer().await
    }

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
