//! Where a demo may be built: in an empty place, or where a demo was.
//!
//! Two facts in the database tell: that it is a demo, written before anything else, and that its
//! seeding came to its end. A demo without the second fact was interrupted and is built anew.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use api::account::PaymentsMode;

use crate::config::Config;
use crate::db::Db;
use crate::{facts, payments};

/// Fact: this market is a demo.
const DEMO: &str = "demo";
/// Fact: its seeding came to its end.
pub(super) const SEEDED: &str = "seeded";

/// What a demo keeps in its folder, the database first.
const OURS: [&str; 8] = [
    "stall.db",
    "stall.db-wal",
    "stall.db-shm",
    "simulator.db",
    "simulator.db-wal",
    "simulator.db-shm",
    "search",
    "images",
];
/// What is to be deleted is moved in here first. While it is there and the database is not, a
/// deletion was interrupted.
const DISCARDED: &str = "discarded-demo";

#[derive(Debug, PartialEq, Eq)]
enum Ground {
    Empty,
    Demo { seeded: bool },
    Discarded,
    Foreign,
}

/// Makes sure that this place is a demo's, or empty and from now on a demo's. `fresh` removes an
/// old demo; an interrupted one is removed in any case. Nothing of anybody else's is touched.
pub async fn prepare(config: &Config, fresh: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.payments == PaymentsMode::Simulator && config.mail_url.is_none(),
        "the demo simulates its money and keeps its e-mails; run it without STALL_PAYMENTS and STALL_MAIL_URL"
    );
    let place = config.data.display();
    match look(config).await? {
        Ground::Foreign => anyhow::bail!(
            "{place} is in use and not a demo; nothing was touched. Give the demo a folder of its own, such as STALL_DATA=./demo-data"
        ),
        Ground::Demo { seeded: true } if !fresh => return Ok(()),
        Ground::Demo { .. } | Ground::Discarded => {
            anyhow::ensure!(
                config.database_url.is_none(),
                "this demo is to be built anew, but its database is not in {place}; give it an empty database and an empty folder"
            );
            discard(&config.data).with_context(|| format!("removing the old demo from {place}"))?;
        }
        Ground::Empty => {}
    }
    mark(config).await
}

async fn look(config: &Config) -> anyhow::Result<Ground> {
    let database = config.data.join(OURS[0]);
    if config.database_url.is_none() && !database.exists() {
        return look_at_folder(&config.data);
    }
    let db = Db::connect(&config.database_url()).await.context("opening the database")?;
    let ground = look_inside(&db, &config.data).await;
    db.close().await;
    ground
}

fn look_at_folder(data: &Path) -> anyhow::Result<Ground> {
    if data.join(DISCARDED).exists() {
        return Ok(Ground::Discarded);
    }
    let entries = match std::fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Ground::Empty),
        Err(error) => return Err(error).with_context(|| format!("reading {}", data.display())),
    };
    for entry in entries {
        // A database that nobody used yet does no harm.
        if !entry?.file_name().to_string_lossy().starts_with(OURS[0]) {
            return Ok(Ground::Foreign);
        }
    }
    Ok(Ground::Empty)
}

async fn look_inside(db: &Db, data: &Path) -> anyhow::Result<Ground> {
    // A database without the table of migrations never had one.
    if db.applied_migration().await.unwrap_or(0) == 0 {
        return look_at_folder(data);
    }
    if facts::find(db, DEMO).await?.is_some() {
        return Ok(Ground::Demo { seeded: facts::find(db, SEEDED).await?.is_some() });
    }
    match facts::find(db, payments::FIRST).await? {
        Some(_) => Ok(Ground::Foreign),
        None => look_at_folder(data),
    }
}

/// Removes a demo from its folder, such that an interruption can be told and made good.
fn discard(data: &Path) -> std::io::Result<()> {
    let discarded = data.join(DISCARDED);
    std::fs::create_dir_all(&discarded)?;
    for name in OURS {
        match std::fs::rename(data.join(name), discarded.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::remove_dir_all(discarded)
}

async fn mark(config: &Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("creating the data folder {}", config.data.display()))?;
    let db = Db::connect(&config.database_url()).await.context("opening the database")?;
    db.migrate().await.context("bringing the database up to date")?;
    facts::first(&db, DEMO, "yes").await?;
    db.close().await;
    Ok(())
}
