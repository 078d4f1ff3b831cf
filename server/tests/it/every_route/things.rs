//! What the calls are about: things that are somebody's own, somebody else's and nobody's.

use std::sync::Mutex;

use api::account::{Account, Me};
use api::address::SavedAddress;
use api::bulk_edit::BulkEdit;
use api::import::Import;
use api::listing::Listing;
use api::order::OrderStatus;
use api::payout::Payout;
use api::shop::Shop;
use api::staff::ShopStanding;
use api::{Id, Page};
use serde_json::json;

use super::stage::{SHOPPERS, SHOPS, Stage};
use super::table::{Object, Owner};
use crate::market::Person;

/// Whose shop is suspended.
const SUSPENDED: &str = SHOPS[2];

/// What a shop had before it was suspended.
#[derive(Default)]
pub(super) struct Before {
    draft: String,
    offer: String,
    import: String,
    edit: String,
    /// Paid, to be sent.
    orders: Mutex<Vec<String>>,
}

impl Before {
    /// Makes it.
    pub(super) async fn of(seller: &Person) -> Self {
        let import = json!({ "file": "mugs.csv", "format": "stall" });
        let paid = seller.orders_in(OrderStatus::Paid).await;
        Self {
            draft: draft(seller).await,
            offer: seller.offers("Mug", 2400, 1).await.listing.to_string(),
            import: seller
                .posts("/api/v1/imports", &import)
                .await
                .expect::<Import>(201)
                .id
                .to_string(),
            edit: edit(seller, &[]).await,
            orders: Mutex::new(paid.into_iter().map(|order| order.id.to_string()).collect()),
        }
    }
}

/// A new listing that is not for sale.
async fn draft(seller: &Person) -> String {
    let draft = json!({ "title": "Mug", "category": "clay", "variants":
        [{ "price": { "minor": 2400, "currency": "EUR" }, "stock": 1 }] });
    seller.posts("/api/v1/listings", &draft).await.expect::<Listing>(201).id.to_string()
}

/// A new bulk edit that means no listing, after these steps.
async fn edit(seller: &Person, steps: &[&str]) -> String {
    let new = json!({ "filter": { "text": ["of nobody"] }, "change": { "stock_set": 3 } });
    let id = seller.posts("/api/v1/edits", &new).await.expect::<BulkEdit>(201).id.to_string();
    for step in steps {
        let answer = seller.posts(&format!("/api/v1/edits/{id}/{step}"), &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    id
}

impl Stage {
    /// Somebody's object, or nothing where they have none of this kind.
    pub(crate) async fn own(&self, object: Object, account: &str) -> Option<String> {
        let at = |names: &[&str]| names.iter().position(|name| *name == account);
        match object.owner() {
            Owner::Shop if account == SUSPENDED => Some(self.of_suspended(object)),
            Owner::Shop => Some(self.of_shop(object, at(&SHOPS)?).await),
            Owner::Shopper => Some(self.of_shopper(object, at(&SHOPPERS)?).await),
            Owner::Everybody => Some(self.of_everybody(object).await),
        }
    }

    /// The object of somebody else who has one.
    pub(crate) async fn foreign(&self, object: Object, account: &str) -> Option<String> {
        let other = |names: &[&str]| usize::from(names[0] == account);
        match object.owner() {
            Owner::Shop if object == Object::OwnShop => None,
            Owner::Shop => Some(self.of_shop(object, other(&SHOPS)).await),
            Owner::Shopper => Some(self.of_shopper(object, other(&SHOPPERS)).await),
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
            Object::Draft | Object::Offer | Object::Piece => {
                Id::<Listing>::from_uuid(uuid).to_string()
            }
            Object::Import => Id::<Import>::from_uuid(uuid).to_string(),
            Object::Edit | Object::PlannedEdit | Object::AppliedEdit => {
                Id::<BulkEdit>::from_uuid(uuid).to_string()
            }
            Object::Order => Id::<api::order::Order>::from_uuid(uuid).to_string(),
            Object::OrderNumber => "ZZZZZZZZ-1".to_owned(),
            Object::Payout => Id::<Payout>::from_uuid(uuid).to_string(),
            Object::Purchase => "ZZZZZZZZ".to_owned(),
            Object::PurchaseLink => "0".repeat(64),
            Object::Address => Id::<SavedAddress>::from_uuid(uuid).to_string(),
            Object::PersonPage => Id::<Account>::from_uuid(uuid).to_string(),
            Object::ListingPage => "stoneware-mug-zzzzzzzz".to_owned(),
            Object::OpenShop | Object::SuspendedShop => Id::<Shop>::from_uuid(uuid).to_string(),
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
            Object::Draft => draft(seller).await,
            Object::Offer => seller.offers("Mug", 2400, 1).await.listing.to_string(),
            Object::Import => {
                let file = json!({ "file": "mugs.csv", "format": "stall" });
                seller.posts("/api/v1/imports", &file).await.expect::<Import>(201).id.to_string()
            }
            Object::Edit => edit(seller, &[]).await,
            Object::PlannedEdit => edit(seller, &["plan"]).await,
            Object::AppliedEdit => edit(seller, &["plan", "apply"]).await,
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

    /// A suspended shop gets nothing new.
    fn of_suspended(&self, object: Object) -> String {
        let before = &self.before;
        match object {
            Object::Draft => before.draft.clone(),
            Object::Offer => before.offer.clone(),
            Object::Import => before.import.clone(),
            Object::Edit | Object::PlannedEdit | Object::AppliedEdit => before.edit.clone(),
            Object::Order => before.orders.lock().unwrap().pop().expect("an order to send"),
            Object::OrderNumber => self.orders[2].number.clone(),
            Object::Payout => self.payouts[2].clone(),
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
            Object::OpenShop | Object::SuspendedShop => {
                let is_open = object == Object::OpenShop;
                let wanted = if is_open { ShopStanding::Open } else { ShopStanding::Suspended };
                self.puts(&self.looked_after, wanted).await;
                self.looked_after.clone()
            }
            Object::PurchaseLink => self.link.clone(),
            Object::ListingPage => self.pieces[0].slug.clone(),
            Object::Piece => self.pieces[0].listing.to_string(),
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
}
