//! Webhooks: signed, delivered at least once, retried for three days of simulated time.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::Simulator;
use crate::clock::{self, HOUR, SECOND};
use crate::error::Result;
use crate::events::{self, API_VERSION};
use crate::faults::Delivering;
use crate::fields::{self, Fields as _, public};
use crate::store::{Delivery, Endpoint, Tx};

/// How long an endpoint may take to answer, in real time.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Waits before the second and later attempts; about three days in all.
const WAITS: [i64; 8] =
    [10 * SECOND, 60 * SECOND, 600 * SECOND, HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR];
/// How old a signature is made by the fault of that name; endpoints accept five minutes.
const OLD: i64 = 400 * SECOND;

/// `Stripe-Signature` of a body at a moment.
pub(crate) fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(format!("{timestamp}.{body}").as_bytes());
    format!("t={timestamp},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// `GET /v1/webhook_endpoints`: the two that were configured.
pub(crate) fn endpoints(tx: &Tx) -> Value {
    let endpoint = |id: &str, url: &str| {
        json!({
            "id": id, "object": "webhook_endpoint", "api_version": API_VERSION,
            "application": null, "created": 0, "description": null, "enabled_events": ["*"],
            "livemode": false, "metadata": {}, "status": "enabled", "url": url,
        })
    };
    let data = vec![
        endpoint("we_sim_connect", &tx.terms.connect_webhook_url),
        endpoint("we_sim_account", &tx.terms.webhook_url),
    ];
    fields::list("/v1/webhook_endpoints", data, false)
}

/// A client for deliveries. Endpoints are on the loopback, so it trusts no certificate at all.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()?)
}

/// Makes every attempt that is due, one after the other, and says how many there were.
pub(crate) async fn deliver_due(sim: &Simulator) -> Result<usize> {
    let mut due = sim.read().await?.due_deliveries().await?;
    if sim.faults().reorders() {
        due.reverse();
    }
    for delivery in &due {
        attempt(sim, delivery).await?;
    }
    Ok(due.len())
}

async fn attempt(sim: &Simulator, delivery: &Delivery) -> Result<()> {
    let fault = sim.faults().on_delivery(delivery.seq);
    match fault {
        Delivering::Drop => return postpone(sim, delivery.seq, None).await,
        Delivering::Delay(micros) => {
            let later = sim.clock().now_micros().saturating_add(micros);
            return postpone(sim, delivery.seq, Some(later)).await;
        }
        _ => {}
    }
    let Some((_, event)) = sim.read().await?.find_anywhere(&delivery.event).await? else {
        return postpone(sim, delivery.seq, None).await;
    };
    let mut delivered = post(sim, delivery.endpoint, &event, fault).await;
    if fault == Delivering::Twice {
        delivered = post(sim, delivery.endpoint, &event, fault).await && delivered;
    }
    note(sim, delivery, delivered).await
}

async fn postpone(sim: &Simulator, seq: i64, at: Option<i64>) -> Result<()> {
    let mut tx = sim.write().await?;
    tx.postpone_delivery(seq, at).await?;
    tx.commit().await
}

async fn note(sim: &Simulator, delivery: &Delivery, delivered: bool) -> Result<()> {
    let mut tx = sim.write().await?;
    let next = if delivered {
        events::mark_delivered(&mut tx, &delivery.event).await?;
        None
    } else {
        let wait = usize::try_from(delivery.attempt).ok().and_then(|attempt| WAITS.get(attempt));
        wait.map(|wait| tx.now + wait)
    };
    tx.note_attempt(delivery.seq, next).await?;
    tx.commit().await
}

/// One request to an endpoint; whether it was answered with success.
async fn post(sim: &Simulator, endpoint: Endpoint, event: &Value, fault: Delivering) -> bool {
    let terms = sim.terms();
    let (url, secret) = match endpoint {
        Endpoint::Account => (&terms.webhook_url, sim.webhook_secret()),
        Endpoint::Connect => (&terms.connect_webhook_url, sim.connect_webhook_secret()),
    };
    let mut timestamp = clock::seconds(sim.clock().now_micros());
    let mut secret = secret.to_owned();
    match fault {
        Delivering::OldTimestamp => timestamp -= clock::seconds(OLD),
        Delivering::BadSignature => secret.push('x'),
        _ => {}
    }
    let body = public(event.clone()).to_string();
    let request = sim
        .http()
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (simulated)")
        .header("stripe-signature", signature(&secret, timestamp, &body))
        .body(body);
    match request.send().await {
        Ok(answer) if answer.status().is_success() => true,
        Ok(answer) => {
            let (event, status) = (event.text("id"), answer.status().as_u16());
            tracing::warn!(event, status, "webhook was refused");
            false
        }
        Err(error) => {
            let event = event.text("id");
            tracing::warn!(event, error = %error.without_url(), "webhook did not arrive");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_timestamp_and_body() {
        // Computed with `printf '12345.{}' | openssl dgst -sha256 -hmac whsec_test`.
        assert_eq!(signature("whsec_test", 12_345, "{}"), EXPECTED);
    }

    const EXPECTED: &str =
        "t=12345,v1=f7d0d6f2476273381fa231a8ba13a821a0c87029e7b1bfae51e93d0240fb7c32";

    #[test]
    fn retries_go_on_for_about_three_days() {
        let total: i64 = WAITS.iter().sum();
        assert!((60 * HOUR..=72 * HOUR).contains(&total));
    }
}
