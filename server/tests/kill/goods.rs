//! What a maker sells: a file in our own columns and a folder of pictures.

use std::fmt::Write as _;
use std::path::Path;

use image::{Rgb, RgbImage};

const HEADER: &str = "key,title,description,category,materials,tags,option1_name,option1_value,sku,price,stock,\
image1,alt1,image2,alt2,publish";
/// Pieces of each variant; more than can be sold here.
pub(crate) const STOCK: i64 = 900;

/// A listing of the file: its kind, its variants with their prices in cents, its pictures.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) variants: &'static [(&'static str, i64)],
    pub(crate) pictures: u32,
}

/// What every maker has, in her own colours.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { name: "mug", variants: &[("Oat", 2400), ("Sea", 2550)], pictures: 2 },
    Kind { name: "bowl", variants: &[("", 6400)], pictures: 1 },
    Kind { name: "plate", variants: &[("", 3190)], pictures: 2 },
];

/// A word that only this maker's listings have.
pub(crate) fn word(maker: usize) -> String {
    format!("Kiln{maker}")
}

pub(crate) fn title(maker: usize, kind: &Kind) -> String {
    format!("{} {}, “hand thrown”", word(maker), kind.name)
}

pub(crate) fn sku(maker: usize, kind: &Kind, variant: usize) -> String {
    format!("{}-{maker}-{variant}", kind.name.to_uppercase())
}

/// The text of a picture for people who do not see it.
pub(crate) fn alt(kind: &Kind, number: u32) -> String {
    format!("The {}, view {number}", kind.name)
}

/// Begins the titles of what is drafted by a program, beside what is in the file.
pub(crate) const DRAFT: &str = "Draft ";

/// Writes `products.csv` and the folder `photos`.
pub(crate) fn write(folder: &Path, maker: usize) {
    let photos = folder.join("photos");
    std::fs::create_dir(&photos).expect("a folder of pictures");
    let mut file = format!("{HEADER}\n");
    for kind in &KINDS {
        write_listing(&mut file, maker, kind);
        for number in 1..=kind.pictures {
            let picture = photos.join(picture(kind, number));
            photograph(maker, kind, number).save(picture).expect("a JPEG");
        }
    }
    std::fs::write(folder.join("products.csv"), file).expect("a file");
}

/// One row for each variant; the first says everything about the listing.
fn write_listing(file: &mut String, maker: usize, kind: &Kind) {
    for (place, (value, price)) in kind.variants.iter().enumerate() {
        let price = format!("{}.{:02}", price / 100, price % 100);
        let sku = sku(maker, kind, place);
        let key = kind.name;
        if place > 0 {
            writeln!(file, "{key},,,,,,,{value},{sku},{price},{STOCK},,,,,").expect("memory");
            continue;
        }
        let title = title(maker, kind);
        let option = if value.is_empty() { "" } else { "Glaze" };
        let pictures: Vec<String> = (1..=2)
            .map(|number| match kind.pictures {
                all if number <= all => {
                    format!("{},\"{}\"", picture(kind, number), alt(kind, number))
                }
                _ => ",".to_owned(),
            })
            .collect();
        writeln!(
            file,
            "{key},\"{title}\",\"Made by hand.\n\nOne like no other.\",clay,stoneware,\"gift, {key}\",{option},{value},\
             {sku},{price},{STOCK},{},yes",
            pictures.join(",")
        )
        .expect("memory");
    }
}

fn picture(kind: &Kind, number: u32) -> String {
    format!("{}-{number}.jpg", kind.name)
}

/// A small picture that is like no other.
fn photograph(maker: usize, kind: &Kind, number: u32) -> RgbImage {
    let [low, high, ..] = maker.to_le_bytes();
    let shade = kind.name.bytes().fold(0_u8, u8::wrapping_add);
    let stripe = 10 + 7 * number;
    RgbImage::from_fn(120, 150, |x, y| {
        let light = if ((x + y) / stripe).is_multiple_of(2) { 200 } else { 40 };
        Rgb([light, low.wrapping_mul(37).wrapping_add(shade), high.wrapping_add(shade)])
    })
}
