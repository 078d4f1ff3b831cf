//! The payment page and the 3-D-Secure challenge.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Broken, NoticePage, show, unknown};
use crate::cards::Card;
use crate::error::Result;
use crate::fields::Fields as _;
use crate::paying::{self, Outcome, Payer};
use crate::store::Tx;
use crate::{Simulator, checkout, time_passing};

/// How long the payer waits for the platform to hear of the payment, as Stripe's page does.
const HEARING: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "payment.html")]
struct PaymentPage {
    /// Id of the session: the page is also shown at the address of a refused challenge.
    session: String,
    lines: Vec<Line>,
    shipping: Option<Line>,
    total: String,
    cancel_url: Option<String>,
    countries: Vec<String>,
    message: Option<String>,
    filled: PaymentForm,
}

struct Line {
    name: String,
    quantity: i64,
    amount: String,
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct ChallengePage {
    total: String,
}

/// What the payer typed; card fields are never shown again nor kept.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PaymentForm {
    email: String,
    number: String,
    expiry: String,
    cvc: String,
    name: String,
    line1: String,
    postal_code: String,
    city: String,
    country: String,
}

#[derive(Deserialize)]
pub(super) struct ChallengeForm {
    decision: String,
}

pub(super) async fn ask(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
) -> Result<Response, Broken> {
    let mut tx = sim.read().await?;
    let Some(session) = find(&mut tx, &id).await? else { return Ok(unknown()) };
    match paying::closed(&tx, &session) {
        None if paying::is_challenged(&mut tx, &session).await? => {
            Ok(Redirect::to(&format!("/sim/checkout/{id}/challenge")).into_response())
        }
        None => Ok(show(&payment_page(&mut tx, &session, None).await?)),
        Some(outcome) => Ok(closed(&outcome, &session)),
    }
}

pub(super) async fn pay(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
    Form(form): Form<PaymentForm>,
) -> Result<Response, Broken> {
    let mut tx = sim.write().await?;
    let Some(session) = find(&mut tx, &id).await? else { return Ok(unknown()) };
    let (card, payer) = match read(&form, &session, tx.now) {
        Ok(read) => read,
        Err(message) => return again(&mut tx, &session, message, form).await,
    };
    if sim.faults().takes_late_payments() {
        checkout::reopen(&mut tx, session).await?;
    }
    let outcome = paying::pay(&mut tx, &id, &card, &payer).await?;
    tx.commit().await?;
    finish(&sim, &id, outcome, form).await
}

pub(super) async fn challenge(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
) -> Result<Response, Broken> {
    let mut tx = sim.read().await?;
    let Some(session) = find(&mut tx, &id).await? else { return Ok(unknown()) };
    if let Some(outcome) = paying::closed(&tx, &session) {
        return Ok(closed(&outcome, &session));
    }
    if paying::is_challenged(&mut tx, &session).await? {
        return Ok(show(&ChallengePage { total: total_of(&session) }));
    }
    Ok(Redirect::to(&format!("/sim/checkout/{id}")).into_response())
}

pub(super) async fn answer(
    State(sim): State<Simulator>,
    Path(id): Path<String>,
    Form(form): Form<ChallengeForm>,
) -> Result<Response, Broken> {
    let mut tx = sim.write().await?;
    if find(&mut tx, &id).await?.is_none() {
        return Ok(unknown());
    }
    let outcome = paying::answer_challenge(&mut tx, &id, form.decision == "complete").await?;
    tx.commit().await?;
    finish(&sim, &id, outcome, PaymentForm::default()).await
}

/// Sends the payer on. After a payment the platform hears of it first, if it listens.
async fn finish(
    sim: &Simulator,
    id: &str,
    outcome: Outcome,
    form: PaymentForm,
) -> Result<Response, Broken> {
    if outcome == Outcome::Paid {
        let sim = sim.clone();
        let hearing = tokio::spawn(async move {
            let _pace = sim.pace().await;
            time_passing::catch_up(&sim).await
        });
        match tokio::time::timeout(HEARING, hearing).await {
            Ok(Ok(Ok(()))) => {}
            problem => tracing::warn!(?problem, "the platform did not hear of a payment in time"),
        }
    }
    sim.wake();
    let mut tx = sim.read().await?;
    let session = checkout::retrieve(&mut tx, id).await?;
    match outcome {
        Outcome::Declined(message) => again(&mut tx, &session, message, form).await,
        Outcome::Challenge => {
            Ok(Redirect::to(&format!("/sim/checkout/{id}/challenge")).into_response())
        }
        outcome => Ok(closed(&outcome, &session)),
    }
}

