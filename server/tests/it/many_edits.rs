//! Bulk edits of thousands of listings: all of it comes back, whatever happens on the way.

use std::time::{Duration, Instant};

use api::bulk_edit::{BulkEdit, BulkEditStatus};
use api::listing::Listing;
use reqwest::Method;
use serde_json::json;
use server::sql;

use crate::edits::{applies, brief, contents, plans, rows, step, undoes};
use crate::listings::{mug, offers};
use crate::market::{Market, on_both_engines};

on_both_engines![
    five_thousand_listings_change_and_come_back_exactly,
    an_edit_killed_half_way_goes_on_and_does_each_listing_once,
];

/// Listings of the large test; more than one call of each step takes.
const MANY: i64 = 5000;

/// So many listings beside the one that is there, in all states, with two variants each.
async fn many(market: &Market, pattern: &Listing) {
    let db = &market.state.db;
    let listings = sql!(
        sqlite: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
                 INSERT INTO listings (id, shop_id, short, slug, status, title, description, category, materials,
                   tags, options, price_minor, currency, available, published_at, created_at, updated_at, version)
                 SELECT unhex(printf('%032x', i)), shop_id, 'n' || i, 'piece-' || i,
                   CASE i % 5 WHEN 0 THEN 'draft' WHEN 1 THEN 'paused' ELSE 'active' END,
                   'Piece ' || i, description, category, materials, '[\"kitchen\",\"old\"]', '[\"Glaze\"]',
                   1000 + i, currency, 2 + i % 7 + 1, CASE WHEN i % 5 > 0 THEN created_at END,
                   created_at, updated_at, 1
                   FROM n, listings WHERE listings.id = $1",
        postgres: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category, materials,
                   tags, options, price_minor, currency, available, published_at, created_at, updated_at, version)
                 SELECT CAST(lpad(to_hex(i), 32, '0') AS UUID), shop_id, 'n' || i, 'piece-' || i,
                   CASE i % 5 WHEN 0 THEN 'draft' WHEN 1 THEN 'paused' ELSE 'active' END,
                   'Piece ' || i, description, category, materials, CAST('[\"kitchen\",\"old\"]' AS JSONB),
                   CAST('[\"Glaze\"]' AS JSONB), 1000 + i, currency, 2 + i % 7 + 1,
                   CASE WHEN i % 5 > 0 THEN created_at END, created_at, updated_at, 1
                   FROM generate_series(1, CAST($2 AS BIGINT)) AS n (i), listings WHERE listings.id = $1",
    );
    assert_eq!(db.write(listings).bind(pattern.id).bind(MANY).exec().await.unwrap(), 5000);
    let variants = sql!(
        sqlite: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
                 SELECT unhex(printf('%016x', k) || substr(hex(l.id), 17)), l.id, k, 'P-' || substr(l.short, 2) || '-' || k,
                   '[\"' || k || '\"]', l.price_minor + k * 500, l.currency,
                   CASE k WHEN 0 THEN 2 ELSE CAST(substr(l.short, 2) AS INTEGER) % 7 + 1 END
                   FROM listings l, (SELECT 0 AS k UNION ALL SELECT 1) WHERE l.short LIKE 'n%' AND l.slug LIKE 'piece-%'",
        postgres: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
                 SELECT CAST(lpad(to_hex(k), 16, '0') || substr(replace(CAST(l.id AS TEXT), '-', ''), 17) AS UUID), l.id, k,
                   'P-' || substr(l.short, 2) || '-' || k, CAST('[\"' || k || '\"]' AS JSONB), l.price_minor + k * 500,
                   l.currency, CASE k WHEN 0 THEN 2 ELSE CAST(substr(l.short, 2) AS BIGINT) % 7 + 1 END
                   FROM listings l, generate_series(0, 1) AS n (k)
                  WHERE l.short LIKE 'n%' AND l.slug LIKE 'piece-%'",
    );
    assert_eq!(db.write(variants).exec().await.unwrap(), 10_000);
    let movements = sql!(
        sqlite: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT v.id, v.id, v.available, 'set', 1 FROM variants v WHERE v.sku LIKE 'P-%'",
        postgres: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT v.id, v.id, v.available, 'set', 1 FROM variants v WHERE v.sku LIKE 'P-%'",
    );
    db.write(movements).exec().await.unwrap();
}

