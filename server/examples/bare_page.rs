//! The limit that `scripts/bench` stands the storefront beside: axum serving a page of a given
//! size out of memory, and nothing else.
//!
//! `bare_page ADDRESS BYTES`

use axum::Router;
use axum::response::Html;
use axum::routing::get;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (address, bytes) =
        (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let page: &'static str = Box::leak("x".repeat(bytes.parse()?).into_boxed_str());
    let app = Router::new().route("/", get(move || async move { Html(page) }));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}
