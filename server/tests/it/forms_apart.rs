//! One page, one form: whatever is typed is never lost because another button of the page was
//! pressed, and the form stands at the address that it is sent to, so that a reload finds it.

use serde_json::json;

use crate::market::{Answer, Market, on_both_engines};
use crate::mistakes::shop_form;

on_both_engines![whoever_types_meets_no_other_form, a_page_that_came_back_can_be_loaded_again,];

/// Forms of a page that change something, each with its address and whether anything is typed or
/// chosen in it.
fn forms(page: &Answer) -> Vec<(&str, bool)> {
    let (_, main) = page.body.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    let parts = main.split("<form").skip(1).map(|part| part.split_once("</form>").unwrap().0);
    let posts = parts.filter(|form| form.contains("method=\"post\""));
    posts
        .map(|form| {
            let (_, rest) = form.split_once("action=\"").unwrap();
            let fields = form.matches("<input").count() - form.matches("type=\"hidden\"").count();
            let typed = fields > 0 || form.contains("<textarea") || form.contains("<select");
            (rest.split_once('"').unwrap().0, typed)
        })
        .collect()
}

async fn whoever_types_meets_no_other_form(market: Market) {
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    let hash = ines.stores(1).await.hash;
    let second = ines.stores(2).await.hash;
    let making = json!([{ "hash": hash, "alt": "one" }, { "hash": second, "alt": "two" }]);
    ines.tells(&json!({ "process": making, "banner": { "hash": hash, "alt": "A shelf" } })).await;
    for path in [
        "/account/profile",
        "/account/profile/avatar",
        "/sell/shop",
        "/sell/shop/pause",
        "/sell/shop/pictures/add",
        &format!("/sell/shop/pictures/describe?place=process&hash={hash}"),
    ] {
        let page = ines.gets(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(forms(&page), [(path.split('?').next().unwrap(), true)]);
    }
    let gallery = ines.gets("/sell/shop/pictures").await;
    assert_eq!(forms(&gallery), [("/sell/shop/pictures/move", false); 2]);
    for to in ["add", "describe?place=process", "remove?place=process"] {
        assert!(gallery.body.contains(&format!("href=\"/sell/shop/pictures/{to}")), "{to}");
    }
    let words = ines.gets("/sell/shop").await;
    for to in ["/sell/shop/pictures", "/sell/shop/pause"] {
        assert!(words.body.contains(&format!("href=\"{to}\"")), "{to}");
    }
}

async fn a_page_that_came_back_can_be_loaded_again(market: Market) {
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    let (broken, none) = (b"GIF89a".as_slice(), &[]);
    let alt = [("kind", "process"), ("alt", "")];
    let absent = "0".repeat(64);
    let came = [
        ("/account/profile/avatar", ines.uploads("/account/profile/avatar", broken, none).await),
        ("/sell/shop/pictures/add", ines.uploads("/sell/shop/pictures/add", broken, &alt).await),
        ("/sell/shop/pause", ines.submits("/sell/shop/pause", &[("until", "soon")]).await),
        ("/sell/shop", ines.submits("/sell/shop", &shop_form(&[("name", "")])).await),
        (
            "/sell/shop/pictures/move",
            ines.submits("/sell/shop/pictures/move", &[("hash", &absent), ("way", "later")]).await,
        ),
    ];
    for (path, page) in came {
        assert_eq!(page.status, 422, "{path}");
        let loaded = ines.gets(path).await;
        let led = (loaded.status, loaded.location());
        assert!([(200, ""), (303, "/sell/shop/pictures")].contains(&led), "{path}: {led:?}");
    }
    let led = ines.gets("/sell/shop/resume").await;
    assert_eq!((led.status, led.location()), (303, "/sell/shop/pause"));
    for lost in ["/sell/shop/pictures/describe", "/sell/shop/pictures/remove"] {
        assert_eq!(ines.gets(lost).await.location(), "/sell/shop/pictures", "{lost}");
    }
}
