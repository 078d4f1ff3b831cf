//! Accounts, sign-in, the simulator's clock.

use super::{Client, ClientError};
use crate::account::{
    Account, DeviceCode, DeviceCodeRequest, DeviceTokenRequest, Me, Registration, Token,
    TokenRequest,
};
use crate::simulator::{ClockAdvance, ClockReading};
use crate::today::Today;

impl Client {
    /// Opens an account: `POST /accounts`.
    pub async fn register(&self, registration: &Registration) -> Result<Account, ClientError> {
        self.post(&["accounts"]).json(registration).answer().await
    }

    /// Signs in with address and password: `POST /tokens`.
    pub async fn create_token(&self, request: &TokenRequest) -> Result<Token, ClientError> {
        self.post(&["tokens"]).json(request).answer().await
    }

    /// Ends the token in use: `DELETE /tokens/current`.
    pub async fn revoke_token(&self) -> Result<(), ClientError> {
        self.delete(&["tokens", "current"]).done().await
    }

    /// Begins a sign-in that is approved in the browser: `POST /device/codes`.
    pub async fn begin_device_login(
        &self,
        request: &DeviceCodeRequest,
    ) -> Result<DeviceCode, ClientError> {
        self.post(&["device", "codes"]).json(request).answer().await
    }

    /// Asks whether it was approved: `POST /device/tokens`. Until then the problem's code is
    /// `device.pending`.
    pub async fn poll_device_login(
        &self,
        request: &DeviceTokenRequest,
    ) -> Result<Token, ClientError> {
        self.post(&["device", "tokens"]).json(request).answer().await
    }

    /// Who is asking: `GET /me`.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get(&["me"]).answer().await
    }

    /// What needs the artisan now: `GET /today`.
    pub async fn today(&self) -> Result<Today, ClientError> {
        self.get(&["today"]).answer().await
    }

    /// What the simulator's clock shows: `GET /simulator/clock`.
    pub async fn simulator_clock(&self) -> Result<ClockReading, ClientError> {
        self.get(&["simulator", "clock"]).answer().await
    }

    /// Moves the simulator's clock: `POST /simulator/clock`. Answers when settlements, payouts
    /// and webhooks up to then are done.
    pub async fn advance_simulator_clock(
        &self,
        advance: ClockAdvance,
    ) -> Result<ClockReading, ClientError> {
        self.post(&["simulator", "clock"]).json(&advance).answer().await
    }
}
