//! Settings: flag > environment > `stall-server.toml` > default. Only this file reads them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use api::Currency;
use api::account::PaymentsMode;

use crate::jobs::Pace;

/// Everything that can be set, the same for every command that opens the market.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "STALL_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address that people see; links in letters and redirects are built from it.
    #[arg(long, env = "STALL_PUBLIC_URL")]
    pub public_url: Option<String>,
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
    /// `smtp://user:password@host?from=address`; absent, letters are kept and shown at /dev/mail.
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
    /// Commission of new shops in basis points of the goods.
    #[arg(long, env = "STALL_COMMISSION_BPS", default_value_t = 650)]
    pub commission_bps: u32,
    /// Seconds after which what a silent server had in hand goes to another one.
    #[arg(long, env = "STALL_LEASE_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub lease_seconds: u64,
    /// The machinery behind it, which nobody has to set.
    #[arg(skip)]
    pub pace: Pace,
}

impl Config {
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

    /// URL of the blobs.
    #[must_use]
    pub fn blobs_url(&self) -> String {
        self.blobs_url
            .clone()
            .unwrap_or_else(|| format!("file://{}", self.data.join("images").display()))
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
