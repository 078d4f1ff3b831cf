//! Listings and their pictures.

use bytes::Bytes;

use super::{Client, ClientError};
use crate::history::{ListingVersion, RestoreRequest, VersionDetail};
use crate::listing::{
    GalleryEdit, KnownImages, KnownImagesRequest, Listing, ListingDraft, ListingEdit,
    ListingStatus, ListingSummary, StoredImage,
};
use crate::page::PageRequest;
use crate::{Id, Page};

impl Client {
    /// The artisan's listings, newest change first: `GET /listings`.
    pub async fn listings(
        &self,
        page: &PageRequest,
        status: Option<ListingStatus>,
    ) -> Result<Page<ListingSummary>, ClientError> {
        let request = self
            .get(&["listings"])
            .query("limit", page.limit)
            .query("after", page.after.as_deref());
        request.query("status", status).answer().await
    }

    /// Drafts a listing: `POST /listings`.
    pub async fn create_listing(&self, draft: &ListingDraft) -> Result<Listing, ClientError> {
        self.post(&["listings"]).json(draft).answer().await
    }

    /// One listing: `GET /listings/{id}`.
    pub async fn listing(&self, id: Id<Listing>) -> Result<Listing, ClientError> {
        self.get(&["listings", &id.to_string()]).answer().await
    }

    /// Changes a listing that still has this version: `PATCH /listings/{id}`.
    pub async fn edit_listing(
        &self,
        id: Id<Listing>,
        version: i64,
        edit: &ListingEdit,
    ) -> Result<Listing, ClientError> {
        self.patch(&["listings", &id.to_string()]).if_match(version).json(edit).answer().await
    }

    /// Puts a listing up for sale: `POST /listings/{id}/publish`.
    pub async fn publish_listing(&self, id: Id<Listing>) -> Result<Listing, ClientError> {
        self.post(&["listings", &id.to_string(), "publish"]).answer().await
    }

    /// Takes a listing off the shelf for a while: `POST /listings/{id}/pause`.
    pub async fn pause_listing(&self, id: Id<Listing>) -> Result<Listing, ClientError> {
        self.post(&["listings", &id.to_string(), "pause"]).answer().await
    }

    /// Puts a listing away: `POST /listings/{id}/archive`.
    pub async fn archive_listing(&self, id: Id<Listing>) -> Result<Listing, ClientError> {
        self.post(&["listings", &id.to_string(), "archive"]).answer().await
    }

    /// Writes a draft that says what a listing says: `POST /listings/{id}/duplicate`.
    pub async fn duplicate_listing(&self, id: Id<Listing>) -> Result<Listing, ClientError> {
        self.post(&["listings", &id.to_string(), "duplicate"]).answer().await
    }

    /// What was saved of a listing, newest first: `GET /listings/{id}/history`.
    pub async fn listing_history(
        &self,
        id: Id<Listing>,
        page: &PageRequest,
    ) -> Result<Page<ListingVersion>, ClientError> {
        let request =
            self.get(&["listings", &id.to_string(), "history"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).answer().await
    }

    /// One version of a listing: `GET /listings/{id}/history/{version}`.
    pub async fn listing_version(
        &self,
        id: Id<Listing>,
        version: i64,
    ) -> Result<VersionDetail, ClientError> {
        let path = ["listings", &id.to_string(), "history", &version.to_string()];
        self.get(&path).answer().await
    }

    /// Puts an old version back, if the listing still has the version that was looked at:
    /// `POST /listings/{id}/restore`.
    pub async fn restore_listing(
        &self,
        id: Id<Listing>,
        looked_at: i64,
        version: i64,
    ) -> Result<Listing, ClientError> {
        let request = self.post(&["listings", &id.to_string(), "restore"]).if_match(looked_at);
        request.json(&RestoreRequest { version }).answer().await
    }

    /// Sets the whole gallery: `PUT /listings/{id}/images`.
    pub async fn set_gallery(
        &self,
        id: Id<Listing>,
        gallery: &GalleryEdit,
    ) -> Result<Listing, ClientError> {
        self.put(&["listings", &id.to_string(), "images"]).json(gallery).answer().await
    }

    /// Stores an image: `POST /images`. The bytes are shared, not copied, when it is repeated.
    pub async fn upload_image(&self, bytes: Bytes) -> Result<StoredImage, ClientError> {
        self.post(&["images"]).file(bytes).answer().await
    }

    /// Which uploads the market already holds: `POST /images/known`, at most 200.
    pub async fn known_images(
        &self,
        request: &KnownImagesRequest,
    ) -> Result<KnownImages, ClientError> {
        self.post(&["images", "known"]).json(request).answer().await
    }
}
