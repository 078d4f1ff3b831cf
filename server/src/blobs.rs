//! Stored files: immutable, under names that say what is in them.

use std::path::Path as Folder;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{GetResult, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use url::Url;

use crate::error::Error;
use crate::state::AppState;
use crate::web::place::Path;

/// A name never gets other bytes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A folder or a bucket.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Opens what a URL names: `file://folder`, which is created, or
    /// `s3://key:secret@bucket?endpoint=…&region=…`. Without key and secret the machine's own
    /// role is asked; without an endpoint it is AWS. Errors never show the URL, which holds a secret.
    pub fn open(url: &str) -> anyhow::Result<Self> {
        let store: Arc<dyn ObjectStore> = match url.split_once("://") {
            Some(("file", path)) => Arc::new(folder(Folder::new(path))?),
            Some(("s3", _)) => Arc::new(bucket(&Url::parse(url)?)?),
            _ => anyhow::bail!("STALL_BLOBS_URL should begin with file:// or s3://"),
        };
        Ok(Self { store })
    }

    /// Stores bytes under a name; a name that is taken holds the same bytes already.
    pub(crate) async fn put(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        let payload = PutPayload::from_bytes(bytes);
        match self.store.put_opts(&location(name), payload, PutMode::Create.into()).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(failed(error, name)),
        }
    }

    /// The stored bytes, as a stream.
    pub(crate) async fn get(&self, name: &str) -> Result<GetResult, Error> {
        match self.store.get(&location(name)).await {
            Ok(found) => Ok(found),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound),
            Err(error) => Err(failed(error, name)),
        }
    }

    /// Removes every file of a picture: the master and all sizes. Their names begin with its hash,
    /// and lie in one folder.
    pub(crate) async fn remove(&self, hash: &str) -> Result<(), Error> {
        let folder = Location::from_iter([folder_of(hash)]);
        let found = self.store.list_with_offset(Some(&folder), &location(hash));
        let files: Vec<ObjectMeta> = found
            .try_filter(|file| {
                let name = file.location.filename();
                std::future::ready(name.is_some_and(|name| name.starts_with(hash)))
            })
            .try_collect()
            .await
            .map_err(|error| failed(error, hash))?;
        for file in files {
            self.store.delete(&file.location).await.map_err(|error| failed(error, hash))?;
        }
        Ok(())
    }

    /// Whether a name is taken.
    pub(crate) async fn exists(&self, name: &str) -> Result<bool, Error> {
        match self.store.head(&location(name)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(error, name)),
        }
    }
}

fn folder(path: &Folder) -> anyhow::Result<LocalFileSystem> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("creating the folder of images {}", path.display()))?;
    Ok(LocalFileSystem::new_with_prefix(path)?)
}

fn bucket(url: &Url) -> anyhow::Result<AmazonS3> {
    let name = url.host_str().context("STALL_BLOBS_URL: s3:// needs the name of a bucket")?;
    let asked = |key: &str| {
        url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(asked("region").unwrap_or_else(|| "us-east-1".to_owned()));
    if let Some(endpoint) = asked("endpoint") {
        builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
    }
    if let (user, Some(secret)) = (url.username(), url.password()) {
        builder = builder.with_access_key_id(plain(user)?).with_secret_access_key(plain(secret)?);
    }
    Ok(builder.build()?)
}

/// A part of the URL without its percent signs.
fn plain(part: &str) -> anyhow::Result<String> {
    let pair = format!("part={}", part.replace('+', "%2B"));
    let value = url::form_urlencoded::parse(pair.as_bytes()).next();
    Ok(value.context("an empty part of STALL_BLOBS_URL")?.1.into_owned())
}

/// Names spread over folders by their first two letters.
fn location(name: &str) -> Location {
    Location::from_iter([folder_of(name), name])
}

fn folder_of(name: &str) -> &str {
    name.get(..2).unwrap_or("__")
}

fn failed(error: object_store::Error, name: &str) -> Error {
    Error::Internal(anyhow::Error::new(error).context(format!("blob {name}")))
}

/// `/img/{hash}-{width}.webp` and `.jpg`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/img/{name}", get(image))
}

async fn image(
    State(state): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let kind = content_type(&name).ok_or(Error::NotFound)?;
    let tag = format!("\"{name}\"");
    let common = [
        (header::CACHE_CONTROL, FOREVER.to_owned()),
        (header::ETAG, tag.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|given| given.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let found = state.blobs.get(&name).await?;
    let body = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, found.meta.size.to_string()),
    ];
    Ok((common, body, Body::from_stream(found.into_stream())).into_response())
}

/// The type of a served name: 64 hexadecimal digits, a width, an extension. Masters are not served.
fn content_type(name: &str) -> Option<&'static str> {
    let (stem, extension) = name.split_once('.')?;
    let (hash, width) = stem.split_once('-')?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_width = (1..=5).contains(&width.len()) && width.bytes().all(|b| b.is_ascii_digit());
    match extension {
        "webp" if is_hash && is_width => Some("image/webp"),
        "jpg" if is_hash && is_width => Some("image/jpeg"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_opened_by_its_url_and_errors_keep_the_secret() {
        let _already = rustls::crypto::ring::default_provider().install_default();
        let url = "s3://KEY:se%2Fcret+1@pictures?endpoint=http://127.0.0.1:9";
        assert!(Blobs::open(url).is_ok());
        assert_eq!(plain("se%2Fcret+1").unwrap(), "se/cret+1");
        for wrong in ["s3://KEY:hidden@", "ftp://KEY:hidden@pictures", "s3://KEY:hidden@a b"] {
            let error = format!("{:#}", Blobs::open(wrong).unwrap_err());
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn only_names_of_derived_pictures_are_served() {
        let hash = "0123456789abcdef".repeat(4);
        assert_eq!(content_type(&format!("{hash}-800.webp")), Some("image/webp"));
        assert_eq!(content_type(&format!("{hash}-800.jpg")), Some("image/jpeg"));
        for name in [format!("{hash}-master.jpg"), format!("{hash}-800.svg"), hash, "..".into()] {
            assert_eq!(content_type(&name), None, "{name}");
        }
    }
}
