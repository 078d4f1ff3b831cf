//! The artisan's shop.

use super::{Client, ClientError};
use crate::shop::{Fees, NewShop, Onboarding, OnboardingRequest, Shop};
use crate::shop_profile::{Pause, ShopProfile, ShopProfileEdit};

impl Client {
    /// Opens a shop: `POST /shop`.
    pub async fn open_shop(&self, shop: &NewShop) -> Result<Shop, ClientError> {
        self.post(&["shop"]).json(shop).answer().await
    }

    /// The shop: `GET /shop`.
    pub async fn shop(&self) -> Result<Shop, ClientError> {
        self.get(&["shop"]).answer().await
    }

    /// The shop with everything it tells: `GET /shop/profile`.
    pub async fn shop_profile(&self) -> Result<ShopProfile, ClientError> {
        self.get(&["shop", "profile"]).answer().await
    }

    /// Changes it, if it still has this version: `PATCH /shop/profile`.
    pub async fn edit_shop_profile(
        &self,
        version: i64,
        edit: &ShopProfileEdit,
    ) -> Result<ShopProfile, ClientError> {
        self.patch(&["shop", "profile"]).if_match(version).json(edit).answer().await
    }

    /// Sends the shop on holiday, if it still has this version: `POST /shop/pause`.
    pub async fn pause_shop(
        &self,
        version: i64,
        pause: &Pause,
    ) -> Result<ShopProfile, ClientError> {
        self.post(&["shop", "pause"]).if_match(version).json(pause).answer().await
    }

    /// Brings it back, if it still has this version: `POST /shop/resume`.
    pub async fn resume_shop(&self, version: i64) -> Result<ShopProfile, ClientError> {
        self.post(&["shop", "resume"]).if_match(version).answer().await
    }

    /// The next step with Stripe: `POST /shop/onboarding`.
    pub async fn onboard(&self, request: &OnboardingRequest) -> Result<Onboarding, ClientError> {
        self.post(&["shop", "onboarding"]).json(request).answer().await
    }

    /// What remains of a price such as `24.00`: `GET /shop/fees`.
    pub async fn fees(&self, price: &str) -> Result<Fees, ClientError> {
        self.get(&["shop", "fees"]).query("price", Some(price)).answer().await
    }
}
