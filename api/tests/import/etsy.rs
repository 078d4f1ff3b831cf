use super::*;
use api::import::Format;
use api::listing::Category;

const ENGLISH: &str = "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,IMAGE3,IMAGE4,IMAGE5,\
IMAGE6,IMAGE7,IMAGE8,IMAGE9,IMAGE10,\"VARIATION 1 TYPE\",\"VARIATION 1 NAME\",\"VARIATION 1 VALUES\",\"VARIATION 2 TYPE\",\
\"VARIATION 2 NAME\",\"VARIATION 2 VALUES\",SKU\n";
const GERMAN: &str = "TITEL,BESCHREIBUNG,PREIS,WÃ„HRUNGSCODE,STÃœCKZAHL,TAGS,MATERIALIEN,BILD1,BILD2,BILD3,BILD4,BILD5,BILD6,\
BILD7,BILD8,BILD9,BILD10,VARIATIONSTYP 1,VARIATIONSNAME 1,VARIATIONSWERT 1,VARIATIONSTYP 2,VARIATIONSNAME 2,\
VARIATIONSWERT 2,BESTANDSEINHEIT\n";
const PICTURE: &str = "https://i.etsystatic.com/1/r/il/ab/55/il_fullxfull.5512_ab1.jpg";

fn row(title: &str, price: &str, quantity: &str, variations: &str, sku: &str) -> String {
    format!(
        "{title},\"Line one\nLine two 🧶\",{price},EUR,{quantity},\"rare_orchid_plant,wool_scarf\",\"Merino wool, Silk\",{PICTURE},,,,,,,,,,{variations},{sku}\n"
    )
}

#[test]
fn a_plain_listing() {
    let text =
        format!("{ENGLISH}{}", row("Moss scarf &quot;Skog&quot;", "12.7", "3", ",,,,,", "SCF-1"));
    assert_eq!(layout(text.as_bytes()).format, Format::Etsy);
    let scarf = drafts(&text).remove(0);
    assert_eq!((scarf.key.as_str(), scarf.publish), ("SCF-1", true));
    assert_eq!(scarf.draft.title, "Moss scarf \"Skog\"");
    assert_eq!(scarf.draft.description, "Line one\nLine two 🧶");
    assert_eq!(scarf.draft.tags, ["rare orchid plant", "wool scarf"]);
    assert_eq!(scarf.draft.materials, ["Merino wool", "Silk"]);
    assert_eq!(scarf.draft.category, Category::Textiles);
    assert_eq!((prices(&scarf), stock(&scarf)), (vec![1270], vec![3]));
    assert_eq!(scarf.draft.variants[0].sku, "SCF-1");
}

#[test]
fn variants_share_price_and_stock_and_wait_for_a_person() {
    let variations =
        "Custom Property,Pot,\"4&quot; Pot,6&quot; Pot,4&quot; Pot\",,Colour,\"Red,Blue\"";
    let pot = drafts(&format!("{ENGLISH}{}", row("Pot", "46", "10", variations, ""))).remove(0);
    assert_eq!(pot.draft.options, ["Pot", "Colour"]);
    let values: Vec<String> =
        pot.draft.variants.iter().map(|variant| variant.values.join("/")).collect();
    assert_eq!(values, ["4\" Pot/Red", "4\" Pot/Blue", "6\" Pot/Red", "6\" Pot/Blue"]);
    assert_eq!(prices(&pot), [4600; 4]);
    assert_eq!(stock(&pot), [3, 3, 2, 2], "never more than the file's 10");
    assert!(!pot.publish, "price and stock are not known");
    assert_eq!(
        notes(&pot),
        ["2 VARIATION 1 VALUES option.repeated", "2 VARIATION 1 VALUES variants.to_confirm"]
    );
}

#[test]
fn skus_are_given_to_variants_only_when_their_number_agrees() {
    let rows = [("A", "\"1x,2x,3x\""), ("B", "\"1y,2y\"")]
        .map(|(title, sku)| row(title, "5", "3", ",Size,\"S,M,L\",,,", sku));
    let all = drafts(&format!("{ENGLISH}{}", rows.concat()));
    let skus = |at: usize| {
        all[at].draft.variants.iter().map(|variant| variant.sku.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (skus(0), notes(&all[0])[0].as_str()),
        (vec!["1x".to_owned(), "2x".to_owned(), "3x".to_owned()], "2 SKU sku.by_order")
    );
    assert_eq!(
        (skus(1).concat(), notes(&all[1])[0].as_str()),
        (String::new(), "4 SKU sku.unmatched")
    );
}

#[test]
fn headers_in_another_language_and_broken_are_known_by_their_place() {
    let text = format!("{GERMAN}{}", row("Schal", "24.6", "1", ",,,,,", ""));
    let layout = layout(text.as_bytes());
    assert_eq!(layout.format, Format::Etsy);
    let scarf = drafts(&text).remove(0);
    assert_eq!(
        (prices(&scarf), scarf.key.as_str()),
        (vec![2460], "Schal #5512"),
        "no SKU: title and picture"
    );
    let error = errors(&text.replace("24.6", "viel"));
    assert_eq!(error, ["2 PREIS price.not_a_number"], "named as the file names it");
}

#[test]
fn a_comma_in_the_price_shifts_the_row_and_is_found() {
    let text = format!(
        "{GERMAN}{}",
        row("Schal", "24.6", "1", ",,,,,", "") + &row("Mütze", "24,60", "1", ",,,,,", "S")
    );
    assert_eq!(errors(&text), ["4  row.ragged"]);
}

#[test]
fn a_third_variation_makes_27_columns() {
    let header = ENGLISH
        .replace(",SKU", ",\"VARIATION 3 TYPE\",\"VARIATION 3 NAME\",\"VARIATION 3 VALUES\",SKU");
    let text = format!("{header}{}", row("Ring", "80", "1", ",,,,,,,Engraved,\"Yes,No\"", "R"));
    let ring = drafts(&text).remove(0);
    assert_eq!(
        (ring.draft.options.clone(), stock(&ring)),
        (vec!["Engraved".to_owned()], vec![1, 0])
    );
}

#[test]
fn another_currency_than_the_shops_is_refused() {
    let text = format!("{ENGLISH}{}", row("Mug", "5", "1", ",,,,,", "").replace(",EUR,", ",USD,"));
    assert_eq!(errors(&text), ["2 CURRENCY_CODE price.currency"]);
}

#[test]
fn too_many_combinations_are_refused_without_building_them() {
    let many = (0..60).map(|n| format!("v{n}")).collect::<Vec<_>>().join(",");
    let text =
        format!("{ENGLISH}{}", row("Mug", "5", "1", &format!(",A,\"{many}\",,B,\"{many}\""), ""));
    assert_eq!(errors(&text), ["2  variants.too_many"]);
}
