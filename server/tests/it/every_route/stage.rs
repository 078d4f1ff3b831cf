//! A market with people and things in it, and the calls that the tests of every route make.

use std::sync::atomic::{AtomicUsize, Ordering};

use api::account::{Account, DeviceCode, Me};
use api::address::SavedAddress;
use api::import::Import;
use api::listing::{Listing, StoredImage};
use api::order::{OrderStatus, OrderSummary};
use api::payout::Payout;
use api::shop::{Onboarding, Shop};
use api::{Id, Page};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::actors::{Actor, CAST, Door, Role};
use super::call::{Call, Content};
use super::table::{Body, Described, Object, Owner};
use crate::market::{Engine, Market, PASSWORD, Person, email_of};
use crate::person::multipart;
use crate::shopping::{GOOD_CARD, Piece, path_of};

/// The two shops, and the two people who buy.
const SHOPS: [&str; 2] = ["Ines", "Omar"];
const SHOPPERS: [&str; 2] = ["Ana", "Ben"];

/// A market in which everybody in the cast has what they need.
pub(crate) struct Stage {
    pub(crate) market: Market,
    pub(crate) actors: Vec<Actor>,
    sellers: Vec<Person>,
    shoppers: Vec<Person>,
    pieces: Vec<Piece>,
    orders: Vec<OrderSummary>,
    payouts: Vec<String>,
    purchases: Vec<String>,
    link: String,
    payment: String,
    connected: (String, String),
    picture: String,
    asset: String,
    counter: AtomicUsize,
}

impl Stage {
    /// Two shops that sold something and were paid out, two shoppers who bought, and the cast,
    /// who ask through a proxy that tells their addresses.
    pub(crate) async fn set(engine: Engine) -> Self {
        let market = Market::start_with(engine, |config| {
            config.trusted_proxies = "127.0.0.1".parse().unwrap();
        })
        .await;
        let (mut sellers, mut pieces) = (Vec::new(), Vec::new());
        for name in SHOPS {
            let seller = market.seller(name).await;
            pieces.push(seller.offers("Stoneware mug", 2400, 9000).await);
            sellers.push(seller);
        }
        let mut stage = Self {
            actors: Vec::new(),
            orders: Vec::new(),
            payouts: Vec::new(),
            purchases: Vec::new(),
            link: String::new(),
            payment: String::new(),
            connected: <_>::default(),
            picture: String::new(),
            asset: String::new(),
            counter: AtomicUsize::new(1),
            market,
            sellers,
            shoppers: Vec::new(),
            pieces,
        };
        stage.fill().await;
        for part in CAST {
            stage.actors.push(stage.enters(part).await);
        }
        stage
    }

