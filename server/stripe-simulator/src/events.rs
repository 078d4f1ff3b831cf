//! Events: what happened, as a snapshot of the object it happened to.

use serde_json::{Value, json};

use crate::api::list_of;
use crate::error::Result;
use crate::fields::{Fields as _, public};
use crate::form::Form;
use crate::ids;
use crate::store::{Endpoint, Tx};

/// The version of Stripe's API that the simulator speaks.
pub(crate) const API_VERSION: &str = "2026-09-30.endive";

/// Records an event about an object of the current account and puts it on its way.
pub(crate) async fn emit(tx: &mut Tx, kind: &str, object: &Value) -> Result<()> {
    emit_change(tx, kind, object, &Value::Null).await
}

/// The same, with the former values of the fields that changed.
pub(crate) async fn emit_change(
    tx: &mut Tx,
    kind: &str,
    object: &Value,
    previous: &Value,
) -> Result<()> {
    let id = ids::new("evt");
    let mut data = json!({ "object": public(object.clone()) });
    if previous.is_object() {
        data["previous_attributes"] = previous.clone();
    }
    let mut event = json!({
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": tx.seconds(),
        "data": data,
        "livemode": false,
        "pending_webhooks": 1,
        "request": {
            "id": tx.cause.request.clone(),
            "idempotency_key": tx.cause.idempotency_key.clone(),
        },
        "type": kind,
        "_sim": { "delivered": false },
    });
    let endpoint = if tx.account == tx.terms.platform {
        Endpoint::Account
    } else {
        event["account"] = tx.account.clone().into();
        Endpoint::Connect
    };
    tx.insert(&event).await?;
    tx.post_delivery(&id, endpoint).await
}

/// Notes that an event reached its endpoint.
pub(crate) async fn mark_delivered(tx: &mut Tx, id: &str) -> Result<()> {
    if let Some((_, mut event)) = tx.find_anywhere(id).await? {
        event.set("pending_webhooks", 0);
        event.keep("delivered", true);
        tx.save(&event).await?;
    }
    Ok(())
}

pub(crate) async fn retrieve(tx: &mut Tx, id: &str) -> Result {
    tx.find("event", id).await
}

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let mut filter = json!({});
    if let Some(kind) = form.text("type")? {
        filter["type"] = kind.into();
    }
    let kinds = form.texts("types")?;
    if !kinds.is_empty() {
        filter["type"] = kinds.into();
    }
    if let Some(delivered) = form.flag("delivery_success")? {
        filter["_sim.delivered"] = delivered.into();
    }
    list_of(tx, form, "event", "/v1/events", &filter).await
}
