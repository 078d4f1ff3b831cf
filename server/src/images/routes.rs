//! JSON: uploads.

use api::listing::{KnownImages, KnownImagesRequest, StoredImage};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;

use crate::error::Error;
use crate::state::AppState;
use crate::web::limits;
use crate::web::people::Artisan;

/// `/api/v1/images` and what hangs below it.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/images", post(upload).layer(limits::body(limits::IMAGE)))
        .route("/api/v1/images/known", post(known))
}

async fn upload(
    State(state): State<AppState>,
    artisan: Artisan,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<StoredImage>), Error> {
    let stored = super::store_image(&state, artisan.shop.id, whole(body)?).await?;
    let status = if stored.was_known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(stored.image)))
}

async fn known(
    State(state): State<AppState>,
    artisan: Artisan,
    Json(asked): Json<KnownImagesRequest>,
) -> Result<Json<KnownImages>, Error> {
    let images = super::known(&state, artisan.shop.id, &asked.sha256).await?;
    Ok(Json(KnownImages { images }))
}

/// The bytes of an upload, or why there are none.
pub(crate) fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => super::too_large(),
        _ => Error::invalid("image", "the upload broke off; send the picture again"),
    })
}
