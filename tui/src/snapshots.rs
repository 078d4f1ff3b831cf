//! What the screens look like.

use api::account::Me;
use api::question::Answer as Answered;
use api::shop::OnboardingStatus;
use api::today::Today;
use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::action::{Action, Answer, Failure, FailureKind, Key, Link};
use crate::app::{App, Screen};
use crate::effect::Ask;
use crate::fixtures::{
    act, answer, blank, id, me, now, order, order_row, press, shop, shop_on, today, told,
    type_text, with_portrait,
};
use crate::theme::Theme;
use crate::view::view;

/// A frame, with its colours.
pub(crate) fn drawn(app: &App) -> Buffer {
    let (columns, rows) = app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(app, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// A frame, as text.
pub(crate) fn text(app: &App) -> String {
    let (columns, rows) = app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(app, frame)).unwrap();
    terminal.backend().to_string()
}

#[test]
fn every_screen_at_80x24() {
    for screen in Screen::ALL {
        assert_snapshot!(format!("{}-80x24", screen.title()), text(&shop_on(screen, 80, 24)));
    }
}

#[test]
fn every_screen_at_120x40() {
    for screen in Screen::ALL {
        assert_snapshot!(format!("{}-120x40", screen.title()), text(&shop_on(screen, 120, 40)));
    }
}

#[test]
fn an_order_fills_the_screen() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Enter);
    assert_snapshot!(text(&app));
}

#[test]
fn what_a_shopper_wishes_for_is_shown_to_the_last_letter() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    let row = order_row(0);
    let mut personal = order(&row);
    let wish = "For our Donaudampfschifffahrtsgesellschaftskapitän 王小明";
    personal.lines[0].answers = vec![Answered {
        question: "Words on the foot".to_owned(),
        answer: wish.to_owned(),
        surcharge: None,
    }];
    answer(&mut app, Answer::Order(row.number, Ok(personal)));
    press(&mut app, Key::Enter);
    let letters = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
    let items: String =
        text(&app).lines().flat_map(|line| line.chars().take(46).chain(['\n'])).collect();
    assert!(letters(&items).contains(&letters(wish)), "{}", text(&app));
}

#[test]
fn a_setting_is_changed_on_one_line() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Enter);
    assert_snapshot!(text(&app));
}

#[test]
fn a_setting_that_was_changed_elsewhere_keeps_the_words_that_were_typed() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut app = shop_on(Screen::Settings, columns, rows);
        app.settings.select("Place");
        press(&mut app, Key::Enter);
        type_text(&mut app, ", near the kiln");
        press(&mut app, Key::Enter);
        let message = "your profile was changed elsewhere meanwhile".to_owned();
        let conflict = Failure { kind: FailureKind::Conflict, message };
        answer(&mut app, Answer::ProfileSaved("Place", Err(conflict)));
        let mut elsewhere = told();
        elsewhere.profile.version += 1;
        elsewhere.profile.place = "Ravenna, Italy".to_owned();
        answer(&mut app, Answer::Settings(Ok(Box::new(elsewhere))));
        assert_snapshot!(format!("a_setting_changed_elsewhere-{columns}x{rows}"), text(&app));
    }
}

#[test]
fn a_sign_in_with_a_long_name_is_read_whole_and_asked_about() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('G'));
    assert_snapshot!("a_sign_in_with_a_long_name", text(&app));
    press(&mut app, Key::Char('x'));
    assert_snapshot!("a_sign_in_is_asked_about", text(&app));
}

#[test]
fn a_password_is_changed_unseen_and_a_mistake_keeps_what_was_typed() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Password");
    press(&mut app, Key::Enter);
    assert_snapshot!("a_password_is_asked_for", text(&app));
    for words in ["what it was so far", "short", "short"] {
        type_text(&mut app, words);
        press(&mut app, Key::Enter);
    }
    type_text(&mut app, "123456");
    press(&mut app, Key::Enter);
    assert_snapshot!("a_password_is_too_short", text(&app));
}

#[test]
fn a_portrait_comes_from_a_file_and_goes_after_a_question() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Portrait");
    press(&mut app, Key::Enter);
    let long = "~/pictures of the workshop/2026/beside the big kiln/最後の窯/me with a mug.jpg";
    type_text(&mut app, long);
    press(&mut app, Key::Enter);
    let message = format!("{long} cannot be used: No such file or directory (os error 2).");
    let refused = Failure { kind: FailureKind::Refused, message };
    answer(&mut app, Answer::ProfileSaved("Portrait", Err(refused)));
    assert_snapshot!("a_portrait_that_is_not_there", text(&app));
    press(&mut app, Key::Esc);
    answer(&mut app, Answer::Settings(Ok(Box::new(with_portrait()))));
    press(&mut app, Key::Char('x'));
    assert_snapshot!("a_portrait_is_asked_about", text(&app));
}

