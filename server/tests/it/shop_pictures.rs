//! Pictures of a shop on the web: photographs of making are described, put in order and taken away.

use std::fmt::Write as _;

use serde_json::json;

use crate::market::{Answer, Market, Person, on_both_engines};

on_both_engines![
    photographs_of_making_are_put_in_order,
    a_photograph_is_described_anew,
    a_picture_goes_only_after_a_question,
    banner_and_portrait_are_described_anew,
    a_photograph_uploaded_again_stays_at_its_place,
    a_portrait_goes_only_after_a_question,
];

const PICTURES: &str = "/sell/shop/pictures";
const DESCRIBE: &str = "/sell/shop/pictures/describe";
const MOVE: &str = "/sell/shop/pictures/move";
const REMOVE: &str = "/sell/shop/pictures/remove";

impl Person {
    /// Shows so many photographs of making, called one to four; their hashes.
    pub(crate) async fn shows_making(&self, many: usize) -> Vec<String> {
        let mut entries = Vec::new();
        for (shade, alt) in (1..).zip(["one", "two", "three", "four"]).take(many) {
            entries.push(json!({ "hash": self.stores(shade).await.hash, "alt": alt }));
        }
        let told = self.tells(&json!({ "process": entries })).await;
        told.process.into_iter().map(|image| image.hash).collect()
    }

    /// What the photographs of making are said to show, in their order.
    async fn making(&self) -> String {
        let told = self.shop_profile().await.process.into_iter();
        told.fold(String::new(), |mut words, image| {
            write!(words, "{} ", image.alt).unwrap();
            words
        })
    }

    async fn moves(&self, hash: &str, way: &str) -> Answer {
        self.submits(MOVE, &[("hash", hash), ("way", way)]).await
    }
}

async fn photographs_of_making_are_put_in_order(market: Market) {
    let ines = market.seller("Ines").await;
    let [one, two, three] = ines.shows_making(3).await.try_into().unwrap();
    let page = ines.gets("/sell/shop/pictures").await.body;
    let earlier = page.matches("value=\"earlier\"").count();
    let later = page.matches("value=\"later\"").count();
    assert_eq!((earlier, later), (2, 2), "the first goes no earlier, the last no later");

    let moved = ines.moves(&three, "earlier").await;
    let place = format!("photograph-{}", &three[..12]);
    assert_eq!((moved.status, moved.location()), (303, &*format!("/sell/shop/pictures#{place}")));
    assert!(page.contains(&format!("id=\"{place}\"")), "the page has that place");
    assert_eq!(ines.making().await, "one three two ");
    assert_eq!(ines.moves(&one, "later").await.status, 303);
    assert_eq!(ines.making().await, "three one two ");
    assert_eq!(ines.moves(&two, "later").await.status, 303);
    assert_eq!(ines.making().await, "three one two ", "the last stays where it is");
    let shop = format!("/shops/{}", ines.shop_profile().await.shop.slug);
    let shop = market.visitor().gets(&shop).await.body;
    let places = ["three", "one", "two"].map(|alt| shop.find(&format!("alt=\"{alt}\"")).unwrap());
    assert!(places.is_sorted(), "shoppers see the same order");

    let absent = ines.moves(&"0".repeat(64), "later").await;
    assert_eq!(absent.status, 422);
    assert!(absent.words().contains("was taken away meanwhile"), "{}", absent.words());
    let omar = market.seller("Omar").await;
    assert_eq!(omar.moves(&one, "later").await.status, 422, "not his");
}

