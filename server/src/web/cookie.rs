//! Cookies: only those that the market cannot work without, never readable by scripts.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::state::AppState;

/// The full name of a cookie: over TLS the browser itself pins it to this host and to TLS.
fn full_name(state: &AppState, name: &str) -> String {
    if state.config.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// What the browser sent under a name.
pub(crate) fn find<'h>(state: &AppState, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let name = full_name(state, name);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A `Set-Cookie` line. `value` is one of our own secrets: letters, digits and `_-` only.
pub(crate) fn set(state: &AppState, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let name = full_name(state, name);
    let secure = if state.config.is_https() { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A `Set-Cookie` line that makes the browser forget.
pub(crate) fn forget(state: &AppState, name: &str) -> HeaderValue {
    set(state, name, "", 0)
}
