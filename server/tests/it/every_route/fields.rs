//! Nobody sets what is not theirs to set: a request with a field that it does not know is refused
//! as a whole, above all one that holds what the server answered.

use api::Problem;
use api::problem::Code;
use serde_json::{Map, Value, json};

use super::actors::Actor;
use super::call::{Call, Content};
use super::contents::Contents;
use super::on_both_stages;
use super::stage::{Stage, picture};
use super::table::{Body, Described, Object, Owner, TABLE, Who};
use crate::person::multipart;

on_both_stages![unknown_fields_are_refused_and_change_nothing];

async fn unknown_fields_are_refused_and_change_nothing(stage: Stage) {
    let (mut complaints, mut sent) = (Vec::new(), 0);
    for described in TABLE.iter().filter(|described| takes_fields(described)) {
        let actor = stage.actor(sender(described));
        let answered = answered(&stage, actor, described).await;
        let good = fresh(&stage, actor, described).await;
        stage.market.passes(0).await;
        let before = Contents::of(&stage.market).await;
        for (field, body) in with_strangers(&good.body, &answered) {
            let call = Call { body, ..good.clone() };
            let answer = actor.asks(&call, false).await;
            let problem = serde_json::from_str::<Problem>(&answer.body);
            let is_told = !described.is_api()
                || problem.is_ok_and(|it| it.code == Code::Invalid && it.detail.contains(&field));
            if answer.status != 422 || !is_told {
                let told = answer.body.chars().take(200).collect::<String>();
                complaints
                    .push(format!("{} with {field}: {} {told}", described.route, answer.status));
            }
            sent += 1;
        }
        stage.market.passes(0).await;
        let after = Contents::of(&stage.market).await;
        let changed = after.changed_since(&before);
        if !changed.is_empty() {
            complaints.push(format!("{}: refusals changed {changed:?}", described.route));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(sent >= 100, "only {sent} requests sent");
}

/// The pages of the simulated Stripe are Stripe's, and Stripe skips what it does not know.
fn takes_fields(described: &Described) -> bool {
    matches!(described.body, Body::Json(_) | Body::Form(_) | Body::Upload(_))
        && described.who != Who::Stripe
        && !described.path().starts_with("/sim/")
}

fn sender(described: &Described) -> &'static str {
    match (described.who, described.object.map(Object::owner)) {
        (Who::Staff, _) => "staff, token",
        (Who::Shopless, _) | (_, Some(Owner::Shopper)) => "shopper A, token",
        _ => "artisan A, token",
    }
}

/// The fields of the answer to a request that works.
async fn answered(stage: &Stage, actor: &Actor, described: &Described) -> Map<String, Value> {
    let new = if described.spends_caller { Some(stage.somebody_like(actor).await) } else { None };
    let call = fresh(stage, actor, described).await;
    let answer = new.as_ref().unwrap_or(actor).asks(&call, false).await;
    assert!(answer.status < 400, "{}: {}", described.route, answer.body);
    match serde_json::from_str(&answer.body) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// A request that works, about a thing that nothing was done to.
async fn fresh(stage: &Stage, actor: &Actor, described: &Described) -> Call {
    let thing = match described.object {
        Some(object) => stage.own(object, &actor.account).await,
        None => None,
    };
    stage.call_by(&actor.account, described, thing.as_deref()).await
}

/// The body with one field too many, in every way: each field of the answer that the request does
/// not have, and a made-up one in every object of the body. The table names every field that a
/// request has, so none of these is one.
fn with_strangers(good: &Content, answered: &Map<String, Value>) -> Vec<(String, Content)> {
    let stranger = "unexpected".to_owned();
    match good {
        Content::Form(text) => {
            vec![(stranger, Content::Form(format!("{text}&unexpected=1")))]
        }
        Content::Json(text) => {
            let body: Value = serde_json::from_str(text).expect("JSON in the table");
            let mut all = Vec::new();
            for (field, value) in answered.iter().filter(|(field, _)| body.get(field).is_none()) {
                let mut body = body.clone();
                body[field] = value.clone();
                all.push((field.clone(), Content::Json(body.to_string())));
            }
            for place in objects(&body, String::new()) {
                let mut body = body.clone();
                body.pointer_mut(&place).expect("a place in the body")["unexpected"] = json!(1);
                all.push((stranger.clone(), Content::Json(body.to_string())));
            }
            all
        }
        Content::Upload(kind, _) => {
            let (_, body) = multipart(&picture(), &[(stranger.as_str(), "1")]);
            vec![(stranger, Content::Upload(kind.clone(), body))]
        }
        Content::Nothing | Content::Bytes(_) => Vec::new(),
    }
}

/// JSON pointers to every object of a body.
fn objects(value: &Value, place: String) -> Vec<String> {
    let inner: Vec<String> = match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| objects(value, format!("{place}/{name}")))
            .collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(at, value)| objects(value, format!("{place}/{at}"))).collect()
        }
        _ => Vec::new(),
    };
    let own = value.is_object().then_some(place);
    own.into_iter().chain(inner).collect()
}
