//! A week of trade: people buy, pay or leave, artisans send parcels, time passes.

use std::collections::BTreeMap;
use std::time::Duration;

use api::Id;
use api::account::Account;
use api::address::AddressFields;
use api::order::{OrderStatus, Parcel, PurchaseView};
use api::shop::Shop;
use reqwest::StatusCode;

use super::catalogue::{Buy, Catalogue, Ship, Shopper, Step};
use super::stalls::{self, Artisans, Shelf};
use crate::accounts::addresses::{self, address};
use crate::accounts::profiles;
use crate::carts::{self, Wanted};
use crate::checkout::Started;
use crate::entropy::Secret;
use crate::orders::Reader;
use crate::state::AppState;
use crate::{checkout, fulfillments, jobs, orders, simulated};

/// How long a payment may take to be heard of, in steps of [`LOOK`].
const LOOKS: u32 = 600;
const LOOK: Duration = Duration::from_millis(50);
/// Stripe's test card that always pays.
const CARD: &str = "4242424242424242";

/// Plays the story of the catalogue.
pub(super) struct Story<'a> {
    state: &'a AppState,
    catalogue: &'a Catalogue,
    artisans: &'a Artisans,
    shelf: &'a Shelf,
    accounts: BTreeMap<String, Id<Account>>,
    purchases: BTreeMap<String, PurchaseView>,
    browser: reqwest::Client,
}

impl<'a> Story<'a> {
    /// Opens the accounts of those shoppers who have one.
    pub(super) async fn begin(
        state: &'a AppState,
        catalogue: &'a Catalogue,
        artisans: &'a Artisans,
        shelf: &'a Shelf,
    ) -> anyhow::Result<Self> {
        let mut accounts = BTreeMap::new();
        for shopper in catalogue.shoppers.iter().filter(|shopper| shopper.account) {
            let account = stalls::account(state, &shopper.name, &shopper.email).await?;
            profiles::edit(state, &account, &shopper.profile, None).await?;
            addresses::add(state, account.id, &fields(shopper)).await?;
            accounts.insert(shopper.key.clone(), account.id);
        }
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()?;
        let purchases = BTreeMap::new();
        Ok(Self { state, catalogue, artisans, shelf, accounts, purchases, browser })
    }

    /// Plays it from beginning to end.
    pub(super) async fn play(mut self) -> anyhow::Result<()> {
        for step in &self.catalogue.story {
            match step {
                Step::Wait { hours } => {
                    simulated::advance(self.state, hours * 3600).await?;
                }
                Step::Buy(buy) => self.buy(buy).await?,
                Step::Ship(ship) => self.ship(ship).await?,
            }
        }
        Ok(())
    }

    async fn buy(&mut self, buy: &Buy) -> anyhow::Result<()> {
        let state = self.state;
        let cart = carts::open(state, None).await?.id;
        for line in &buy.lines {
            let variant = super::named(self.shelf, &line.sku)?;
            let wanted = Wanted { variant: *variant, quantity: line.quantity, given: Vec::new() };
            carts::add(state, cart, &wanted).await?;
        }
        let told = carts::lines(state, cart).await?;
        let told = told
            .iter()
            .filter_map(|line| Some((line.offer.variant, checkout::form::day(line.ready_by?))));
        let shopper = self.catalogue.shoppers.iter().find(|shopper| shopper.key == buy.by);
        let shopper = shopper.ok_or_else(|| anyhow::anyhow!("nobody is called {}", buy.by))?;
        let request = checkout::Request {
            cart,
            account: self.accounts.get(&buy.by).copied(),
            email: shopper.email.clone(),
            ship_to: address::on_parcel(&fields(shopper)),
            notes: self.notes(buy),
            told: told.collect(),
            attempt: state.entropy.secret().text(),
        };
        let started = checkout::start(state, request).await?;
        let Started::Payment { url, link } = started else {
            anyhow::bail!("{} was paid before it began", buy.key)
        };
        if buy.pays {
            self.pay(&url, shopper).await?;
            let paid = self.wait_until_paid(&link).await?;
            self.purchases.insert(buy.key.clone(), paid);
        }
        Ok(())
    }

    fn notes(&self, buy: &Buy) -> Vec<(Id<Shop>, String)> {
        if buy.note.is_empty() {
            return Vec::new();
        }
        self.artisans.values().map(|artisan| (artisan.shop.id, buy.note.clone())).collect()
    }

    /// Opens the payment page and sends its form, as a browser does. The market is asked where it
    /// listens, which works behind a proxy too.
    async fn pay(&self, page: &str, shopper: &Shopper) -> anyhow::Result<()> {
        let mut page = url::Url::parse(page)?;
        let own = self.state.config.listen;
        let moved = page.set_scheme("http").is_ok() && page.set_ip_host(own.ip()).is_ok();
        anyhow::ensure!(moved && page.set_port(Some(own.port())).is_ok(), "no page at {page}");
        self.browser.get(page.clone()).send().await?.error_for_status()?;
        let form = [
            ("email", shopper.email.as_str()),
            ("number", CARD),
            ("expiry", "12/40"),
            ("cvc", "123"),
            ("name", shopper.name.as_str()),
        ];
        let answer = self.browser.post(page).form(&form).send().await?;
        anyhow::ensure!(answer.status() == StatusCode::SEE_OTHER, "not paid: {}", answer.status());
        Ok(())
    }

    async fn wait_until_paid(&self, link: &Secret) -> anyhow::Result<PurchaseView> {
        let number = orders::number_of_link(self.state, &link.text()).await?;
        let reader = Reader { account: None, link: Some(link.text()) };
        for _ in 0..LOOKS {
            jobs::settle(self.state).await?;
            let purchase = orders::purchase(self.state, &reader, &number).await?;
            if purchase.status == OrderStatus::Paid {
                return Ok(purchase);
            }
            tokio::time::sleep(LOOK).await;
        }
        anyhow::bail!("purchase {number} was paid, but the market did not hear of it")
    }

    async fn ship(&self, ship: &Ship) -> anyhow::Result<()> {
        let shop = &super::named(self.artisans, &ship.shop)?.shop;
        let purchase = super::named(&self.purchases, &ship.purchase)?;
        let part = purchase.shops.iter().find(|part| part.slug == shop.slug);
        let part =
            part.ok_or_else(|| anyhow::anyhow!("{} has no part in {}", ship.shop, ship.purchase))?;
        let parcel = Parcel { tracking: ship.tracking.clone(), carrier: None };
        fulfillments::ship(self.state, shop, &part.order.number, parcel).await?;
        Ok(())
    }
}

/// Where a shopper has parcels sent.
fn fields(shopper: &Shopper) -> AddressFields {
    AddressFields {
        name: shopper.name.clone(),
        line1: shopper.line1.clone(),
        postal_code: shopper.postal_code.clone(),
        city: shopper.city.clone(),
        country: shopper.country.clone(),
        ..AddressFields::default()
    }
}
