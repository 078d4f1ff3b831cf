//! A listing as search engines read it: JSON-LD after <https://schema.org/Product>.

use api::listing::{Listing, ListingStatus};
use api::shop::Shop;
use serde_json::{Value, json};

use crate::web::picture;

/// JSON-LD for a script element; nothing is in stock while the shop is away. `<` is escaped, so no title can end the element.
pub(crate) fn product(origin: &str, listing: &Listing, shop: &Shop, away: bool) -> String {
    let address = format!("{origin}/listings/{}", listing.slug);
    let pictures: Vec<String> =
        listing.images.iter().map(|image| format!("{origin}{}", picture::jpeg(image))).collect();
    let sold_out = listing.status == ListingStatus::SoldOut;
    let offers: Vec<Value> = listing
        .variants
        .iter()
        .map(|variant| {
            let in_stock = !sold_out && !away && variant.available > 0;
            json!({
                "@type": "Offer",
                "name": variant.values.join(", "),
                "price": variant.price.decimal(),
                "priceCurrency": variant.price.currency(),
                "availability": if in_stock { "https://schema.org/InStock" } else { "https://schema.org/OutOfStock" },
                "url": address,
                "seller": { "@type": "Organization", "name": shop.name },
            })
        })
        .collect();
    let shelf = format!("{origin}/c/{}", listing.category);
    let graph = json!({ "@context": "https://schema.org", "@graph": [
        {
            "@type": "Product",
            "name": listing.title,
            "description": listing.description,
            "image": pictures,
            "material": listing.materials.join(", "),
            "brand": { "@type": "Brand", "name": shop.name },
            "offers": offers,
        },
        { "@type": "BreadcrumbList", "itemListElement": [
            { "@type": "ListItem", "position": 1, "name": listing.category.title(), "item": shelf },
            { "@type": "ListItem", "position": 2, "name": listing.title, "item": address },
        ]},
    ]});
    escaped(&graph.to_string())
}

/// JSON in which nothing is markup: `<`, `>` and `&` as escapes that JSON reads back.
fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storefront::pages::samples;

    #[test]
    fn a_title_cannot_end_the_script_element() {
        let listing =
            Listing { title: "</script><script>alert(1)</script>".into(), ..samples::listing() };
        let text = product("http://market.example", &listing, &samples::shop(), false);
        assert!(!text.contains('<'), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["@graph"][0]["name"], listing.title, "and reads back as it was");
    }

    #[test]
    fn a_search_engine_reads_price_and_stock() {
        let text = product("http://market.example", &samples::listing(), &samples::shop(), false);
        let read: Value = serde_json::from_str(&text).unwrap();
        let offers = read["@graph"][0]["offers"].as_array().unwrap();
        assert_eq!(offers[0]["price"], "26.00");
        assert_eq!(offers[0]["availability"], "https://schema.org/InStock");
        assert_eq!(offers[2]["availability"], "https://schema.org/OutOfStock");
    }
}
