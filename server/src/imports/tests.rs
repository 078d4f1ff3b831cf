//! The feature through its verbs, on a database of its own.

use api::account::Account;
use api::import::{
    ApplyRequest, Format, Import, ImportBatch, ImportRow, ImportStatus, NewImport, PlannedAction,
    PlannedRow,
};
use api::listing::{
    Category, Listing, ListingDraft, ListingEdit, ListingStatus, VariantDraft, VariantEdit,
};
use api::page::PageRequest;
use api::shop::NewShop;
use api::{Currency, Id, Money, Timestamp};
use clap::Parser as _;

use super::*;
use crate::clock::Clock;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::{listings, run, shops, sql};

#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// A market with one artisan, gone with the test.
struct Bench {
    state: AppState,
    artisan: Artisan,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
        // An error means that another test has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let Settings { config } = Settings::parse_from(["test", "--data", &data]);
        let clock = Clock::standing_at(Timestamp::from_seconds(1_795_000_000));
        let state = run::open(config, clock, Entropy::seeded(7)).await.unwrap();
        let artisan = artisan(&state, "elin@example.org").await;
        Self { state, artisan, _folder: folder }
    }

    async fn open(&self) -> Id<Import> {
        let new = NewImport { file: "shop.csv".into(), format: Format::Shopify };
        open(&self.state, &self.artisan, &new).await.unwrap().id
    }

    async fn plan(&self, id: Id<Import>, rows: &[ImportRow]) -> Vec<PlannedRow> {
        let batch = ImportBatch { rows: rows.to_vec() };
        plan(&self.state, &self.artisan, id, &batch).await.unwrap().rows
    }

    async fn apply(&self, id: Id<Import>, allow_delete: bool) -> Import {
        let request = ApplyRequest { allow_delete };
        loop {
            let import = apply(&self.state, &self.artisan, id, &request).await.unwrap();
            if import.status == ImportStatus::Applied {
                return import;
            }
        }
    }

    /// A whole import: what was planned and what came of it.
    async fn imports(&self, rows: &[ImportRow]) -> (Vec<String>, Import) {
        let id = self.open().await;
        let planned = self.plan(id, rows).await.iter().map(brief).collect();
        (planned, self.apply(id, false).await)
    }

    async fn listing(&self, key: &str) -> Listing {
        listings::find_by_import_key(&self.state, self.artisan.shop.id, key).await.unwrap().unwrap()
    }

    async fn edit(&self, listing: &Listing, edit: ListingEdit) {
        listings::edit(&self.state, &self.artisan, listing.id, &edit, None).await.unwrap();
    }

    async fn counts(&self) -> (i64, i64) {
        let query = sql!(
            "SELECT (SELECT COUNT(*) FROM listings) AS a, (SELECT COUNT(*) FROM stock_movements) AS b"
        );
        self.state.db.read(query).one().await.unwrap()
    }
}

async fn artisan(state: &AppState, email: &str) -> Artisan {
    let now = state.clock.now();
    let id = state.entropy.id(now);
    let insert = sql!(
        "INSERT INTO accounts (id, email, email_key, email_verified, name, password_hash, created_at)
         VALUES ($1, $2, $2, TRUE, $2, '', $3)"
    );
    let insert = state.db.write(insert).bind(id).bind(email.to_owned()).bind(now);
    insert.exec().await.unwrap();
    let new =
        NewShop { name: format!("Stall of {email}"), place: String::new(), story: String::new() };
    let shop = shops::open(state, id, &new).await.unwrap();
    let name = email.to_owned();
    let account = Account { id, email: name.clone(), email_verified: true, name, created_at: now };
    Artisan { account, shop }
}