async fn five_thousand_listings_change_and_come_back_exactly(market: Market) {
    let ana = market.artisan("Ana").await;
    let pattern = offers(&ana, &mug("Oat mug", 3800, 3)).await;
    many(&market, &pattern).await;
    let before = contents(&market).await;
    assert_eq!(before.len(), 15_002);

    let begun = Instant::now();
    let filter = json!({ "tags": ["Kitchen"], "text": ["PIECE"] });
    let change = json!({ "price_percent": 750, "stock_set": 0, "tags_add": ["gift"], "tags_remove": ["old"],
        "category": "wood", "status": "archived" });
    let planned = plans(&ana, &filter, &change).await;
    assert_eq!((planned.planned, planned.unchanged, planned.failed), (MANY, 0, 0));
    assert_eq!(contents(&market).await, before, "a plan writes nothing");
    let shown = rows(&ana, planned.id).await;
    assert_eq!(shown.len(), 5000);
    assert!(shown.iter().all(|row| row.changes.len() == 7), "{}", brief(&shown[0]));

    let applied = applies(&ana, planned.id).await;
    assert_eq!((applied.done, applied.failed), (MANY, 0));
    let changed = contents(&market).await;
    let same = changed.iter().filter(|line| before.binary_search(line).is_ok()).count();
    assert_eq!(same, 2, "all but the one that is no piece");
    assert!(changed.iter().any(|line| line.contains("|1076|")), "1001 and 7.5 % of it is 1076.075");

    let undone = undoes(&ana, planned.id).await;
    assert_eq!((undone.undone, undone.skipped), (MANY, 0));
    let after = contents(&market).await;
    let differs = before.iter().zip(&after).find(|(before, after)| before != after);
    assert_eq!(differs, None);
    assert_eq!(before.len(), after.len());
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    market.holds().await;
}

async fn an_edit_killed_half_way_goes_on_and_does_each_listing_once(mut market: Market) {
    let ana = market.artisan("Ana").await;
    let pattern = offers(&ana, &mug("Oat mug", 3800, 3)).await;
    many(&market, &pattern).await;
    let before = contents(&market).await;
    let change = json!({ "stock_add": 1 });
    let edit = plans(&ana, &json!({ "text": ["piece 1"] }), &change).await;
    assert_eq!(edit.planned, 1111);
    let part: BulkEdit = step(&ana, edit.id, "apply").await.expect(200);
    assert_eq!((part.status, part.done), (BulkEditStatus::Applying, 500));
    let (one, other) = tokio::join!(step(&ana, edit.id, "apply"), step(&ana, edit.id, "apply"));
    assert!([one.status, other.status].iter().all(|status| [200, 503].contains(status)));

    // A power cut while the way back is under way.
    let path = format!("/api/v1/edits/{}/undo", edit.id);
    let going = ana.begins(Method::POST, &path, |request| request);
    let cut = tokio::select! { _ = going => false, () = tokio::time::sleep(Duration::from_millis(30)) => true };
    market.dies().await;
    let next = market.beside(|_| {}).await;
    let ana = ana.at(next.address);
    let undone = undoes(&ana, edit.id).await;
    assert_eq!((undone.undone, undone.skipped), (1111, 0), "cut off: {cut}");
    assert_eq!(contents(&next).await, before);

    let again = plans(&ana, &json!({ "text": ["piece 1"] }), &change).await;
    applies(&ana, again.id).await;
    assert_eq!(applies(&ana, again.id).await.done, 1111, "once more does nothing");
    let (pieces,): (i64,) = next
        .state
        .db
        .read(sql!("SELECT CAST(SUM(change) AS BIGINT) FROM stock_movements WHERE reason = 'set' AND at > 1"))
        .one()
        .await
        .unwrap();
    assert_eq!(pieces, 3 + 2 * 1111, "there and back, and there again");
    next.holds().await;
}
