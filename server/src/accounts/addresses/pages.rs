//! The address book as pages.

use api::Id;
use api::account::Account;
use api::address::{ADDRESSES, AddressFields, SavedAddress};
use api::country::{self, Country};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::{Deserialize, Serialize};

use super::address;
use crate::error::{Error, Refusals};
use crate::state::AppState;
use crate::web::form::{self, Field, Shared};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Customer, Viewer};
use crate::web::place::Path;
use crate::web::unsaved;

/// The book.
const HOME: &str = "/account/addresses";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/addresses", get(list).post(add).layer(from_fn(unsaved::keep::<Typed>)))
        .route("/account/addresses/new", get(blank))
        .route(
            "/account/addresses/{id}",
            get(show).post(replace).layer(from_fn(unsaved::keep::<Typed>)),
        )
        .route("/account/addresses/{id}/default", post(prefer))
        .route("/account/addresses/{id}/delete", get(question).post(delete))
}

#[derive(Template)]
#[template(path = "accounts/addresses.html")]
struct BookPage {
    layout: Layout,
    addresses: Vec<SavedAddress>,
}

#[derive(Template)]
#[template(path = "accounts/address.html")]
struct AddressPage {
    layout: Layout,
    /// Where the form goes: the book for a new one, else the address itself.
    action: String,
    is_new: bool,
    /// The marks of what stood in the form when it was opened, where an address did.
    opened: Option<String>,
    asked: AddressFields,
    rules: Country,
    countries: Vec<(String, String)>,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "accounts/address_delete.html")]
struct DeletePage {
    layout: Layout,
    saved: SavedAddress,
    lines: Vec<String>,
    mistakes: Mistakes,
}

impl DeletePage {
    fn new(state: &AppState, viewer: &Viewer, saved: SavedAddress) -> Self {
        let (layout, lines) = (Layout::of(state, viewer), BookPage::lines(&saved));
        Self { layout, saved, lines, mistakes: Mistakes::default() }
    }
}

/// An address as it was looked at before it goes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    /// Its version, if the form brings it along.
    version: Option<i64>,
}

impl BookPage {
    fn lines(address: &SavedAddress) -> Vec<String> {
        address::on_parcel(&address.fields).lines()
    }

    const fn is_full(&self) -> bool {
        self.addresses.len() >= ADDRESSES
    }
}

impl AddressPage {
    fn new(
        state: &AppState,
        viewer: &Viewer,
        saved: Option<&SavedAddress>,
        asked: AddressFields,
    ) -> Self {
        Self {
            layout: Layout::of(state, viewer),
            action: saved.map_or_else(|| HOME.to_owned(), |saved| format!("{HOME}/{}", saved.id)),
            is_new: saved.is_none(),
            opened: None,
            rules: country::rules(&asked.country),
            countries: country::choices(&state.config.country),
            asked,
            mistakes: Mistakes::default(),
        }
    }
}

/// The form as it was typed; what the country whose fields it had does not ask for is not in it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// The marks of what stood in it when it was opened.
    opened: Option<String>,
    /// The country whose fields the form had.
    #[serde(default)]
    fields_of: String,
    name: String,
    line1: String,
    #[serde(default)]
    line2: String,
    #[serde(default)]
    postal_code: String,
    city: String,
    #[serde(default)]
    region: String,
    country: String,
}

impl form::Form for Typed {
    const FIELDS: &'static [Field] = &[
        Field::chosen("country", "Country", |code| country::name(code).to_owned()),
        Field::typed("name", "Name"),
        Field::typed("line1", "Street and number"),
        Field::typed("line2", "Flat, floor, company"),
        Field::typed("postal_code", "Postal code"),
        Field::typed("city", "Town"),
        Field::typed("region", "State or province"),
    ];
}

impl Shared for Typed {
    fn opened(&mut self) -> &mut Option<String> {
        &mut self.opened
    }
}

/// What a field of an address is called where its country has no word of its own for it.
pub(crate) fn label(field: &str) -> &'static str {
    <Typed as form::Form>::label(field)
}

impl Typed {
    fn of(saved: &SavedAddress) -> Self {
        let AddressFields { name, line1, line2, postal_code, city, region, country } =
            saved.fields.clone();
        let (opened, fields_of) = (None, country.clone());
        Self { opened, fields_of, name, line1, line2, postal_code, city, region, country }
    }

