//! Headers on every answer, errors included.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// Nothing is loaded from elsewhere and no page is framed. Forms may end at Stripe, because a
/// browser checks `form-action` against the redirect that follows the form, too.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; \
    font-src 'self'; script-src 'self'; connect-src 'self'; \
    form-action 'self' https://checkout.stripe.com https://connect.stripe.com; \
    base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// One year, subdomains too.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// Adds the headers; what a handler set itself stays.
pub(super) async fn harden(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let personal = is_personal(&request);
    let mut response = next.run(request).await;
    let good = [StatusCode::OK, StatusCode::NOT_MODIFIED].contains(&response.status());
    let public = good && !personal;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    let caching = caching(headers, public);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(caching));
    response
}

/// Whether the answer may depend on who asks.
pub(super) fn is_personal(request: &Request) -> bool {
    let headers = request.headers();
    request.method() != Method::GET
        || request.uri().path().starts_with("/api/")
        || headers.contains_key(header::COOKIE)
        || headers.contains_key(header::AUTHORIZATION)
}

fn caching(headers: &mut HeaderMap, public: bool) -> &'static str {
    if !public || headers.contains_key(header::SET_COOKIE) {
        return "no-store";
    }
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
    "public, max-age=0"
}
