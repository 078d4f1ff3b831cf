//! Onboarding: connecting a shop to Stripe so that money can reach the artisan.

use api::account::Account;
use api::audit::Verb;
use api::event::EventKind;
use api::shop::{Onboarding, OnboardingStatus, Shop};
use serde::{Deserialize, Serialize};

use crate::accounts::factors;
use crate::audit;
use crate::error::Error;
use crate::jobs::Job;
use crate::state::AppState;
use crate::stripe::NewAccount;

/// The next step of onboarding: opens the connected account if there is none, asks Stripe how far
/// it has come, and gives Stripe's page for what is missing.
pub(crate) async fn advance(
    state: &AppState,
    account: &Account,
    shop: &Shop,
) -> Result<Onboarding, Error> {
    demand_second_step(state, account, shop).await?;
    let connected = match super::stripe_account(state, shop.id).await? {
        Some(connected) => connected,
        None => connect(state, account, shop).await?,
    };
    let status = refresh(state, shop, &connected).await?;
    if status == OnboardingStatus::Complete {
        return Ok(Onboarding { status, url: None });
    }
    let return_url = format!("{}/sell/onboarding", state.config.public_url());
    // Every click gets a page of its own: they are single use and lapse within minutes.
    let key = format!("{}:link:{}", shop.id, state.entropy.uuid(state.clock.now()));
    let url = state.stripe.onboarding_url(&connected, &return_url, &key).await?;
    Ok(Onboarding { status, url: Some(url) })
}

/// Simulator only: fills every form with test data.
pub(crate) async fn complete_with_test_data(
    state: &AppState,
    account: &Account,
    shop: &Shop,
) -> Result<Onboarding, Error> {
    let simulator = state.simulator.as_ref().ok_or_else(|| {
        Error::forbidden("test data is for the simulator only; go through Stripe's own pages")
    })?;
    demand_second_step(state, account, shop).await?;
    let connected = match super::stripe_account(state, shop.id).await? {
        Some(connected) => connected,
        None => connect(state, account, shop).await?,
    };
    simulator.complete_onboarding(&connected).await?;
    Ok(Onboarding { status: refresh(state, shop, &connected).await?, url: None })
}

/// Until Stripe pays an artisan out she needs the second step of signing in, in a market that wants
/// it (`docs/decisions/0030-second-step-before-money.md`).
pub(super) async fn demand_second_step(
    state: &AppState,
    who: &Account,
    shop: &Shop,
) -> Result<(), Error> {
    if shop.onboarding == OnboardingStatus::Complete {
        return Ok(());
    }
    factors::demand(state, who).await
}

async fn connect(state: &AppState, account: &Account, shop: &Shop) -> Result<String, Error> {
    let new = NewAccount {
        shop: shop.id.to_string(),
        email: &account.email,
        country: &state.config.country,
    };
    let opened = state.stripe.open_account(new, &format!("{}:account:v1", shop.id)).await?;
    let mut tx = state.db.begin().await?;
    super::set_stripe(state, &mut tx, shop.id, &opened.id, opened.status).await?;
    audit::note(state, &mut tx, Verb::ShopOnboard, shop.id).await?;
    tx.commit().await?;
    Ok(opened.id)
}

/// Asks Stripe how far an account has come and remembers it.
async fn refresh(
    state: &AppState,
    shop: &Shop,
    connected: &str,
) -> Result<OnboardingStatus, Error> {
    let found = state.stripe.find_account(connected).await?;
    if found.status != shop.onboarding {
        let mut tx = state.db.begin().await?;
        super::set_stripe(state, &mut tx, shop.id, &found.id, found.status).await?;
        let text = format!("Stripe: {}", found.status);
        super::note(
            state,
            &mut tx,
            shop.id,
            EventKind::OnboardingChanged,
            shop.id.to_string(),
            text,
        )
        .await?;
        tx.commit().await?;
    }
    Ok(found.status)
}

/// Looks at a connected account after Stripe said that it changed.
#[derive(Serialize, Deserialize)]
pub(crate) struct RefreshOnboarding {
    pub(crate) account: String,
}

impl Job for RefreshOnboarding {
    const KIND: &'static str = "refresh_onboarding";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let Some(shop) = super::find_by_stripe_account(state, &self.account).await? else {
            return Ok(());
        };
        refresh(state, &shop, &self.account).await?;
        Ok(())
    }
}
