//! Settings: flag > environment > `stall-server.toml` > default. Only this file reads them.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use api::Currency;
use api::account::PaymentsMode;
use ipnet::IpNet;

use crate::jobs::Pace;
use crate::search::Language;

/// Nobody sees a piece for longer than this after it was sold.
const KEEP_PAGES: Duration = Duration::from_secs(1);

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON lines elsewhere.
    #[default]
    Auto,
    /// Text for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that can be set, the same for every command that opens the market.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "STALL_LISTEN", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// Address that people see; links in letters and redirects are built from it.
    #[arg(long, env = "STALL_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Proxies in front of this server, as addresses or networks such as `10.0.0.0/8`, with commas
    /// between them. Only what they write into X-Forwarded-For is believed, which tells people
    /// apart when attempts to guess are counted; by default nothing is.
    #[arg(long, env = "STALL_TRUSTED_PROXIES", default_value = "", hide_default_value = true)]
    pub trusted_proxies: Networks,
    /// Folder for the database, images and search index.
    #[arg(long, env = "STALL_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// `sqlite://…` (default: stall.db in the data folder) or `postgres://…`.
    #[arg(long, env = "STALL_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// `file://…` (default: images in the data folder) or `s3://bucket?endpoint=…`.
    #[arg(long, env = "STALL_BLOBS_URL", hide_env_values = true)]
    pub blobs_url: Option<String>,
    /// Where money comes from: simulator, stripe-test or stripe-live.
    #[arg(long, env = "STALL_PAYMENTS", default_value = "simulator")]
    pub payments: PaymentsMode,
    /// Stripe's secret key; better given as a file.
    #[arg(long, env = "STALL_STRIPE_SECRET_KEY", hide_env_values = true)]
    pub stripe_secret_key: Option<String>,
    /// File that holds Stripe's secret key.
    #[arg(long, env = "STALL_STRIPE_SECRET_KEY_FILE")]
    pub stripe_secret_key_file: Option<PathBuf>,
    /// Signing secret of the webhook endpoint; better given as a file.
    #[arg(long, env = "STALL_STRIPE_WEBHOOK_SECRET", hide_env_values = true)]
    pub stripe_webhook_secret: Option<String>,
    /// File that holds the signing secret.
    #[arg(long, env = "STALL_STRIPE_WEBHOOK_SECRET_FILE")]
    pub stripe_webhook_secret_file: Option<PathBuf>,
    /// Signing secret of the endpoint for connected accounts; better given as a file.
    #[arg(long, env = "STALL_STRIPE_CONNECT_WEBHOOK_SECRET", hide_env_values = true)]
    pub stripe_connect_webhook_secret: Option<String>,
    /// File that holds the signing secret for connected accounts.
    #[arg(long, env = "STALL_STRIPE_CONNECT_WEBHOOK_SECRET_FILE")]
    pub stripe_connect_webhook_secret_file: Option<PathBuf>,
    /// What is logged, such as `warn` or `info,sqlx=debug`; default info, in the demo warn.
    #[arg(long, env = "STALL_LOG")]
    pub log: Option<String>,
    /// How the log is written: `auto` is text on a terminal and JSON lines elsewhere.
    #[arg(long, env = "STALL_LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// `smtp://user:password@host?from=address`; absent, e-mails are kept and shown at /dev/mail.
    #[arg(long, env = "STALL_MAIL_URL", hide_env_values = true)]
    pub mail_url: Option<String>,
    /// Name of the market.
    #[arg(long, env = "STALL_MARKET_NAME", default_value = "Loomstead")]
    pub market_name: String,
    /// Currency of the market.
    #[arg(long, env = "STALL_CURRENCY", default_value = "EUR")]
    pub currency: Currency,
    /// Country of the market, ISO 3166-1 alpha-2.
    #[arg(long, env = "STALL_COUNTRY", default_value = "DE")]
    pub country: String,
    /// Language that pieces are described in; the search knows its endings.
    #[arg(long, env = "STALL_LANGUAGE", value_enum, default_value_t)]
    pub language: Language,
    /// Commission of new shops in basis points of the goods.
    #[arg(long, env = "STALL_COMMISSION_BPS", default_value_t = 650)]
    pub commission_bps: u32,
    /// Seconds after which what a silent server had in hand goes to another one.
    #[arg(long, env = "STALL_LEASE_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub lease_seconds: u64,
    /// Whether sellers need a second step of signing in before money can reach them; by default on
    /// where payments are Stripe's, off on the simulator.
    #[arg(long, env = "STALL_REQUIRE_SECOND_FACTOR", value_name = "true|false")]
    pub require_second_factor: Option<bool>,
    /// The machinery behind it, which nobody has to set.
    #[arg(skip)]
    pub pace: Pace,
    /// How long a page may be shown again to visitors who are nobody in particular.
    #[arg(skip = KEEP_PAGES)]
    pub keep_pages: Duration,
}

