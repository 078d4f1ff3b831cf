//! What artisans sell: a file as Shopify exports it, and a folder of photographs.

use std::fmt::Write as _;
use std::path::Path;

use image::{Rgb, RgbImage};

/// Columns of Shopify's classic export, as far as this shop filled them.
const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,\
Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,\
Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,\
SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status";

/// Option, pieces and price of a variant.
type Variant = (&'static str, u32, &'static str);

/// A product and the number of its photographs.
pub(crate) struct Product(&'static str, &'static str, &'static str, &'static [Variant], u32);

/// The potter's: six products, nine variants, fourteen photographs.
pub(crate) const POTTERY: [Product; 6] = [
    Product(
        "oat-mug",
        "Oat mug, hand thrown",
        "Glaze",
        &[("Oat", 6, "28.00"), ("Sea", 4, "29.50"), ("Ash", 0, "28.00")],
        4,
    ),
    Product("bowl", "Serving bowl “Märzen”", "Title", &[("Default Title", 3, "64.00")], 2),
    Product("bud-vase", "Bud vase", "Title", &[("Default Title", 1, "22.00")], 2),
    Product("dish", "Butter dish, lidded", "Title", &[("Default Title", 2, "41.90")], 2),
    Product("plate", "Dinner plate", "Size", &[("21 cm", 8, "24.00"), ("26 cm", 8, "31.00")], 3),
    Product("rest", "Spoon rest", "Title", &[("Default Title", 12, "12.50")], 1),
];

/// The joiner's.
pub(crate) const JOINERY: [Product; 1] =
    [Product("stool", "Ash milking stool", "Title", &[("Default Title", 2, "189.99")], 2)];

/// Writes `products.csv` and the folder `photos` as Shopify's export and a camera leave them.
pub(crate) fn write(folder: &Path, products: &[Product]) {
    let photos = folder.join("photos");
    std::fs::create_dir(&photos).expect("a folder of photographs");
    let mut file = format!("{HEADER}\n");
    for product in products {
        write_product(&mut file, product);
        let Product(handle, .., photographs) = product;
        for number in 1..=*photographs {
            photograph(handle, number)
                .save(photos.join(format!("{handle}-{number}.jpg")))
                .expect("a JPEG");
        }
    }
    std::fs::write(folder.join("products.csv"), file).expect("a file");
}

/// One row per variant; photographs beyond those have rows of their own.
fn write_product(file: &mut String, product: &Product) {
    let Product(handle, title, option, variants, photographs) = product;
    let photographs = usize::try_from(*photographs).expect("few");
    for row in 0..variants.len().max(photographs) {
        let mut cells = vec![("Handle", (*handle).to_owned())];
        if row == 0 {
            cells.extend([
                ("Title", (*title).to_owned()),
                ("Body (HTML)", format!("<p>{title}.</p><p>Made in small runs &amp; by hand.</p>")),
                ("Vendor", "Elin".to_owned()),
                ("Tags", "handmade, gift".to_owned()),
                ("Published", "true".to_owned()),
                ("Option1 Name", (*option).to_owned()),
                ("Gift Card", "false".to_owned()),
                ("Status", "active".to_owned()),
            ]);
        }
        if let Some((value, pieces, price)) = variants.get(row) {
            cells.extend([
                ("Option1 Value", (*value).to_owned()),
                ("Variant SKU", format!("{handle}-{row}")),
                ("Variant Grams", "350".to_owned()),
                ("Variant Inventory Tracker", "shopify".to_owned()),
                ("Variant Inventory Qty", pieces.to_string()),
                ("Variant Inventory Policy", "deny".to_owned()),
                ("Variant Price", (*price).to_owned()),
            ]);
        }
        if row < photographs {
            let number = row + 1;
            let address = format!("https://cdn.example/files/{handle}-{number}.jpg?v=17");
            cells.extend([
                ("Image Src", address),
                ("Image Position", number.to_string()),
                ("Image Alt Text", format!("{title}, view {number}")),
            ]);
        }
        write_row(file, &cells);
    }
}

fn write_row(file: &mut String, cells: &[(&str, String)]) {
    let row = HEADER.split(',').map(|column| {
        let cell = cells.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell);
        format!("\"{}\"", cell.replace('"', "\"\""))
    });
    writeln!(file, "{}", row.collect::<Vec<_>>().join(",")).expect("memory");
}

/// A photograph of 900 × 1125 pixels: light falls on a round thing, each time another one.
fn photograph(handle: &str, number: u32) -> RgbImage {
    let colour = handle.bytes().fold(7, |hash: u8, byte| hash.wrapping_mul(31).wrapping_add(byte));
    RgbImage::from_fn(900, 1125, |x, y| {
        let (dx, dy) = (x.abs_diff(400 + 40 * number), y.abs_diff(560));
        let light = u8::try_from(x * 40 / 900 + y * 20 / 1125).expect("60 at the most");
        if dx * dx + dy * dy < 300 * 300 {
            Rgb([150 + light, 110 + light, colour])
        } else {
            Rgb([180 + light; 3])
        }
    })
}
