//! Topics of `stall help` that belong to no command.

/// `stall help exit-codes`.
pub(crate) const EXIT_CODES: &str = "\
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
";

/// `stall help environment`.
pub(crate) const ENVIRONMENT: &str = "\
Variables and files

  STALL_SERVER      address of the market             --server
  STALL_PROFILE     which sign-in to use              --profile
  STALL_OUTPUT      table, json, jsonl or csv         --output
  STALL_NO_INPUT    1: never ask                      --no-input
  STALL_TOKEN       token to use instead of `stall login`; wins over it as long as
                    it is set
  STALL_INSECURE_STORAGE                              --insecure-storage
                    1: `stall login` leaves the keyring alone and keeps the token
                    in credentials.json
  STALL_CONFIG_DIR  folder of config.toml             ~/.config/stall
  STALL_STATE_DIR   folder of credentials.json        ~/.local/state/stall
  NO_COLOR          anything: no colours              --color never

A flag wins over its variable, a variable over config.toml. The address that a
sign-in was made for goes with its token and wins over config.toml.

config.toml       server = \"https://market.example\"
                  profile = \"default\"
                  output = \"table\"

credentials.json  servers by profile, and their tokens or where in the keyring
                  they lie; readable by you alone: a mode wider than 0600 is
                  tightened when it is read, with a warning
";
