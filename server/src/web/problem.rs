//! Errors as RFC 9457 problem documents.

use std::any::Any;

use api::Problem;
use api::problem::Code;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ways::Way;
use crate::error::{Error, RETRY_SOON};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const OUR_FAULT: &str = "something went wrong on our side; nothing was lost";

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            tracing::error!(cause = format!("{cause:#}"), "request failed");
        }
        let (detail, field) = match &self {
            Self::Internal(_) => (OUR_FAULT.to_owned(), None),
            Self::Invalid { field, message } => (message.clone(), Some((*field).to_owned())),
            Self::Several(all) => {
                (self.to_string(), all.first().map(|(field, _)| (*field).to_owned()))
            }
            other => (other.to_string(), None),
        };
        let status = status(self.code());
        let problem =
            Problem { status: status.as_u16(), code: self.code(), detail, field, request_id: None };
        let mut response = document(problem);
        if let Some(way) = Way::out_of(&self) {
            response.extensions_mut().insert(way);
        }
        let wait = match self {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::Unavailable(_) => Some(RETRY_SOON),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A problem as an answer; it also travels beside the body, so that `answer` can restate it.
pub(super) fn document(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(&problem)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
    response.extensions_mut().insert(problem);
    response
}

/// A problem for an error status that somebody else answered with a line of text.
pub(super) fn from_status(status: StatusCode, detail: &str) -> Problem {
    let code = match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::Forbidden,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::NotFound,
        StatusCode::CONFLICT => Code::Conflict,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        other if other.is_client_error() => Code::Invalid,
        _ => Code::Internal,
    };
    let detail = match (code, detail.trim()) {
        (Code::Internal, _) => OUR_FAULT.to_owned(),
        (_, "") => status.canonical_reason().unwrap_or("not possible").to_lowercase(),
        (_, told) => told.to_owned(),
    };
    Problem { status: status.as_u16(), code, detail, field: None, request_id: None }
}

/// 405: the address exists, but not for this method.
pub(super) fn wrong_method() -> Response {
    let detail = "this address does not answer to that method";
    document(from_status(StatusCode::METHOD_NOT_ALLOWED, detail))
}

/// 403: another site's page tried to write.
pub(super) fn cross_site() -> Response {
    Error::forbidden("this request came from another site and was not carried out").into_response()
}

/// 500 for a handler that panicked; the others go on.
#[expect(clippy::needless_pass_by_value, reason = "the shape that CatchPanicLayer asks for")]
pub(super) fn of_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Error::internal(format!("a handler panicked: {words}")).into_response()
}

const fn status(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::PasswordNeeded
        | Code::CodeNeeded
        | Code::FactorNeeded
        | Code::ShopNeeded
        | Code::ShopSuspended => StatusCode::FORBIDDEN,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Conflict => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DevicePending | Code::DeviceDenied | Code::DeviceExpired => StatusCode::BAD_REQUEST,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
