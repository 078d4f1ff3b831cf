//! The gate of the market: everybody's requests pass here, whoever sends them, so that it is known
//! what was answered and what a kill has cut off.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::house::client;

/// What people do at the market, one after the other as the story goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    Register,
    SignIn,
    ProveAddress,
    OpenShop,
    Onboard,
    Upload,
    Plan,
    Apply,
    Publish,
    Draft,
    Search,
    FillCart,
    CheckOut,
    Pay,
    Ship,
    MoveTime,
    Reconcile,
}

impl Deed {
    pub(crate) const ALL: [Self; 17] = [
        Self::Register,
        Self::SignIn,
        Self::ProveAddress,
        Self::OpenShop,
        Self::Onboard,
        Self::Upload,
        Self::Plan,
        Self::Apply,
        Self::Publish,
        Self::Draft,
        Self::Search,
        Self::FillCart,
        Self::CheckOut,
        Self::Pay,
        Self::Ship,
        Self::MoveTime,
        Self::Reconcile,
    ];

    /// What a request is about; looking at things is only of interest where it is a search.
    fn of(method: &Method, path: &str) -> Option<Self> {
        let steps: Vec<&str> = path.trim_start_matches("/api/v1").split('/').skip(1).collect();
        match (method == Method::GET, steps.as_slice()) {
            (true, ["search"]) => Some(Self::Search),
            (false, ["accounts" | "register"]) => Some(Self::Register),
            (false, ["tokens" | "login"]) => Some(Self::SignIn),
            (false, ["verify-email"]) => Some(Self::ProveAddress),
            (false, ["shop"]) => Some(Self::OpenShop),
            (false, ["shop", "onboarding"]) => Some(Self::Onboard),
            (false, ["images"]) => Some(Self::Upload),
            (false, ["imports"] | ["imports", _, "rows"]) => Some(Self::Plan),
            (false, ["imports", _, "apply"]) => Some(Self::Apply),
            (false, ["listings", _, "publish"]) => Some(Self::Publish),
            (false, ["listings"]) => Some(Self::Draft),
            (false, ["cart", "lines"]) => Some(Self::FillCart),
            (false, ["checkout"]) => Some(Self::CheckOut),
            (false, ["sim", "checkout", _]) => Some(Self::Pay),
            (false, ["orders", _, "ship"]) => Some(Self::Ship),
            (false, ["simulator", "clock"]) => Some(Self::MoveTime),
            (false, ["payouts", "reconcile"]) => Some(Self::Reconcile),
            _ => None,
        }
    }
}

/// What became of one kind of deed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Answered with success, to the last byte.
    pub(crate) answered: usize,
    /// Taken by the server and never answered.
    pub(crate) cut: usize,
    under_way: usize,
    spent: Duration,
}

impl Tally {
    /// How long one takes.
    pub(crate) fn usual(&self) -> Duration {
        self.spent / u32::try_from(self.answered.max(1)).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answered, cut, .. } = self;
        write!(f, "{answered} answered, {cut} cut off, {:?} each", self.usual())
    }
}

/// A port that stays while the server behind it comes and goes.
#[derive(Clone)]
pub(crate) struct Gate {
    origin: String,
    book: Arc<Mutex<BTreeMap<Deed, Tally>>>,
}

/// There is nothing to pass on: the connection just ends.
#[derive(Debug, thiserror::Error)]
#[error("the server is gone")]
struct Gone;

impl Gate {
    /// Opens before the market at `behind`.
    pub(crate) async fn open(behind: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let gate = Self { origin, book: Arc::default() };
        let keeper = gate.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(keeper.clone().passes(stream, behind.clone()));
            }
        });
        gate
    }

    pub(crate) fn origin(&self) -> String {
        self.origin.clone()
    }

    pub(crate) fn tally(&self, deed: Deed) -> Tally {
        self.book().get(&deed).copied().unwrap_or_default()
    }

    /// Waits, but not for ever, until somebody is at one of these.
    pub(crate) async fn sees_one_of(&self, deeds: &[Deed], patience: Duration) -> Option<Deed> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            let seen = deeds.iter().find(|deed| self.tally(**deed).under_way > 0);
            if seen.is_some() {
                return seen.copied();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        None
    }

    fn book(&self) -> MutexGuard<'_, BTreeMap<Deed, Tally>> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self, deed: Option<Deed>, change: impl FnOnce(&mut Tally)) {
        if let Some(deed) = deed {
            change(self.book().entry(deed).or_default());
        }
    }

    async fn passes(self, stream: TcpStream, behind: String) {
        let service = service_fn(|request| self.passes_one(request, &behind));
        let conversation = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let _ended = conversation.await;
    }

    async fn passes_one(
        &self,
        request: Request<Incoming>,
        behind: &str,
    ) -> Result<Response<Full<Bytes>>, Gone> {
        let deed = Deed::of(request.method(), request.uri().path());
        let url = format!("{behind}{}", request.uri());
        let (mut head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Gone)?.to_bytes();
        for name in [HOST, CONNECTION, TRANSFER_ENCODING] {
            head.headers.remove(name);
        }
        let asked = client().request(head.method, url).headers(head.headers).body(body);
        self.notes(deed, |tally| tally.under_way += 1);
        // The asker may leave, but how it went is noted all the same.
        let gate = self.clone();
        let asked = tokio::spawn(async move { gate.asks(deed, asked).await });
        asked.await.map_err(|_| Gone)?
    }

    async fn asks(
        &self,
        deed: Option<Deed>,
        asked: reqwest::RequestBuilder,
    ) -> Result<Response<Full<Bytes>>, Gone> {
        let begun = Instant::now();
        let answer = whole(asked).await;
        self.notes(deed, |tally| {
            tally.under_way -= 1;
            match &answer {
                Ok(answer) if answer.status().as_u16() < 400 => {
                    tally.answered += 1;
                    tally.spent += begun.elapsed();
                }
                // A server that is down takes no connection; one that was killed leaves one behind.
                Err(error) if !error.is_connect() => tally.cut += 1,
                _ => {}
            }
        });
        answer.map_err(|_| Gone)
    }
}

async fn whole(asked: reqwest::RequestBuilder) -> reqwest::Result<Response<Full<Bytes>>> {
    let answer = asked.send().await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if ![CONNECTION, TRANSFER_ENCODING].contains(name) {
            response = response.header(name, value);
        }
    }
    let body = answer.bytes().await?;
    Ok(response.body(Full::new(body)).expect("an answer is an answer"))
}
