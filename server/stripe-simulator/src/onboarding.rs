//! Onboarding: how a connected account comes to be paid.

use serde_json::{Map, Value, json};

use crate::accounts::{in_account, report, requirements};
use crate::clock::{self, SECOND};
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{self, Fields as _};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

/// The number of a bank account that takes every payout.
pub(crate) const TEST_BANK_ACCOUNT: &str = "000123456789";
/// How long an onboarding link works, in microseconds.
const LINK_LIFE: i64 = 300 * SECOND;

/// `POST /v1/account_links`.
pub(crate) async fn create_link(tx: &mut Tx, form: &mut Form) -> Result {
    let id = form.required("account")?;
    let kind = form.word("type", &["account_onboarding", "account_update"])?;
    if kind.is_none() {
        return Err(ApiError::missing_param("type"));
    }
    form.text("collect")?;
    form.within("collection_options", |options| {
        options.word("fields", &["currently_due", "eventually_due"])?;
        options.word("future_requirements", &["include", "omit"])
    })?;
    let refresh_url = form.required("refresh_url")?;
    let return_url = form.required("return_url")?;
    tx.find("account", &id).await?;
    let token = ids::random(43);
    let expires = tx.now + LINK_LIFE;
    let url = format!("{}/sim/onboard/{id}?token={token}", tx.terms.public_url);
    let link = json!({
        "id": format!("link_sim_{token}"),
        "object": "account_link",
        "created": tx.seconds(),
        "expires_at": clock::seconds(expires),
        "url": url,
        "_sim": { "account": id, "expires": expires, "used": false,
                  "refresh_url": refresh_url, "return_url": return_url },
    });
    tx.insert(&link).await?;
    let mut shown = link;
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("id");
    }
    Ok(shown)
}

/// The onboarding link with this token, whatever its state.
pub(crate) async fn link(tx: &mut Tx, account: &str, token: &str) -> Result<Value> {
    let link = tx.find("account_link", &format!("link_sim_{token}")).await?;
    if link.kept("account") == account {
        Ok(link)
    } else {
        Err(ApiError::missing("account_link", token))
    }
}

/// Fills in everything an account still needs, as the onboarding page does.
pub(crate) async fn complete(tx: &mut Tx, id: &str, bank_account: &str) -> Result {
    let mut account = tx.find("account", id).await?;
    let previous = previous_of(&account);
    let bank = bank_account_of(&account, bank_account);
    account.set("details_submitted", true);
    account.set("payouts_enabled", true);
    account.set("requirements", requirements(&[]));
    account.set("future_requirements", requirements(&[]));
    let mut capabilities = account["capabilities"].as_object().cloned().unwrap_or_default();
    capabilities.values_mut().for_each(|status| *status = "active".into());
    account.set("charges_enabled", capabilities.contains_key("card_payments"));
    account.set("capabilities", capabilities.clone());
    let accounts_url = format!("/v1/accounts/{id}/external_accounts");
    account.set("external_accounts", fields::list(&accounts_url, vec![bank.clone()], false));
    account["tos_acceptance"]["date"] = tx.seconds().into();
    tx.save(&account).await?;
    in_account(tx, id, async |tx| emit(tx, "account.external_account.created", &bank).await)
        .await?;
    for name in capabilities.keys() {
        let capability = capability(id, name, tx.seconds());
        in_account(tx, id, async |tx| emit(tx, "capability.updated", &capability).await).await?;
    }
    report(tx, &account, &previous).await?;
    Ok(account)
}

fn previous_of(account: &Value) -> Value {
    let keys = ["capabilities", "charges_enabled", "details_submitted", "payouts_enabled"];
    keys.iter().map(|key| ((*key).to_owned(), account[*key].clone())).collect::<Map<_, _>>().into()
}

fn capability(account: &str, name: &str, now: i64) -> Value {
    json!({
        "id": name,
        "object": "capability",
        "account": account,
        "requested": true,
        "requested_at": now,
        "requirements": requirements(&[]),
        "status": "active",
    })
}

/// A bank account; Stripe's magic numbers for ones that refuse payouts work.
fn bank_account_of(account: &Value, number: &str) -> Value {
    let last4: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    let refusal = match number {
        "000111111116" => Some("no_account"),
        "000111111113" => Some("account_closed"),
        _ => None,
    };
    json!({
        "id": ids::new("ba"),
        "object": "bank_account",
        "account": account.text("id"),
        "account_holder_name": "Test Person",
        "account_holder_type": "individual",
        "account_type": null,
        "available_payout_methods": ["standard"],
        "bank_name": "SIMULATED BANK",
        "country": account.text("country"),
        "currency": account.text("default_currency"),
        "default_for_currency": true,
        "fingerprint": ids::random(16),
        "last4": last4,
        "metadata": {},
        "routing_number": "110000000",
        "status": "new",
        "_sim": { "refusal": refusal },
    })
}
