//! Proving that nothing is lost: every promise about books, stock, orders and images is a query
//! that must find nothing.

mod store;

use serde::Serialize;

use crate::error::Error;
use crate::state::AppState;

/// Rows that one promise names at the most.
const NAMED: usize = 20;

/// How one promise stands.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The promise, as a sentence.
    pub promise: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What breaks it, at most twenty.
    pub broken: Vec<String>,
}

impl Finding {
    /// A line for people, and one for each thing that breaks the promise.
    #[must_use]
    pub fn line(&self) -> String {
        let mark = if self.holds { "holds " } else { "BROKEN" };
        let mut lines = vec![format!("{mark}  {}", self.promise)];
        lines.extend(self.broken.iter().map(|what| format!("          {what}")));
        lines.join("\n")
    }
}

/// Looks at every promise.
pub async fn run(state: &AppState) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for check in store::CHECKS {
        findings.push(finding(check.promise, store::broken(&state.db, check).await?));
    }
    findings.push(finding(
        "every picture that is shown lies in the store",
        missing_pictures(state).await?,
    ));
    Ok(findings)
}

fn finding(promise: &'static str, broken: Vec<String>) -> Finding {
    let holds = broken.is_empty();
    Finding { promise, holds, broken: broken.into_iter().take(NAMED).collect() }
}

async fn missing_pictures(state: &AppState) -> Result<Vec<String>, Error> {
    let mut missing = Vec::new();
    for hash in store::pictures(&state.db).await? {
        if !state.blobs.exists(&format!("{hash}-master.jpg")).await? {
            missing.push(format!("picture {hash}"));
        }
    }
    Ok(missing)
}
