//! The artisan's shop.

use super::{Client, ClientError};
use crate::shop::{Fees, NewShop, Onboarding, OnboardingRequest, Shop, ShopEdit};

impl Client {
    /// Opens a shop: `POST /shop`.
    pub async fn open_shop(&self, shop: &NewShop) -> Result<Shop, ClientError> {
        self.post(&["shop"]).json(shop).answer().await
    }

    /// The shop: `GET /shop`.
    pub async fn shop(&self) -> Result<Shop, ClientError> {
        self.get(&["shop"]).answer().await
    }

    /// Changes it: `PATCH /shop`.
    pub async fn edit_shop(&self, edit: &ShopEdit) -> Result<Shop, ClientError> {
        self.patch(&["shop"]).json(edit).answer().await
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
