//! The version that whoever changes something has looked at.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::error::Error;

/// `If-Match: "3"`; absent or `*` is any version.
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let tag = value.to_str().unwrap_or_default().trim();
        if tag == "*" {
            return Ok(Self(None));
        }
        let version = tag.trim_start_matches("W/").trim_matches('"').parse();
        version.map(|version| Self(Some(version))).map_err(|_| {
            Error::invalid(
                "If-Match",
                "If-Match holds the version that you looked at, such as \"3\"",
            )
        })
    }
}
