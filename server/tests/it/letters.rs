//! What stands in letters, for those who follow their links.

use crate::market::Market;

/// The secret in the newest letter to an address whose link leads to this path.
#[track_caller]
pub(crate) fn token_in(bodies: &[String], path: &str) -> String {
    let start = format!("{path}?token=");
    let link = bodies.iter().find_map(|body| body.split_once(&start)).expect("a letter with it");
    link.1.lines().next().expect("the rest of the line").to_owned()
}

/// The texts of all letters to an address, newest first, once all of them are written.
pub(crate) async fn bodies_to(market: &Market, email: &str) -> Vec<String> {
    market.settle().await;
    market.letters_to(email).await.into_iter().map(|letter| letter.body).collect()
}

/// The letter among these that holds all of these words.
#[track_caller]
pub(crate) fn letter_with<'b>(bodies: &'b [String], words: &[&str]) -> &'b str {
    let found = bodies.iter().find(|body| words.iter().all(|word| body.contains(word)));
    found.unwrap_or_else(|| panic!("no letter holds {words:?}: {bodies:#?}"))
}

/// Asks for a new password and reads the secret in the letter.
pub(crate) async fn reset_token(market: &Market, email: &str) -> String {
    let sent = market.visitor().submits("/password/forgot", &[("email", email)]).await;
    assert_eq!(sent.status, 303);
    token_in(&bodies_to(market, email).await, "/password/reset")
}
