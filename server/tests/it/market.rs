//! A whole market for one test: the real server on a port of its own, with a clock that stands
//! still and seeded randomness. People are HTTP clients, so who may do what is tested by who asks.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use api::Timestamp;
use api::account::{Account, PaymentsMode, Registration, Token, TokenRequest};
use clap::Parser as _;
use server::clock::Clock;
use server::config::Config;
use server::db::Db;
use server::entropy::Entropy;
use server::mail::Letter;
use server::run;
use server::sql;
use server::state::AppState;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::person::{Answer, Person};
use crate::postgres;

/// Emits every case of a file once for SQLite and once for PostgreSQL.
macro_rules! on_both_engines {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            use crate::market::{Engine, Market};
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(Market::start(Engine::Sqlite).await).await;
            })+
        }
        mod postgres {
            use crate::market::{Engine, Market};
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(Market::start(Engine::Postgres).await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;

/// Where the market keeps its data.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// When every market begins: 22 November 2026, noon.
pub(crate) const OPENING: i64 = 1_795_348_800;
/// What everybody's password is where it does not matter.
pub(crate) const PASSWORD: &str = "seven wet herons dancing";

/// A running market; it closes when it is dropped.
pub(crate) struct Market {
    pub(crate) state: AppState,
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl Market {
    /// Opens an empty market.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| {}).await
    }

    /// Opens an empty market with other settings.
    pub(crate) async fn start_with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let database = match engine {
            Engine::Sqlite => copy_of_template(&folder).await,
            Engine::Postgres => postgres::new_database().await,
        };
        Self::open(folder, database, Entropy::seeded(7), change).await
    }

    /// Opens another server of this market: on the same database, with a folder, settings and
    /// randomness of its own.
    pub(crate) async fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self::open(folder, self.state.config.database_url(), Entropy::os(), change).await
    }

    async fn open(
        folder: TempDir,
        database: String,
        entropy: Entropy,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let _already = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut config = Settings::parse_from(["market"]).config;
        config.listen = address;
        config.data = folder.path().to_owned();
        config.payments = PaymentsMode::Simulator;
        config.public_url = None;
        config.mail_url = None;
        config.blobs_url = None;
        config.database_url = Some(database);
        // Who writes and looks at once sees what was written.
        config.keep_pages = Duration::ZERO;
        change(&mut config);
        let clock = Clock::standing_at(Timestamp::from_seconds(OPENING));
        let state = run::open(config, clock, entropy).await.expect("it opens");
        let stop = CancellationToken::new();
        let serving = tokio::spawn(run::serve(state.clone(), listener, stop.clone(), true));
        let market = Self { state, address, stop, serving, _folder: folder };
        market.is_ready().await;
        market
    }

    /// Waits until the server says that it can work.
    pub(crate) async fn is_ready(&self) {
        let visitor = self.visitor();
        let ready = async {
            while visitor.gets("/readyz").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), ready).await.expect("ready within a minute");
    }

    /// Somebody with a browser and no account.
    pub(crate) fn visitor(&self) -> Person {
        Person::new(self.address)
    }

    /// Somebody with an account, signed in with a browser.
    pub(crate) async fn shopper(&self, name: &str) -> Person {
        let person = self.visitor();
        self.register(name).await;
        let email = email_of(name);
        let form = [("email", email.as_str()), ("password", PASSWORD)];
        assert_eq!(person.submits("/login", &form).await.status, 303);
        person
    }

    /// Somebody with an account and a proved address, signed in with a terminal.
    pub(crate) async fn terminal(&self, name: &str) -> Person {
        self.register(name).await;
        let asked = TokenRequest::new(email_of(name), PASSWORD, "test");
        server::accounts::verify_by_operator(&self.state, &asked.email).await.expect("proved");
        let token: Token = self.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
        self.visitor().with_token(token.token)
    }

    /// Somebody with a proved address and a shop, signed in with a terminal.
    pub(crate) async fn artisan(&self, name: &str) -> Person {
        let person = self.terminal(name).await;
        let shop = serde_json::json!({ "name": format!("{name}’s workshop") });
        assert_eq!(person.posts("/api/v1/shop", &shop).await.status, 201);
        person
    }

    /// Opens an account; its address is `email_of(name)`, its password [`PASSWORD`].
    pub(crate) async fn register(&self, name: &str) -> Account {
        let registration = Registration {
            email: email_of(name),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
        };
        self.visitor().posts("/api/v1/accounts", &registration).await.expect(201)
    }

    /// Lets time pass, for the market and for the simulated Stripe, and waits until everything
    /// that fell due on the way is done.
    pub(crate) async fn passes(&self, seconds: u64) {
        let passed = run::advance(&self.state, seconds);
        self.in_time(Duration::from_mins(2), passed).await.expect("time passes");
    }

    /// Waits until no job is due.
    pub(crate) async fn settle(&self) {
        let settled = run::settle(&self.state);
        self.in_time(Duration::from_mins(1), settled).await.expect("the database answers");
    }

    /// Waits for something, but not for ever; then says what the market still has to do.
    async fn in_time<T>(&self, patience: Duration, work: impl Future<Output = T>) -> T {
        if let Ok(done) = tokio::time::timeout(patience, work).await {
            return done;
        }
        let open = self.state.db.read(sql!(
            "SELECT kind, attempts, run_at, locked_until, last_error FROM jobs WHERE done_at IS NULL AND dead_at IS NULL"
        ));
        let open: Vec<(String, i64, i64, i64, Option<String>)> = open.all().await.expect("jobs");
        panic!("not done after {patience:?}, at {:?}: {open:#?}", self.state.clock.now());
    }

    /// Tells the server to stop and waits until it has.
    pub(crate) async fn closes(&mut self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_mins(1), &mut self.serving).await;
        ended.expect("it ends within a minute").expect("it ends well");
    }

    /// Stops the server as a power cut does: what it had in hand is never finished.
    pub(crate) async fn dies(&mut self) {
        self.serving.abort();
        let ended = (&mut self.serving).await;
        assert!(ended.is_err_and(|ended| ended.is_cancelled()), "it was still running");
    }

    /// Letters to one person, newest first.
    pub(crate) async fn letters_to(&self, email: &str) -> Vec<Letter> {
        let letters = server::mail::newest(&self.state).await.expect("letters");
        letters.into_iter().filter(|letter| letter.recipient == email).collect()
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The address of a person of this name.
pub(crate) fn email_of(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

/// The words of a page without its marks, one line per line of text.
pub(crate) fn words_of(html: &str) -> String {
    let (mut text, mut in_tag) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => in_tag = false,
            other if !in_tag => text.push(other),
            _ => {}
        }
    }
    let mut words = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        writeln!(words, "{line}").expect("memory");
    }
    words
}

/// A copy of a migrated database file in the folder of one market; its URL.
async fn copy_of_template(folder: &TempDir) -> String {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = TempDir::new().expect("a folder");
            let file = folder.path().join("template.db");
            let db = Db::connect(&format!("sqlite://{}", file.display())).await.expect("a file");
            db.migrate().await.expect("the migrations");
            db.close().await;
            std::fs::read(file).expect("the template")
        })
        .await;
    let file = folder.path().join("stall.db");
    std::fs::write(&file, template).expect("a copy");
    format!("sqlite://{}", file.display())
}

/// A client that keeps no cookies and follows no redirects, shared by everybody.
pub(crate) fn http() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let _already = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            // Longer than the market gives any request.
            .timeout(Duration::from_mins(4))
            .build()
            .expect("a client")
    })
}
