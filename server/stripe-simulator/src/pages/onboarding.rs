//! The page on which an artisan would tell Stripe who they are.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;

use super::{Broken, show, unknown};
use crate::error::Result;
use crate::fields::Fields as _;
use crate::store::Tx;
use crate::{Simulator, onboarding};

#[derive(Template)]
#[template(path = "onboarding.html")]
struct OnboardingPage {
    name: String,
    token: String,
    bank_account: &'static str,
}

#[derive(Deserialize)]
pub(super) struct OnboardingForm {
    token: String,
    #[serde(default)]
    bank_account: String,
}

pub(super) async fn ask(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
    Query(query): Query<OnboardingForm>,
) -> Result<Response, Broken> {
    let mut tx = sim.read().await?;
    let Ok(link) = onboarding::link(&mut tx, &id, &query.token).await else { return Ok(unknown()) };
    if is_spent(&tx, &link) {
        return Ok(Redirect::to(link.kept("refresh_url").as_str().unwrap_or("/")).into_response());
    }
    let account = tx.find("account", &id).await?;
    let name = account["business_profile"].maybe_text("name").unwrap_or("your shop").to_owned();
    let bank_account = onboarding::TEST_BANK_ACCOUNT;
    Ok(show(&OnboardingPage { name, token: query.token, bank_account }))
}

pub(super) async fn finish(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
    Form(form): Form<OnboardingForm>,
) -> Result<Response, Broken> {
    let mut tx = sim.write().await?;
    let Ok(mut link) = onboarding::link(&mut tx, &id, &form.token).await else {
        return Ok(unknown());
    };
    if is_spent(&tx, &link) {
        return Ok(Redirect::to(link.kept("refresh_url").as_str().unwrap_or("/")).into_response());
    }
    link.keep("used", true);
    tx.save(&link).await?;
    let digits: String = form.bank_account.chars().filter(char::is_ascii_alphanumeric).collect();
    let number = if digits.is_empty() { onboarding::TEST_BANK_ACCOUNT } else { &digits };
    onboarding::complete(&mut tx, &id, number).await?;
    tx.commit().await?;
    sim.wake();
    Ok(Redirect::to(link.kept("return_url").as_str().unwrap_or("/")).into_response())
}

fn is_spent(tx: &Tx, link: &Value) -> bool {
    link.kept("used") == true || link.kept("expires").as_i64().is_none_or(|at| at <= tx.now)
}
