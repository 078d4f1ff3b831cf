//! Opening a shop and connecting it to Stripe.

use api::shop::{NewShop, OnboardingStatus, Shop};
use api::shop_profile::{Holiday, ShopProfile};
use api::staff::Suspension;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::profile::checklist::{self, Step};
use super::{onboarding, profile, suspensions};
use crate::accounts::factors;
use crate::error::Error;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _};
use crate::web::page::{Layout, Mistakes, Page, sentence};
use crate::web::people::{Artisan, Customer, Seller, Viewer};
use crate::web::unsaved;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sell", get(show).post(open).layer(from_fn(unsaved::keep::<Asked>)))
        .route("/sell/onboarding", get(standing).post(go_on))
}

#[derive(Template)]
#[template(path = "shops/sell.html")]
struct SellPage {
    layout: Layout,
    commission: String,
    asked: Asked,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "shops/desk.html")]
struct DeskPage {
    layout: Layout,
    profile: ShopProfile,
    steps: Vec<Step>,
    /// Whether the second step of signing in is on.
    second_step: bool,
    /// That the shop is away, in words.
    away: Option<String>,
    /// Why nobody sees it, if staff suspended it.
    suspension: Option<Suspension>,
}

impl DeskPage {
    /// What is best done now.
    fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| !step.done)
    }

    fn is_next(&self, step: &Step) -> bool {
        self.next().is_some_and(|next| next.title == step.title)
    }

    /// A title within a sentence: names in it keep their capitals.
    fn within(title: &str) -> String {
        let mut letters = title.chars();
        let first = letters.next().into_iter().flat_map(char::to_lowercase);
        first.chain(letters).collect()
    }

    fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
}

/// The form as it was typed.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    story: String,
}

impl form::Form for Asked {
    const FIELDS: &'static [Field] = &[
        Field::typed("name", "Name of the shop"),
        Field::typed("place", "Where you work"),
        Field::typed("story", "Your story"),
    ];
}

async fn show(State(state): State<AppState>, viewer: Viewer) -> Result<Response, Error> {
    if let Some(account) = &viewer.account
        && let Some(shop) = super::find_for_account(&state, account.id).await?
    {
        let profile = profile::find(&state, shop).await?;
        let steps = checklist::steps(&state, account, &profile).await?;
        let now = state.clock.now();
        let away = profile.holiday.filter(|holiday| holiday.is_on(now));
        let layout = Layout::of(&state, &viewer);
        let away = away.map(Holiday::words);
        let suspension = suspensions::in_force(&state, profile.shop.id).await?;
        let second_step = factors::is_on(&state, account.id).await?;
        let page = DeskPage { layout, profile, steps, second_step, away, suspension };
        return Ok(Page(page).into_response());
    }
    let page = sell_page(&state, &viewer, Asked::default(), Mistakes::default());
    Ok(page.into_response())
}

async fn open(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Form(asked): Form<Asked>,
) -> Result<Response, Error> {
    let new = NewShop {
        name: asked.name.clone(),
        place: asked.place.clone(),
        story: asked.story.clone(),
    };
    match super::open(&state, customer.account.id, &new).await {
        Ok(_) => Ok(Redirect::to("/sell").into_response()),
        Err(error) => {
            let mistakes = Mistakes::take(error)?;
            let page = sell_page(&state, &viewer, asked, mistakes);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn sell_page(
    state: &AppState,
    viewer: &Viewer,
    asked: Asked,
    mistakes: Mistakes,
) -> Page<SellPage> {
    let commission = super::percent(state.config.commission_bps);
    Page(SellPage { layout: Layout::of(state, viewer), commission, asked, mistakes })
}

#[derive(Template)]
#[template(path = "shops/onboarding.html")]
struct OnboardingPage {
    layout: Layout,
    shop: Shop,
    message: String,
}

impl OnboardingPage {
    fn has_begun(&self) -> bool {
        self.shop.onboarding != OnboardingStatus::NotStarted
    }

    fn is_finished(&self) -> bool {
        self.shop.onboarding == OnboardingStatus::Complete
    }

    fn standing(&self) -> &'static str {
        match self.shop.onboarding {
            OnboardingStatus::NotStarted => {
                "Stripe pays you out and asks who you are; that takes about five minutes. Until then nobody can buy from you."
            }
            OnboardingStatus::Pending => "Stripe still needs some details from you.",
            OnboardingStatus::Restricted => {
                "Stripe has paused your account until you add what it asks for."
            }
            OnboardingStatus::TransfersActive => {
                "You can sell. Stripe needs one more thing before it pays out to your bank."
            }
            OnboardingStatus::Complete => "Connected: you can sell, and payouts reach your bank.",
        }
    }
}

async fn standing(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
) -> Page<impl Template> {
    let layout = Layout::at_work(&state, &viewer, &artisan);
    Page(OnboardingPage { layout, shop: artisan.shop, message: String::new() })
}

/// On to Stripe's own page for the next step.
async fn go_on(
    State(state): State<AppState>,
    viewer: Viewer,
    seller: Seller,
) -> Result<Response, Error> {
    let reason = match onboarding::advance(&state, &seller.account, &seller.shop).await {
        Ok(next) => {
            let url = next.url.unwrap_or_else(|| "/sell/onboarding".to_owned());
            return Ok(Redirect::to(&url).into_response());
        }
        // The page there says why it is needed first.
        Err(Error::FactorNeeded(_)) => return Ok(Redirect::to("/account/factor").into_response()),
        Err(Error::Unavailable(reason) | Error::Conflict(reason)) => reason,
        Err(other) => return Err(other),
    };
    let layout = Layout::of(&state, &viewer);
    let page = Page(OnboardingPage { layout, shop: seller.shop, message: sentence(&reason) });
    Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response())
}