/// Names that people take for whoever runs the market, or for who moves its money.
const RESERVED: [&str; 16] = [
    "account",
    "admin",
    "administrator",
    "help",
    "moderator",
    "official",
    "operator",
    "payments",
    "root",
    "security",
    "shop",
    "staff",
    "stallwright",
    "stripe",
    "support",
    "system",
];

impl Config {
    /// Whether sellers need a second step of signing in before money can reach them.
    #[must_use]
    pub fn requires_second_factor(&self) -> bool {
        self.require_second_factor.unwrap_or(self.payments != PaymentsMode::Simulator)
    }

    /// Whether a name, in the letters of an address, is one that people take for the market's own.
    pub(crate) fn is_own_name(&self, slug: &str) -> bool {
        let market = self.market_name.chars().filter(char::is_ascii_alphanumeric);
        RESERVED.contains(&slug)
            || slug.replace('-', "") == market.collect::<String>().to_ascii_lowercase()
    }

    /// Address that people see, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        url.trim_end_matches('/').to_owned()
    }

    /// Whether the storefront is served over TLS, as seen by people.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// How long a server that does not say a word keeps what it has in hand.
    #[must_use]
    pub const fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    /// URL of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data.join("stall.db").display()))
    }

    /// The file that an embedded database lies in; none for a database on a server.
    #[must_use]
    pub fn database_file(&self) -> Option<PathBuf> {
        let url = self.database_url();
        let path = url.strip_prefix("sqlite://")?;
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// URL of the blobs.
    #[must_use]
    pub fn blobs_url(&self) -> String {
        self.blobs_url
            .clone()
            .unwrap_or_else(|| format!("file://{}", self.data.join("images").display()))
    }
}

/// An address to listen on; `localhost` is this machine's own.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let numbers = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let parsed = numbers.as_deref().unwrap_or(text).parse();
    parsed.map_err(|_| "should read 127.0.0.1:8080, an IP address and a port")
}

/// Addresses and networks, with commas between them; possibly none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is neither an address nor a network such as 10.0.0.0/8 or 2001:db8::/32")]
pub struct NetworkError(String);

impl Networks {
    /// Whether an address lies in one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = |part: &str| {
            let one = || part.parse::<IpAddr>().map(IpNet::from);
            part.parse().or_else(|_| one()).map_err(|_| NetworkError(part.to_owned()))
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// A secret given directly or as a file; the file wins, its last line break is not part of it.
pub(crate) fn secret(
    given: Option<&String>,
    file: Option<&PathBuf>,
    name: &str,
) -> anyhow::Result<String> {
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|error| anyhow::anyhow!("{name}: cannot read {}: {error}", path.display()))?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    given
        .cloned()
        .ok_or_else(|| anyhow::anyhow!("{name} or {name}_FILE is needed for this payments mode"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_this_machine() {
        assert_eq!(address("localhost:9000"), address("127.0.0.1:9000"));
        assert!(address("[::1]:9000").is_ok());
        for wrong in ["9000", ":9000", "localhost", "example.org:80"] {
            assert!(address(wrong).unwrap_err().contains("127.0.0.1:8080"), "{wrong}");
        }
    }

    #[test]
    fn networks_are_addresses_and_ranges() {
        let contain = |networks: &str, address: &str| {
            networks.parse::<Networks>().unwrap().contain(address.parse().unwrap())
        };
        let networks = "10.0.0.0/8, 192.0.2.7,2001:db8::/32,";
        for inside in ["10.200.0.1", "192.0.2.7", "2001:db8:1::2"] {
            assert!(contain(networks, inside), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "2001:db9::1"] {
            assert!(!contain(networks, outside), "{outside}");
        }
        assert!(!contain("", "127.0.0.1"));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["10.0.0.0/33", "10.0.0", "localhost", "*", "10.0.0.0/8;::1"] {
            let error = format!("127.0.0.1,{wrong}").parse::<Networks>().unwrap_err().to_string();
            assert!(error.contains(&format!("“{wrong}”")), "{error}");
        }
    }
}