async fn a_photograph_is_described_anew(market: Market) {
    let ines = market.seller("Ines").await;
    let [one, two] = ines.shows_making(2).await.try_into().unwrap();
    let long = "x".repeat(251);
    for (alt, words) in [
        (" ", "Say what it shows"),
        (&*long, "At most 250 characters"),
        ("a\u{202E}b", "invisible"),
    ] {
        let refused = ines.submits(DESCRIBE, &[("hash", &two), ("alt", alt)]).await;
        assert_eq!(refused.status, 422, "{alt}");
        assert!(refused.words().contains(words), "{}", refused.words());
        assert!(refused.body.contains("id=\"alt-wrong\""), "beside the field");
        assert!(refused.body.contains(&format!("value=\"{alt}\"")), "what was typed stays");
    }
    assert_eq!(ines.making().await, "one two ");
    let described = ines.submits(DESCRIBE, &[("hash", &one), ("alt", "The kiln")]).await;
    assert_eq!((described.status, described.location()), (303, "/sell/shop/pictures?news=saved"));
    assert_eq!(ines.making().await, "The kiln two ");
    let page = ines.gets("/sell/shop/pictures?news=saved").await;
    assert!(page.words().contains("Your pictures are saved."), "{}", page.words());
    assert!(page.words().contains("The kiln"), "{}", page.words());
    let asked = ines.gets(&format!("{DESCRIBE}?place=process&hash={one}")).await;
    assert!(asked.body.contains("value=\"The kiln\""), "{}", asked.body);
    ines.tells(&json!({ "process": [] })).await;
    assert_eq!(
        ines.gets(&format!("{DESCRIBE}?place=process&hash={one}")).await.location(),
        PICTURES
    );
    let late = ines.submits(DESCRIBE, &[("hash", &one), ("alt", "The new kiln")]).await;
    assert_eq!(late.status, 404);
    let words = late.words();
    assert!(words.contains("removed already") && words.contains("The new kiln"), "{words}");
    assert!(!words.contains("Try once more"), "it can never work: {words}");
    assert!(late.body.contains(&format!("href=\"{PICTURES}\"")), "{}", late.body);
}

async fn a_picture_goes_only_after_a_question(market: Market) {
    let ines = market.seller("Ines").await;
    let [one, two] = ines.shows_making(2).await.try_into().unwrap();
    ines.tells(&json!({ "banner": { "hash": one, "alt": "A shelf" } })).await;
    let ask = |place: &str| format!("{REMOVE}?place={place}&hash={one}");
    let page = ines.gets(PICTURES).await.body;
    for place in ["banner", "process"] {
        let link = ask(place).replace('&', "&amp;");
        assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    }
    let question = ines.gets(&ask("banner")).await;
    let in_another_window = ines.gets(&ask("banner")).await;
    assert_eq!(question.status, 200);
    let words = question.words();
    assert!(words.contains("It is the banner of your shop."), "{words}");
    assert!(words.contains("It stays a photograph of making."), "{words}");
    assert_eq!(ines.making().await, "one two ", "asking takes nothing away");
    assert_eq!(ines.goes_on(REMOVE, &question, &[]).await.status, 303);
    let told = ines.shop_profile().await;
    assert_eq!((told.banner, told.process.len()), (None, 2), "from one place only");
    assert_eq!(ines.gets(&ask("banner")).await.location(), PICTURES);
    let late = ines.goes_on(REMOVE, &in_another_window, &[]).await;
    assert_eq!((late.status, late.location()), (303, "/sell/shop/pictures?news=gone"));
    let page = ines.gets(late.location()).await;
    assert!(page.words().contains("That picture was removed already."), "{}", page.words());

    let question = ines.gets(&ask("process")).await;
    assert!(question.words().contains("you would upload it again"), "{}", question.words());
    assert_eq!(ines.goes_on(REMOVE, &question, &[]).await.status, 303);
    assert_eq!(ines.making().await, "two ");
    let omar = market.seller("Omar").await;
    let asked = omar.gets(&format!("{REMOVE}?place=process&hash={two}")).await;
    assert_eq!(asked.status, 303, "nothing of his");
}

