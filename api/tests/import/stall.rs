use super::*;
use api::import::TEMPLATE;
use api::listing::Category;
use api::making::{Making, ToOrder};

#[test]
fn the_template_is_a_file_without_errors_that_uses_every_column() {
    let [mug, board] = <[_; 2]>::try_from(drafts(TEMPLATE)).unwrap();
    assert_eq!(
        (mug.key.as_str(), mug.publish, mug.draft.category),
        ("oat-mug", true, Category::Clay)
    );
    assert_eq!(mug.draft.options, ["Glaze"]);
    assert_eq!((prices(&mug), stock(&mug)), (vec![2800, 2800], vec![6, 4]));
    assert_eq!(sources(&mug), ["oat-mug-1.jpg", "oat-mug-2.jpg"]);
    assert_eq!(mug.images[1].alt, "The same mug from above");
    assert!(mug.draft.description.contains("\n\n"));
    assert_eq!(board.draft.materials, ["walnut", "linseed oil"]);
    assert!(!board.publish);
    assert_eq!(mug.draft.making, Some(Making::default()), "an empty cell is no silence");
    let terms = ToOrder { from: 10, to: 14, weekly: Some(3) };
    assert_eq!(board.draft.making, Some(Making::ToOrder(terms)));
    assert_eq!(layout(TEMPLATE.as_bytes()).unread, Vec::<String>::new());
}

#[test]
fn every_mistake_names_line_column_and_code() {
    let text = "key,title,category,price,stock,publish,sku\n\
                a,A,pottery,12,1,maybe,S1\n\
                b,B,clay,,,no,S2\n\
                b,Bee,,12,1,,S3\n\
                c,C,clay,1,-2,no,S4\n";
    assert_eq!(
        errors(text),
        [
            "2 category category.unknown",
            "2 publish publish.unknown",
            "4 title field.contradicts",
            "3 price price.missing",
            "3 stock stock.missing",
        ]
    );
}

#[test]
fn how_it_is_made_is_read_or_said_to_be_wrong_or_left_alone() {
    let text =
        "title,price,stock,made_in_days,weekly\nA,5,0,soon,\nB,5,0,14..10,\nC,5,0,14,0\nD,5,0,,5\n";
    assert_eq!(
        errors(text),
        [
            "2 made_in_days making.unknown",
            "3 made_in_days making.unknown",
            "4 weekly making.unknown",
            "5 weekly making.unknown",
        ]
    );
    let [silent] = <[_; 1]>::try_from(drafts("title,price,stock\nA,5,0\n")).unwrap();
    assert_eq!(silent.draft.making, None);
    let [half] = <[_; 1]>::try_from(drafts("title,price,stock,made_in_days\nA,5,0,14\n")).unwrap();
    assert!(half.silent.contains(&api::import::Silence::Weekly));
}

#[test]
fn variants_are_told_apart_by_values_or_where_there_are_none_by_skus() {
    let same = "key,title,option1_name,option1_value,price,stock,sku\n\
                a,A,Glaze,Oat,5,1,S1\na,,,oat,5,1,S2\n";
    assert_eq!(errors(same), ["3 option1_value option.duplicate"]);
    let [mug] =
        <[_; 1]>::try_from(drafts("key,title,price,stock,sku\na,A,5,1,S1\na,,6,1,S2\n")).unwrap();
    assert_eq!(prices(&mug), [500, 600]);
    assert!(mug.silent.contains(&api::import::Silence::Options));
    let nothing = "key,title,price,stock\na,A,5,1\na,,6,1\n";
    assert_eq!(errors(nothing), ["3 option1_value option.duplicate"]);
}

#[test]
fn without_a_key_the_sku_and_then_the_title_stand_for_it() {
    let keys: Vec<String> = drafts("title,price,stock,sku\nMug,5,1,M-1\nCup,5,1,\n")
        .into_iter()
        .map(|draft| draft.key)
        .collect();
    assert_eq!(keys, ["M-1", "Cup"]);
    assert_eq!(errors("title,price,stock\nMug,5,1\nMug,6,1\n"), ["3  key.scattered"]);
}

#[test]
fn an_error_file_is_read_like_the_file_it_came_from() {
    let text = "_line,_column,_code,_message,key,title,price,stock\n78,price,price.not_a_number,use digits,mug,Mug,12.00,2\n";
    assert_eq!(prices(&drafts(text)[0]), [1200]);
    assert_eq!(layout(text.as_bytes()).unread, Vec::<String>::new());
}

#[test]
fn formula_guards_and_control_characters_are_taken_off() {
    let text = "key,title,price,stock,description\nk,'=Mug\u{1b}[2J,5,1,\"a\r\nb\u{0}\"\n";
    let mug = drafts(text).remove(0);
    assert_eq!((mug.draft.title.as_str(), mug.draft.description.as_str()), ("=Mug[2J", "a\nb"));
}

#[test]
fn attributes_are_columns_of_their_own() {
    let text = "key,title,category,price,stock,attribute:Glaze,ATTRIBUTE: colour,attribute:dishwasher\n\
                a,A,clay,12,1,Matt,\"blue, white\",\n\
                a,,,12,1,,red,\n\
                b,B,clay,12,1,blue,,maybe\n";
    assert_eq!(
        errors(text),
        [
            "3 ATTRIBUTE: colour field.contradicts",
            "3 option1_value option.duplicate",
            "4 attribute:Glaze attribute.unfit",
            "4 attribute:dishwasher attribute.unfit",
        ]
    );
    let text = "title,price,stock,attribute:Glaze,attribute:color,attribute:dishwasher,attribute:glase\n\
                A,12,1,Matt,\"blue, white\",,x\n";
    let [piece] = <[_; 1]>::try_from(drafts(text)).unwrap();
    let said = serde_json::to_value(&piece.draft.attributes).unwrap();
    assert_eq!(
        said,
        serde_json::json!({ "glaze": ["matt"], "colour": ["white", "blue"], "dishwasher": null })
    );
    assert_eq!(layout(text.as_bytes()).unread, ["attribute:glase"]);
}
