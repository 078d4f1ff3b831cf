//! `docs/API.md` names every route of the JSON API and none that is not there.

use std::collections::BTreeSet;

use super::source;

const PREFIX: &str = "/api/v1";

#[test]
fn the_document_names_every_route_of_the_api_and_no_other() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/API.md");
    let documented = documented(&std::fs::read_to_string(file).unwrap());
    let routes: BTreeSet<String> =
        source::routes().keys().filter_map(|route| relative(route)).collect();
    let missing: Vec<_> = routes.difference(&documented).collect();
    let spare: Vec<_> = documented.difference(&routes).collect();
    assert!(missing.is_empty(), "docs/API.md does not name {missing:?}; add a row to its table");
    assert!(spare.is_empty(), "docs/API.md names {spare:?}, which are no routes");
    assert!(routes.len() >= 30, "only {} routes of the API found", routes.len());
}

/// `GET /listings/{}` for `GET /api/v1/listings/{id}`; nothing for a page.
fn relative(route: &str) -> Option<String> {
    let (method, path) = route.split_once(' ')?;
    Some(format!("{method} {}", unnamed(path.strip_prefix(PREFIX)?)))
}

/// Routes in the first column of the table. `/pause` alone stands for the route before it with
/// another last word.
fn documented(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cell = line.trim_start_matches('|').split('|').next().unwrap_or_default();
        let mut before = String::new();
        for quoted in cell.split('`').skip(1).step_by(2) {
            let route = match quoted.strip_prefix('/') {
                Some(word) => {
                    let (stem, _) = before.rsplit_once('/').expect("a route before it");
                    format!("{stem}/{word}")
                }
                None => unnamed(quoted.split('?').next().unwrap_or_default()),
            };
            before.clone_from(&route);
            all.insert(route);
        }
    }
    all
}

/// A path whose parameters have no names: documents call them by what they hold.
fn unnamed(path: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in path.chars() {
        match letter {
            '{' => text.push_str("{}"),
            '}' => {}
            letter if !inside => text.push(letter),
            _ => {}
        }
        inside = letter == '{' || (inside && letter != '}');
    }
    text
}

#[test]
fn the_table_is_read_as_people_read_it() {
    let text = "| method | b |\n|---|---|\n| `POST /a/{id or number}/open` · `/shut` | `X` |\n\
                | `GET /b?limit=` · `PATCH /b` | → `Y` |\n";
    let expected = ["GET /b", "PATCH /b", "POST /a/{}/open", "POST /a/{}/shut"];
    assert_eq!(documented(text), BTreeSet::from(expected.map(str::to_owned)));
    assert_eq!(relative("GET /api/v1/a/{id}/b").as_deref(), Some("GET /a/{}/b"));
    assert_eq!(relative("GET /cart"), None);
}
