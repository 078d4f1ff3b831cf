//! Who may import whom, checked by file name and text: `docs/ARCHITECTURE.md` as a test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A feature imports only features to its left.
const FEATURES: [&str; 24] = [
    "images",
    "accounts",
    "shops",
    "staff",
    "listings",
    "favourites",
    "imports",
    "edits",
    "carts",
    "ledger",
    "checkout",
    "orders",
    "people",
    "fulfillments",
    "payouts",
    "privacy",
    "webhooks",
    "live",
    "today",
    "simulated",
    "verify",
    "storefront",
    "demo",
    "synthetic",
];

/// Lines of a file at most.
const LONGEST: usize = 400;

/// What a line may say only in certain files, and which those are.
const HOMES: [(&str, &[&str], Home); 11] = [
    ("SQL", &["sql!(", "sqlx::query"], |file| file.is("store") || file.is("db")),
    ("sqlx", &["sqlx::"], |file| file.is("store") || file.is("db") || file.path == "error.rs"),
    ("axum", &["axum"], |file| {
        file.is("routes") || file.is("pages") || file.path.starts_with("web/")
    }),
    ("askama", &["askama"], |file| file.is("pages") || file.path.starts_with("web/")),
    (
        "Stripe's crates",
        &[
            "stripe_core::",
            "stripe_checkout::",
            "stripe_connect::",
            "stripe_shared::",
            "stripe_types::",
            "stripe_client_core::",
        ],
        |file| file.path.starts_with("stripe/"),
    ),
    ("the simulator", &["stripe_simulator"], |file| {
        ["clock.rs", "payments.rs"].contains(&file.path.as_str())
    }),
    ("postings", &["INTO postings", "INTO journal_entries"], |file| {
        file.path.starts_with("ledger/")
    }),
    ("the machine's time", &["SystemTime", "now_utc("], |file| file.path == "clock.rs"),
    ("randomness", &["rand::", "now_v7("], |file| file.path == "entropy.rs"),
    ("the environment", &["std::env", "env::var"], |file| {
        ["command/mod.rs", "config.rs"].contains(&file.path.as_str())
    }),
    ("files of the machine", &["std::fs", "tokio::fs"], |file| {
        file.is("blobs")
            || file.is("search")
            || ["command/arguments.rs", "config.rs", "run.rs"].contains(&file.path.as_str())
    }),
];

/// What is allowed all the same, and why. One that is not needed any more is a failure, too.
const EXCEPTIONS: [(&str, &str, &str); 6] = [
    ("blobs.rs", "axum", "serves the bytes that it stores"),
    ("checkout/pages.rs", "orders", "the page after paying shows the orders that came of it"),
    (
        "command/lock.rs",
        "files of the machine",
        "holds the data folder for the process that serves it",
    ),
    ("demo/ground.rs", "files of the machine", "looks whose data folder it is before it seeds it"),
    ("synthetic/pieces.rs", "randomness", "draws from a seed that is given, and nothing secret"),
    ("payments.rs", "axum", "the simulator is an HTTP server of its own beside ours"),
];

/// Parts of paths that are somebody's own machine.
const MACHINES: [&str; 4] = ["/home/", "/root/", "/Users/", "/work/"];

type Home = fn(&File) -> bool;

/// A source file of the server.
struct File {
    /// Below `src`, with forward slashes.
    path: String,
    /// Its lines without comments.
    code: Vec<String>,
    lines: usize,
}

impl File {
    /// Whether it is `<name>.rs` or lies in a folder of that name.
    fn is(&self, name: &str) -> bool {
        self.path.trim_end_matches(".rs").split('/').any(|part| part == name)
    }

    /// The feature it belongs to, if it is one in the order.
    fn feature(&self) -> Option<usize> {
        let first = self.path.split(['/', '.']).next()?;
        FEATURES.iter().position(|feature| *feature == first)
    }
}

/// Complaints, less the exceptions.
#[derive(Default)]
struct Report {
    complaints: Vec<String>,
    used: RefCell<BTreeSet<(String, String)>>,
}

impl Report {
    fn complain(&mut self, path: &str, about: &str, words: &str) {
        if EXCEPTIONS.iter().any(|(file, what, _)| *file == path && *what == about) {
            self.used.borrow_mut().insert((path.to_owned(), about.to_owned()));
        } else {
            self.complaints.push(format!("{path}: {words}"));
        }
    }

    #[track_caller]
    fn finish(self, abouts: &[&str]) {
        let used = self.used.into_inner();
        let spare = EXCEPTIONS
            .iter()
            .filter(|(_, what, _)| abouts.contains(what))
            .filter(|(file, what, _)| !used.contains(&((*file).to_owned(), (*what).to_owned())))
            .map(|(file, what, _)| format!("{file}: the exception about {what} is not needed"));
        let all: Vec<String> = self.complaints.into_iter().chain(spare).collect();
        assert!(all.is_empty(), "\n{}", all.join("\n"));
    }
}

#[test]
fn each_thing_is_named_only_at_home() {
    let mut report = Report::default();
    for file in sources() {
        for (what, words, is_home) in HOMES {
            let named = file.code.iter().find(|line| words.iter().any(|word| line.contains(word)));
            if let Some(line) = named.filter(|_| !is_home(&file)) {
                report.complain(&file.path, what, &format!("names {what}: {}", line.trim()));
            }
        }
    }
    report.finish(&HOMES.map(|(what, _, _)| what));
}

