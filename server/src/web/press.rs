//! A button that was pressed twice. The second press sends the same form again, and its answer is the
//! one that the person sees; so it gets the answer to the first, and nothing is done a second time
//! (`docs/decisions/0055-pressed-twice.md`).

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use moka::sync::Cache;
use tracing::Instrument as _;

use super::{limits, unsaved};
use crate::error::Error;

/// The first field of a form whose second press is none: what tells this opened page from every other.
const FIELD: &[u8] = b"once=";
/// How long the answer to a press is known. Whoever presses a button twice does it within seconds; a
/// minute is for a slow network.
const KEEP: Duration = Duration::from_mins(1);
/// Answers that are known at a time. A page has some ten thousand bytes, most answers have none.
const MOST: u64 = 512;

type Answer = Shared<BoxFuture<'static, Response<Bytes>>>;

/// The presses of the last minute and their answers, by a hash of what was sent. Nobody can ask for
/// the answer to another's form without all that stood in it, the random mark of its page included.
#[derive(Clone)]
pub(super) struct Presses(Cache<blake3::Hash, Answer>);

impl Presses {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(KEEP).build())
    }
}

/// Carries a form out once, to its end even when the browser hangs up for the second press. An answer
/// that says that nothing was done is for those who wait for it; afterwards the form may be sent anew.
pub(super) async fn once(
    State(Presses(presses)): State<Presses>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !unsaved::is_form(request.headers()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, limits::SIGN_IN).await else {
        return Error::TooLarge("the form is larger than allowed".into()).into_response();
    };
    let Some(marked) = body.strip_prefix(FIELD) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let mark = marked.iter().position(|byte| *byte == b'&').unwrap_or(marked.len());
    let form = body.slice((FIELD.len() + mark + 1).min(body.len())..);
    parts.headers.insert(header::CONTENT_LENGTH, form.len().into());
    let press = blake3::Hasher::new()
        .update(parts.uri.path().as_bytes())
        .update(b"\n")
        .update(&body)
        .finalize();
    let (known, request) = (presses.clone(), Request::from_parts(parts, Body::from(form)));
    let answer = presses.get_with(press, || {
        let work = async move {
            let answer = whole(next.run(request).await).await;
            if !(answer.status().is_success() || answer.status().is_redirection()) {
                known.invalidate(&press);
            }
            answer
        };
        let work = tokio::spawn(work.in_current_span());
        let stopping = || Error::Unavailable("the server is stopping; try again".into());
        work.map(move |done| done.unwrap_or_else(|_| failed(stopping()))).boxed().shared()
    });
    answer.await.map(Body::from)
}

/// An answer with all of its body.
async fn whole(answer: Response) -> Response<Bytes> {
    let (parts, body) = answer.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) => Response::from_parts(parts, body),
        Err(error) => failed(Error::internal(error)),
    }
}

/// An error; `answer` puts it into words for the asker.
fn failed(error: Error) -> Response<Bytes> {
    error.into_response().map(|_| Bytes::new())
}
