//! What holds for every route of the server, whoever asks: the routes are read out of the source
//! (`source.rs`), one table says who may call each (`table.rs`), and people (`actors.rs`) and things
//! (`stage.rs`) are walked through all of them.

mod access;
mod actors;
mod bad_input;
mod call;
mod contents;
mod documents;
mod fields;
mod headers;
mod hosts;
mod inside;
mod logged;
mod nonsense;
pub(crate) mod source;
mod stage;
mod table;
mod things;

/// Emits every case once on a stage on SQLite and once on PostgreSQL.
macro_rules! on_both_stages {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            use crate::every_route::stage::Stage;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(Stage::set(crate::market::Engine::Sqlite).await).await;
            })+
        }
        mod postgres {
            use crate::every_route::stage::Stage;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(Stage::set(crate::market::Engine::Postgres).await).await;
            })+
        }
    };
}
use on_both_stages;
