//! The page on which a shop goes on holiday and comes back.

use api::Timestamp;
use api::shop_profile::{Holiday, Pause, ShopProfile};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::{Deserialize, Serialize};

use super::Asked;
use crate::error::{Error, Refusals};
use crate::shops::profile;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _, Shared};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::unsaved;

/// The page.
const HOME: &str = "/sell/shop/pause";
/// What is said instead of ending a holiday that nobody has looked at.
const CHANGED: &str = "the holiday is another one now; it was changed meanwhile, in another window or \
                       by another program. Nothing was called off. What is planned now stands below.";
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

impl HolidayPage {
    fn new(
        state: &AppState,
        viewer: &Viewer,
        artisan: &Artisan,
        holiday: Option<Holiday>,
        dates: Dates,
    ) -> Self {
        let away = holiday.is_some_and(|holiday| holiday.is_on(state.clock.now()));
        let (layout, mistakes) = (Layout::at_work(state, viewer, artisan), Mistakes::default());
        Self { layout, holiday, away, dates, mistakes, saved: false }
    }

    /// What an empty first day means.
    const fn begins(&self) -> &'static str {
        if self.away { "Without it, as it began." } else { "Without it, at once." }
    }
}

/// A holiday as it was typed.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Dates {
    /// The marks of what stood in it when it was opened.
    opened: Option<String>,
    from: String,
    until: String,
}

impl Dates {
    /// The form as it would be filled in now; what has begun needs no first day.
    fn of(holiday: Option<Holiday>, now: Timestamp) -> Self {
        let date = |moment: Option<Timestamp>| moment.map(Timestamp::date).unwrap_or_default();
        let coming = holiday.map(|holiday| holiday.from).filter(|from| *from > now);
        Self {
            opened: None,
            from: date(coming),
            until: date(holiday.and_then(|holiday| holiday.until)),
        }
    }
}

impl Shared for Dates {
    const IS_ONE_THING: bool = true;

    fn opened(&mut self) -> &mut Option<String> {
        &mut self.opened
    }
}

impl form::Form for Dates {
    const FIELDS: &'static [Field] =
        &[Field::chosen("from", "First day", told), Field::chosen("until", "Back on", told)];
}

/// A day of the form as people read it.
fn told(date: &str) -> String {
    Timestamp::of_day(date).map_or_else(|| date.to_owned(), Timestamp::day)
}

/// A day as it was typed; nothing is not said.
fn day(field: &'static str, typed: &str) -> Result<Option<Timestamp>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = Timestamp::of_day(typed);
    day.map(Some).ok_or_else(|| Error::invalid(field, "a day reads 2026-12-24"))
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Asked { saved }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let holiday = profile::find(&state, artisan.shop.clone()).await?.holiday;
    let dates = form::opened(Dates::of(holiday, state.clock.now()))?;
    let page = HolidayPage::new(&state, &viewer, &artisan, holiday, dates);
    Ok(Page(HolidayPage { saved, ..page }))
}

async fn pause(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(mut dates): Form<Dates>,
) -> Result<Response, Error> {
    let ShopProfile { holiday, version, .. } = profile::find(&state, artisan.shop.clone()).await?;
    let saved = Dates::of(holiday, state.clock.now());
    if let Some(mistakes) = form::overtaken(&mut dates, saved)? {
        let page = HolidayPage::new(&state, &viewer, &artisan, holiday, dates);
        let page = Page(HolidayPage { mistakes, ..page });
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let mut wrong = Refusals::default();
    let from = wrong.take(day("from", &dates.from))?.flatten();
    let until = wrong.take(day("until", &dates.until))?.flatten();
    let pause = Pause { from, until };
    let paused = match wrong.told() {
        Ok(()) => profile::pause(&state, artisan.shop.id, &pause, Some(version)).await,
        Err(error) => Err(error),
    };
    let Err(error) = paused else { return Ok(Redirect::to(SAVED).into_response()) };
    let page = HolidayPage::new(&state, &viewer, &artisan, holiday, dates);
    let page = Page(HolidayPage { mistakes: Mistakes::take(error)?, ..page });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The holiday that a person looked at when she chose to end it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Ended {
    /// The marks of its days, if the form brings them along.
    opened: Option<String>,
}

async fn resume(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(ended): Form<Ended>,
) -> Result<Response, Error> {
    let ShopProfile { holiday, version, .. } = profile::find(&state, artisan.shop.clone()).await?;
    let stands = form::opened(Dates::of(holiday, state.clock.now()))?;
    if holiday.is_some() && ended.opened.is_some() && ended.opened != stands.opened {
        let page = HolidayPage::new(&state, &viewer, &artisan, holiday, stands);
        let mistakes = Mistakes::take(Error::conflict(CHANGED))?;
        return Ok((StatusCode::CONFLICT, Page(HolidayPage { mistakes, ..page })).into_response());
    }
    profile::resume(&state, artisan.shop.id, Some(version)).await?;
    Ok(Redirect::to(SAVED).into_response())
}

/// To the page with the button.
async fn back(_artisan: Artisan) -> Redirect {
    Redirect::to(HOME)
}
