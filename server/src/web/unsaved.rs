//! What was typed into a form that could not be saved when it was sent, because the session had ended
//! or something else was in the way. It goes along through signing in as a field of those pages, and
//! stands on every page that says what was in the way, so that it can be sent again or copied. The
//! server keeps nothing of it (`docs/decisions/0051-forms-outlive-their-session.md`).

use api::account::Account;
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::form::{Field, Form};
use super::local_path;
use super::page::{Layout, sentence};
use super::people::Viewer;
use crate::error::Error;
use crate::state::AppState;

/// How a browser sends a form of texts.
const KIND: &str = "application/x-www-form-urlencoded";

/// A form that waits for its person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unsaved {
    /// Where the form stands and goes to.
    to: String,
    pub(super) fields: Vec<Kept>,
}

/// A field of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) value: String,
    /// What it is called; nothing where people do not fill it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// What stands in it, where people read that otherwise than it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// A form of which nothing is known but the names of its fields. At an address that looks like one
/// that is not there all forms are of this kind.
pub(crate) struct Unknown;

impl Form for Unknown {
    const FIELDS: &'static [Field] = &[];

    fn told(name: &str, value: &str) -> Option<(String, String)> {
        Some((sentence(&name.replace('_', " ")), value.to_owned()))
    }
}

/// Hands a form on when it cannot be saved. For forms that hold texts and neither secrets nor files,
/// and that stand at the address that they are sent to.
pub(crate) async fn keep<F: Form>(request: Request, next: Next) -> Response {
    match read::<F>(request).await {
        Ok((request, unsaved)) => beside(next.run(request).await, unsaved),
        Err(refusal) => refusal,
    }
}

/// For an address that is not there: it answers to a form as those do that are there for some.
pub(super) async fn nowhere(request: Request) -> Response {
    match read::<Unknown>(request).await {
        Ok((_, unsaved)) => beside(Error::NotFound.into_response(), unsaved),
        Err(refusal) => refusal,
    }
}

/// The form in a request, if it has one, and the request as it was.
async fn read<F: Form>(request: Request) -> Result<(Request, Option<Unsaved>), Response> {
    if request.method() != Method::POST || !is_form(request.headers()) {
        return Ok((request, None));
    }
    let to = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let sent = Bytes::from_request(sent, &()).await.map_err(IntoResponse::into_response)?;
    let fields = url::form_urlencoded::parse(&sent).into_owned();
    let fields: Vec<_> = fields.map(|(name, value)| Kept::of::<F>(name, value)).collect();
    let unsaved = (!fields.is_empty()).then_some(Unsaved { to, fields });
    Ok((Request::from_parts(parts, Body::from(sent)), unsaved))
}

/// An answer with the form beside it, for `answer`.
fn beside(mut response: Response, unsaved: Option<Unsaved>) -> Response {
    if let Some(unsaved) = unsaved {
        response.extensions_mut().insert(unsaved);
    }
    response
}

/// Whether a browser sends a form of texts.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with(KIND))
}

impl Kept {
    fn of<F: Form>(name: String, value: String) -> Self {
        let (label, words) = F::told(&name, &value).unzip();
        let words = words.filter(|words| *words != value);
        Self { name, value, label, words }
    }
}

impl Unsaved {
    /// What was typed, each with what its field is called.
    pub(super) fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let typed = self.fields.iter().filter(|kept| !kept.value.trim().is_empty());
        typed.filter_map(|kept| {
            let words = kept.words.as_ref().unwrap_or(&kept.value);
            Some((kept.label.as_deref()?, words.as_str()))
        })
    }

    /// From a field of the pages for signing in; nothing when it holds none.
    pub(crate) fn read(field: &str) -> Option<Self> {
        let unsaved: Self = serde_json::from_str(field).ok()?;
        local_path::checked(&unsaved.to).is_some_and(|to| to == unsaved.to).then_some(unsaved)
    }

    /// For that field.
    pub(crate) fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Where the form stands.
    pub(crate) fn place(&self) -> &str {
        &self.to
    }

    /// The page on which somebody who has signed in again sends the form once more.
    pub(crate) fn page(self, state: &AppState, account: Account) -> UnsavedPage {
        let viewer = Viewer { account: Some(account.clone()), ..Viewer::default() };
        UnsavedPage { layout: Layout::of(state, &viewer), account, unsaved: self }
    }
}

#[derive(Template)]
#[template(path = "accounts/unsaved.html")]
pub(crate) struct UnsavedPage {
    layout: Layout,
    account: Account,
    unsaved: Unsaved,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_along_as_it_was_typed_and_nowhere_else() {
        let (name, value) = ("story".to_owned(), "One.\r\n\"Two\" <b> & 陶".to_owned());
        let fields = vec![Kept::of::<Unknown>(name, value)];
        let unsaved = Unsaved { to: "/sell/shop".into(), fields: fields.clone() };
        assert_eq!(Unsaved::read(&unsaved.text()).unwrap().fields, fields);
        for elsewhere in ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""] {
            let unsaved = Unsaved { to: elsewhere.into(), fields: fields.clone() };
            assert!(Unsaved::read(&unsaved.text()).is_none(), "{elsewhere}");
        }
        assert!(Unsaved::read("").is_none() && Unsaved::read("{}").is_none());
    }
}
