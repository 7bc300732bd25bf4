//! The whole answer to the last test sign-in, decoded, with what is signed apart from what is not (section 5). A stranger may have written it:
//! everything of it is text.

use homeward_language::Text;
use homeward_portal::sign_on::tested::{Document, DocumentKind, Ink, Line, Piece, Run, WholeShown};
use maud::{Markup, html};

use super::{Here, Page};
use crate::screens::{icons, portal::frame::Frame};

/// The stylesheet has so many depths.
const DEEPEST: u8 = 9;

/// The page.
pub(crate) fn whole(frame: &Frame<'_>, shown: &WholeShown) -> Markup {
    let t = frame.chrome.text;
    let meta = html! { p class="meta" { span { (shown.connection.name) } @if let Some((at, _)) = &shown.answer { span { (frame.when(*at)) } } } };
    let body = html! {
        @match &shown.answer {
            None => div class="panel flat" { p { (t.s("whole-none")) } },
            Some((_, whole)) => {
                @if whole.is_signed() { p { (t.s("whole-signed-text")) " " (t.s("whole-in-part")) } }
                @else { div class="note warn" { (icons::alert(18)) p { (t.s("whole-unsigned-text")) " " (t.s("whole-in-part")) } } }
                @for (place, one) in whole.documents.iter().enumerate() { (document(t, one, place)) }
            }
        }
    };
    let actions = html! { a class="btn quiet small" href={ (frame.at("/sign-on/")) (shown.connection.id) "#test" } { (t.s("whole-back")) } };
    frame.page(&Page { title: t.s("whole-title"), error: false, here: Here::SignOn, actions, meta, body })
}

fn document(t: Text, document: &Document, place: usize) -> Markup {
    let title = match document.kind {
        DocumentKind::Response => "whole-response",
        DocumentKind::Opened => "whole-opened",
        DocumentKind::Header => "whole-header",
        DocumentKind::Claims => "whole-claims",
        DocumentKind::UserInfo => "whole-user-info",
    };
    html! {
        section class="panel" aria-labelledby={ "w" (place) } {
            h2 id={ "w" (place) } { (t.s(title)) }
            div class="whole" translate="no" dir="ltr" { @for run in &document.runs { (lines(t, run)) } }
            @if document.is_cut { p class="muted" { (t.s("whole-cut")) } }
        }
    }
}

/// Lines that are all signed, or none of them; said in words, too.
fn lines(t: Text, run: &Run) -> Markup {
    let (class, word) = if run.is_signed { ("signed", "whole-signed") } else { ("unsigned", "whole-unsigned") };
    html! {
        p class="vh" dir="auto" lang=(t.language().code()) { (t.s(word)) }
        pre class=(class) { code { @for one in &run.lines { (line(one)) } } }
    }
}

fn line(line: &Line) -> Markup {
    html! {
        span class={ "l d" (line.depth.min(DEEPEST)) } {
            @for Piece(ink, text) in &line.pieces {
                @match ink {
                    Ink::Sign => (text),
                    Ink::Name => b { (text) },
                    Ink::Attribute => i { (text) },
                    Ink::Value => span { (text) },
                    Ink::Part => em { (text) },
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever wrote the answer writes no markup of ours.
    #[test]
    fn what_a_stranger_wrote_is_text() {
        let piece = |ink| Piece(ink, "\"><script>alert(1)</script>&".into());
        let shown = line(&Line { depth: 2, pieces: [Ink::Sign, Ink::Name, Ink::Attribute, Ink::Value, Ink::Part].map(piece).to_vec() }).into_string();
        assert!(shown.starts_with("<span class=\"l d2\">&quot;&gt;&lt;script&gt;") && shown.matches("<b>").count() == 1 && !shown.contains("<script"), "{shown}");
    }
}
