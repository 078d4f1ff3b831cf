//! Holidays of shops: nothing is sold meanwhile, consoles hear of them, the log tells them apart.

use api::event::EventKind;
use api::shop_profile::ShopProfile;
use api::today::Today;
use api::{Page, Timestamp, audit::AuditEntry};
use serde_json::{Value, json};

use crate::market::{Market, OPENING, Person, on_both_engines};
use crate::privacy::browser_of;
use crate::shopping::GOOD_CARD;

on_both_engines![
    nothing_is_sold_during_a_holiday,
    a_payment_that_has_begun_outlives_the_holiday,
    a_holiday_that_makes_no_sense_is_refused,
    a_terminal_hears_of_every_change_of_the_shop,
    the_bench_knows_of_a_holiday_until_it_is_over,
    the_log_tells_a_planned_holiday_from_one_that_begins,
];

const DAY: u64 = 24 * 3600;

/// So many days after the market opened.
fn at(days: i64) -> Timestamp {
    Timestamp::from_seconds(OPENING + days * 24 * 3600)
}

impl Person {
    async fn pauses(&self, asked: &Value) -> ShopProfile {
        self.posts("/api/v1/shop/pause", asked).await.expect(200)
    }

    async fn resumes(&self) -> ShopProfile {
        self.posts("/api/v1/shop/resume", &json!({})).await.expect(200)
    }

    async fn bench(&self) -> Today {
        self.gets("/api/v1/today").await.expect(200)
    }
}

async fn nothing_is_sold_during_a_holiday(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 3).await;
    let (ana, visitor) = (market.visitor(), market.visitor());
    ana.takes(&mug, 1).await;
    let form = ana.fills_in("ana@example.org").await;
    let away = ines.pauses(&json!({ "until": at(7) })).await;
    assert_eq!(away.holiday.unwrap().words(), "on holiday until 29 Nov 2026");

    let page = visitor.gets(&format!("/listings/{}", mug.slug)).await;
    assert!(page.words().contains("is on holiday until 29 Nov 2026"), "{}", page.words());
    assert!(!page.body.contains("Add to cart") && page.body.contains("OutOfStock"));
    let shop = visitor.gets(&format!("/shops/{}", away.shop.slug)).await.words();
    assert!(
        shop.contains("is on holiday until 29 Nov 2026") && shop.contains("On holiday"),
        "{shop}"
    );
    assert!(visitor.gets("/c/clay").await.words().contains("On holiday"));
    let variant = mug.variant.to_string();
    let put = visitor.submits("/cart/lines", &[("variant", &variant), ("quantity", "1")]).await;
    assert_eq!(put.status, 409, "{}", put.words());
    assert!(ana.gets("/cart").await.words().contains("is on holiday"), "said in the cart");
    let refused = ana.orders(&form).await;
    assert_eq!(refused.status, 409, "{}", refused.words());
    assert_eq!(ines.has_left(&mug).await, 3, "nothing was held");

    market.passes(7 * DAY).await;
    let page = visitor.gets(&format!("/listings/{}", mug.slug)).await;
    assert!(page.body.contains("Add to cart"), "back by itself: {}", page.words());
    assert!(!visitor.gets("/c/clay").await.words().contains("On holiday"));

    ines.pauses(&json!({})).await;
    market.passes(60 * DAY).await;
    assert!(!visitor.gets(&format!("/listings/{}", mug.slug)).await.body.contains("Add to cart"));
    assert_eq!(ines.resumes().await.holiday, None);
    ines.resumes().await;
    assert!(visitor.gets(&format!("/listings/{}", mug.slug)).await.body.contains("Add to cart"));
}

async fn a_payment_that_has_begun_outlives_the_holiday(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 3).await;
    let ana = market.visitor();
    ana.takes(&mug, 1).await;
    let payment = ana.checks_out().await;
    ines.pauses(&json!({})).await;
    ana.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    assert!(ana.order_page().await.contains("Being made ready"), "what was promised is kept");
    market.holds().await;
}

