//! Errors as RFC 9457 problem documents.

use api::Problem;
use api::problem::Code;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Error, RETRY_SOON};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = status(self.code());
        if let Self::Internal(cause) = &self {
            tracing::error!(cause = format!("{cause:#}"), "request failed");
        }
        let (detail, field) = match &self {
            Self::Internal(_) => {
                ("something went wrong on our side; nothing was lost".to_owned(), None)
            }
            Self::Invalid { field, message } => (message.clone(), Some((*field).to_owned())),
            other => (other.to_string(), None),
        };
        let problem =
            Problem { status: status.as_u16(), code: self.code(), detail, field, request_id: None };
        let mut response = (status, Json(&problem)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
        let wait = match self {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::Unavailable(_) => Some(RETRY_SOON),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(problem);
        response
    }
}

const fn status(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Conflict => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DevicePending | Code::DeviceDenied | Code::DeviceExpired => StatusCode::BAD_REQUEST,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
