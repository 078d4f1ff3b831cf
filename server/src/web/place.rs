//! What stands in the path of an address.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path as Raw};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The parts of a path. Where one cannot be what it stands for, as half of an id, nothing is there.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let read = Raw::from_request_parts(parts, state).await;
        read.map(|Raw(found)| Self(found)).map_err(|rejection| match rejection {
            PathRejection::FailedToDeserializePathParams(unread)
                if !matches!(unread.kind(), ErrorKind::WrongNumberOfParameters { .. }) =>
            {
                Error::NotFound
            }
            of_ours => Error::internal(of_ours),
        })
    }
}
