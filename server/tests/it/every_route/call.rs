//! A request that is ready to be sent.

use reqwest::{Method, RequestBuilder};

/// A request that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Content,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Nothing,
    Json(String),
    Form(String),
    Bytes(Vec<u8>),
    /// A form with a file, and its content type.
    Upload(String, Vec<u8>),
}

impl Content {
    /// Puts it into a request.
    pub(crate) fn put(&self, request: RequestBuilder) -> RequestBuilder {
        let (kind, body) = match self {
            Self::Nothing => return request,
            Self::Json(text) => ("application/json", text.clone().into_bytes()),
            Self::Form(text) => ("application/x-www-form-urlencoded", text.clone().into_bytes()),
            Self::Bytes(bytes) => ("application/octet-stream", bytes.clone()),
            Self::Upload(kind, bytes) => (kind.as_str(), bytes.clone()),
        };
        request.header("content-type", kind).body(body)
    }
}
