//! Bulk edits: plan, apply, undo.

use super::{Client, ClientError};
use crate::bulk_edit::{BulkEdit, BulkRow, NewBulkEdit};
use crate::import::PlannedAction;
use crate::page::PageRequest;
use crate::{Id, Page};

impl Client {
    /// Opens a bulk edit: `POST /edits`.
    pub async fn open_edit(&self, edit: &NewBulkEdit) -> Result<BulkEdit, ClientError> {
        self.post(&["edits"]).json(edit).answer().await
    }

    /// Looks at some more listings: `POST /edits/{id}/plan`; to be called until the status is
    /// `planned`.
    pub async fn plan_edit(&self, id: Id<BulkEdit>) -> Result<BulkEdit, ClientError> {
        self.post(&["edits", &id.to_string(), "plan"]).answer().await
    }

    /// What the plan says, listing by listing: `GET /edits/{id}/rows`.
    pub async fn edit_rows(
        &self,
        id: Id<BulkEdit>,
        action: Option<PlannedAction>,
        page: &PageRequest,
    ) -> Result<Page<BulkRow>, ClientError> {
        let request = self.get(&["edits", &id.to_string(), "rows"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).query("action", action).answer().await
    }

    /// Applies some of the plan: `POST /edits/{id}/apply`; to be called until the status is
    /// `applied`.
    pub async fn apply_edit(&self, id: Id<BulkEdit>) -> Result<BulkEdit, ClientError> {
        self.post(&["edits", &id.to_string(), "apply"]).answer().await
    }

    /// Takes some of it back: `POST /edits/{id}/undo`; to be called until the status is `undone`.
    pub async fn undo_edit(&self, id: Id<BulkEdit>) -> Result<BulkEdit, ClientError> {
        self.post(&["edits", &id.to_string(), "undo"]).answer().await
    }

    /// Drops a plan that was not applied: `DELETE /edits/{id}`.
    pub async fn drop_edit(&self, id: Id<BulkEdit>) -> Result<(), ClientError> {
        self.delete(&["edits", &id.to_string()]).done().await
    }

    /// Those of the past: `GET /edits`.
    pub async fn edits(&self, page: &PageRequest) -> Result<Page<BulkEdit>, ClientError> {
        let request = self.get(&["edits"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).answer().await
    }

    /// One bulk edit: `GET /edits/{id}`.
    pub async fn edit(&self, id: Id<BulkEdit>) -> Result<BulkEdit, ClientError> {
        self.get(&["edits", &id.to_string()]).answer().await
    }
}
