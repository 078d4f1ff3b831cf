//! Pages as search engines read them: JSON-LD after <https://schema.org>.

use api::attribute::{Attribute, AttributeKind, AttributeValue};
use api::listing::{Category, Listing, Variant};
use api::shop::Shop;
use api::shop_profile::{LeadTime, Policies, ShopProfile};
use serde_json::{Map, Value, json};

use super::teaser;
use crate::listings::prices::{Reduction, Reductions};
use crate::shops::profile::story;
use crate::web::picture;

/// Characters of a description; more is cut by those who show it.
const LONGEST: usize = 5000;

/// A listing for sale by its shop, and where it stands. `country` is where returns are promised;
/// nothing is in stock that cannot be bought now.
pub(crate) fn product(
    origin: &str,
    country: &str,
    listing: &Listing,
    reductions: &Reductions,
    (shop, policies): (&Shop, &Policies),
    can_buy: bool,
) -> String {
    let address = format!("{origin}/listings/{}", listing.slug);
    let made = listing.making.to_order().map(|terms| LeadTime { from: terms.from, to: terms.to });
    let there = if made.is_some() { "MadeToOrder" } else { "InStock" };
    let offer = |variant: &Variant| {
        let is_there = made.is_some() || variant.available > 0;
        let availability = if can_buy && is_there { there } else { "OutOfStock" };
        said(json!({
            "@type": "Offer",
            "name": variant.values.join(", "),
            "sku": variant.sku,
            "price": variant.price.decimal(),
            "priceCurrency": variant.price.currency(),
            "priceSpecification": reductions.iter().find(|(id, _)| *id == variant.id).map(|(_, it)| before(it)),
            "availability": format!("https://schema.org/{availability}"),
            "itemCondition": "https://schema.org/NewCondition",
            "url": address,
            "seller": { "@type": "Organization", "name": shop.name, "url": format!("{origin}/shops/{}", shop.slug) },
            "hasMerchantReturnPolicy": policies.returns_days.map(|days| returns(days, country)),
            "shippingDetails": made.or(policies.lead_time).map(|time| json!({
                "@type": "OfferShippingDetails",
                "shippingRate": { "@type": "MonetaryAmount", "value": "0", "currency": variant.price.currency() },
                "shippingDestination": { "@type": "DefinedRegion", "addressCountry": country },
                "deliveryTime": { "@type": "ShippingDeliveryTime", "handlingTime": {
                    "@type": "QuantitativeValue", "minValue": time.from, "maxValue": time.to, "unitCode": "DAY",
                }},
            })),
        }))
    };
    let pictures =
        listing.images.iter().map(|image| format!("{origin}{}", picture::shared(&image.hash)));
    let product = said(json!({
        "@type": "Product",
        "name": listing.title,
        "description": listing.description,
        "image": pictures.collect::<Vec<_>>(),
        "material": listing.materials.join(", "),
        "category": listing.category.title(),
        "additionalProperty": properties(listing),
        "brand": { "@type": "Brand", "name": shop.name },
        "offers": listing.variants.iter().map(offer).collect::<Vec<_>>(),
    }));
    let shelf = (listing.category.title(), format!("{origin}/c/{}", listing.category));
    let crumbs = crumbs(origin, &[shelf, (listing.title.as_str(), address)]);
    graph(&[product, crumbs])
}

/// Its attributes.
fn properties(listing: &Listing) -> Vec<Value> {
    let property = |(attribute, value): (&Attribute, &AttributeValue)| {
        let (value, unit) = match (attribute.kind, value) {
            (AttributeKind::Number { unit, .. }, AttributeValue::Number(number)) => {
                (json!(number), Some(unit))
            }
            _ => (json!(attribute.words(value)), None),
        };
        said(
            json!({ "@type": "PropertyValue", "name": attribute.label, "value": value, "unitText": unit }),
        )
    };
    listing.attributes.fitting(listing.category).map(property).collect()
}

/// The price before a reduction, as <https://developers.google.com/search/docs/appearance/structured-data/merchant-listing>
/// reads it.
fn before(reduction: &Reduction) -> Value {
    json!({
        "@type": "UnitPriceSpecification",
        "priceType": "https://schema.org/StrikethroughPrice",
        "price": reduction.was.decimal(),
        "priceCurrency": reduction.was.currency(),
    })
}

fn returns(days: u32, country: &str) -> Value {
    let window = "https://schema.org/MerchantReturnFiniteReturnWindow";
    let never = "https://schema.org/MerchantReturnNotPermitted";
    said(json!({
        "@type": "MerchantReturnPolicy",
        "applicableCountry": country,
        "returnPolicyCategory": if days == 0 { never } else { window },
        "merchantReturnDays": (days > 0).then_some(days),
    }))
}

/// A shop as the organization that it is.
pub(crate) fn shop(origin: &str, profile: &ShopProfile) -> String {
    let shop = &profile.shop;
    let address = format!("{origin}/shops/{}", shop.slug);
    let url =
        |image: &api::listing::GalleryImage| format!("{origin}{}", picture::shared(&image.hash));
    let place = (!shop.place.is_empty())
        .then(|| json!({ "@type": "PostalAddress", "addressLocality": shop.place }));
    let organization = said(json!({
        "@type": "Organization",
        "@id": address,
        "name": shop.name,
        "url": address,
        "description": teaser(&story::plain(&shop.story), LONGEST),
        "logo": profile.portrait.as_ref().map(url),
        "image": profile.banner.as_ref().map(url),
        "address": place,
    }));
    graph(&[organization, crumbs(origin, &[(shop.name.as_str(), address)])])
}

