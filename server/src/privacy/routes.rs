//! JSON of one's own data.

use api::Page;
use api::audit::AuditEntry;
use api::page::PageRequest;
use api::privacy::ErasurePreview;
use api::sign_in::Proof;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::accounts::factors;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Customer;

/// Routes of the JSON API and pages of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/profile/export", get(export))
        .route("/api/v1/profile/erasure", get(preview).post(erase))
        .route("/api/v1/profile/log", get(log))
        .merge(super::pages::routes())
}

async fn export(State(state): State<AppState>, customer: Customer) -> Result<Response, Error> {
    zip(&state, customer).await
}

/// A copy as a download.
pub(super) async fn zip(state: &AppState, customer: Customer) -> Result<Response, Error> {
    let copy = super::export(state, customer.account).await?;
    let name = format!("attachment; filename=\"{}\"", copy.file);
    let headers =
        [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(copy.bytes)).into_response())
}

async fn preview(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<Json<ErasurePreview>, Error> {
    Ok(Json(super::preview(&state, customer.account.id).await?))
}

async fn erase(
    State(state): State<AppState>,
    customer: Customer,
    Json(proof): Json<Proof>,
) -> Result<StatusCode, Error> {
    let Proof { current_password, code } = &proof;
    factors::prove(&state, &customer.account, current_password, code.as_deref()).await?;
    super::erase(&state, customer.account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn log(
    State(state): State<AppState>,
    customer: Customer,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<AuditEntry>>, Error> {
    Ok(Json(super::log(&state, customer.account.id, &request).await?))
}
