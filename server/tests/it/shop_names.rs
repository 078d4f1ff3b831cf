//! Whose a name is: no shop and no person passes for another, or for the market.

use api::Problem;
use api::profile::Profile;
use api::shop::Shop;
use serde_json::json;

use crate::market::{Market, Person, on_both_engines};

on_both_engines![
    a_name_belongs_to_one_shop_however_it_is_spelled,
    a_name_in_another_script_belongs_to_one_shop_as_well,
    a_name_of_the_past_stays_with_its_shop,
    nobody_is_called_like_the_market,
];

async fn opens(person: &Person, name: &str) -> Shop {
    person.posts("/api/v1/shop", &json!({ "name": name })).await.expect(201)
}

async fn is_refused(person: &Person, name: &str) {
    let opening: Problem = person.posts("/api/v1/shop", &json!({ "name": name })).await.expect(422);
    assert_eq!(opening.field.as_deref(), Some("name"), "{name}: {}", opening.detail);
    assert!(opening.detail.contains("choose another"), "{}", opening.detail);
}

async fn a_name_belongs_to_one_shop_however_it_is_spelled(market: Market) {
    let (ines, eve) = (market.terminal("Ines").await, market.terminal("Eve").await);
    assert_eq!(opens(&ines, "Töpferei Größe").await.slug, "topferei-grosse");
    for same in ["Töpferei Größe", "topferei  GROSSE", "Töpferei Größe!", "Topferei-Grösse"]
    {
        is_refused(&eve, same).await;
    }
    assert_eq!(opens(&eve, "Töpferei Klein").await.slug, "topferei-klein");
    let taking = json!({ "name": "TÖPFEREI GRÖSSE" });
    let problem: Problem = eve.patches("/api/v1/shop/profile", &taking).await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("name"));
    let own: serde_json::Value = ines
        .patches("/api/v1/shop/profile", &json!({ "name": "TÖPFEREI Größe" }))
        .await
        .expect(200);
    assert_eq!(own["slug"], "topferei-grosse", "one's own name may be spelled anew");
}

async fn a_name_in_another_script_belongs_to_one_shop_as_well(market: Market) {
    let (ines, eve) = (market.terminal("Ines").await, market.terminal("Eve").await);
    let first = opens(&ines, "陶器 工房").await;
    is_refused(&eve, "陶器・工房").await;
    let second = opens(&eve, "木工 工房").await;
    assert_ne!(first.slug, second.slug);
    for shop in [first, second] {
        let answer = market.visitor().gets(&format!("/shops/{}", shop.slug)).await;
        assert!(answer.words().contains(&shop.name), "{}", answer.words());
    }
}

async fn a_name_of_the_past_stays_with_its_shop(market: Market) {
    let (ines, eve) = (market.terminal("Ines").await, market.terminal("Eve").await);
    opens(&ines, "Oat & Ash").await;
    let renamed = json!({ "name": "Elm & Ash" });
    ines.patches("/api/v1/shop/profile", &renamed).await.expect::<serde_json::Value>(200);
    is_refused(&eve, "Oat and Ash").await;
    let moved = market.visitor().gets("/shops/oat-and-ash").await;
    assert_eq!((moved.status, moved.location()), (301, "/shops/elm-and-ash"));
}

async fn nobody_is_called_like_the_market(market: Market) {
    let eve = market.terminal("Eve").await;
    for name in ["Loomstead", "LOOM STEAD", "Admin", "Support", "Stripe"] {
        is_refused(&eve, name).await;
    }
    assert_eq!(opens(&eve, "Loomstead Weavers").await.slug, "loomstead-weavers");
    for slug in ["loomstead", "admin", "support"] {
        let named = json!({ "slug": slug });
        let problem: Problem = eve.patches("/api/v1/profile", &named).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some("slug"), "{slug}");
    }
    eve.patches("/api/v1/profile", &json!({ "slug": "eve" })).await.expect::<Profile>(200);
}
