use super::*;
use api::import::{FileError, Format};
use proptest::prelude::*;

const FILE: &str = "key,title,price,stock\ngr,Größe – „Löffel“ für 5 €,\"12,50\",2\n";

fn title(bytes: &[u8]) -> String {
    entries_of(bytes).remove(0).outcome.unwrap().draft.title
}

#[test]
fn encodings_are_found_by_content() {
    let title_there = "Größe – „Löffel“ für 5 €";
    let marked = format!("\u{feff}{FILE}");
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(order).collect::<Vec<u8>>()
    };
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(FILE);
    for (bytes, name) in [
        (FILE.as_bytes().to_vec(), "utf-8"),
        (marked.clone().into_bytes(), "utf-8"),
        (utf16(&marked, u16::to_le_bytes), "utf-16le"),
        (utf16(&marked, u16::to_be_bytes), "utf-16be"),
        (utf16(FILE, u16::to_le_bytes), "utf-16le"),
        (windows.into_owned(), "windows-1252"),
    ] {
        assert_eq!(layout(&bytes).encoding(), name);
        assert_eq!(title(&bytes), title_there, "{name}");
    }
}

#[test]
fn one_byte_at_the_end_of_a_long_file_decides() {
    let mut bytes =
        format!("key,title,price,stock\n{}", "plain,Mug,5,1\n".repeat(40_000)).into_bytes();
    bytes.extend_from_slice(b"last,Caf\xe9,5,1\n");
    assert_eq!(layout(&bytes).encoding(), "windows-1252");
}

#[test]
fn separators_are_found_by_content_and_headers_may_be_padded() {
    for separator in [",", ";", "\t", "|"] {
        let pad = " ".repeat(200);
        let text = format!("Key{pad},TITLE , price,stock,note\nk,\"a,b;c|d\te\",5,1,x,\n")
            .replacen(',', "\u{1}", 5);
        let text = text
            .replace("\nk,", "\nk\u{1}")
            .replace("\",5,1,x,", "\"\u{1}5\u{1}1\u{1}x")
            .replace('\u{1}', separator);
        let layout = layout(text.as_bytes());
        assert_eq!(char::from(layout.separator()).to_string(), separator);
        assert_eq!(layout.unread, ["note"]);
    }
}

#[test]
fn what_the_person_says_goes_before_what_is_found() {
    let wishes = Wishes { encoding: Some("utf-16le".to_owned()), ..Wishes::default() };
    assert!(matches!(
        sniff(FILE.as_bytes(), &wishes),
        Err(FileError::UnknownColumns(_) | FileError::Empty)
    ));
    let wishes = Wishes { encoding: Some("klingon".to_owned()), ..Wishes::default() };
    assert!(matches!(sniff(FILE.as_bytes(), &wishes), Err(FileError::UnknownEncoding(_))));
    let wishes = Wishes { format: Some(Format::Shopify), ..Wishes::default() };
    assert_eq!(
        sniff(FILE.as_bytes(), &wishes).unwrap_err().to_string(),
        "this shopify file lacks the column Handle; it has: key, title, price, stock"
    );
    let wishes = Wishes { delimiter: Some(b';'), ..Wishes::default() };
    assert!(sniff(FILE.as_bytes(), &wishes).is_err());
}

#[test]
fn empty_and_unknown_files_say_what_to_do() {
    assert!(matches!(sniff(&b""[..], &Wishes::default()), Err(FileError::Empty)));
    assert!(matches!(sniff(&b"\n\n  \n"[..], &Wishes::default()), Err(FileError::Empty)));
    let error = sniff(&b"Foo,Bar\n1,2\n"[..], &Wishes::default()).unwrap_err().to_string();
    assert!(error.contains("Foo, Bar") && error.contains("stall import template"), "{error}");
}

#[test]
fn bytes_that_are_no_text_are_named_where_they_stand() {
    let mut bytes = b"key,title,price,stock\nk,Caf\xe9,5,1\n".to_vec();
    let wishes = Wishes { encoding: Some("utf-8".to_owned()), ..Wishes::default() };
    let layout = sniff(&bytes[..], &wishes).unwrap();
    let found: Vec<Entry> =
        read(&bytes[..], &layout, Currency::EUR, Decimal::Auto).map(Result::unwrap).collect();
    assert_eq!(brief(&found[0].outcome.clone().unwrap_err()[0]), "2 title text.undecodable");
    bytes.truncate(22);
    assert!(entries_of(&bytes).is_empty(), "a header alone is a file without listings");
}

#[test]
fn an_unclosed_quote_is_the_only_error_and_stands_where_it_began() {
    let text = "key,title,price,stock\na,A,5,1\nb,\"B,5,1\nc,C,5,1\n";
    assert_eq!(errors(text), ["3  quote.unclosed"]);
    assert_eq!(entries(text).len(), 2);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(layout) = sniff(&bytes[..], &Wishes::default()) {
            let _ = read(&bytes[..], &layout, Currency::EUR, Decimal::Auto).count();
        }
    }

    #[test]
    fn any_cells_under_known_headers_are_read_or_refused(
        format in prop::sample::select(vec![0_usize, 1, 2]),
        cells in "([a-z0-9.,;'\"<>&#=€\n\r\t -]{0,9},){0,60}\\PC{0,6}",
    ) {
        let header = [
            "key,title,price,stock,sku,option1_name,option1_value,image1\n".to_owned(),
            "Handle,Title,Variant Price,Variant Inventory Qty,Option1 Name,Option1 Value,Image Src,Body (HTML)\n".to_owned(),
            format!("T,D,P,CURRENCY_CODE{}\n", ",x".repeat(20)),
        ];
        let text = format!("{}{cells}", header[format]);
        if let Ok(layout) = sniff(text.as_bytes(), &Wishes::default()) {
            for entry in read(text.as_bytes(), &layout, Currency::EUR, Decimal::Auto) {
                let entry = entry.unwrap();
                match &entry.outcome {
                    Ok(draft) => {
                        prop_assert!(!draft.draft.title.is_empty() && !draft.draft.variants.is_empty());
                        prop_assert!(draft.draft.variants.iter().all(|v| v.price.minor() > 0 && v.stock >= 0));
                        prop_assert!(draft.draft.variants.iter().all(|v| v.values.len() == draft.draft.options.len()));
                    }
                    Err(errors) => {
                        prop_assert!(!errors.is_empty());
                        for error in errors {
                            let (line, column, width) = entry.place(&layout, error);
                            prop_assert!(line >= entry.line && column >= 1 && width >= 1);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_sum_of_etsys_stock_is_what_the_file_says(total in 0_i64..500, first in 1_usize..8, second in 0_usize..8) {
        let axis = |letter: &str, count: usize| (0..count).map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(",");
        let text = format!(
            "T,D,P,CURRENCY_CODE{}\nMug,,5,EUR,{total},,{},,A,\"{}\",,B,\"{}\",\n",
            ",x".repeat(20), ",".repeat(10), axis("a", first), axis("b", second)
        );
        let draft = drafts(&text).remove(0);
        prop_assert_eq!(stock(&draft).iter().sum::<i64>(), total);
        prop_assert_eq!(draft.draft.variants.len(), first * second.max(1));
    }
}
