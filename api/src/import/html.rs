//! HTML bodies become plain text with paragraphs.
//!
//! Listings hold plain text only, so nothing of the mark-up survives and nothing needs to be
//! sanitised: a small tokenizer is enough. Full HTML parsers (html5ever and what builds on it)
//! are a dozen crates for a tree that would be thrown away.

/// Elements whose content is not for readers.
const SILENT: &[&str] = &[
    "script", "style", "iframe", "noscript", "template", "head", "title", "object", "svg", "math",
    "audio", "video", "select", "textarea", "canvas", "form",
];
/// Elements that stand apart from what is around them.
const PARAGRAPHS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "figure",
    "hr",
    "main",
    "aside",
    "address",
];
/// Elements that begin a line.
const LINES: &[&str] = &["br", "li", "tr", "dt", "dd", "figcaption", "caption"];

/// Turns a body into text: paragraphs apart by an empty line, items marked `•`, entities decoded.
///
/// A body without any tag keeps its own line breaks.
pub(super) fn to_text(html: &str) -> String {
    let mut text = Text::default();
    let mut rest = html;
    let mut found = false;
    while let Some(at) = rest.find('<') {
        text.push(&rest[..at]);
        rest = &rest[at..];
        let Some(tag) = Tag::at(rest) else {
            text.push("<");
            rest = &rest[1..];
            continue;
        };
        found = true;
        rest = &rest[tag.length..];
        if !tag.closing && SILENT.contains(&tag.name.as_str()) {
            rest = after_closing(rest, &tag.name);
        } else {
            text.element(&tag);
        }
    }
    text.push(rest);
    if found { text.out } else { decode_entities(html).trim().to_owned() }
}

/// Decodes `&amp;`, `&#39;`, `&eacute;` and their kin once.
pub(super) fn decode_entities(text: &str) -> String {
    html_escape::decode_html_entities(text).into_owned()
}

struct Tag {
    name: String,
    closing: bool,
    length: usize,
}

impl Tag {
    /// The tag, comment or declaration that `rest` begins with; `None` for a bare `<`.
    fn at(rest: &str) -> Option<Self> {
        let inner = &rest[1..];
        if let Some(comment) = inner.strip_prefix("!--") {
            let length = comment.find("-->").map_or(rest.len(), |end| 4 + end + 3);
            return Some(Self { name: String::new(), closing: false, length });
        }
        let closing = inner.starts_with('/');
        let body = if closing { &inner[1..] } else { inner };
        if !body
            .starts_with(|c: char| c.is_ascii_alphabetic() || (!closing && matches!(c, '!' | '?')))
        {
            return None;
        }
        let name = body
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        Some(Self { name, closing, length: tag_end(rest) })
    }
}

/// Longest tag whose quotes are looked at; pictures written into an attribute are longer, but hold no `>`.
const LONGEST_TAG: usize = 4096;

/// Length of the tag up to its `>`, which may stand inside a quoted attribute before.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices().take(LONGEST_TAG) {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

/// What follows the closing tag of a silent element; nothing when it is never closed.
fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let start = from + at;
        let tag = rest[start + 2..].get(..name.len());
        if tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name)) {
            return rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
        }
        from = start + 2;
    }
    ""
}

/// Text in the making: spaces collapse, breaks are written only when more text follows.
#[derive(Default)]
struct Text {
    out: String,
    space: bool,
    breaks: usize,
    item: bool,
}

impl Text {
    fn push(&mut self, raw: &str) {
        for c in decode_entities(raw).chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !c.is_control() {
                self.lead_in();
                self.out.push(c);
            }
        }
    }

    fn element(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if PARAGRAPHS.contains(&name) {
            self.breaks = 2;
        } else if name == "br" {
            self.breaks = (self.breaks + 1).min(2);
        } else if LINES.contains(&name) {
            self.breaks = self.breaks.max(1);
            self.item = name == "li" && !tag.closing;
        } else if matches!(name, "td" | "th") {
            self.space = true;
        }
    }

    /// Writes the breaks or the space that stand before the next character.
    fn lead_in(&mut self) {
        if !self.out.is_empty() && self.breaks > 0 {
            self.out.push_str(if self.breaks == 1 { "\n" } else { "\n\n" });
        } else if !self.out.is_empty() && self.space {
            self.out.push(' ');
        }
        if self.item {
            self.out.push_str("• ");
        }
        (self.space, self.breaks, self.item) = (false, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_lists_and_breaks_keep_their_shape() {
        let html = "<p>Hand-thrown &amp; glazed.<br>350&nbsp;ml</p>\n<ul>\n<li>dishwasher <b>safe</b></li><li>food\n safe</li></ul><p>Made in M&uuml;nster&#8217;s old town</p>";
        assert_eq!(
            to_text(html),
            "Hand-thrown & glazed.\n350 ml\n\n• dishwasher safe\n• food safe\n\nMade in Münster’s old town"
        );
    }

    #[test]
    fn scripts_styles_frames_and_comments_say_nothing() {
        let html = "<style>p{color:red}</style>Mug<script>if (a<b) alert('</p>')</SCRIPT ><!-- x > y --><iframe src='//evil'>no</iframe> <img src=x onerror=\"a>b\">cup<script>never closed";
        assert_eq!(to_text(html), "Mug cup");
    }

    #[test]
    fn a_body_without_tags_keeps_its_lines() {
        assert_eq!(to_text("One\n\nTwo &lt;3\n"), "One\n\nTwo <3");
        assert_eq!(to_text("width < 5 cm, height > 3 cm"), "width < 5 cm, height > 3 cm");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(to_text("<p>&amp;lt;b&amp;gt; &bogus; &</p>"), "&lt;b&gt; &bogus; &");
    }

    proptest! {
        #[test]
        fn any_text_becomes_text(html in "[a-z<>/!'\"&;#= \n-]{0,60}|\\PC{0,40}") {
            let text = to_text(&html);
            prop_assert!(text.len() <= html.len() * 4 + 8);
        }
    }
}