#[test]
fn a_picture_of_the_shop_is_chosen_and_described() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Shop portrait");
    press(&mut app, Key::Enter);
    type_text(&mut app, "~/ines.jpg");
    press(&mut app, Key::Enter);
    type_text(&mut app, "Inès at the wheel");
    assert_snapshot!(text(&app));
}

#[test]
fn a_refused_number_stays_in_its_form() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "0034");
    press(&mut app, Key::Enter);
    assert_snapshot!("a_parcel_is_being_sent", text(&app));
    let message = "A tracking number of DHL has 12 to 20 digits; this one has four, so nobody could follow it.";
    let refused = Failure { kind: FailureKind::Refused, message: message.to_owned() };
    answer(&mut app, Answer::Shipped(order_row(0).number, Err(refused)));
    assert_snapshot!("a_refused_number", text(&app));
}

#[test]
fn no_size_is_too_small_to_say_so() {
    for (columns, rows) in [(60, 20), (20, 4), (80, 23), (79, 24), (1, 1)] {
        let mut app = shop_on(Screen::Orders, 80, 24);
        press(&mut app, Key::Char('s'));
        act(&mut app, Action::Resize(columns, rows));
        let drawn = text(&app);
        if columns >= 20 {
            let words = drawn.replace(['"', '\n'], " ");
            let words: Vec<&str> = words.split_whitespace().collect();
            let said = format!("needs 80x24, this is {columns}x{rows}, q quits");
            assert_eq!(words.join(" "), said);
        }
    }
}

#[test]
fn the_ship_form_guesses_the_carrier() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    act(&mut app, Action::Paste("00340434161094021501\n".to_owned()));
    assert_snapshot!(text(&app));
}

#[test]
fn the_palette_finds_people_and_commands() {
    let mut app = shop(80, 24);
    press(&mut app, Key::Char(':'));
    type_text(&mut app, "sto");
    assert_snapshot!(text(&app));
}

#[test]
fn the_help_lists_every_key() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('?'));
    assert_snapshot!(text(&app));
}

#[test]
fn filter_marks_new_rows_and_a_broken_link_are_said_in_words() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char(' '));
    let mut fresh = order_row(0);
    fresh.number = "ZZZZZZZZ-1".to_owned();
    app.orders.begin_quiet();
    answer(&mut app, Answer::Orders(Ask::Quiet, Ok(api::Page { items: vec![fresh], next: None })));
    press(&mut app, Key::Char('/'));
    type_text(&mut app, "is:to-pack -candle");
    act(&mut app, Action::Link(Link::Reconnecting(3)));
    assert_snapshot!(text(&app));
}

#[test]
fn empty_shops_say_what_will_come() {
    let mut app = blank(80, 24);
    let none = || api::Page { items: Vec::new(), next: None };
    answer(&mut app, Answer::Orders(Ask::Fresh, Ok(none())));
    press(&mut app, Key::Char('2'));
    assert_snapshot!(text(&app));
}

#[test]
fn who_has_no_shop_is_told_how_to_open_one() {
    let mut app = blank(80, 24);
    let refused =
        || Failure { kind: FailureKind::Refused, message: "Open a shop first".to_owned() };
    answer(&mut app, Answer::Orders(Ask::Fresh, Err(refused())));
    answer(&mut app, Answer::Today(Err(refused())));
    answer(&mut app, Answer::Me(Ok(Me { shop: None, ..me() })));
    for screen in ['1', '2'] {
        press(&mut app, Key::Char(screen));
        let drawn = text(&app);
        assert!(drawn.contains("You have no shop yet.") && drawn.contains("stall shop create"));
        assert!(!drawn.contains("Open a shop first") && !drawn.contains("connecting"), "{drawn}");
    }
}

#[test]
fn a_shop_that_cannot_be_paid_is_told_before_all_else() {
    let mut app = shop(80, 24);
    let mut me = me();
    me.shop.as_mut().unwrap().onboarding = OnboardingStatus::NotStarted;
    answer(&mut app, Answer::Me(Ok(me)));
    press(&mut app, Key::Home);
    assert!(text(&app).contains("> ! Stripe      stall shop onboard"), "{}", text(&app));
    press(&mut app, Key::Enter);
    assert!(text(&app).contains("Quit with q and run: stall shop onboard"));
}

#[test]
fn an_address_that_is_not_proved_is_asked_for_until_it_is() {
    let mut app = shop(80, 24);
    let mut unproved = me();
    unproved.account.email_verified = false;
    answer(&mut app, Answer::Me(Ok(unproved)));
    press(&mut app, Key::Home);
    assert_snapshot!(text(&app));
    press(&mut app, Key::Enter);
    assert!(text(&app).contains("quit with q and run: stall profile email verify"));
    press(&mut app, Key::F(2));
    assert!(!text(&app).contains("birch@"), "nobody has to show it");
    press(&mut app, Key::Char(','));
    answer(&mut app, Answer::Settings(Ok(Box::new(told()))));
    press(&mut app, Key::Char('1'));
    assert!(!text(&app).contains("E-mail"), "Settings saw that it is proved by now");
}

