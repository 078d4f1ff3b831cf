use super::*;
use api::listing::Category;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
Option1 Linked To,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,\
Image Src,Image Position,Image Alt Text,Variant Image,Status\n";

fn file(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

#[test]
fn a_product_with_variants_and_rows_that_only_add_pictures() {
    let text = file(concat!(
        "Oat-Mug,Oat mug,<p>Thrown &amp; glazed.</p><p>350&nbsp;ml</p>,Elin,Home > Tableware > Mugs,Stoneware,\"mug, Breakfast,mug\",true,",
        "Glaze,Oat,,Size,S,MUG-OAT-S,shopify,6,28.00,https://cdn.example/b.jpg?v=2,2,From above,,active\n",
        "oat-mug,,,,,,,,,Oat,,,L,MUG-OAT-L,shopify,-2,34.50,https://cdn.example/a.jpg?v=1,1,A cream mug,,\n",
        "oat-mug,,,,,,,,,Sea,,,S,MUG-SEA-S,shopify,4,28.00,,,,https://cdn.example/a.jpg?v=9,\n",
        "oat-mug,,,,,,,,,,,,,,,,,https://cdn.example/my photo.jpg,3,,,\n",
        "board,Board,,Elin,,,,true,Title,Default Title,,,,BRD,shopify,1,64,,,,,active\n",
    ));
    let [mug, board] = <[_; 2]>::try_from(drafts(&text)).unwrap();
    assert_eq!((mug.key.as_str(), mug.line, mug.publish), ("oat-mug", 2, true));
    assert_eq!(mug.draft.title, "Oat mug");
    assert_eq!(mug.draft.description, "Thrown & glazed.\n\n350 ml");
    assert_eq!(mug.draft.category, Category::Clay);
    assert_eq!(mug.draft.tags, ["mug", "Breakfast"]);
    assert_eq!(mug.draft.options, ["Glaze", "Size"]);
    let values: Vec<String> =
        mug.draft.variants.iter().map(|variant| variant.values.join("/")).collect();
    assert_eq!(values, ["Oat/S", "Oat/L", "Sea/S"]);
    assert_eq!(prices(&mug), [2800, 3450, 2800]);
    assert_eq!(stock(&mug), [6, 0, 4], "pieces below zero are none");
    assert_eq!(notes(&mug), ["3 Variant Inventory Qty stock.negative"]);
    assert_eq!(
        sources(&mug),
        [
            "https://cdn.example/a.jpg?v=1",
            "https://cdn.example/b.jpg?v=2",
            "https://cdn.example/my photo.jpg"
        ],
        "by position, each once whatever its version"
    );
    assert_eq!(mug.images[0].alt, "A cream mug");
    assert!(board.draft.options.is_empty(), "Title / Default Title is no option");
    assert_eq!(board.draft.variants[0].values, Vec::<String>::new());
}

#[test]
fn only_active_products_on_the_online_store_are_for_sale() {
    let row = |published: &str, status: &str| {
        format!("{published}{status}x,X,,,,,,{published},,,,,,,shopify,1,5.00,,,,,{status}\n")
    };
    let cases = [
        ("true", "active"),
        ("false", "active"),
        ("true", "draft"),
        ("true", "archived"),
        ("true", ""),
        ("", ""),
    ];
    let text = file(&cases.map(|(published, status)| row(published, status)).concat());
    let all = drafts(&text);
    assert_eq!(
        all.iter().map(|draft| draft.publish).collect::<Vec<_>>(),
        [true, false, false, false, true, false]
    );
    assert_eq!(notes(&all[3]), ["5 Status status.archived"]);
}

#[test]
fn pieces_that_shopify_does_not_count_are_never_made_up() {
    let all = drafts(&file(
        "a,A,,,,,,true,,,,,,,,,5.00,,,,,active\nb,B,,,,,,true,,,,,,,,3,5.00,,,,,active\n",
    ));
    assert_eq!(
        (stock(&all[0]), notes(&all[0])),
        (vec![0], vec!["2 Variant Inventory Qty stock.untracked".to_owned()])
    );
    assert_eq!((stock(&all[1]), notes(&all[1])), (vec![3], vec![]));
}

#[test]
fn a_broken_variant_keeps_its_whole_product_out_and_no_other() {
    let text = file(concat!(
        "mug,Mug,,,,,,true,Glaze,Oat,,,,M1,shopify,6,28.00,,,,,active\n",
        "mug,,,,,,,,,Sea,,,,M2,shopify,4,twelve,,,,,\n",
        "mug,,,,,,,,,oat,,,,M3,shopify,many,12,,x,,,\n",
        "cup,Cup,,,,,,true,,,,,,C1,shopify,1,8,,,,,active\n",
    ));
    let all = entries(&text);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].rows.len(), 3, "the error file needs all rows of the product");
    assert_eq!(
        errors(&text),
        [
            "3 Variant Price price.not_a_number",
            "4 Variant Inventory Qty stock.not_a_number",
            "4 Option1 Value option.duplicate"
        ]
    );
    assert!(all[1].outcome.is_ok());
}

