//! Style sheet, fonts and marks: embedded, named by their content, kept by browsers for ever.

use axum::Router;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::coding::Coding;
use super::place::Path;
use crate::error::Error;
use crate::state::AppState;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file that travels inside the program.
struct Asset {
    /// Its name with eight digits of its hash: `site.3f9a1c7e.css`.
    name: &'static str,
    /// Media type.
    kind: &'static str,
    /// The bytes.
    body: &'static [u8],
    /// The same, packed with brotli and with gzip, where that saves anything.
    packed: Option<[&'static [u8]; 2]>,
}

/// The content never changes under a name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/a/{name}", get(serve)).route("/favicon.ico", get(icon))
}

/// Browsers ask for it on pages that name no icon, such as the simulated payment page.
async fn icon() -> Redirect {
    Redirect::temporary(MARK_SVG)
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let asset = ALL.iter().find(|asset| asset.name == name).ok_or(Error::NotFound)?;
    let coding = Coding::accepted(&headers).filter(|_| asset.packed.is_some());
    let body = match (coding, asset.packed) {
        (Some(Coding::Brotli), Some([brotli, _])) => brotli,
        (Some(Coding::Gzip), Some([_, gzip])) => gzip,
        _ => asset.body,
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(CACHE_CONTROL, FOR_EVER);
    headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, coding.header());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(address: &str) -> &'static [u8] {
        let name = address.strip_prefix("/a/").unwrap();
        ALL.iter().find(|asset| asset.name == name).unwrap().body
    }

    #[test]
    fn the_style_sheet_names_only_files_that_are_served() {
        let css = std::str::from_utf8(body(SITE_CSS)).unwrap();
        let linked: Vec<&str> =
            css.split("url(\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
        assert_eq!(linked.len(), 2, "both fonts");
        assert!(
            linked.iter().all(|name| ALL.iter().any(|asset| asset.name == *name)),
            "{linked:?}"
        );
    }

    /// One file, the same for every page: what a first visit waits for.
    #[test]
    fn the_style_sheet_stays_small() {
        assert!(body(SITE_CSS).len() <= 32 * 1024, "share rules instead of adding more");
    }

    #[tokio::test]
    async fn a_browser_gets_it_compressed_and_keeps_it() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("br, gzip;q=0.8"));
        let name = SITE_CSS.strip_prefix("/a/").unwrap().to_owned();
        let answer = serve(Path(name), headers).await.unwrap();
        assert_eq!(answer.headers()[CONTENT_ENCODING], "br");
        assert_eq!(answer.headers()[CACHE_CONTROL], FOR_EVER);
        let absent = serve(Path("site.00000000.css".into()), HeaderMap::new()).await;
        assert!(matches!(absent, Err(Error::NotFound)));
    }
}
