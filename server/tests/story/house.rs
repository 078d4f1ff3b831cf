//! The real server as a process of its own, with a folder and a port of its own.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use tempfile::TempDir;

/// The program that is tested.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_stall-server");
/// How long the server may take to open or to close.
const PATIENCE: Duration = Duration::from_mins(1);

/// A market that can be stopped, killed and started again.
pub(crate) struct House {
    /// Where everything of it lies.
    pub(crate) folder: TempDir,
    /// The URL of its database.
    pub(crate) database: String,
    /// Its process, while it runs.
    pub(crate) server: Option<Child>,
    port: u16,
}

impl House {
    /// A new market on the database that the URL names; without one, on SQLite in its own folder.
    pub(crate) fn new(database: Option<String>) -> Self {
        let folder = TempDir::new().expect("a folder");
        let own = format!("sqlite://{}", folder.path().join("stall.db").display());
        let database = database.unwrap_or(own);
        Self { folder, database, server: None, port: free_port() }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts the server and waits until it is ready; how long that took.
    pub(crate) async fn opens(&mut self) -> Duration {
        let started = Instant::now();
        let log = OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        let server = self.command(&["serve"]).stderr(log).stdout(Stdio::null()).spawn();
        self.server = Some(server.expect("the server starts"));
        let url = format!("{}/readyz", self.origin());
        let client = client();
        while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            let server = self.server.as_mut().expect("it was started");
            let ended = server.try_wait().expect("a look at the server");
            assert!(ended.is_none(), "the server ended: {ended:?}");
            assert!(started.elapsed() < PATIENCE, "the server is not ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        started.elapsed()
    }

    /// Tells the server to stop and waits until it has.
    pub(crate) fn stops(&mut self) -> ExitStatus {
        let mut server = self.server.take().expect("it runs");
        let told = Command::new("kill").args(["-s", "TERM", &server.id().to_string()]).status();
        assert!(told.expect("kill").success());
        let started = Instant::now();
        loop {
            if let Some(status) = server.try_wait().expect("a look at the server") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the server does not stop");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Runs `stall-server` with these arguments on the same market.
    pub(crate) fn runs(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("stall-server runs")
    }

    /// Every promise holds.
    pub(crate) fn verifies(&self) {
        let verified = self.runs(&["verify"]);
        let told = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(verified.status.success(), "{told}\n{}", String::from_utf8_lossy(&verified.stderr));
        assert!(told.contains("holds") && !told.contains("BROKEN"), "{told}");
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(SERVER);
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("STALL_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("STALL_DATA", self.folder.path().join("data"))
            .env("STALL_DATABASE_URL", &self.database)
            .env("STALL_PAYMENTS", "simulator")
            .env("STALL_LOG", "warn")
            .env("STALL_TRUSTED_PROXIES", "127.0.0.1")
            // Whoever waits for what a killed server had in hand waits no longer.
            .env("STALL_LEASE_SECONDS", "1")
            .stdin(Stdio::null());
        command
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _gone = server.kill();
            let _ended = server.wait();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.log()).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines.len().saturating_sub(30);
            #[expect(clippy::print_stderr, reason = "a failed test says why")]
            {
                eprintln!("the server's last words:\n{}", lines[last..].join("\n"));
            }
        }
    }
}

/// A client that keeps nothing and follows nothing, shared by everybody.
pub(crate) fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let make = || {
        let _already = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .expect("a client")
    };
    CLIENT.get_or_init(make).clone()
}

/// A port that stays free while the server is down: below those that the system hands out.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 18_000).expect("small");
    loop {
        let port = 12_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 18_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
