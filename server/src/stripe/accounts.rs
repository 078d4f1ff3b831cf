//! Connected accounts: where artisans get their money.

use std::collections::HashMap;

use api::shop::OnboardingStatus;
use stripe_connect::account::{
    CreateAccount, CreateAccountCapabilities, CreateAccountController, CreateAccountControllerFees,
    CreateAccountControllerFeesPayer, CreateAccountControllerLosses,
    CreateAccountControllerLossesPayments, CreateAccountControllerRequirementCollection,
    CreateAccountControllerStripeDashboard, CreateAccountControllerStripeDashboardType,
    RetrieveAccount,
};
use stripe_connect::account_link::{CreateAccountLink, CreateAccountLinkType};
use stripe_shared::{Account, AccountCapabilitiesStatus};

use super::Stripe;
use crate::error::Error;

/// Opens a connected account.
pub(crate) struct NewAccount<'a> {
    /// Our shop.
    pub(crate) shop: String,
    /// The artisan's address.
    pub(crate) email: &'a str,
    /// ISO 3166-1 alpha-2.
    pub(crate) country: &'a str,
}

/// A connected account as it is at Stripe.
#[derive(Debug)]
pub(crate) struct AccountState {
    /// `acct_…`.
    pub(crate) id: String,
    /// How far it has come.
    pub(crate) status: OnboardingStatus,
}

impl Stripe {
    /// Opens a connected account that receives transfers, with Stripe's Express dashboard.
    pub(crate) async fn open_account(
        &self,
        new: NewAccount<'_>,
        key: &str,
    ) -> Result<AccountState, Error> {
        let mut capabilities = CreateAccountCapabilities::new();
        capabilities.transfers = Some(transfers_requested());
        let request = CreateAccount::new()
            .country(new.country)
            .email(new.email)
            .capabilities(capabilities)
            .controller(controller())
            .metadata(HashMap::from([("shop".to_owned(), new.shop)]));
        Ok(state(&self.transport.make(&request, key).await?))
    }

    /// A connected account as it is now.
    pub(crate) async fn find_account(&self, id: &str) -> Result<AccountState, Error> {
        Ok(state(&self.transport.get(&RetrieveAccount::new(id), None).await?))
    }

    /// A page at Stripe for the next step; single use, lapses within minutes.
    pub(crate) async fn onboarding_url(
        &self,
        id: &str,
        return_url: &str,
        key: &str,
    ) -> Result<String, Error> {
        let request = CreateAccountLink::new(id, CreateAccountLinkType::AccountOnboarding)
            .refresh_url(return_url)
            .return_url(return_url);
        Ok(self.transport.make(&request, key).await?.url)
    }
}

fn transfers_requested() -> stripe_connect::account::CreateAccountCapabilitiesTransfers {
    let mut transfers = stripe_connect::account::CreateAccountCapabilitiesTransfers::new();
    transfers.requested = Some(true);
    transfers
}

/// The platform pays Stripe's fees and bears losses; Stripe collects what the law requires.
fn controller() -> CreateAccountController {
    let mut fees = CreateAccountControllerFees::new();
    fees.payer = Some(CreateAccountControllerFeesPayer::Application);
    let mut losses = CreateAccountControllerLosses::new();
    losses.payments = Some(CreateAccountControllerLossesPayments::Application);
    let mut dashboard = CreateAccountControllerStripeDashboard::new();
    dashboard.type_ = Some(CreateAccountControllerStripeDashboardType::Express);
    let mut controller = CreateAccountController::new();
    controller.fees = Some(fees);
    controller.losses = Some(losses);
    controller.requirement_collection = Some(CreateAccountControllerRequirementCollection::Stripe);
    controller.stripe_dashboard = Some(dashboard);
    controller
}

fn state(account: &Account) -> AccountState {
    let transfers =
        account.capabilities.as_ref().and_then(|capabilities| capabilities.transfers.as_ref());
    let active = matches!(transfers, Some(AccountCapabilitiesStatus::Active));
    let status = match (active, account.payouts_enabled, account.details_submitted) {
        (true, Some(true), _) => OnboardingStatus::Complete,
        (true, _, _) => OnboardingStatus::TransfersActive,
        (false, _, Some(true)) => OnboardingStatus::Restricted,
        (false, _, _) => OnboardingStatus::Pending,
    };
    AccountState { id: account.id.to_string(), status }
}
