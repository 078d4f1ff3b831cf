//! The letters of a demo, for everybody to read. A market that sends mail has none of these pages.

use api::account::PaymentsMode;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use uuid::Uuid;

use super::Letter;
use crate::error::Error;
use crate::state::AppState;
use crate::web::page::{Layout, NO_STORE, Page};
use crate::web::people::Viewer;
use crate::web::place::Path;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/dev/mail", get(list)).route("/dev/mail/{id}", get(show))
}

#[derive(Template)]
#[template(path = "mail/list.html")]
struct ListPage {
    layout: Layout,
    letters: Vec<Letter>,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterPage {
    layout: Layout,
    letter: Letter,
    body: Vec<Piece>,
}

/// A stretch of a letter: words, or an address to follow.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    is_link: bool,
}

async fn list(State(state): State<AppState>, viewer: Viewer) -> Result<impl IntoResponse, Error> {
    only_in_a_demo(&state)?;
    let letters = super::newest(&state).await?;
    Ok((NO_STORE, Page(ListPage { layout: Layout::of(&state, &viewer), letters })))
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Error> {
    only_in_a_demo(&state)?;
    let letter = super::find(&state, id).await?;
    let body = pieces(&letter.body);
    Ok((NO_STORE, Page(LetterPage { layout: Layout::of(&state, &viewer), letter, body })))
}

/// Letters hold secrets: nobody may read them where money or people are real.
fn only_in_a_demo(state: &AppState) -> Result<(), Error> {
    let is_demo = state.mailer.keeps() && state.config.payments == PaymentsMode::Simulator;
    if is_demo { Ok(()) } else { Err(Error::NotFound) }
}

/// Splits a letter at its web addresses.
fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        let (words, from) = rest.split_at(start);
        let end = from.find(char::is_whitespace).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ')', '>', ';']);
        pieces.push(Piece { text: words.to_owned(), is_link: false });
        pieces.push(Piece { text: address.to_owned(), is_link: true });
        rest = &from[address.len()..];
    }
    pieces.push(Piece { text: rest.to_owned(), is_link: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_can_be_followed_and_the_full_stop_is_not_part_of_them() {
        let found = pieces("See http://a.example/x?y=1.\nOr (https://b.example) – ok");
        let links: Vec<&str> =
            found.iter().filter(|piece| piece.is_link).map(|piece| piece.text.as_str()).collect();
        assert_eq!(links, ["http://a.example/x?y=1", "https://b.example"]);
        let whole: String = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, "See http://a.example/x?y=1.\nOr (https://b.example) – ok");
    }

    #[test]
    fn a_letter_without_addresses_is_one_piece() {
        assert_eq!(pieces("Hello"), [Piece { text: "Hello".into(), is_link: false }]);
        assert_eq!(pieces("http://"), [Piece { text: "http://".into(), is_link: true }]);
    }
}
