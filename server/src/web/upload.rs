//! A form with a picture in it, as a browser sends it.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use bytes::Bytes;

use crate::error::Error;
use crate::state::AppState;

/// The field of the file.
const FILE: &str = "image";
/// Other fields that a form may have; more than any page has.
const MOST_FIELDS: usize = 20;

/// The picture of a form and what stands beside it.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// Empty when none was chosen.
    picture: Bytes,
    fields: Vec<(String, String)>,
}

impl Upload {
    /// What was typed into a field; empty when it is absent.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The picture, if one was chosen and the form holds nothing else but the fields that the page
    /// knows.
    pub(crate) fn picture(&self, known: &[&str]) -> Result<Bytes, Error> {
        if self.fields.iter().any(|(name, _)| !known.contains(&name.as_str())) {
            return Err(unknown());
        }
        if self.picture.is_empty() {
            return Err(Error::invalid(FILE, "choose a picture first"));
        }
        Ok(self.picture.clone())
    }

    async fn read(mut form: Multipart) -> Result<Self, Error> {
        let mut upload = Self::default();
        while let Some(field) = form.next_field().await.map_err(|error| refused(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILE {
                upload.picture = field.bytes().await.map_err(|error| refused(&error))?;
            } else if upload.fields.len() < MOST_FIELDS {
                let value = field.text().await.map_err(|error| refused(&error))?;
                upload.fields.push((name, value));
            } else {
                return Err(unknown());
            }
        }
        Ok(upload)
    }
}

impl FromRequest<AppState> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Error> {
        let form = Multipart::from_request(request, state).await;
        Self::read(form.map_err(|_| broken_off())?).await
    }
}

fn refused(error: &MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => crate::images::too_large(),
        _ => broken_off(),
    }
}

fn unknown() -> Error {
    Error::invalid("", "the form holds a field that this page does not know; open it anew")
}

fn broken_off() -> Error {
    Error::invalid(FILE, "the upload broke off; choose the picture and send it again")
}