/// A session by its id, or nothing; the id is the payer's only ticket.
async fn find(tx: &mut Tx, id: &str) -> Result<Option<Value>> {
    match checkout::retrieve(tx, id).await {
        Ok(session) => Ok(Some(session)),
        Err(error) if error.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

fn read(form: &PaymentForm, session: &Value, now: i64) -> Result<(Card, Payer), &'static str> {
    let email = form.email.trim();
    let at = email.find('@').unwrap_or_default();
    if at == 0 || at + 1 >= email.len() || email.contains(char::is_whitespace) {
        return Err("Write an e-mail address such as jo@example.com.");
    }
    let name = form.name.trim();
    if name.is_empty() {
        return Err("Write the name on the card.");
    }
    let address = match &session["shipping_address_collection"] {
        Value::Null => Value::Null,
        _ => address(form).ok_or("Write street, postal code, city and country.")?,
    };
    let card = Card::parse(&form.number, &form.expiry, &form.cvc, now)?;
    Ok((card, Payer { name: name.to_owned(), email: email.to_owned(), address }))
}

fn address(form: &PaymentForm) -> Option<Value> {
    let fields = [&form.line1, &form.postal_code, &form.city, &form.country];
    let [line1, postal_code, city, country] = fields.map(|field| field.trim());
    let complete = [line1, postal_code, city, country].iter().all(|field| !field.is_empty());
    complete.then(|| {
        json!({
            "city": city, "country": country, "line1": line1,
            "line2": null, "postal_code": postal_code, "state": null,
        })
    })
}

async fn again(
    tx: &mut Tx,
    session: &Value,
    message: &str,
    form: PaymentForm,
) -> Result<Response, Broken> {
    if let Some(outcome) = paying::closed(tx, session) {
        return Ok(closed(&outcome, session));
    }
    let mut page = payment_page(tx, session, Some(message.to_owned())).await?;
    page.filled =
        PaymentForm { number: String::new(), expiry: String::new(), cvc: String::new(), ..form };
    Ok((StatusCode::PAYMENT_REQUIRED, show(&page)).into_response())
}

async fn payment_page(
    tx: &mut Tx,
    session: &Value,
    message: Option<String>,
) -> Result<PaymentPage> {
    let currency = session.text("currency");
    let items = checkout::items_of(tx, session.text("id")).await?;
    let line = |item: &Value| Line {
        name: item.text("description").to_owned(),
        quantity: item.int("quantity"),
        amount: money(item.int("amount_total"), currency),
    };
    let shipping = session.kept("shipping_name").as_str().map(|name| Line {
        name: name.to_owned(),
        quantity: 1,
        amount: money(session["total_details"].int("amount_shipping"), currency),
    });
    let countries = session["shipping_address_collection"]["allowed_countries"].as_array();
    let countries = countries.into_iter().flatten().filter_map(Value::as_str);
    Ok(PaymentPage {
        session: session.text("id").to_owned(),
        lines: items["data"].as_array().into_iter().flatten().map(line).collect(),
        shipping,
        total: total_of(session),
        cancel_url: session.maybe_text("cancel_url").map(str::to_owned),
        countries: countries.map(str::to_owned).collect(),
        message,
        filled: PaymentForm {
            email: session.text("customer_email").to_owned(),
            ..PaymentForm::default()
        },
    })
}

/// Where a payer goes whose session takes no payment any more.
fn closed(outcome: &Outcome, session: &Value) -> Response {
    if *outcome == Outcome::Paid {
        let url = session.text("success_url").replace("{CHECKOUT_SESSION_ID}", session.text("id"));
        return Redirect::to(&url).into_response();
    }
    let page = NoticePage {
        title: "This payment has expired",
        message: "Nothing was charged. Go back to the shop and start the payment again.",
        link: session.maybe_text("cancel_url").map(|url| (url.to_owned(), "Back to the shop")),
    };
    (StatusCode::GONE, show(&page)).into_response()
}

fn total_of(session: &Value) -> String {
    money(session.int("amount_total"), session.text("currency"))
}

/// An amount for people, such as `68.00 EUR`.
fn money(minor: i64, currency: &str) -> String {
    const WHOLE: [&str; 16] = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
        "xaf", "xof", "xpf",
    ];
    let code = currency.to_ascii_uppercase();
    if WHOLE.contains(&currency) {
        return format!("{minor} {code}");
    }
    format!("{}.{:02} {code}", minor / 100, minor % 100)
}