    /// Somebody comes in and puts a piece into the cart.
    async fn enters(&self, part: (&'static str, Role, Door, &str)) -> Actor {
        let actor = Actor::enters(&self.market, part, self.next()).await;
        actor.takes(&self.pieces[0]).await;
        actor
    }

    /// The one in the cast with this name.
    pub(crate) fn actor(&self, name: &str) -> &Actor {
        self.actors.iter().find(|actor| actor.name == name).expect("somebody in the cast")
    }

    async fn fill(&mut self) {
        for name in SHOPPERS {
            let shopper = self.market.shopper(name).await;
            let verified =
                server::accounts::verify_by_operator(&self.market.state, &email_of(name)).await;
            verified.unwrap();
            self.purchases.push(self.buys(&shopper).await);
            self.shoppers.push(shopper);
        }
        let guest = self.market.visitor();
        self.buys(&guest).await;
        self.link = guest.cookie("orders").unwrap();
        self.market.passes(8 * 24 * 3600).await;
        for seller in &self.sellers {
            let paid = seller.orders_in(OrderStatus::Paid).await;
            self.orders.push(paid.first().expect("an order").clone());
            let payouts: Page<Payout> = seller.gets("/api/v1/payouts").await.expect(200);
            self.payouts.push(payouts.items.first().expect("a payout").id.to_string());
            let bytes = picture();
            let stored =
                seller.sends(Method::POST, "/api/v1/images", |request| request.body(bytes)).await;
            self.picture = serde_json::from_str::<StoredImage>(&stored.body).expect("stored").hash;
        }
        guest.takes(&self.pieces[0], 1).await;
        self.payment = last_segment(&guest.checks_out().await.path);
        let newcomer = self.market.artisan("Nils").await;
        let form = json!({ "complete_test_data": false });
        let onboarding: Onboarding =
            newcomer.posts("/api/v1/shop/onboarding", &form).await.expect(200);
        let url = onboarding.url.expect("Stripe’s page");
        let (page, token) = path_of(&url).split_once("?token=").expect("a token");
        self.connected = (last_segment(page), token.to_owned());
        let home = self.market.visitor().gets("/").await.body;
        let (_, asset) = home.split_once("href=\"/a/").expect("a style sheet");
        asset.split('"').next().unwrap().clone_into(&mut self.asset);
        self.market.settle().await;
    }

    /// A purchase with a part for each shop, paid; its number.
    async fn buys(&self, shopper: &Person) -> String {
        for piece in &self.pieces {
            shopper.takes(piece, 1).await;
        }
        let payment = shopper.checks_out().await;
        assert_eq!(shopper.pays(&payment, GOOD_CARD).await.status, 303);
        self.market.settle().await;
        shopper.order_number().await
    }

    /// Somebody new who is like this one.
    pub(crate) async fn somebody_like(&self, actor: &Actor) -> Actor {
        let account = match actor.role {
            Role::Anonymous => actor.account.clone(),
            Role::Shopper => {
                let name = format!("Shopper{}", self.next());
                self.market.register(&name).await;
                name
            }
            Role::Artisan => {
                let name = format!("Artisan{}", self.next());
                self.market.artisan(&name).await;
                name
            }
        };
        self.enters((actor.name, actor.role, actor.door, &account)).await
    }

    /// A number that nobody had before.
    pub(crate) fn next(&self) -> usize {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody's object, or nothing where they have none of this kind.
    pub(crate) async fn own(&self, object: Object, account: &str) -> Option<String> {
        let at = |names: [&str; 2]| names.iter().position(|name| *name == account);
        match object.owner() {
            Owner::Shop => Some(self.of_shop(object, at(SHOPS)?).await),
            Owner::Shopper => Some(self.of_shopper(object, at(SHOPPERS)?).await),
            Owner::Everybody => Some(self.of_everybody(object).await),
        }
    }

    /// The object of somebody else who has one.
    pub(crate) async fn foreign(&self, object: Object, account: &str) -> Option<String> {
        let other = |names: [&str; 2]| usize::from(names[0] == account);
        match object.owner() {
            Owner::Shop if object == Object::OwnShop => None,
            Owner::Shop => Some(self.of_shop(object, other(SHOPS)).await),
            Owner::Shopper => Some(self.of_shopper(object, other(SHOPPERS)).await),
            Owner::Everybody => None,
        }
    }

    /// A name that reads like one of these and is nobody's.
    pub(crate) fn absent(object: Object, account: &str) -> Option<String> {
        let uuid = uuid::Uuid::from_u128(7);
        Some(match object {
            // No address names it, so only whoever has none can ask for one that is not there.
            Object::OwnShop if SHOPS.contains(&account) => return None,
            Object::OwnShop => String::new(),
            Object::Draft | Object::Offer => Id::<Listing>::from_uuid(uuid).to_string(),
            Object::Import => Id::<Import>::from_uuid(uuid).to_string(),
            Object::Order => Id::<api::order::Order>::from_uuid(uuid).to_string(),
            Object::OrderNumber => "ZZZZZZZZ-1".to_owned(),
            Object::Payout => Id::<Payout>::from_uuid(uuid).to_string(),
            Object::Purchase => "ZZZZZZZZ".to_owned(),
            Object::PurchaseLink => "0".repeat(64),
            Object::Address => Id::<SavedAddress>::from_uuid(uuid).to_string(),
            Object::PersonPage => Id::<Account>::from_uuid(uuid).to_string(),
            Object::ListingPage => "stoneware-mug-zzzzzzzz".to_owned(),
            Object::ShopPage | Object::Shelf => "nowhere".to_owned(),
            Object::Variant => Id::<api::listing::Variant>::from_uuid(uuid).to_string(),
            Object::Letter => uuid.to_string(),
            Object::Picture => format!("{}-200.webp", "0".repeat(64)),
            Object::Asset => "site.00000000.css".to_owned(),
            Object::Payment => "cs_test_0".to_owned(),
            Object::Connected => "acct_0".to_owned(),
        })
    }

    async fn of_shop(&self, object: Object, at: usize) -> String {
        let seller = &self.sellers[at];
        match object {
            Object::Draft => {
                let draft = json!({ "title": "Mug", "category": "clay", "variants":
                    [{ "price": { "minor": 2400, "currency": "EUR" }, "stock": 1 }] });
                seller.posts("/api/v1/listings", &draft).await.expect::<Listing>(201).id.to_string()
            }
            Object::Offer => seller.offers("Mug", 2400, 1).await.listing.to_string(),
            Object::Import => {
                let file = json!({ "file": "mugs.csv", "format": "stall" });
                seller.posts("/api/v1/imports", &file).await.expect::<Import>(201).id.to_string()
            }
            Object::Order => {
                self.buys(&self.market.visitor()).await;
                let paid = seller.orders_in(OrderStatus::Paid).await;
                paid.first().expect("an order").id.to_string()
            }
            Object::OrderNumber => self.orders[at].number.clone(),
            Object::Payout => self.payouts[at].clone(),
            Object::OwnShop => String::new(),
            _ => unreachable!("{object:?} is no shop’s"),
        }
    }

    async fn of_shopper(&self, object: Object, at: usize) -> String {
        match object {
            Object::Purchase => self.purchases[at].clone(),
            Object::Address => {
                let shopper = &self.shoppers[at];
                let book: Page<SavedAddress> = shopper.gets("/api/v1/addresses").await.expect(200);
                if let Some(kept) = book.items.first() {
                    return kept.id.to_string();
                }
                let address = json!({ "name": "Ana Ng", "line1": "Kirchgasse 4",
                    "postal_code": "07743", "city": "Jena", "country": "DE" });
                let kept = shopper.posts("/api/v1/addresses", &address).await;
                kept.expect::<SavedAddress>(201).id.to_string()
            }
            _ => unreachable!("{object:?} is no shopper’s"),
        }
    }

    async fn of_everybody(&self, object: Object) -> String {
        match object {
            Object::PurchaseLink => self.link.clone(),
            Object::ListingPage => self.pieces[0].slug.clone(),
            Object::ShopPage => self.sellers[0].gets("/api/v1/shop").await.expect::<Shop>(200).slug,
            Object::PersonPage => {
                self.sellers[0].gets("/api/v1/me").await.expect::<Me>(200).account.id.to_string()
            }
            Object::Shelf => "clay".to_owned(),
            Object::Variant => self.pieces[0].variant.to_string(),
            Object::Letter => {
                let list = self.market.visitor().gets("/dev/mail").await.body;
                let (_, letter) = list.split_once("href=\"/dev/mail/").expect("a letter");
                letter.split('"').next().unwrap().to_owned()
            }
            Object::Picture => format!("{}-200.webp", self.picture),
            Object::Asset => self.asset.clone(),
            Object::Payment => self.payment.clone(),
            Object::Connected => self.connected.0.clone(),
            _ => unreachable!("{object:?} is somebody’s"),
        }
    }

    /// The call of a route about an object, with a body that works.
    pub(crate) async fn call(&self, described: &Described, object: Option<&str>) -> Call {
        let path = described.path();
        let path = match (path.split_once('{'), object) {
            (Some((before, rest)), Some(object)) => {
                let (_, after) = rest.split_once('}').expect("the end of a parameter");
                format!("{before}{object}{after}")
            }
            _ => path.to_owned(),
        };
        let query = self.filled(described.query, object, "+").await;
        let body = match described.body {
            Body::None => Content::Nothing,
            Body::Json(text) => Content::Json(self.filled(text, object, " ").await),
            Body::Form(text) => Content::Form(self.filled(text, object, "+").await),
            Body::Picture => Content::Bytes(picture()),
            Body::Upload(fields) => {
                let (kind, body) = multipart(&picture(), fields);
                Content::Upload(kind, body)
            }
        };
        Call { method: described.method(), path: path + &query, body }
    }

    /// A text of the table with its `$words` filled in.
    async fn filled(&self, text: &str, object: Option<&str>, blank: &str) -> String {
        let mut text = text.to_owned();
        while let Some(at) = text.find('$') {
            let letters = text[at + 1..].chars().take_while(char::is_ascii_lowercase).count();
            let value = match &text[at + 1..=at + letters] {
                "unique" => self.next().to_string(),
                "password" => PASSWORD.replace(' ', blank),
                "attempt" => format!("{:064x}", self.next()),
                "object" => object.expect("an object").to_owned(),
                "picture" => self.picture.clone(),
                "letter" => self.letter().await,
                "code" => self.code().await.user_code,
                "approved" => self.approved().await,
                "onboarding" => self.connected.1.clone(),
                other => panic!("${other} is not known"),
            };
            text.replace_range(at..=at + letters, &value);
        }
        text
    }

    /// The secret of a letter that proves an address.
    async fn letter(&self) -> String {
        let name = format!("Reader{}", self.next());
        self.market.register(&name).await;
        let letters = self.market.letters_to(&email_of(&name)).await;
        let (_, token) = letters[0].body.split_once("token=").expect("a link");
        token.split_whitespace().next().unwrap().to_owned()
    }

    /// A terminal that waits for its person.
    async fn code(&self) -> DeviceCode {
        let asked = json!({ "name": "test" });
        let address = format!("10.200.{}.{}", self.next() >> 8, self.next() & 255);
        let terminal =
            |request: RequestBuilder| request.header("x-forwarded-for", address).json(&asked);
        let visitor = self.market.visitor();
        visitor.sends(Method::POST, "/api/v1/device/codes", terminal).await.expect(201)
    }

    /// The secret of a terminal that its person approved.
    async fn approved(&self) -> String {
        let code = self.code().await;
        let body = Content::Form(format!("code={}", code.user_code));
        let call = Call { method: Method::POST, path: "/device/approve".to_owned(), body };
        assert_eq!(self.actor("shopper A, browser").asks(&call, false).await.status, 303);
        code.device_code
    }
}

fn last_segment(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A small picture.
pub(crate) fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(600, 450, image::Rgb([90, 120, 80])));
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