/// A shelf of the market.
pub(crate) fn shelf(origin: &str, category: Category) -> String {
    graph(&[crumbs(origin, &[(category.title(), format!("{origin}/c/{category}"))])])
}

/// The market, and how it is searched.
pub(crate) fn market(origin: &str, name: &str) -> String {
    let target = format!("{origin}/search?q={{words}}");
    graph(&[
        json!({ "@type": "Organization", "@id": format!("{origin}/#market"), "name": name, "url": format!("{origin}/") }),
        json!({
            "@type": "WebSite",
            "name": name,
            "url": format!("{origin}/"),
            "publisher": { "@id": format!("{origin}/#market") },
            "potentialAction": { "@type": "SearchAction", "target": target, "query-input": "required name=words" },
        }),
    ])
}

/// The way from the start page to here.
fn crumbs(origin: &str, way: &[(&str, String)]) -> Value {
    let home = ("Home", format!("{origin}/"));
    let steps = std::iter::once(&home).chain(way).zip(1..).map(|((name, address), position)| {
        json!({ "@type": "ListItem", "position": position, "name": name, "item": address })
    });
    json!({ "@type": "BreadcrumbList", "itemListElement": steps.collect::<Vec<_>>() })
}

/// Only what says something: an empty text or list is worse than none.
fn said(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    fields.into_iter().filter(|(_, value)| !empty(value)).collect::<Map<_, _>>().into()
}

/// For a script element: `<`, `>` and `&` stand as escapes that JSON reads back, so no title can
/// end the element.
fn graph(things: &[Value]) -> String {
    let json = json!({ "@context": "https://schema.org", "@graph": things }).to_string();
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use api::making::{Making, ToOrder};
    use api::shop_profile::LeadTime;
    use api::{Currency, Money, Timestamp};

    use super::*;
    use crate::storefront::pages::samples;

    fn read(listing: &Listing, policies: &Policies, can_buy: bool) -> Value {
        let shop = samples::shop();
        let reductions = vec![(
            listing.variants[1].id,
            Reduction { was: Money::new(3200, Currency::EUR), at: Timestamp::from_seconds(0) },
        )];
        let (origin, shop) = ("http://market.example", (&shop, policies));
        let text = product(origin, "DE", listing, &reductions, shop, can_buy);
        assert!(!text.contains('<'), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_title_cannot_end_the_script_element() {
        let listing =
            Listing { title: "</script><script>alert(1)</script>".into(), ..samples::listing() };
        let read = read(&listing, &Policies::default(), true);
        assert_eq!(read["@graph"][0]["name"], listing.title, "and reads back as it was");
    }

    #[test]
    fn a_search_engine_reads_price_stock_and_promises() {
        let policies = Policies {
            returns_days: Some(14),
            lead_time: Some(LeadTime { from: 2, to: 5 }),
            ..Policies::default()
        };
        let listed = read(&samples::listing(), &policies, true);
        let offers = listed["@graph"][0]["offers"].as_array().unwrap();
        assert_eq!(
            (&offers[0]["price"], &offers[0]["priceCurrency"]),
            (&json!("26.00"), &json!("EUR"))
        );
        assert_eq!(offers[0]["availability"], "https://schema.org/InStock");
        assert_eq!(offers[2]["availability"], "https://schema.org/OutOfStock");
        assert_eq!(offers[0].get("priceSpecification"), None, "the price that it always had");
        let before = &offers[1]["priceSpecification"];
        assert_eq!(before["priceType"], "https://schema.org/StrikethroughPrice");
        assert_eq!((&before["price"], &before["priceCurrency"]), (&json!("32.00"), &json!("EUR")));
        assert_eq!(offers[0]["hasMerchantReturnPolicy"]["merchantReturnDays"], 14);
        assert_eq!(offers[0]["shippingDetails"]["deliveryTime"]["handlingTime"]["maxValue"], 5);
        let crumbs = listed["@graph"][1]["itemListElement"].as_array().unwrap();
        let names: Vec<_> = crumbs.iter().map(|crumb| crumb["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Home", "Clay", "Everyday mug"]);
        let terms = ToOrder { from: 10, to: 14, weekly: None };
        let made = Listing { making: Making::ToOrder(terms), ..samples::listing() };
        let made = read(&made, &policies, true);
        let offer = &made["@graph"][0]["offers"][2];
        assert_eq!(offer["availability"], "https://schema.org/MadeToOrder", "without any stock");
        assert_eq!(offer["shippingDetails"]["deliveryTime"]["handlingTime"]["maxValue"], 14);
        let away = read(&samples::listing(), &policies, false);
        assert_eq!(away["@graph"][0]["offers"][0]["availability"], "https://schema.org/OutOfStock");
    }

    #[test]
    fn nothing_empty_is_said() {
        let bare = Listing {
            description: String::new(),
            materials: vec![],
            images: vec![],
            ..samples::listing()
        };
        let bare = read(&bare, &Policies::default(), true);
        for field in ["description", "material", "image"] {
            assert_eq!(bare["@graph"][0].get(field), None, "{field}");
        }
        assert_eq!(bare["@graph"][0]["offers"][0].get("sku"), None);
    }
}