#[test]
fn features_import_only_to_their_left() {
    let mut report = Report::default();
    for file in sources() {
        let Some(own) = file.feature() else { continue };
        for other in imports(&file) {
            let right = FEATURES.iter().position(|feature| *feature == other);
            if right.is_some_and(|right| right > own) {
                let words =
                    format!("imports {other}, which stands to the right of {}", FEATURES[own]);
                report.complain(&file.path, &other, &words);
            }
        }
    }
    report.finish(&FEATURES);
}

#[test]
fn a_store_is_named_only_by_its_own_feature() {
    let mut report = Report::default();
    for file in sources() {
        for line in &file.code {
            for feature in FEATURES {
                let foreign = line.contains(&format!("{feature}::store::"))
                    && file.path.split('/').next() != Some(feature);
                if foreign {
                    report.complain(
                        &file.path,
                        "store",
                        &format!("reaches into {feature}’s store"),
                    );
                }
            }
        }
    }
    report.finish(&["store"]);
}

#[test]
fn features_below_know_nothing_of_the_server() {
    for member in ["api", "cli", "tui", "server/stripe-simulator"] {
        let manifest = fs::read_to_string(workspace().join(member).join("Cargo.toml")).unwrap();
        let others =
            if member == "api" { vec!["server", "tui", "axum", "reqwest"] } else { vec!["server"] };
        for other in others {
            let needed = format!("\n{other}.workspace = true");
            assert!(!manifest.contains(&needed), "{member} needs {other}");
        }
    }
}

#[test]
fn files_are_short() {
    let mut report = Report::default();
    let all = sources();
    assert!(all.len() > 30, "only {} files found", all.len());
    for file in all.iter().filter(|file| file.lines > LONGEST) {
        report.complain(&file.path, "long", &format!("{} lines, {LONGEST} at most", file.lines));
    }
    report.finish(&["long"]);
}

/// Pages that are the same for everybody, and what stands on them: their forms set something to a
/// value, so a second press changes nothing, or put another piece into the cart.
const OPEN_FORMS: [&str; 3] =
    ["carts/cart.html", "components/parts.html", "storefront/listing.html"];

#[test]
fn a_form_is_known_by_its_page() {
    let root = workspace().join("server/templates");
    let mut forms = 0;
    for path in files(&root) {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        for form in text.split("<form").skip(1) {
            let (head, body) = form.split_once('>').unwrap();
            // What begins anew does so as often as one likes.
            let begins_anew = head.contains("action=\"/login/again\"");
            let is_open = OPEN_FORMS.contains(&name.as_str());
            if is_open
                || begins_anew
                || !head.contains("method=\"post\"")
                || head.contains("multipart")
            {
                continue;
            }
            forms += 1;
            let known = body.starts_with("{% call form::once(layout) %}");
            assert!(known, "{name}: a form begins with `form::once`: <form{head}>");
        }
    }
    assert!(forms > 30, "only {forms} forms were found");
}

#[test]
fn no_file_knows_a_machine() {
    let mut complaints = Vec::new();
    for path in files(&workspace()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if path.ends_with("server/tests/tidy.rs") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if MACHINES.iter().any(|machine| names_machine(line, machine)) {
                complaints.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Whether a path of a machine begins in the line; `https://x/home/` is none.
fn names_machine(line: &str, machine: &str) -> bool {
    line.match_indices(machine).any(|(at, _)| {
        line[..at].chars().next_back().is_none_or(|before| " \"'`=:(".contains(before))
    })
}

/// First names after `crate::`, in plain imports and in groups.
fn imports(file: &File) -> BTreeSet<String> {
    let text = file.code.join("\n");
    let mut names = BTreeSet::new();
    for (at, found) in text.match_indices("crate::") {
        let rest = &text[at + found.len()..];
        let group = rest.strip_prefix('{').map(outermost);
        for name in group.unwrap_or_else(|| vec![rest]) {
            let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
            names.insert(name[..end].to_owned());
        }
    }
    names
}

/// The members of a group whose opening bracket was read already.
fn outermost(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut members) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                members.push(group[start..at].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(group[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    members
}

fn sources() -> Vec<File> {
    let root = workspace().join("server/src");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        // What tests at the end of a file need is their own business.
        let ours = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        File {
            path: path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"),
            code: ours.lines().filter(is_code).map(str::to_owned).collect(),
            lines: text.lines().count(),
        }
    };
    let is_source = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rs");
    files(&root).into_iter().filter(is_source).map(read).collect()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every file below a folder, without what is built, stored or downloaded.
fn files(folder: &Path) -> Vec<PathBuf> {
    const SKIPPED: [&str; 4] = ["target", ".git", "node_modules", "data"];
    let mut all = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all.sort();
    all
}

#[test]
fn imports_are_read_in_every_form() {
    let code =
        ["use crate::shops;", "use crate::{orders, web::{page, people}};", "crate::mail::write()"];
    let code = code.iter().map(|line| (*line).to_owned()).collect();
    let file = File { path: "x.rs".to_owned(), code, lines: 3 };
    let names: Vec<String> = imports(&file).into_iter().collect();
    assert_eq!(names, ["mail", "orders", "shops", "web"]);
    assert!(names_machine("cd /home/ana", "/home/"));
    assert!(!names_machine("https://loomstead.example/home/", "/home/"));
}
