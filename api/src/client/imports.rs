//! Imports: plan, then apply.

use super::{Client, ClientError};
use crate::import::{ApplyRequest, BatchPlan, Import, ImportBatch, NewImport};
use crate::page::PageRequest;
use crate::{Id, Page};

impl Client {
    /// Opens an import: `POST /imports`.
    pub async fn open_import(&self, import: &NewImport) -> Result<Import, ClientError> {
        self.post(&["imports"]).json(import).answer().await
    }

    /// Plans a batch of rows: `POST /imports/{id}/rows`.
    pub async fn plan_rows(
        &self,
        id: Id<Import>,
        batch: &ImportBatch,
    ) -> Result<BatchPlan, ClientError> {
        self.post(&["imports", &id.to_string(), "rows"]).json(batch).answer().await
    }

    /// Applies some of the plan: `POST /imports/{id}/apply`; to be called until its status is
    /// `applied`.
    pub async fn apply_import(
        &self,
        id: Id<Import>,
        request: &ApplyRequest,
    ) -> Result<Import, ClientError> {
        self.post(&["imports", &id.to_string(), "apply"]).json(request).answer().await
    }

    /// Drops a plan that was not applied: `DELETE /imports/{id}`.
    pub async fn drop_import(&self, id: Id<Import>) -> Result<(), ClientError> {
        self.delete(&["imports", &id.to_string()]).done().await
    }

    /// The history: `GET /imports`.
    pub async fn imports(&self, page: &PageRequest) -> Result<Page<Import>, ClientError> {
        let request = self.get(&["imports"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).answer().await
    }

    /// One import: `GET /imports/{id}`.
    pub async fn import(&self, id: Id<Import>) -> Result<Import, ClientError> {
        self.get(&["imports", &id.to_string()]).answer().await
    }
}
