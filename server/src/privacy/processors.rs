//! Who else gets personal data, as this market is configured (GDPR, articles 28 and 30).

use api::account::PaymentsMode;
use url::Url;

use super::map::{Receiver, map};
use crate::config::Config;

/// Somebody who gets data.
pub(super) struct Recipient {
    /// For people.
    pub(super) title: &'static str,
    /// Who it is here.
    pub(super) who: String,
    /// Kinds of data, in words.
    pub(super) gets: String,
}

/// Everybody who gets something, with what.
pub(super) fn recipients(config: &Config) -> Vec<Recipient> {
    let all =
        [Receiver::Makers, Receiver::Public, Receiver::Stripe, Receiver::Mail, Receiver::Images];
    all.map(|receiver| Recipient {
        title: title(receiver),
        who: who(receiver, config),
        gets: kinds(receiver),
    })
    .into()
}

const fn title(receiver: Receiver) -> &'static str {
    match receiver {
        Receiver::Makers => "The makers you order from",
        Receiver::Public => "Everybody",
        Receiver::Stripe => "Payments",
        Receiver::Mail => "E-mails",
        Receiver::Images => "Pictures",
    }
}

fn who(receiver: Receiver, config: &Config) -> String {
    match receiver {
        Receiver::Makers => {
            "Each sees the name, address and note of its own orders, and nothing of the others"
                .into()
        }
        Receiver::Public => "Who looks at the market sees shops and their listings".into(),
        Receiver::Stripe => match config.payments {
            PaymentsMode::Simulator => "Nobody: payments are simulated on this machine".into(),
            PaymentsMode::StripeTest | PaymentsMode::StripeLive => {
                "Stripe. Cards are typed on Stripe’s own page, and their numbers never reach us"
                    .into()
            }
        },
        Receiver::Mail => match config.mail_url.as_deref().and_then(host) {
            Some(host) => format!("The relay {host}"),
            None => "Nobody: e-mails are kept on this machine".into(),
        },
        Receiver::Images => {
            match config.blobs_url.as_deref().filter(|url| !url.starts_with("file:")) {
                Some(url) => format!("The object store {}", store_of(url)),
                None => "Nobody: pictures lie on this machine".into(),
            }
        }
    }
}

/// Names of kinds of data, in the order of the map.
fn kinds(receiver: Receiver) -> String {
    let kinds = map().data.iter().filter(|data| data.receivers.contains(&receiver));
    kinds.map(|data| data.title.clone()).collect::<Vec<_>>().join("; ")
}

fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Where a bucket lies: its endpoint, else AWS. Never the whole URL, which holds a secret.
fn store_of(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let endpoint = parsed.as_ref().and_then(|url| {
        url.query_pairs().find(|(name, _)| name == "endpoint").and_then(|(_, end)| host(&end))
    });
    endpoint.unwrap_or_else(|| "of AWS".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_configured_address_is_shown() {
        let url = "s3://KEY:se%2Fcret@pictures?endpoint=https://store.example:9000&region=eu";
        assert_eq!(store_of(url), "store.example");
        assert_eq!(store_of("s3://pictures"), "of AWS");
        let relay = "smtp://user:secret@relay.example?from=a@b.example";
        assert_eq!(host(relay).as_deref(), Some("relay.example"));
    }
}
