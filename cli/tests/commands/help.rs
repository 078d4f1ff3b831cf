//! The first thing that people read.

use crate::market::Market;

#[test]
fn the_first_page_fits_eighty_columns() {
    let run = Market::start().stall(&["--help"]);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    insta::assert_snapshot!(run.stdout, @r"
    Your shop from the terminal: listings, orders, payouts

    Usage: stall [OPTIONS] [COMMAND]

    Commands:
      register     Open an account
      login        Sign this terminal in
      logout       Sign this terminal out
      whoami       Show who is signed in, and where
      console      Open the console: orders, listings and payouts, live
      profile      What others see of you, your password and sign-ins, your data
      token        Tokens for programs: make, list, revoke
      shop         Open, edit, pause and connect your shop
      listings     See and change what you offer
      import       Bring listings and their pictures from a file
      orders       See and ship what was bought
      payouts      See what reached your bank, and why
      sim          Move the simulator's clock
      completions  Write a completion script for your shell
      help         Explain a command or a topic

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
      -o, --output <FORMAT>  How results are written: table, json, jsonl or csv
          --fields <A,B>     Only these fields, by their names in JSON
          --profile <NAME>   Which sign-in to use
          --server <URL>     Address of the market
          --no-input         Never ask; end with code 5 where an answer is needed
      -y, --yes              Answer every question with yes
      -q, --quiet            Say nothing but errors
      -v, --verbose          Show every request
          --color <WHEN>     Colours: auto, always or never
          --timeout <TIME>   Longest wait for an answer; 30s if not given

    Examples:
      stall login                                       sign this terminal in
      stall shop fees --price 24.00                     what you will get
      stall orders list --status to-pack                what is to be packed
      stall orders ship 7K39QF2M-1 --tracking 0034…     hand a parcel over
      stall payouts reconcile --month 2026-11 --check   every cent accounted for

    More: stall help COMMAND · stall help exit-codes · stall help environment
    ");
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
    insta::assert_snapshot!(market.stall(&["help", "exit-codes"]).stdout, @r"
    Exit codes, for scripts

        0  done
        1  failed, for a reason not listed here
        2  wrong usage or configuration                       correct it
        3  server unreachable, too slow or not well           repeat it later
        4  not signed in, or not allowed                      stall login
        5  input needed, but none may be asked for            add the option it names
        6  partly done: some items failed                     repeat it for those
        7  conflict: changed elsewhere, or done differently   look, then repeat it
        8  --check found differences                          look
      129  the terminal went away
      130  stopped by Ctrl-C
      143  stopped by SIGTERM

    A reader that goes away, as in `stall orders list | head`, is no error.
    ");
    assert!(market.stall(&["help", "environment"]).stdout.contains("STALL_TOKEN"));
}

#[test]
fn a_command_without_a_change_is_told_one_option_and_where_the_others_stand() {
    let market = Market::start();
    let mut told = String::new();
    for args in [&["shop", "edit"][..], &["profile", "edit"], &["listings", "set", "MUG"]] {
        let run = market.stall(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        told.push_str(&run.stderr);
    }
    insta::assert_snapshot!(told, @r"
    error: the following required arguments were not provided:
      --name <NAME>, or another of the options

    Usage: stall shop edit [OPTIONS]

    For more information, try '--help'.
    error: the following required arguments were not provided:
      --name <NAME>, or another of the options

    Usage: stall profile edit [OPTIONS]

    For more information, try '--help'.
    error: the following required arguments were not provided:
      --title <TEXT>, or another of the options

    Usage: stall listings set [OPTIONS] <LISTING>

    For more information, try '--help'.
    ");
    let help = market.stall(&["listings", "set", "--help"]).stdout;
    assert!(help.contains("\nUsage: stall listings set [OPTIONS] <LISTING>\n"), "{help}");
}
