//! Server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use api::event::Event;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event as Sent, KeepAlive};
use axum::response::{IntoResponse, Sse};
use axum::routing::get;
use futures_util::stream::{self, StreamExt as _};
use tokio::time::timeout;

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::{self, Artisan};
use crate::web::serve::Stopping;

/// A line that says nothing, so that both ends know of each other.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long the feed of a session that has ended may stay open while nothing happens.
const RECOGNISED_EVERY: Duration = Duration::from_secs(15);

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/events", get(follow))
}

async fn follow(
    State(state): State<AppState>,
    artisan: Artisan,
    Stopping(closing): Stopping,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Error> {
    let last =
        headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let shop = artisan.shop.id;
    let (seq, first) = super::begin(&state, shop, last).await?;
    let later = stream::unfold((state, seq, headers), move |(state, seq, headers)| async move {
        // When the database does not answer, the stream ends and the terminal comes back.
        let news = timeout(RECOGNISED_EVERY, super::after(&state, shop, seq)).await;
        let events = news.unwrap_or_else(|_| Ok(Vec::new())).ok()?;
        // Whoever was signed out meanwhile hears nothing more.
        people::session(&state, &headers).await.ok()??;
        let seq = events.last().map_or(seq, |event| event.seq);
        Some((stream::iter(events), (state, seq, headers)))
    });
    let events = stream::iter(first).chain(later.flatten());
    let sent = events.filter_map(|event| async move { sent(&event).map(Ok::<_, Infallible>) });
    let sent = sent.take_until(closing.cancelled_owned());
    let feed = Sse::new(sent).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(([(header::CACHE_CONTROL, "no-store")], feed))
}

fn sent(event: &Event) -> Option<Sent> {
    Sent::default().id(event.seq.to_string()).event(event.kind.as_str()).json_data(event).ok()
}
