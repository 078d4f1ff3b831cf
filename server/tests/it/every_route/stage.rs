//! A market with people and things in it, and the calls that the tests of every route make.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use api::Page;
use api::account::DeviceCode;
use api::listing::StoredImage;
use api::order::{OrderStatus, OrderSummary};
use api::payout::Payout;
use api::shop::{Onboarding, Shop};
use api::staff::{ShopStanding, StaffShopDetail};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::actors::{Actor, CAST, Door, Role};
use super::call::{Call, Content};
use super::table::{Body, Described};
use super::things::Before;
use crate::market::{Engine, Market, PASSWORD, Person, email_of};
use crate::person::multipart;
use crate::shopping::{GOOD_CARD, Piece, path_of};

/// The two shops, the one that is suspended, and the two people who buy.
pub(super) const SHOPS: [&str; 3] = ["Ines", "Omar", "Sanna"];
pub(super) const SHOPPERS: [&str; 2] = ["Ana", "Ben"];
/// Why a shop is suspended.
pub(super) const REASON: &str = "Factory goods";

/// A market in which everybody in the cast has what they need.
pub(crate) struct Stage {
    pub(crate) market: Market,
    pub(crate) actors: Vec<Actor>,
    pub(super) sellers: Vec<Person>,
    pub(super) shoppers: Vec<Person>,
    /// For sale, one of each shop that is open.
    pub(super) pieces: Vec<Piece>,
    pub(super) orders: Vec<OrderSummary>,
    pub(super) payouts: Vec<String>,
    pub(super) purchases: Vec<String>,
    pub(super) link: String,
    pub(super) payment: String,
    pub(super) connected: (String, String),
    pub(super) picture: String,
    pub(super) asset: String,
    /// What the suspended shop had before.
    pub(super) before: Before,
    /// Somebody of the staff, and the shop that she looks after.
    staff: Option<Person>,
    pub(super) looked_after: String,
    /// Recovery codes of those who have a second step, by account.
    codes: Mutex<BTreeMap<String, Vec<String>>>,
    counter: AtomicUsize,
}

impl Stage {
    /// Three shops that sold something and were paid out, of which one is suspended, two shoppers
    /// who bought, and the cast, who ask through a proxy that tells their addresses.
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
            before: Before::default(),
            staff: None,
            looked_after: String::new(),
            codes: Mutex::default(),
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
        let actor = Actor::enters(&self.market, part, self.next(), self.code_of(part.3)).await;
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
        self.before = Before::of(&self.sellers[2]).await;
        self.employ().await;
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

    /// Staff come, suspend the third shop and get one to look after.
    async fn employ(&mut self) {
        self.staff = Some(self.hires("Stella").await);
        self.pieces.truncate(2);
        let suspended: Shop = self.sellers[2].gets("/api/v1/shop").await.expect(200);
        self.puts(&suspended.id.to_string(), ShopStanding::Suspended).await;
        let toby = self.market.artisan("Toby").await;
        self.looked_after = toby.gets("/api/v1/shop").await.expect::<Shop>(200).id.to_string();
    }

    /// Somebody new of the staff, with a second step.
    async fn hires(&self, name: &str) -> Person {
        let (person, codes) = self.market.staff_with_codes(name).await;
        self.codes.lock().unwrap().insert(name.to_owned(), codes);
        person
    }

    /// A recovery code of an account, if it has a second step.
    fn code_of(&self, account: &str) -> Option<String> {
        let mut all = self.codes.lock().unwrap();
        let codes = all.get_mut(account)?;
        Some(codes.pop().expect("a code that is left"))
    }

    /// Has a shop stand so, by the staff.
    pub(super) async fn puts(&self, shop: &str, wanted: ShopStanding) {
        let staff = self.staff.as_ref().expect("staff");
        let path = format!("/api/v1/staff/shops/{shop}");
        let detail: StaffShopDetail = staff.gets(&path).await.expect(200);
        let (word, body) = match wanted {
            standing if standing == detail.shop.standing => return,
            ShopStanding::Suspended => ("suspend", json!({ "reason": REASON })),
            _ => ("lift", json!({})),
        };
        assert_eq!(staff.posts(&format!("{path}/{word}"), &body).await.status, 200);
    }

    /// A purchase with a part for each shop, paid; its number.
    pub(super) async fn buys(&self, shopper: &Person) -> String {
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
            Role::Artisan | Role::Reader => {
                let name = format!("Artisan{}", self.next());
                self.market.artisan(&name).await;
                name
            }
            Role::Suspended => {
                let name = format!("Artisan{}", self.next());
                let artisan = self.market.artisan(&name).await;
                let shop: Shop = artisan.gets("/api/v1/shop").await.expect(200);
                self.puts(&shop.id.to_string(), ShopStanding::Suspended).await;
                name
            }
            Role::Staff => {
                let name = format!("Staff{}", self.next());
                self.hires(&name).await;
                name
            }
        };
        self.enters((actor.name, actor.role, actor.door, &account)).await
    }

    /// A number that nobody had before.
    pub(crate) fn next(&self) -> usize {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// The call of a route about an object, with a body that works for whoever has no second step.
    pub(crate) async fn call(&self, described: &Described, object: Option<&str>) -> Call {
        self.call_by("", described, object).await
    }

    /// The call of a route about an object, with a body that works for this account.
    pub(crate) async fn call_by(
        &self,
        account: &str,
        described: &Described,
        object: Option<&str>,
    ) -> Call {
        let path = described.path();
        let path = match (path.split_once('{'), object) {
            (Some((before, rest)), Some(object)) => {
                let (_, after) = rest.split_once('}').expect("the end of a parameter");
                format!("{before}{object}{}", counted(after))
            }
            _ => path.to_owned(),
        };
        let query = self.filled(account, described.query, object, "+").await;
        let body = match described.body {
            Body::None => Content::Nothing,
            Body::Json(text) => Content::Json(self.filled(account, text, object, " ").await),
            Body::Form(text) => Content::Form(self.filled(account, text, object, "+").await),
            Body::Picture => Content::Bytes(picture()),
            Body::Upload(fields) => {
                let (kind, body) = multipart(&picture(), fields);
                Content::Upload(kind, body)
            }
        };
        Call { method: described.method(), path: path + &query, body }
    }

    /// A text of the table with its `$words` filled in.
    async fn filled(&self, account: &str, text: &str, object: Option<&str>, blank: &str) -> String {
        let mut text = text.to_owned();
        while let Some(at) = text.find('$') {
            let letters = text[at + 1..].chars().take_while(char::is_ascii_lowercase).count();
            let value = match &text[at + 1..=at + letters] {
                "unique" => self.next().to_string(),
                "password" => PASSWORD.replace(' ', blank),
                "attempt" => format!("{:064x}", self.next()),
                "object" => object.expect("an object").to_owned(),
                "picture" => self.picture.clone(),
                "variant" => self.pieces[0].variant.to_string(),
                "letter" => self.letter().await,
                "code" => self.code().await.user_code,
                // Nobody looks at it where there is no second step.
                "factor" => self.code_of(account).unwrap_or_else(|| "000000".to_owned()),
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
        // Her letter is the newest one then.
        self.market.passes(1).await;
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

/// What follows the first parameter of a path; the second one is the first of what it counts.
fn counted(rest: &str) -> String {
    match (rest.split_once('{'), rest.split_once('}')) {
        (Some((before, _)), Some((_, after))) => format!("{before}1{after}"),
        _ => rest.to_owned(),
    }
}

/// A small picture.
pub(crate) fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(600, 450, image::Rgb([90, 120, 80])));
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
