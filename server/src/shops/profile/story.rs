//! A shop's story: plain text with a little Markdown, as HTML that cannot do harm.
//!
//! Two fences. The first takes apart the Markdown and lets pass what a story needs: headings,
//! emphasis, lists, quotations, links; markup of its own becomes text. The second, ammonia, lets
//! pass only those elements, whatever the first wrote.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

/// Elements of a story.
const ELEMENTS: [&str; 11] =
    ["a", "blockquote", "br", "em", "h2", "h3", "li", "ol", "p", "strong", "ul"];

static FENCE: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut fence = ammonia::Builder::empty();
    fence
        .tags(HashSet::from(ELEMENTS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["https"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"));
    fence
});

/// The story as HTML.
pub(crate) fn html(story: &str) -> String {
    let mut page = String::new();
    html::push_html(&mut page, Parser::new(story).filter_map(allowed));
    FENCE.clean(&page).to_string()
}

/// The story as flat text, for descriptions and teasers.
pub(crate) fn plain(story: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(story) {
        match event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Item) => text.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) => text.push_str("\n\n"),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// What of Markdown a story may use. The name of the shop stands above, so a story's headings begin
/// at the second level; a single line break stays one, as whoever writes plain text means it.
fn allowed(event: Event<'_>) -> Option<Event<'_>> {
    let level = |level| if level == HeadingLevel::H1 { HeadingLevel::H2 } else { HeadingLevel::H3 };
    match event {
        Event::Html(words) | Event::InlineHtml(words) | Event::Code(words) => {
            Some(Event::Text(words))
        }
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::Heading { level: given, .. }) => Some(Event::Start(Tag::Heading {
            level: level(given),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(given)) => Some(Event::End(TagEnd::Heading(level(given)))),
        // Pictures stand elsewhere, with an alt text of their own; here their words stay.
        Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock)
        | Event::End(TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock)
        | Event::Rule => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_story_reads_as_it_was_written() {
        assert_eq!(
            html("One.\nTwo.\n\nThree *and* **four**."),
            "<p>One.<br>\nTwo.</p>\n<p>Three <em>and</em> <strong>four</strong>.</p>\n"
        );
        assert_eq!(
            html("# Clay\n\n- dug\n- fired"),
            "<h2>Clay</h2>\n<ul>\n<li>dug</li>\n<li>fired</li>\n</ul>\n"
        );
        let link = "<p><a href=\"https://example.org/x\" rel=\"nofollow noopener noreferrer\">mill</a></p>\n";
        assert_eq!(html("[mill](https://example.org/x)"), link);
        assert_eq!(
            plain("# Clay\n\nDug *here*.\n\n[mill](https://example.org)"),
            "Clay\n\nDug here.\n\nmill"
        );
    }

    /// Ways into a page that were used elsewhere, after OWASP's cheat sheet on filter evasion.
    const ATTACKS: [&str; 26] = [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        "<math href=\"javascript:alert(1)\">x</math>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\u{9}script:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox(1))",
        "[x](https://example.org \"onmouseover=alert(1)\")",
        "![x](https://evil.example/pixel.gif)",
        "![x\" onerror=\"alert(1)](x)",
        "<style>body{background:url(javascript:alert(1))}</style>",
        "<p style=\"background:url(javascript:alert(1))\">x</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<form action=https://evil.example><button>x</button></form>",
        "<meta http-equiv=refresh content=0;url=https://evil.example>",
        "<base href=https://evil.example>",
        "```<script>\nalert(1)\n```",
        "<https://example.org/\"><script>alert(1)</script>>",
    ];

    /// Every element and attribute that a text of HTML opens.
    fn opened(html: &str) -> Vec<String> {
        html.match_indices('<')
            .map(|(at, _)| html[at + 1..].split('>').next().unwrap_or_default().to_owned())
            .collect()
    }

    fn is_harmless(html: &str) -> bool {
        opened(html).iter().all(|inside| {
            let name = inside.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            let plain = inside.trim_start_matches('/') == name;
            let link = inside.starts_with("a href=\"https://")
                && inside.ends_with("\" rel=\"nofollow noopener noreferrer\"");
            let bare = *inside == "a rel=\"nofollow noopener noreferrer\"";
            ELEMENTS.contains(&name) && (plain || link || bare)
        })
    }

    #[test]
    fn no_known_attack_gets_through() {
        for attack in ATTACKS {
            let page = html(attack);
            assert!(is_harmless(&page), "{attack}\n{page}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_only_a_storys_elements_come_out(
            parts in prop::collection::vec(prop::sample::select(ATTACKS.to_vec()), 0..4),
            noise in "[\\PC\n<>\"'&`*_\\[\\]()#!-]{0,60}",
        ) {
            let page = html(&format!("{noise}{}{noise}", parts.join(&noise)));
            prop_assert!(is_harmless(&page), "{}", page);
        }
    }
}
