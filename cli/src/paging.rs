//! Lists: how many rows, and following pages until there are as many.

use api::Page;
use api::client::ClientError;
use api::page::{DEFAULT_LIMIT, MAX_LIMIT, PageRequest};

use crate::talk::Talk;

/// How many rows of a list are wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct Paging {
    /// Rows to show; 0 shows all
    #[arg(long, value_name = "N", default_value_t = DEFAULT_LIMIT)]
    limit: u32,
}

impl Paging {
    /// Every row.
    pub(crate) const ALL: Self = Self { limit: 0 };

    /// Fetches pages until there are enough rows; says so when the list goes on.
    pub(crate) async fn collect<T>(
        &self,
        talk: &Talk,
        fetch: impl AsyncFn(PageRequest) -> Result<Page<T>, ClientError>,
    ) -> Result<Vec<T>, ClientError> {
        let mut rows: Vec<T> = Vec::new();
        let mut after = None;
        loop {
            let limit = self.missing(rows.len());
            let page =
                fetch(PageRequest { limit: Some(limit.min(MAX_LIMIT)), after: after.take() })
                    .await?;
            rows.extend(page.items);
            match page.next {
                None => return Ok(rows),
                Some(_) if self.missing(rows.len()) == 0 => {
                    talk.note(format!("showing {} of more, --limit 0 for all", rows.len()));
                    return Ok(rows);
                }
                next => after = next,
            }
        }
    }

    fn missing(&self, have: usize) -> u32 {
        if self.limit == 0 {
            MAX_LIMIT
        } else {
            self.limit.saturating_sub(u32::try_from(have).unwrap_or(u32::MAX))
        }
    }
}
