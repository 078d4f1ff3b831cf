//! Pages: shops as staff look after them.

use api::page::PageRequest;
use api::shop::Shop;
use api::staff::{LONGEST_REASON, ShopStanding, StaffShop, StaffShopDetail};
use api::{Id, Page as Part};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::routes::absent;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{ProvedStaff, Staff, Viewer};
use crate::web::place::Path;
use crate::web::{local_path, unsaved};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff", absent().get(list))
        .route("/staff/shops/{shop}", absent().get(show))
        .route("/staff/shops/{shop}/suspend", absent().get(back).post(suspend))
        .route("/staff/shops/{shop}/lift", absent().get(back).post(lift))
        .layer(from_fn(unsaved::keep::<unsaved::Unknown>))
}

#[derive(Template)]
#[template(path = "staff/shops.html")]
struct ShopsPage {
    layout: Layout,
    q: String,
    shops: Part<StaffShop>,
    next: Option<String>,
    later: bool,
}

#[derive(Template)]
#[template(path = "staff/shop.html")]
struct ShopPage {
    layout: Layout,
    detail: StaffShopDetail,
    reason: String,
    /// Whether the password was given in this browser a moment ago, which every change asks for.
    proved: bool,
    /// What was done just now.
    done: &'static str,
    mistakes: Mistakes,
}

impl ShopPage {
    fn is_open(&self) -> bool {
        self.detail.shop.standing == ShopStanding::Open
    }

    fn is_closed(&self) -> bool {
        self.detail.shop.standing == ShopStanding::Closed
    }

    /// How the shop stands with Stripe, in words.
    fn stripe(&self) -> String {
        self.detail.shop.onboarding.as_str().replace('_', " ")
    }

    /// Where the password is given again, and the way back.
    fn confirm(&self) -> String {
        let back = format!("/staff/shops/{}", self.detail.shop.id);
        local_path::with_query("/account/confirm", &[("next", &back)])
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    after: Option<String>,
}

async fn list(
    State(state): State<AppState>,
    viewer: Viewer,
    _staff: Staff,
    Query(Asked { q, after }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let (later, request) = (after.is_some(), PageRequest { limit: None, after });
    let shops = super::shops(&state, &q, &request).await?;
    let next = shops.next.as_ref();
    let next = next.map(|next| local_path::with_query("/staff", &[("q", &q), ("after", next)]));
    Ok(Page(ShopsPage { layout: Layout::of(&state, &viewer), q, shops, next, later }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct News {
    done: String,
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    staff: Staff,
    Path(shop): Path<Id<Shop>>,
    Query(News { done }): Query<News>,
) -> Result<Page<impl Template>, Error> {
    let done = match done.as_str() {
        "suspended" => "The shop is suspended. Its artisan was told by letter.",
        "lifted" => "The suspension is lifted. The shop is shown again.",
        _ => "",
    };
    let page = page(&state, &viewer, shop, staff.is_proved(&state)).await?;
    Ok(Page(ShopPage { done, ..page }))
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    shop: Id<Shop>,
    proved: bool,
) -> Result<ShopPage, Error> {
    Ok(ShopPage {
        layout: Layout::of(state, viewer),
        detail: super::shop(state, shop).await?,
        reason: String::new(),
        proved,
        done: "",
        mistakes: Mistakes::default(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// To the page with the form.
async fn back(
    State(state): State<AppState>,
    _staff: Staff,
    Path(shop): Path<Id<Shop>>,
) -> Result<Redirect, Error> {
    super::shop(&state, shop).await?;
    Ok(Redirect::to(&format!("/staff/shops/{shop}")))
}

async fn suspend(
    State(state): State<AppState>,
    viewer: Viewer,
    _staff: ProvedStaff,
    Path(shop): Path<Id<Shop>>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Error> {
    let done = super::suspend(&state, shop, &reason).await;
    finish(&state, &viewer, shop, "suspended", reason, done).await
}

async fn lift(
    State(state): State<AppState>,
    viewer: Viewer,
    _staff: ProvedStaff,
    Path(shop): Path<Id<Shop>>,
) -> Result<Response, Error> {
    let done = super::lift(&state, shop).await;
    finish(&state, &viewer, shop, "lifted", String::new(), done).await
}

/// On to the shop as it stands now, or the page once more with what is wrong and what was typed.
async fn finish(
    state: &AppState,
    viewer: &Viewer,
    shop: Id<Shop>,
    word: &str,
    reason: String,
    done: Result<StaffShopDetail, Error>,
) -> Result<Response, Error> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/staff/shops/{shop}?done={word}")).into_response());
    };
    let page = page(state, viewer, shop, true).await?;
    let page = ShopPage { reason, mistakes: Mistakes::take(error)?, ..page };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}
