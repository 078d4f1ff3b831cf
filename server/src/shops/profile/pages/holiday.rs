//! The page on which a shop goes on holiday and comes back.

use api::Timestamp;
use api::shop_profile::{Holiday, Pause};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::Asked;
use crate::error::{Error, Refusals};
use crate::shops::profile;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::unsaved;

/// The page.
const HOME: &str = "/sell/shop/pause";
/// The page, after something was changed.
const SAVED: &str = "/sell/shop/pause?saved=true";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sell/shop/pause", get(show).post(pause).layer(from_fn(unsaved::keep::<Dates>)))
        .route("/sell/shop/resume", get(back).post(resume))
}

#[derive(Template)]
#[template(path = "shops/holiday.html")]
struct HolidayPage {
    layout: Layout,
    holiday: Option<Holiday>,
    /// Whether the shop is away now.
    away: bool,
    dates: Dates,
    mistakes: Mistakes,
    saved: bool,
}

/// A holiday as it was typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Dates {
    from: String,
    until: String,
}

impl form::Form for Dates {
    const FIELDS: &'static [Field] =
        &[Field::typed("from", "First day"), Field::typed("until", "Back on")];
}

/// A day as it was typed; nothing is not said.
fn day(field: &'static str, typed: &str) -> Result<Option<Timestamp>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = Timestamp::of_day(typed);
    day.map(Some).ok_or_else(|| Error::invalid(field, "a day reads 2026-12-24"))
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    artisan: Artisan,
    dates: Dates,
    mistakes: Mistakes,
) -> Result<HolidayPage, Error> {
    let holiday = profile::find(state, artisan.shop).await?.holiday;
    let away = holiday.is_some_and(|holiday| holiday.is_on(state.clock.now()));
    let layout = Layout::of(state, viewer);
    Ok(HolidayPage { layout, holiday, away, dates, mistakes, saved: false })
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Asked { saved }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let page = page(&state, &viewer, artisan, Dates::default(), Mistakes::default()).await?;
    Ok(Page(HolidayPage { saved, ..page }))
}

async fn pause(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(dates): Form<Dates>,
) -> Result<Response, Error> {
    let mut wrong = Refusals::default();
    let from = wrong.take(day("from", &dates.from))?.flatten();
    let until = wrong.take(day("until", &dates.until))?.flatten();
    let paused = match wrong.told() {
        Ok(()) => profile::pause(&state, artisan.shop.id, &Pause { from, until }).await,
        Err(error) => Err(error),
    };
    let Err(error) = paused else { return Ok(Redirect::to(SAVED).into_response()) };
    let page = page(&state, &viewer, artisan, dates, Mistakes::take(error)?).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

async fn resume(State(state): State<AppState>, artisan: Artisan) -> Result<Redirect, Error> {
    profile::resume(&state, artisan.shop.id).await?;
    Ok(Redirect::to(SAVED))
}

/// To the page with the button.
async fn back(_artisan: Artisan) -> Redirect {
    Redirect::to(HOME)
}
