//! Looks: six roles of meaning, and five sets of colours for them.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text means; colour never says it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Where the eye should go: titles, the cursor, the active tab.
    Accent,
    /// All is well.
    Ok,
    /// Wants attention soon.
    Warn,
    /// Wants attention now, or money that is not real.
    Bad,
    /// On its way, by the way.
    Info,
    /// Labels, borders, old news.
    Dim,
}

/// A set of styles; `selected` is laid over the row under the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    roles: [Style; 6],
    /// The row under the cursor.
    pub(crate) selected: Style,
    /// The row under the cursor of a list that has not the keyboard.
    pub(crate) resting: Style,
    /// A tag in the header, such as “SIMULATED MONEY”.
    pub(crate) tag: Style,
    /// Frames of boxes.
    pub(crate) frame: Style,
    /// What people came for: amounts, names of things.
    pub(crate) strong: Style,
}

impl Theme {
    /// Names that [`Theme::named`] knows.
    pub(crate) const NAMES: [&'static str; 5] =
        ["default", "light", "high-contrast", "ansi16", "mono"];

    /// A theme by its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::okabe_ito()),
            "light" => Some(Self::light()),
            "high-contrast" => Some(Self::high_contrast()),
            "ansi16" => Some(Self::ansi16()),
            "mono" => Some(Self::mono()),
            _ => None,
        }
    }

    /// The style of a role.
    pub(crate) fn style(&self, role: Role) -> Style {
        let place = match role {
            Role::Accent => 0,
            Role::Ok => 1,
            Role::Warn => 2,
            Role::Bad => 3,
            Role::Info => 4,
            Role::Dim => 5,
        };
        self.roles[place]
    }

    /// Okabe and Ito's palette, told apart under the usual colour-vision deficiencies; on a
    /// dark background. <https://jfly.uni-koeln.de/color/>
    fn okabe_ito() -> Self {
        let colours = [
            Color::Rgb(0xE6, 0x9F, 0x00),
            Color::Rgb(0x2F, 0xBF, 0x94),
            Color::Rgb(0xF0, 0xE4, 0x42),
            Color::Rgb(0xF0, 0x7A, 0x3C),
            Color::Rgb(0x56, 0xB4, 0xE9),
            Color::Rgb(0x8C, 0x93, 0xA3),
        ];
        Self {
            selected: Style::new().bg(Color::Rgb(0x2C, 0x3A, 0x4B)),
            resting: Style::new().bg(Color::Rgb(0x26, 0x2B, 0x34)),
            tag: Style::new()
                .fg(Color::Rgb(0x1B, 0x23, 0x31))
                .bg(Color::Rgb(0xE7, 0xC0, 0x50))
                .add_modifier(Modifier::BOLD),
            frame: Style::new().fg(Color::Rgb(0x58, 0x60, 0x70)),
            ..Self::of(colours)
        }
    }

    /// The same hues, darkened until they read on white (4.5 to 1 and better).
    fn light() -> Self {
        let colours = [
            Color::Rgb(0x8A, 0x5A, 0x00),
            Color::Rgb(0x00, 0x6B, 0x4E),
            Color::Rgb(0x6E, 0x62, 0x00),
            Color::Rgb(0xA8, 0x3C, 0x00),
            Color::Rgb(0x00, 0x5A, 0x8E),
            Color::Rgb(0x5C, 0x62, 0x6E),
        ];
        Self {
            selected: Style::new().bg(Color::Rgb(0xD6, 0xE4, 0xF2)),
            resting: Style::new().bg(Color::Rgb(0xEA, 0xEC, 0xEF)),
            tag: Style::new()
                .fg(Color::Rgb(0x1B, 0x23, 0x31))
                .bg(Color::Rgb(0xE7, 0xC0, 0x50))
                .add_modifier(Modifier::BOLD),
            frame: Style::new().fg(Color::Rgb(0xA0, 0xA6, 0xB0)),
            ..Self::of(colours)
        }
    }

    fn high_contrast() -> Self {
        let colours = [
            Color::LightYellow,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightRed,
            Color::LightCyan,
            Color::White,
        ];
        Self {
            selected: Style::new()
                .fg(Color::Black)
                .bg(Color::LightYellow)
                .add_modifier(Modifier::BOLD),
            resting: Style::new().add_modifier(Modifier::UNDERLINED),
            tag: Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::BOLD),
            frame: Style::new().fg(Color::White),
            ..Self::of(colours)
        }
    }

    /// The terminal's own colours. What is dim is faint rather than “bright black”, which some
    /// colour schemes make the colour of the background.
    fn ansi16() -> Self {
        let faint = Style::new().add_modifier(Modifier::DIM);
        let hues = [Color::Yellow, Color::Green, Color::Yellow, Color::Red, Color::Cyan];
        let [accent, ok, warn, bad, info] = hues.map(|hue| Style::new().fg(hue));
        Self {
            roles: [accent, ok, warn, bad, info, faint],
            selected: Style::new().fg(Color::White).bg(Color::Blue),
            resting: Style::new().add_modifier(Modifier::BOLD),
            tag: Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::BOLD),
            frame: faint,
            strong: Style::new().add_modifier(Modifier::BOLD),
        }
    }

    /// No colour at all: bold, underline and reverse only.
    fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            roles: [bold, plain, bold, bold.add_modifier(Modifier::UNDERLINED), plain, plain],
            selected: plain.add_modifier(Modifier::REVERSED),
            resting: plain.add_modifier(Modifier::UNDERLINED),
            tag: bold.add_modifier(Modifier::REVERSED),
            frame: plain,
            strong: bold,
        }
    }

    fn of(colours: [Color; 6]) -> Self {
        Self {
            roles: colours.map(|colour| Style::new().fg(colour)),
            selected: Style::new(),
            resting: Style::new(),
            tag: Style::new(),
            frame: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
        }
    }
}
