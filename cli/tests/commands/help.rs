//! The first thing that people read.

use crate::market::Market;

#[test]
fn the_first_page_fits_eighty_columns() {
    let run = Market::start().stall(&["--help"]);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    insta::assert_snapshot!(run.stdout, @"");
}

#[test]
fn without_a_command_there_are_five_examples() {
    let run = Market::start().stall(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("  stall ")).count(), 5);
}

#[test]
fn the_topics_are_part_of_the_help() {
    let market = Market::start();
    insta::assert_snapshot!(market.stall(&["help", "exit-codes"]).stdout, @"");
    assert!(market.stall(&["help", "environment"]).stdout.contains("STALL_TOKEN"));
}
