//! The shop's banner and portrait, by keyboard.

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{ShopProfile, ShopProfileEdit};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, press, shop_on, told, type_text};
use crate::settings::ShopPicture;
use crate::snapshots::text;

fn on(row: &str, shop: ShopProfile) -> App {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let mut told = told();
    told.shop = Some(shop);
    answer(&mut app, Answer::Settings(Ok(Box::new(told))));
    app.settings.select(row);
    app
}

fn bare() -> ShopProfile {
    told().shop.unwrap()
}

fn with_banner(alt: &str) -> ShopProfile {
    let hash = "5e".repeat(32);
    let banner = GalleryImage { hash, alt: alt.to_owned(), width: 1600, height: 400, tint: 9 };
    let shop = bare();
    ShopProfile { banner: Some(banner), version: shop.version + 1, ..shop }
}

/// A change of the banner, as it is sent.
fn banner(version: i64, hash: &str, alt: &str) -> Effect {
    let entry = GalleryEntry { hash: hash.to_owned(), alt: alt.to_owned() };
    let edit = Box::new(ShopProfileEdit { banner: Some(entry), ..ShopProfileEdit::default() });
    Effect::EditShop { label: "Banner", version, edit }
}

#[test]
fn a_picture_is_set_from_a_file_with_what_it_shows() {
    let mut app = on("Shop portrait", bare());
    press(&mut app, Key::Enter);
    press(&mut app, Key::Enter);
    assert!(press(&mut app, Key::Enter).is_empty(), "no file is named");
    act(&mut app, Action::Paste("~/ines.jpg\n".to_owned()));
    press(&mut app, Key::Enter);
    type_text(&mut app, "Inès at the wheel");
    let sent = Effect::SetShopPicture {
        label: "Shop portrait",
        version: 7,
        which: ShopPicture::Portrait,
        file: "~/ines.jpg".to_owned(),
        alt: "Inès at the wheel".to_owned(),
    };
    assert_eq!(press(&mut app, Key::Enter), std::slice::from_ref(&sent));
    let message = "~/ines.jpg cannot be used: it is no file.".to_owned();
    let refused = Failure { kind: FailureKind::Refused, message };
    answer(&mut app, Answer::ShopSaved("Shop portrait", Err(refused)));
    let Overlay::Setting(form) = &app.overlay else { panic!("the form is open") };
    assert!(!form.describing && form.problem.is_some(), "the file can be mended");
    press(&mut app, Key::Tab);
    assert_eq!(press(&mut app, Key::Enter), [sent], "and the words are there still");
    answer(&mut app, Answer::ShopSaved("Shop portrait", Ok(bare())));
    assert!(matches!(app.overlay, Overlay::None));
}

#[test]
fn a_picture_that_is_there_is_described_anew_without_its_file() {
    let mut app = on("Banner", with_banner("The street"));
    assert!(text(&app).contains("1600 × 400 pixels"), "{}", text(&app));
    assert!(text(&app).contains("It shows: The street"), "{}", text(&app));
    press(&mut app, Key::Enter);
    press(&mut app, Key::Enter);
    type_text(&mut app, " in May");
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [banner(8, &"5e".repeat(32), "The street in May")]);

    let mut app = on("Banner", with_banner("The street"));
    press(&mut app, Key::Enter);
    type_text(&mut app, "kiln.jpg");
    press(&mut app, Key::Enter);
    let Overlay::Setting(form) = &app.overlay else { panic!("the form is open") };
    assert_eq!(form.alt.as_ref().unwrap().text(), "", "another picture shows something else");
}

#[test]
fn a_picture_is_taken_away_and_comes_back() {
    let mut app = on("Banner", with_banner("The street"));
    assert_eq!(press(&mut app, Key::Char('x')), [banner(8, "", "")], "no question: u undoes it");
    answer(&mut app, Answer::ShopSaved("Banner", Ok(ShopProfile { version: 9, ..bare() })));
    let drawn = text(&app);
    assert!(drawn.contains("✓ Banner: taken away.") && drawn.contains("u undo Banner"), "{drawn}");
    let back = banner(9, &"5e".repeat(32), "The street");
    assert_eq!(press(&mut app, Key::Char('u')), [back]);
    let again = ShopProfile { version: 10, ..with_banner("The street") };
    answer(&mut app, Answer::ShopSaved("Banner", Ok(again)));
    assert!(text(&app).contains("✓ Banner: taken back."), "{}", text(&app));

    let mut app = on("Banner", bare());
    assert!(press(&mut app, Key::Char('x')).is_empty(), "there is none");
}