async fn a_holiday_that_makes_no_sense_is_refused(market: Market) {
    let ines = market.seller("Ines").await;
    for asked in [
        json!({ "until": at(-1) }),
        json!({ "from": at(5), "until": at(3) }),
        json!({ "until": at(500) }),
        json!({ "from": at(401) }),
        json!({ "until": "soon" }),
    ] {
        let answer = ines.posts("/api/v1/shop/pause", &asked).await;
        assert_eq!(answer.status, 422, "{asked}: {}", answer.body);
    }
    assert_eq!(ines.shop_profile().await.holiday, None);
    let later = ines.pauses(&json!({ "from": at(5), "until": at(9) })).await;
    let page = format!("/shops/{}", later.shop.slug);
    assert!(!market.visitor().gets(&page).await.words().contains("on holiday"), "not yet");
    market.passes(6 * DAY).await;
    assert!(market.visitor().gets(&page).await.words().contains("on holiday"));
    market.passes(4 * DAY).await;
    assert!(!market.visitor().gets(&page).await.words().contains("on holiday"));
}

async fn a_terminal_hears_of_every_change_of_the_shop(market: Market) {
    let ines = market.artisan("Ines").await;
    let browser = browser_of(&market, "Ines").await;
    ines.tells(&json!({ "place": "Faenza" })).await;
    let form = [("from", "2026-12-20"), ("until", "2027-01-04")];
    assert_eq!(browser.submits("/sell/shop/pause", &form).await.status, 303);
    ines.pauses(&json!({ "from": at(5) })).await;
    ines.resumes().await;
    ines.pauses(&json!({})).await;
    ines.resumes().await;
    let before = ines.bench().await.latest;
    ines.resumes().await;
    assert_eq!(ines.bench().await.latest, before, "there was nothing to come back from");
    let told = before.iter().filter(|event| event.kind == EventKind::ShopChanged);
    let told: Vec<&str> = told.map(|event| event.text.as_str()).collect();
    assert_eq!(
        told,
        [
            "holiday: back",
            "holiday: from 22 Nov 2026",
            "holiday: called off",
            "holiday: from 27 Nov 2026",
            "holiday: 20 Dec 2026 to 4 Jan 2027",
            "shop: changed",
        ]
    );
}

async fn the_bench_knows_of_a_holiday_until_it_is_over(market: Market) {
    let ines = market.artisan("Ines").await;
    assert_eq!(ines.bench().await.holiday, None);
    let planned = ines.pauses(&json!({ "from": at(5), "until": at(9) })).await.holiday;
    for days in [0, 6] {
        market.passes(days * DAY).await;
        assert_eq!(ines.bench().await.holiday, planned);
    }
    market.passes(4 * DAY).await;
    assert_eq!(ines.bench().await.holiday, None);
}

async fn the_log_tells_a_planned_holiday_from_one_that_begins(market: Market) {
    let ines = market.artisan("Ines").await;
    market.passes(1).await;
    let newest = async || {
        let log: Page<AuditEntry> = ines.gets("/api/v1/profile/log?limit=1").await.expect(200);
        market.passes(1).await;
        log.items[0].verb.told()
    };
    ines.pauses(&json!({ "from": at(5), "until": at(9) })).await;
    assert_eq!(newest().await, "planned a holiday of the shop");
    ines.pauses(&json!({ "from": at(6), "until": at(9) })).await;
    assert_eq!(newest().await, "changed the days of the shop’s holiday");
    ines.resumes().await;
    assert_eq!(newest().await, "called a planned holiday of the shop off");
    ines.pauses(&json!({ "until": at(9) })).await;
    assert_eq!(newest().await, "sent the shop on holiday");
    ines.pauses(&json!({ "until": at(8) })).await;
    assert_eq!(newest().await, "changed the days of the shop’s holiday");
    ines.resumes().await;
    assert_eq!(newest().await, "brought the shop back from its holiday");
    ines.pauses(&json!({ "from": at(5), "until": at(9) })).await;
    newest().await;
    ines.pauses(&json!({ "until": at(9) })).await;
    assert_eq!(newest().await, "sent the shop on holiday", "which was planned for later");
    market.passes(10 * DAY).await;
    ines.pauses(&json!({ "from": at(20) })).await;
    assert_eq!(newest().await, "planned a holiday of the shop", "the last one is over");
    let browser = browser_of(&market, "Ines").await;
    let page = browser.gets("/account/privacy/log").await.words();
    assert!(page.contains("You planned a holiday of the shop, with a terminal"), "{page}");
}
