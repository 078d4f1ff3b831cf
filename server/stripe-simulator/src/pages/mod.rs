//! The pages that payers and artisans see: payment, 3-D Secure, onboarding.
//!
//! They work without JavaScript and ask no other host for anything; one small style sheet.

mod onboarding;
mod payment;

use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::Simulator;
use crate::error::ApiError;

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/sim/checkout/{session}", get(payment::ask).post(payment::pay))
        .route("/sim/checkout/{session}/challenge", get(payment::challenge).post(payment::answer))
        .route("/sim/onboard/{account}", get(onboarding::ask).post(onboarding::finish))
        .route("/sim/assets/sim.css", get(style))
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage {
    title: &'static str,
    message: &'static str,
    link: Option<(String, &'static str)>,
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("../../assets/sim.css"))
}

fn unknown() -> Response {
    let page = NoticePage {
        title: "Nothing to do here",
        message: "This link belongs to no payment and no account, or it was mistyped.",
        link: None,
    };
    (StatusCode::NOT_FOUND, show(&page)).into_response()
}

fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let headers =
                [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];
            (headers, Html(html)).into_response()
        }
        Err(error) => Broken(ApiError::internal(error)).into_response(),
    }
}

/// A page that could not be made; the cause goes to the log only.
struct Broken(ApiError);

impl From<ApiError> for Broken {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        tracing::error!(cause = ?self.0.cause, "a simulated page failed");
        let message = "The simulated payment page failed. Nothing was charged.";
        (StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
    }
}
