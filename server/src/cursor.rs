//! Where a keyset page ended: a moment and an id, opaque to whoever carries it.

use api::id::Kind;
use api::{Id, Timestamp};
use uuid::Uuid;

use crate::error::Error;

/// The last row of the page before, in lists that go from new to old.
pub(crate) struct Cursor<T> {
    /// Its moment.
    pub(crate) at: Timestamp,
    /// Its id.
    pub(crate) id: Id<T>,
}

impl<T: Kind> Cursor<T> {
    /// Before everything: the cursor of a first page.
    pub(crate) const fn newest() -> Self {
        Self { at: Timestamp::MAX, id: Id::from_uuid(Uuid::max()) }
    }

    /// Before a moment: the first page of what happened until then.
    pub(crate) const fn before(at: Timestamp) -> Self {
        Self { at, id: Id::from_uuid(Uuid::nil()) }
    }

    /// From `?after=`; absent means the first page.
    pub(crate) fn parse(after: Option<&str>) -> Result<Self, Error> {
        let Some(after) = after else { return Ok(Self::newest()) };
        let fail = || {
            Error::invalid("after", "this is not a cursor of this list; leave it out to begin anew")
        };
        let (at, id) = after.split_once('.').ok_or_else(fail)?;
        Ok(Self {
            at: Timestamp::from_micros(at.parse().map_err(|_| fail())?),
            id: id.parse().map_err(|_| fail())?,
        })
    }

    /// For `next`.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}", self.at.micros(), self.id)
    }
}

/// Makes a page of the rows fetched, one more than wanted having been asked for.
pub(crate) fn page<R, T: Kind>(
    mut rows: Vec<R>,
    wanted: u32,
    cursor: impl Fn(&R) -> Cursor<T>,
) -> api::Page<R> {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = if more { rows.last().map(|last| cursor(last).text()) } else { None };
    api::Page { items: rows, next }
}
