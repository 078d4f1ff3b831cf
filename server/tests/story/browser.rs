//! A real browser: Chromium, driven by a script.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/story/shop.mjs");

/// A guest's browser; what it remembers is kept in a file between two visits.
pub(crate) struct Browser {
    chromium: PathBuf,
    memory: PathBuf,
    origin: String,
}

impl Browser {
    pub(crate) fn new(folder: &Path, origin: String) -> Self {
        let modules = Path::new(SCRIPT).with_file_name("node_modules/playwright-core");
        assert!(modules.is_dir(), "playwright-core is missing: run scripts/test");
        let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
        let chromium = named.or_else(|| found("chromium")).or_else(|| found("google-chrome"));
        let chromium = chromium.expect("Chromium is missing: run scripts/test or set CHROMIUM");
        Self { chromium, memory: folder.join("browser.json"), origin }
    }

    /// Visits the market; what the script tells at its end.
    pub(crate) fn visits(&self, errand: &str, more: &Value) -> Value {
        let settings = json!({
            "chromium": self.chromium, "memory": self.memory, "origin": self.origin, "errand": more,
        });
        let output = Command::new("node")
            .args([SCRIPT, errand, &settings.to_string()])
            .stdin(Stdio::null())
            .output()
            .expect("node is missing: run scripts/test");
        let (told, complaints) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "the browser: {told}\n{complaints}");
        serde_json::from_str(&told).expect("one JSON value")
    }
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
