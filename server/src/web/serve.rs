//! The accept loop: connections with limits, drained before the server stops.
//!
//! HTTP/1 only; a proxy in front may speak HTTP/2. The limits here hold before any route is known.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::peer::Connected;
use crate::error::Error;

/// Time for a request's head to arrive; also how long an idle connection is kept.
const HEAD_TIME: Duration = Duration::from_secs(5);
const MOST_HEADERS: usize = 64;
const LARGEST_HEAD: usize = 32 * 1024;
/// Connections at a time; more wait in the listener's queue.
const CONNECTIONS: usize = 1024;
/// Time for requests in hand to end after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(20);
/// Pause when the machine gives no more connections, such as without file descriptors.
const OUT_OF_CONNECTIONS: Duration = Duration::from_millis(250);

/// In every request: cancelled when the server is about to stop, so that endless answers end.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(pub(crate) CancellationToken);

impl<S: Sync> FromRequestParts<S> for Stopping {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let stopping = parts.extensions.get::<Self>().cloned();
        stopping.ok_or_else(|| Error::internal("a request without a connection"))
    }
}

/// Serves until told to stop, then drains.
pub(crate) async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    while let Some((stream, peer, slot)) = next_connection(&listener, &slots, &stop).await {
        tokio::spawn(converse(stream, peer, slot, app.clone(), graceful.watcher(), stop.clone()));
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut");
    }
}

/// The next connection, as soon as there is room for it; nothing when the server stops.
async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = tokio::select! {
        () = stop.cancelled() => return None,
        slot = Arc::clone(slots).acquire_owned() => slot.ok()?,
    };
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => return Some((stream, peer, slot)),
            Err(error) if is_of_one_connection(error.kind()) => {}
            Err(error) => {
                tracing::error!(%error, "no new connections for a moment");
                tokio::time::sleep(OUT_OF_CONNECTIONS).await;
            }
        }
    }
}

/// The other end went away before it was accepted.
const fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

/// Answers the requests of one connection.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    slot: OwnedSemaphorePermit,
    app: Router,
    watcher: Watcher,
    stop: CancellationToken,
) {
    let _slot = slot;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small packets may wait");
    }
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Connected(peer));
        request.extensions_mut().insert(Stopping(stop.clone()));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended early");
    }
}