    /// Refuses where the country that was chosen asks for something that the form had no field for;
    /// it has one when it comes back.
    fn lacks_no_field(&self) -> Result<(), Error> {
        let rules = country::rules(&self.country);
        let label = rules.region_label();
        let is_new = label != country::rules(&self.fields_of).region_label();
        if !is_new || label.is_empty() || !self.region.is_empty() {
            return Ok(());
        }
        let label = address::lower(label);
        let rest = if rules.needs_region() {
            format!("needs a {label}.")
        } else {
            format!("may name a {label}; say it below or save once more without.")
        };
        Err(Error::invalid("region", format!("An address in {} {rest}", rules.said())))
    }

    fn fields(&self) -> AddressFields {
        let Self { name, line1, line2, postal_code, city, region, country, .. } = self.clone();
        AddressFields { name, line1, line2, postal_code, city, region, country }
    }
}

async fn list(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
) -> Result<Page<impl Template>, Error> {
    let addresses = super::list(&state, customer.account.id).await?;
    Ok(Page(BookPage { layout: Layout::of(&state, &viewer), addresses }))
}

async fn blank(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
) -> Page<impl Template> {
    let (name, country) = (customer.account.name, state.config.country.clone());
    let fields = AddressFields { name, country, ..AddressFields::default() };
    Page(AddressPage::new(&state, &viewer, None, fields))
}

async fn add(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    save(&state, &viewer, customer.account.id, None, typed).await
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
) -> Result<Page<impl Template>, Error> {
    let saved = super::find(&state, customer.account.id, id).await?;
    let opened = form::opened(Typed::of(&saved))?.opened;
    let page = AddressPage::new(&state, &viewer, Some(&saved), saved.fields.clone());
    Ok(Page(AddressPage { opened, ..page }))
}

async fn replace(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    save(&state, &viewer, customer.account.id, Some(id), typed).await
}

/// Adds what was typed or puts it in the place of what was saved; on to the book, or the form once
/// more.
async fn save(
    state: &AppState,
    viewer: &Viewer,
    account: Id<Account>,
    replaced: Option<Id<SavedAddress>>,
    mut typed: Typed,
) -> Result<Response, Error> {
    let saved = match replaced {
        Some(id) => Some(super::find(state, account, id).await?),
        None => None,
    };
    let page = |typed: Typed, mistakes| {
        let page = AddressPage::new(state, viewer, saved.as_ref(), typed.fields());
        Page(AddressPage { opened: typed.opened, mistakes, ..page })
    };
    if let Some(saved) = &saved
        && let Some(mistakes) = form::overtaken(&mut typed, Typed::of(saved))?
    {
        return Ok((StatusCode::CONFLICT, page(typed, mistakes)).into_response());
    }
    let mut wrong = Refusals::default();
    wrong.take(typed.lacks_no_field())?;
    let fields = typed.fields();
    wrong.take(address::checked(&fields, &state.config.country))?;
    let done = match (wrong.told(), &saved) {
        (Err(error), _) => Err(error),
        (Ok(()), Some(saved)) => {
            super::replace(state, account, saved.id, &fields, Some(saved.version)).await
        }
        (Ok(()), None) => super::add(state, account, &fields).await,
    };
    let Err(error) = done else { return Ok(Redirect::to(HOME).into_response()) };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(typed, Mistakes::take(error)?)).into_response())
}

async fn prefer(
    State(state): State<AppState>,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
) -> Result<Redirect, Error> {
    super::prefer(&state, customer.account.id, id).await?;
    Ok(Redirect::to(HOME))
}

async fn question(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
) -> Result<Page<impl Template>, Error> {
    let saved = super::find(&state, customer.account.id, id).await?;
    Ok(Page(DeletePage::new(&state, &viewer, saved)))
}

async fn delete(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
    Form(gone): Form<Gone>,
) -> Result<Response, Error> {
    let account = customer.account.id;
    let Err(error) = super::delete(&state, account, id, gone.version).await else {
        return Ok(Redirect::to(HOME).into_response());
    };
    let mistakes = Mistakes::take(error)?;
    let page = DeletePage::new(&state, &viewer, super::find(&state, account, id).await?);
    Ok((StatusCode::CONFLICT, Page(DeletePage { mistakes, ..page })).into_response())
}
