//! The limit that `scripts/bench` stands pages beside that are made anew: axum, one query of a list
//! of 24 by the same driver, in a page of a given size, and nothing else.
//!
//! `list_page ADDRESS DATABASE BYTES`

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

/// A keyset page, as a shelf is read.
const LIST: &str = "SELECT slug, title, price_minor FROM listings
                     WHERE status = 'active' AND (published_at, id) < ($1, $2)
                     ORDER BY published_at DESC, id DESC LIMIT 24";

#[derive(Clone)]
struct Shelf {
    pool: SqlitePool,
    filling: &'static str,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [address, database, bytes] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "list_page ADDRESS DATABASE BYTES")?;
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    let filling: &'static str = Box::leak("x".repeat(bytes.parse()?).into_boxed_str());
    let app = Router::new().route("/", get(page)).with_state(Shelf { pool, filling });
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}

async fn page(State(shelf): State<Shelf>) -> Result<Html<String>, StatusCode> {
    let cards: Vec<(String, String, i64)> = sqlx::query_as(LIST)
        .bind(i64::MAX)
        .bind([0_u8; 16].as_slice())
        .fetch_all(&shelf.pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let mut page = String::with_capacity(shelf.filling.len() + 128);
    for (slug, title, price) in &cards {
        let _infallible = write!(page, "<li><a href=\"/listings/{slug}\">{title}</a> {price}</li>");
    }
    let rest = shelf.filling.len().saturating_sub(page.len());
    page.push_str(&shelf.filling[..rest]);
    Ok(Html(page))
}