#[test]
fn a_finding_points_at_its_cell() {
    let text = file("mug,Mug,\"two\nlines\",,,,,true,,,,,,M1,shopify,6, twelve ,,,,,active\n");
    let entry = entries(&text).remove(0);
    let error = entry.outcome.clone().unwrap_err().remove(0);
    assert_eq!(
        entry.place(&layout(text.as_bytes()), &error),
        (3, 35, 7),
        "the record began on line 2"
    );
    let shown = api::import::lines(text.as_bytes(), &layout(text.as_bytes()), &[3].into()).unwrap();
    assert_eq!(shown[&3].get(34..41), Some(" twelve"));
}

#[test]
fn a_handle_that_comes_back_later_is_refused_there() {
    let text = file(concat!(
        "mug,Mug,,,,,,true,Glaze,Oat,,,,M1,shopify,6,28.00,,,,,active\n",
        "cup,Cup,,,,,,true,,,,,,C1,shopify,1,8,,,,,active\n",
        "mug,,,,,,,,,Sea,,,,M2,shopify,4,28.00,,,,,\n",
        ",Lost,,,,,,true,,,,,,L1,shopify,1,8,,,,,active\n",
    ));
    assert_eq!(errors(&text), ["4  key.scattered", "5 Handle key.missing"]);
}

#[test]
fn titles_skus_and_options_are_checked() {
    let long = "x".repeat(141);
    let text = file(&format!(
        "a,{long},,,,,,true,,,,,,'00012,shopify,1,5,,,,,active\n\
         b,,,,,,,true,,,,,,1.23E+11,shopify,1,5,,,,,active\n\
         c,C,,,,,,true,,Red,,,,S,shopify,1,5,,,,,active\n\
         d,D,,,,,,true,,,,,,S,shopify,1,5,,,,,active\n\
         e,E,,,,,,true,Size,S,,,,E1,shopify,1,5,,,,,active\n\
         e,,,,,,,,,,,,,E2,shopify,1,5,,,,,\n"
    ));
    assert_eq!(
        errors(&text),
        [
            "2 Title title.too_long",
            "3 Variant SKU sku.scientific",
            "3 Title title.missing",
            "4 Option1 Name option.unnamed",
            "5 Variant SKU sku.duplicate",
            "7 Option1 Value option.missing",
        ]
    );
    let zeros = drafts(&file("a,A,,,,,,true,,,,,,'00012,shopify,1,5,,,,,active\n"));
    assert_eq!(zeros[0].draft.variants[0].sku, "00012");
}

#[test]
fn the_template_of_2024_is_read_as_well() {
    let text = "Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Option1 name,Option1 value,\
Price,Inventory quantity,Product image URL,Image position,Image alt text\n\
Scarf,scarf,Warm,Ida,Scarves,,TRUE,Active,SCF,Color,Moss,89.00,2,https://x.example/s.jpg,1,Moss scarf\n";
    let scarf = drafts(text).remove(0);
    assert_eq!(
        (scarf.key.as_str(), scarf.publish, scarf.draft.category),
        ("scarf", true, Category::Textiles)
    );
    assert_eq!(
        (prices(&scarf), stock(&scarf), sources(&scarf)),
        (vec![8900], vec![2], vec!["https://x.example/s.jpg"])
    );
}

#[test]
fn a_row_with_too_many_cells_is_refused_and_a_short_one_is_not() {
    let text = file(
        "a,A,,,,,,true,,,,,,A1,shopify,1,12,50,,,,,active,extra\nb,B,,,,,,true,,,,,,B1,shopify,1,5\n,,,,\n\u{1a}\n",
    );
    assert_eq!(errors(&text), ["2  row.ragged"]);
    assert_eq!(entries(&text).len(), 2, "blank rows are nothing");
}

#[test]
fn what_is_too_long_is_cut_when_it_may_be_and_refused_when_not() {
    let tags = (0..20).map(|n| format!("tag {n}")).collect::<Vec<_>>().join(",");
    let (word, long) = ("w".repeat(61), "d".repeat(10_001));
    let rows = |body: &str, tags: &str, value: &str, sku: &str| {
        file(&format!(
            "a,A,{body},,,,\"{tags}\",true,Size,{value},,,,{sku},shopify,1,5,,,,,active\n"
        ))
    };
    let cut = drafts(&rows("", &format!("{word},{tags}"), "S", "A")).remove(0);
    assert_eq!((cut.draft.tags.len(), cut.draft.tags[0].len()), (13, 60));
    assert_eq!(notes(&cut), ["2 Tags words.too_many", "2 Tags words.too_long"]);
    assert_eq!(
        errors(&rows(&long, "", &word, &word)),
        [
            "2 Option1 Value option.too_long",
            "2 Variant SKU sku.too_long",
            "2 Body (HTML) description.too_long"
        ]
    );
}

#[test]
fn metafields_that_are_attributes_of_the_shelf_are_taken_as_far_as_they_fit() {
    let text = "Handle,Title,Type,Variant Price,Variant Inventory Qty,\
                Color (product.metafields.shopify.color-pattern),Glaze (product.metafields.custom.glaze),\
                Finish (product.metafields.custom.finish),Mood (product.metafields.custom.mood)\n\
                mug,Mug,Stoneware,12,1,blue; white,like porridge,oiled,calm\n";
    let [mug] = <[_; 1]>::try_from(drafts(text)).unwrap();
    let said = serde_json::to_value(&mug.draft.attributes).unwrap();
    assert_eq!(said, serde_json::json!({ "colour": ["white", "blue"] }));
    let notes: Vec<_> = mug.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(notes, ["attribute.unfit"]);
}