fn euros(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn variant(sku: &str, value: &str, cents: i64, stock: i64) -> VariantDraft {
    VariantDraft { sku: sku.into(), values: vec![value.into()], price: euros(cents), stock }
}

fn row(line: u64, key: &str, variants: &[VariantDraft]) -> ImportRow {
    let draft = ListingDraft {
        title: format!("The {key}"),
        description: "Thrown by hand.".into(),
        category: Category::Clay,
        materials: vec!["stoneware".into()],
        tags: vec!["kitchen".into()],
        options: vec!["Glaze".into()],
        variants: variants.to_vec(),
    };
    ImportRow { line, key: key.into(), draft, publish: false, images: None }
}

fn mug() -> ImportRow {
    row(2, "mug", &[variant("MUG-O", "Oat", 2800, 6), variant("MUG-S", "Sea", 2800, 4)])
}

fn brief(row: &PlannedRow) -> String {
    let changes: Vec<String> = row
        .changes
        .iter()
        .map(|change| format!("{} {}→{}", change.field, change.from, change.to))
        .collect();
    let error = row.error.as_ref().map(|error| format!(" {}", error.message)).unwrap_or_default();
    format!("{} {} [{}]{error}", row.line, row.action, changes.join(", "))
}

fn pieces(listing: &Listing) -> Vec<i64> {
    listing.variants.iter().map(|variant| variant.available).collect()
}

#[tokio::test]
async fn a_plan_writes_nothing_and_a_dropped_one_is_gone() {
    let bench = Bench::start().await;
    let id = bench.open().await;
    let planned = bench.plan(id, &[mug()]).await;
    assert_eq!(planned[0].action, PlannedAction::Create);
    assert_eq!(bench.counts().await, (0, 0));
    drop_plan(&bench.state, bench.artisan.shop.id, id).await.unwrap();
    assert!(find(&bench.state, bench.artisan.shop.id, id).await.is_err());
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_whatever_happened_between() {
    let bench = Bench::start().await;
    let file = [mug(), row(5, "cup", &[variant("CUP", "Oat", 1200, 3)])];
    let (planned, first) = bench.imports(&file).await;
    assert_eq!(planned, ["2 create []", "5 create []"]);
    assert_eq!((first.listings.created, first.variants.created), (2, 3));

    let cup = bench.listing("cup").await;
    let sold = VariantEdit { id: cup.variants[0].id, price: Some(euros(1500)), stock: Some(1) };
    let title = Some("The small cup".to_owned());
    let edit = ListingEdit { title, variants: vec![sold], ..ListingEdit::default() };
    bench.edit(&cup, edit).await;
    let before = (bench.counts().await, bench.listing("cup").await, bench.listing("mug").await);

    let (planned, second) = bench.imports(&file).await;
    assert_eq!(planned, ["2 keep []", "5 keep []"]);
    assert_eq!((second.listings.unchanged, second.variants.unchanged), (2, 3));
    assert_eq!(second.done, 2);
    let after = (bench.counts().await, bench.listing("cup").await, bench.listing("mug").await);
    assert_eq!(before, after, "neither versions nor stock movements");
}

#[tokio::test]
async fn only_what_changed_in_the_file_is_changed() {
    let bench = Bench::start().await;
    bench.imports(&[mug()]).await;
    let listing = bench.listing("mug").await;
    let sold = VariantEdit { id: listing.variants[0].id, price: None, stock: Some(2) };
    bench.edit(&listing, ListingEdit { variants: vec![sold], ..ListingEdit::default() }).await;

    let mut changed = mug();
    changed.draft.variants[0].price = euros(3000);
    changed.draft.variants.push(variant("MUG-M", "Moss", 3000, 1));
    let (planned, import) = bench.imports(&[changed]).await;
    assert_eq!(planned, ["2 change [variants.MUG-O.price €28.00→€30.00, variants.MUG-M →€30.00]"]);
    assert_eq!((import.listings.changed, import.variants.created), (1, 1));
    assert_eq!((import.variants.changed, import.variants.unchanged), (1, 1));
    let after = bench.listing("mug").await;
    assert_eq!(pieces(&after), [2, 4, 1], "four sold pieces stay sold");
    assert_eq!(after.variants[0].id, listing.variants[0].id);
}

#[tokio::test]
async fn stock_that_the_file_changed_is_set() {
    let bench = Bench::start().await;
    bench.imports(&[mug()]).await;
    let mut counted = mug();
    counted.draft.variants[1].stock = 9;
    let (planned, _) = bench.imports(&[counted]).await;
    assert_eq!(planned, ["2 change [variants.MUG-S.stock 4→9]"]);
    assert_eq!(pieces(&bench.listing("mug").await), [6, 9]);
}

#[tokio::test]
async fn variants_that_the_file_no_longer_has_stay_unless_they_may_go() {
    let bench = Bench::start().await;
    bench.imports(&[mug()]).await;
    let fewer = row(2, "mug", &[variant("MUG-O", "Oat", 2800, 6)]);
    let id = bench.open().await;
    let planned = bench.plan(id, std::slice::from_ref(&fewer)).await;
    assert_eq!((planned[0].action, planned[0].variants_absent), (PlannedAction::Keep, 1));
    bench.apply(id, false).await;
    assert_eq!(bench.listing("mug").await.variants.len(), 2);

    let id = bench.open().await;
    bench.plan(id, &[fewer]).await;
    let import = bench.apply(id, true).await;
    assert_eq!(import.listings.changed, 1);
    assert_eq!(bench.listing("mug").await.variants.len(), 1);
}

#[tokio::test]
async fn a_listing_made_by_hand_is_recognised_by_sku_or_title_once() {
    let bench = Bench::start().await;
    let by_hand = listings::draft(&bench.state, &bench.artisan, &mug().draft).await.unwrap();
    let mut renamed = mug();
    renamed.draft.title = "Another name".into();
    let mut same_title = row(9, "twin", &[variant("TWIN", "Oat", 2800, 1)]);
    same_title.draft.title = by_hand.title.clone();
    let (planned, _) = bench.imports(&[renamed, same_title]).await;
    assert_eq!(planned, ["2 change [title The mug→Another name]", "9 create []"]);
    assert_eq!(bench.listing("mug").await.id, by_hand.id);
}

#[tokio::test]
async fn a_refused_listing_leaves_the_others_alone_and_says_why() {
    let bench = Bench::start().await;
    let cheap = row(7, "cheap", &[variant("CHEAP", "Oat", 10, 1)]);
    let mut no_picture = row(8, "bare", &[variant("BARE", "Oat", 900, 1)]);
    no_picture.images =
        Some(vec![api::listing::GalleryEntry { hash: "ab".into(), alt: String::new() }]);
    let (planned, import) = bench.imports(&[mug(), cheap, no_picture]).await;
    assert!(planned[1].contains("fail") && planned[1].contains("€0.50"), "{planned:?}");
    assert_eq!((import.listings.created, import.listings.failed), (1, 2));
    assert_eq!((import.variants.created, import.variants.failed), (2, 2));
    let lines: Vec<(u64, &str)> =
        import.errors.iter().map(|error| (error.line, error.code.as_str())).collect();
    assert_eq!(lines, [(7, "listing.refused"), (8, "listing.refused")]);
    assert_eq!(bench.counts().await.0, 1, "nothing of the refused ones");
}

#[tokio::test]
async fn publishing_needs_a_proved_address_and_happens_once() {
    let mut bench = Bench::start().await;
    let for_sale = ImportRow { publish: true, ..mug() };
    bench.artisan.account.email_verified = false;
    let (planned, _) = bench.imports(std::slice::from_ref(&for_sale)).await;
    assert!(planned[0].contains("fail") && planned[0].contains("e-mail"), "{planned:?}");

    bench.artisan.account.email_verified = true;
    bench.imports(&[mug()]).await;
    let (planned, _) = bench.imports(std::slice::from_ref(&for_sale)).await;
    assert_eq!(planned, ["2 change [status draft→active]"]);
    let listing = bench.listing("mug").await;
    assert_eq!(listing.status, ListingStatus::Active);

    listings::pause(&bench.state, &bench.artisan, listing.id, None).await.unwrap();
    let (planned, _) = bench.imports(&[for_sale]).await;
    assert_eq!(planned, ["2 keep []"], "a pause is not undone by the same file");
}

#[tokio::test]
async fn an_import_stopped_half_way_goes_on_where_it_was() {
    let bench = Bench::start().await;
    let rows: Vec<ImportRow> = (0..450_u64)
        .map(|n| row(n + 2, &format!("k{n}"), &[variant(&format!("S{n}"), "Oat", 900, 1)]))
        .collect();
    let id = bench.open().await;
    for batch in rows.chunks(200) {
        bench.plan(id, batch).await;
    }
    let part = apply(&bench.state, &bench.artisan, id, &ApplyRequest::default()).await.unwrap();
    assert_eq!((part.status, part.done, part.planned), (ImportStatus::Applying, 200, 450));
    assert!(drop_plan(&bench.state, bench.artisan.shop.id, id).await.is_err());
    let late = ImportBatch { rows: vec![mug()] };
    assert!(plan(&bench.state, &bench.artisan, id, &late).await.is_err());

    let whole = bench.apply(id, false).await;
    assert_eq!((whole.listings.created, whole.done), (450, 450));
    assert_eq!(bench.counts().await, (450, 450), "each once");
    let again = bench.apply(id, false).await;
    assert_eq!(again.listings, whole.listings);
}

#[tokio::test]
async fn two_who_apply_at_once_do_each_row_once() {
    let bench = Bench::start().await;
    let rows: Vec<ImportRow> = (0..100_u64)
        .map(|n| row(n + 2, &format!("k{n}"), &[variant(&format!("S{n}"), "Oat", 900, 1)]))
        .collect();
    let id = bench.open().await;
    bench.plan(id, &rows).await;
    let both = tokio::join!(bench.apply(id, false), bench.apply(id, false));
    assert_eq!((both.0.listings.created, both.1.listings.created), (100, 100));
    assert_eq!(bench.counts().await, (100, 100));
}

#[tokio::test]
async fn a_batch_may_be_sent_again() {
    let bench = Bench::start().await;
    let id = bench.open().await;
    bench.plan(id, &[mug()]).await;
    bench.plan(id, &[mug()]).await;
    let import = bench.apply(id, false).await;
    assert_eq!((import.planned, import.listings.created), (1, 1));
}

#[tokio::test]
async fn imports_of_other_shops_are_not_found() {
    let bench = Bench::start().await;
    let id = bench.open().await;
    bench.plan(id, &[mug()]).await;
    let other = artisan(&bench.state, "ida@example.org").await;
    let batch = ImportBatch { rows: vec![mug()] };
    let request = ApplyRequest::default();
    assert!(matches!(plan(&bench.state, &other, id, &batch).await, Err(Error::NotFound)));
    assert!(matches!(apply(&bench.state, &other, id, &request).await, Err(Error::NotFound)));
    assert!(matches!(find(&bench.state, other.shop.id, id).await, Err(Error::NotFound)));
    assert!(matches!(drop_plan(&bench.state, other.shop.id, id).await, Err(Error::NotFound)));
    let page = list(&bench.state, other.shop.id, &PageRequest::default()).await.unwrap();
    assert!(page.items.is_empty());
    let own = list(&bench.state, bench.artisan.shop.id, &PageRequest::default()).await.unwrap();
    assert_eq!((own.items.len(), own.items[0].planned, own.items[0].done), (1, 1, 0));
}