async fn banner_and_portrait_are_described_anew(market: Market) {
    let ines = market.seller("Ines").await;
    let hash = ines.stores(1).await.hash;
    let both = json!({ "banner": { "hash": hash, "alt": "A shelf" },
        "portrait": { "hash": hash, "alt": "Ines" } });
    ines.tells(&both).await;
    let page = ines.gets(PICTURES).await;
    let link = format!("{DESCRIBE}?place=banner&hash={hash}");
    assert!(page.body.contains(&format!("href=\"{}\"", link.replace('&', "&amp;"))));
    assert!(page.words().contains("A shelf"), "what is said of it is read there");
    let open = ines.gets(&link).await;
    assert!(open.body.contains("value=\"A shelf\""), "{}", open.body);
    let said = ines.goes_on(DESCRIBE, &open, &[("alt", "Mugs on a shelf")]).await;
    assert_eq!(said.status, 303, "{}", said.words());
    let told = ines.shop_profile().await;
    assert_eq!(told.banner.unwrap().alt, "Mugs on a shelf");
    assert_eq!(told.portrait.unwrap().alt, "Ines", "the other place keeps its words");
    let page = ines.goes_on(DESCRIBE, &open, &[("alt", "Cups")]).await;
    assert_eq!(page.status, 409, "described meanwhile");
    assert_eq!(ines.goes_on(DESCRIBE, &page, &[("alt", "")]).await.status, 303);
    assert_eq!(ines.shop_profile().await.banner.unwrap().alt, "", "a banner may go without");
    let page = ines.gets(PICTURES).await;
    assert!(page.words().contains("Nothing is said of it"), "{}", page.words());
}

async fn a_photograph_uploaded_again_stays_at_its_place(market: Market) {
    let ines = market.seller("Ines").await;
    let add = "/sell/shop/pictures/add";
    let photo = crate::images::jpeg_with_place(&crate::images::halves(500, 300));
    let form = |alt: &'static str| [("kind", "process"), ("alt", alt)];
    assert_eq!(ines.uploads(add, &photo, &form("The wheel")).await.status, 303);
    let second = ines.stores(2).await.hash;
    let first = ines.shop_profile().await.process[0].hash.clone();
    let both = json!([{ "hash": first, "alt": "The wheel" }, { "hash": second, "alt": "two" }]);
    ines.tells(&json!({ "process": both })).await;
    let known = ines.uploads(add, &photo, &form("A bowl on the wheel")).await;
    assert_eq!((known.status, known.location()), (303, "/sell/shop/pictures?news=known"));
    let page = ines.gets(known.location()).await;
    assert!(page.words().contains("among them already"), "{}", page.words());
    assert_eq!(ines.making().await, "A bowl on the wheel two ");
    let twice =
        json!({ "process": [{ "hash": first, "alt": "a" }, { "hash": first, "alt": "b" }] });
    let refused: api::Problem = ines.patches("/api/v1/shop/profile", &twice).await.expect(422);
    assert!(refused.detail.contains("named twice"), "{}", refused.detail);
}

async fn a_portrait_goes_only_after_a_question(market: Market) {
    let ana = market.shopper("Ana").await;
    let remove = "/account/profile/avatar/remove";
    assert_eq!(ana.gets(remove).await.status, 303, "nothing to take away");
    let photo = crate::images::jpeg_with_place(&crate::images::halves(300, 300));
    assert_eq!(ana.uploads("/account/profile/avatar", &photo, &[]).await.status, 303);
    let page = ana.gets("/account/profile/avatar").await;
    assert!(page.body.contains(&format!("href=\"{remove}\"")));
    let question = ana.gets(remove).await;
    assert_eq!(question.status, 200);
    assert!(question.words().contains("Remove your portrait?"), "{}", question.words());
    assert!(ana.gets("/account/profile").await.body.contains("alt=\"Your portrait\""));
    assert_eq!(ana.submits(remove, &[]).await.status, 303);
    assert!(!ana.gets("/account/profile").await.body.contains("alt=\"Your portrait\""));
}
