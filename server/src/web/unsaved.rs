//! What was typed into a form whose session had ended when it was sent. It goes along through signing
//! in as a field of those pages, and whoever signed in sends it again or lets it go. The server keeps
//! nothing of it (`docs/decisions/0051-forms-outlive-their-session.md`).

use api::account::Account;
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::local_path;
use super::page::{Layout, sentence};
use super::people::Viewer;
use crate::state::AppState;

/// Fields that people did not type.
const UNTYPED: [&str; 2] = ["fields_of", "version"];

/// A form that waits for its person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unsaved {
    /// Where the form stands and goes to.
    to: String,
    fields: Vec<(String, String)>,
}

/// Hands a form on when nobody is signed in any more. For forms that hold texts and neither secrets
/// nor files, and that stand at the address that they are sent to.
pub(crate) async fn keep(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let to = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let sent = match Bytes::from_request(sent, &()).await {
        Ok(sent) => sent,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = next.run(Request::from_parts(parts, Body::from(sent.clone()))).await;
    let fields: Vec<_> = url::form_urlencoded::parse(&sent).into_owned().collect();
    if !fields.is_empty() {
        response.extensions_mut().insert(Unsaved { to, fields });
    }
    response
}

impl Unsaved {
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

impl UnsavedPage {
    /// What was typed, each with what its field is called.
    fn typed(&self) -> impl Iterator<Item = (String, &str)> {
        let typed = self.unsaved.fields.iter();
        let typed = typed.filter(|(field, value)| {
            !UNTYPED.contains(&field.as_str()) && !value.trim().is_empty()
        });
        typed.map(|(field, value)| (sentence(&field.replace('_', " ")), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_along_as_it_was_typed_and_nowhere_else() {
        let fields = vec![("story".to_owned(), "One.\r\n\"Two\" <b> & 陶".to_owned())];
        let unsaved = Unsaved { to: "/sell/shop".into(), fields: fields.clone() };
        assert_eq!(Unsaved::read(&unsaved.text()).unwrap().fields, fields);
        for elsewhere in ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""] {
            let unsaved = Unsaved { to: elsewhere.into(), fields: fields.clone() };
            assert!(Unsaved::read(&unsaved.text()).is_none(), "{elsewhere}");
        }
        assert!(Unsaved::read("").is_none() && Unsaved::read("{}").is_none());
    }
}
