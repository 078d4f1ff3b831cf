//! Pictures that a telephone reads from the terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::context::Context;
use crate::talk::Talk;

/// Shows a text as a picture where somebody can see it; what it says stands beside it in any case.
pub(crate) fn show(ctx: &Context, text: &str) {
    let seen = ctx.environment.terminal.stderr && !ctx.environment.dumb;
    if let Some(picture) = drawn(text).filter(|_| seen) {
        Talk::plain(&format!("\n{picture}\n"));
    }
}

/// Two modules to a character, light on dark as most terminals are; nothing when the text is too
/// long for a picture.
fn drawn(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build())
}
