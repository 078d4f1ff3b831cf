//! Public pages, kept for a moment: however many visitors look at a page, it is made once a second.
//!
//! Kept is only what depends on nobody: a page that its feature calls public, asked for without a
//! cookie or an authorization. Nothing is ever taken back, because everything here is forgotten a
//! second after the server began to make it; so no visitor sees a piece for longer than that after
//! it was sold, whichever of several servers sold it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use moka::sync::Cache;

use super::coding::Coding;
use super::{headers, request};
use crate::error::Error;

/// Bytes of all pages that are kept.
const ROOM: u64 = 32 * 1024 * 1024;
/// Bytes of the largest page that is kept.
const LARGEST: u64 = 1024 * 1024;
/// Bytes of the longest address whose page is kept.
const LONGEST_ADDRESS: usize = 512;

/// Says that a page is the same for everybody who comes without a cookie.
#[derive(Clone, Copy)]
struct Public;

/// What is kept, by path and query.
#[derive(Clone)]
pub(super) struct Pages {
    cache: Cache<String, Arc<Page>>,
    keep: Duration,
}

/// A page as it was made.
struct Page {
    made: Instant,
    /// For the log.
    route: Option<MatchedPath>,
    kind: HeaderValue,
    tag: HeaderValue,
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

/// For the routes of a feature whose pages are public.
pub(super) async fn public(mut response: Response) -> Response {
    response.extensions_mut().insert(Public);
    response
}

/// Answers from what is kept, or keeps the answer if it may.
pub(super) async fn answer(
    State(pages): State<Pages>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    if headers::is_personal(&request) {
        return Ok(next.run(request).await);
    }
    let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let asked = request.headers().clone();
    if let Some(page) = pages.find(&address) {
        page.route.iter().for_each(request::is_of);
        return page.answer(&asked);
    }
    let made = Instant::now();
    let mut response = next.run(request).await;
    let public = response.extensions_mut().remove::<Public>().is_some();
    if !(public && may_be_kept(&response)) {
        return Ok(response);
    }
    let page = Arc::new(Page::of(response, made).await?);
    pages.keep(address, Arc::clone(&page));
    page.answer(&asked)
}

fn may_be_kept(response: &Response) -> bool {
    let headers = response.headers();
    response.status() == StatusCode::OK
        && !headers.contains_key(header::SET_COOKIE)
        && !headers.contains_key(header::CACHE_CONTROL)
        && response.body().size_hint().upper().is_some_and(|size| size <= LARGEST)
}

impl Pages {
    /// Nothing yet; with `keep` zero there will never be anything.
    pub(super) fn new(keep: Duration) -> Self {
        let cache = Cache::builder()
            .max_capacity(ROOM)
            .time_to_live(keep)
            .weigher(|address: &String, page: &Arc<Page>| {
                u32::try_from(address.len() + page.plain.len()).unwrap_or(u32::MAX)
            })
            .build();
        Self { cache, keep }
    }

    /// The page at this address, if it is young enough.
    fn find(&self, address: &str) -> Option<Arc<Page>> {
        self.cache.get(address).filter(|page| page.made.elapsed() < self.keep)
    }

    fn keep(&self, address: String, page: Arc<Page>) {
        if !self.keep.is_zero() && address.len() <= LONGEST_ADDRESS {
            self.cache.insert(address, page);
        }
    }
}

impl Page {
    async fn of(response: Response, made: Instant) -> Result<Self, Error> {
        let (mut parts, body) = response.into_parts();
        let plain = body.collect().await.map_err(Error::internal)?.to_bytes();
        let digest = blake3::hash(&plain).to_hex();
        let tag = HeaderValue::try_from(format!("W/\"{}\"", &digest[..16]));
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        Ok(Self {
            made,
            route: parts.extensions.remove(),
            kind: parts.headers.remove(header::CONTENT_TYPE).unwrap_or(html),
            tag: tag.map_err(Error::internal)?,
            plain,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        })
    }

    /// The page for one client: packed as it likes, or the word that it has the page already.
    fn answer(&self, asked: &HeaderMap) -> Result<Response, Error> {
        let mut response = if self.is_held(asked) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let coding = Coding::accepted(asked);
            let mut response = Response::new(Body::from(self.packed(coding)?));
            response.headers_mut().insert(header::CONTENT_TYPE, self.kind.clone());
            if let Some(coding) = coding {
                response.headers_mut().insert(header::CONTENT_ENCODING, coding.header());
            }
            response
        };
        response.headers_mut().insert(header::ETAG, self.tag.clone());
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        Ok(response)
    }

    /// Whether the client says that it holds this very page.
    fn is_held(&self, asked: &HeaderMap) -> bool {
        asked.get_all(header::IF_NONE_MATCH).iter().any(|held| held == self.tag)
    }

    /// The page in a coding, which it is packed into once.
    fn packed(&self, coding: Option<Coding>) -> Result<Bytes, Error> {
        let Some(coding) = coding else { return Ok(self.plain.clone()) };
        let place = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        };
        if let Some(packed) = place.get() {
            return Ok(packed.clone());
        }
        let packed = coding.pack(&self.plain).map_err(Error::internal)?;
        Ok(place.get_or_init(|| packed.into()).clone())
    }
}