#[test]
fn a_business_that_has_not_named_itself_is_told_what_lacks() {
    let mut app = shop(80, 24);
    let all = ["the name", "the postal address", "the telephone number", "the e-mail address"];
    let silent = Today { seller_lacks: all.map(str::to_owned).to_vec(), ..today() };
    answer(&mut app, Answer::Today(Ok(silent)));
    press(&mut app, Key::Home);
    assert_snapshot!(text(&app));
    press(&mut app, Key::Enter);
    assert!(text(&app).contains("stall shop edit"));
    answer(&mut app, Answer::Today(Ok(today())));
    assert!(!text(&app).contains("Seller"));
}

#[test]
fn a_suspended_shop_stands_first_among_what_needs_her() {
    let mut app = shop(80, 24);
    let suspension = api::staff::Suspension {
        id: id(7),
        reason: "Two mugs are factory goods.".to_owned(),
        suspended_at: now(),
        lifted_at: None,
    };
    answer(&mut app, Answer::Today(Ok(today())));
    answer(&mut app, Answer::Me(Ok(Me { suspension: Some(suspension), ..me() })));
    press(&mut app, Key::Home);
    assert_snapshot!(text(&app));
    press(&mut app, Key::Enter);
    assert!(text(&app).contains("stall shop show"));
    answer(&mut app, Answer::Me(Ok(me())));
    assert!(!text(&app).contains("Suspended"));
}

#[test]
fn a_failure_says_the_remedy() {
    let mut app = blank(80, 24);
    let failure = Failure {
        kind: FailureKind::Unreachable,
        message: "http://127.0.0.1:8080 does not answer.".to_owned(),
    };
    answer(&mut app, Answer::Orders(Ask::Fresh, Err(failure)));
    press(&mut app, Key::Char('2'));
    act(&mut app, Action::Link(Link::Offline));
    assert_snapshot!(text(&app));
}

#[test]
fn the_first_frame_needs_no_answer() {
    assert_snapshot!(text(&blank(80, 24)));
}

#[test]
fn a_small_terminal_gets_one_line() {
    assert_snapshot!(text(&shop(70, 20)).lines().next().unwrap(), @r#""needs 80x24, this is 70x20, q quits                                   ""#);
}

#[test]
fn mono_uses_no_colour() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    app.setup.theme = Theme::named("mono").unwrap();
    let buffer = drawn(&app);
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    assert_snapshot!(modifiers(&buffer));
}

#[test]
fn every_theme_tells_a_late_order_from_a_shipped_one_without_colour_alone() {
    for name in Theme::NAMES {
        let mut app = shop_on(Screen::Orders, 120, 40);
        app.setup.theme = Theme::named(name).unwrap();
        let drawn = text(&app);
        assert!(
            drawn.contains("● to pack")
                && drawn.contains("▶ shipped")
                && drawn.contains("↩ refunded")
        );
    }
}

#[test]
fn ascii_terminals_get_ascii() {
    for screen in Screen::ALL {
        let mut app = shop_on(screen, 80, 24);
        app.setup.ascii = true;
        assert!(drawn(&app).content.iter().all(|cell| cell.symbol().is_ascii()));
    }
}

#[test]
fn nothing_that_is_a_number_or_money_is_cut() {
    for (columns, rows) in [(80, 24), (100, 30), (120, 40), (200, 50)] {
        let orders = text(&shop_on(Screen::Orders, columns, rows));
        assert!(orders.contains("0RJ2D4HN-1") || rows == 24, "{columns}x{rows}");
        assert!(orders.contains("€149.00") && orders.contains("4WZ8TT0C-1"), "{columns}x{rows}");
        let payouts = text(&shop_on(Screen::Payouts, columns, rows));
        assert!(payouts.contains("€1,204.18") && payouts.contains("€1,294.10"), "{columns}x{rows}");
    }
}

#[test]
fn hidden_names_are_nowhere_on_the_screen() {
    for size in [(80, 24), (120, 40)] {
        let mut app = shop_on(Screen::Orders, size.0, size.1);
        press(&mut app, Key::F(2));
        for screen in ['1', '2'] {
            press(&mut app, Key::Char(screen));
            let drawn = text(&app);
            for secret in ["Priya", "王", "Fournier", "Sample Street", "Sampletown", "gift"] {
                assert!(!drawn.contains(secret), "{secret} on {screen}");
            }
        }
    }
}

/// One letter for each cell: bold, underlined, reversed; a dot for plain ones.
fn modifiers(buffer: &Buffer) -> String {
    let letter = |cell: &ratatui::buffer::Cell| match cell.modifier {
        m if m.contains(Modifier::REVERSED) => 'r',
        m if m.contains(Modifier::UNDERLINED) => 'u',
        m if m.contains(Modifier::BOLD) => 'b',
        _ => '.',
    };
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|row| row.iter().map(letter).collect::<String>() + "\n").collect()
}
