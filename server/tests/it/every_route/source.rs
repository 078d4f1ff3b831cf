//! Every route of the server, read out of its source: a new one joins the tests by itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders whose routers the server serves.
const FOLDERS: [&str; 2] = ["src", "stripe-simulator/src/pages"];
/// Ways to make a route that are not read here; whoever uses one teaches this file first.
const UNREAD: [&str; 5] =
    [".nest(", ".nest_service(", ".route_service(", ".fallback_service(", "MethodFilter"];
/// Not a route: the guards around the whole router, whose routes are read.
const GUARDS: &str = ".fallback_service(outer.service(routes))";
/// What a chain of handlers may hold beside methods.
const LAYERS: [&str; 3] = ["layer", "route_layer", "absent"];
/// Methods of HTTP as axum spells them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /api/v1/listings/{id}` and the file that says so.
pub(crate) fn routes() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = BTreeMap::new();
    for file in FOLDERS.iter().flat_map(|folder| files(&root.join(folder))) {
        let place = file.strip_prefix(root).unwrap().display().to_string();
        let text = code(&std::fs::read_to_string(&file).unwrap()).replace(GUARDS, "");
        for unread in UNREAD {
            assert!(!text.contains(unread), "{place}: routes made with {unread} are not read");
        }
        for route in read(&text, &place) {
            all.insert(route, place.clone());
        }
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            all.push(path);
        }
    }
    all
}

/// The text without comments and without the tests at its end.
fn code(text: &str) -> String {
    let ours = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    ours.lines().filter(is_code).fold(String::new(), |all, line| all + line + "\n")
}

/// Method and path of every `.route("path", handlers)`.
fn read(text: &str, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, start) in text.match_indices(".route(") {
        let inside = up_to(&text[at + start.len()..], ')');
        let path = inside.trim().strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let Some((path, handlers)) = path else {
            panic!("{place}: the path of a route is no plain literal: {inside}")
        };
        let handlers = handlers.trim().trim_matches(',').trim();
        let methods = methods(resolved(text, handlers), place);
        found.extend(methods.iter().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    found
}

/// The handlers themselves where a variable of the same function names them.
fn resolved<'t>(text: &'t str, handlers: &'t str) -> &'t str {
    if !handlers.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
        return handlers;
    }
    match text.split_once(&format!("let {handlers} = ")) {
        Some((_, value)) => up_to(value, ';'),
        None => handlers,
    }
}

/// `get(show).patch(edit)` holds `get` and `patch`.
fn methods(handlers: &str, place: &str) -> Vec<&'static str> {
    let (mut methods, mut rest) = (Vec::new(), handlers);
    while let Some((before, inside)) = rest.split_once('(') {
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        let method = METHODS.iter().find(|method| **method == word);
        assert!(
            method.is_some() || LAYERS.contains(&word),
            "{place}: {word}( in the handlers of a route is not read: {handlers}"
        );
        methods.extend(method);
        rest = &inside[up_to(inside, ')').len()..];
    }
    assert!(!methods.is_empty(), "{place}: no method in the handlers of a route: {handlers}");
    methods
}

/// The text before the first `end` that is neither in a literal nor in brackets.
fn up_to(text: &str, end: char) -> &str {
    let (mut depth, mut in_literal, mut escaped) = (0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_literal => escaped = true,
            '"' => in_literal = !in_literal,
            _ if in_literal => {}
            letter if letter == end && depth == 0 => return &text[..at],
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[test]
fn routes_are_read_in_every_form() {
    let text = r#"
        let rows = post(plan).layer(limits::body(1));
        Router::new()
            .route("/a", get(list).post(open))
            .route("/a/{id}", axum::routing::get(|| async { ")" }).delete(gone))
            .route(
                "/a/{id}/rows",
                rows,
            )
    "#;
    let expected = ["GET /a", "POST /a", "GET /a/{id}", "DELETE /a/{id}", "POST /a/{id}/rows"];
    assert_eq!(read(text, "x.rs"), expected);
}
