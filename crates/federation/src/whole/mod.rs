//! The whole answer to a test sign-in, for an administrator to read: decoded, one line after another, what is signed apart from what is not.
//!
//! A stranger may have written it, and it names a person. So it is made of plain texts whose number and weight in the store are bounded, values of people stand in it
//! as they do in the test's own list, in part, and signatures, keys and ciphertext only with their beginning. Whoever shows it escapes it.

pub(crate) mod claims;
pub(crate) mod xml;

use homeward_model::unseen::is_unseen;
use serde::{Deserialize, Serialize};

/// Lines of one document at most.
const MOST_LINES: usize = 250;
/// Bytes of the lines of one document at most, as the JSON that is kept: every piece has its quotes, and a character up to six bytes.
const MOST_BYTES: usize = 24 * 1024;
/// What the JSON has around the lines of one run.
const AROUND_RUN: usize = r#"{"is_signed":false,"lines":[]},"#.len();
/// Characters of one value at most.
const LONGEST: usize = 200;

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// Its documents.
    pub documents: Vec<Document>,
}

impl Whole {
    /// Whether a key that the connection trusts vouches for any of it.
    pub fn is_signed(&self) -> bool {
        self.documents.iter().flat_map(|document| &document.runs).any(|run| run.is_signed)
    }
}

/// One document of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub kind: DocumentKind,
    /// Its lines.
    pub runs: Vec<Run>,
    /// There was more of it.
    pub is_cut: bool,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// The SAML response.
    Response,
    /// The assertion that was encrypted in it.
    Opened,
    /// The header of the ID token.
    Header,
    /// The claims of the ID token.
    Claims,
    /// The claims of the userinfo endpoint.
    UserInfo,
}

/// Lines one after another that are all signed, or none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Whether a key that the connection trusts vouches for them.
    pub is_signed: bool,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// How deep it stands.
    pub depth: u8,
    /// What is in it.
    pub pieces: Vec<Piece>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece(pub Ink, pub String);

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// Signs around everything else.
    #[serde(rename = "s")]
    Sign,
    /// The name of an element or a claim.
    #[serde(rename = "n")]
    Name,
    /// The name of an attribute.
    #[serde(rename = "a")]
    Attribute,
    /// A value as it came.
    #[serde(rename = "v")]
    Value,
    /// A value of which only a part is kept.
    #[serde(rename = "h")]
    Part,
}

/// Signs.
pub(crate) fn sign(text: &str) -> Piece {
    Piece(Ink::Sign, text.to_owned())
}

/// A value that says nothing of a person but what stands before an @.
pub(crate) fn whole(value: &str) -> Piece {
    Piece(Ink::Value, plain(&crate::check::without_names(value)))
}

/// A value that may be somebody's: what tells that it is the right one.
pub(crate) fn in_part(value: &str) -> Piece {
    Piece(Ink::Part, plain(&crate::check::masked(value.trim())))
}

/// Signatures, keys and ciphertext: the beginning, and how long it is.
pub(crate) fn beginning(value: &str) -> Piece {
    let clean: String = value.chars().filter(|sign| !sign.is_whitespace()).collect();
    let count = clean.chars().count();
    let begins: String = clean.chars().take(12.min(count / 2)).collect();
    Piece(Ink::Part, plain(&format!("{begins}… ({count})")))
}

/// A name.
pub(crate) fn name(ink: Ink, text: &str) -> Piece {
    Piece(ink, plain(&crate::check::without_names(&text.chars().take(100).collect::<String>())))
}

/// Text that a page can show as it is: cut, and without signs that would change what stands around it.
fn plain(text: &str) -> String {
    let visible = |sign: char| match sign {
        sign if sign.is_control() => ' ',
        sign if is_unseen(sign) => '\u{fffd}',
        sign => sign,
    };
    let mut out: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// Writes lines until there are too many.
#[derive(Default)]
pub(crate) struct Writer {
    runs: Vec<Run>,
    lines: usize,
    bytes: usize,
    is_cut: bool,
}

impl Writer {
    /// One line; nothing after the first that is too much.
    pub fn line(&mut self, (depth, is_signed): (usize, bool), pieces: Vec<Piece>) {
        if self.is_cut {
            return;
        }
        let line = Line { depth: u8::try_from(depth).unwrap_or(u8::MAX), pieces };
        let run = self.runs.last_mut().filter(|run| run.is_signed == is_signed);
        let around = if run.is_some() { 0 } else { AROUND_RUN };
        // With the comma behind it.
        let weight = serde_json::to_vec(&line).map_or(MOST_BYTES, |json| json.len().saturating_add(1));
        self.lines += 1;
        self.bytes = self.bytes.saturating_add(weight).saturating_add(around);
        if self.lines > MOST_LINES || self.bytes > MOST_BYTES {
            self.is_cut = true;
            return;
        }
        match run {
            Some(run) => run.lines.push(line),
            None => self.runs.push(Run { is_signed, lines: vec![line] }),
        }
    }
    /// What was written.
    pub fn document(self, kind: DocumentKind) -> Document {
        Document { kind, runs: self.runs, is_cut: self.is_cut }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// As somebody reads it: a mark before what is signed.
    pub(crate) fn read(document: &Document) -> String {
        let line = |run: &Run, line: &Line| {
            let text: String = line.pieces.iter().map(|piece| piece.1.as_str()).collect();
            format!("{}{}{text}\n", if run.is_signed { "+ " } else { "- " }, "  ".repeat(line.depth.into()))
        };
        document.runs.iter().flat_map(|run| run.lines.iter().map(|one| line(run, one))).collect()
    }

    #[test]
    fn a_piece_is_short_and_changes_nothing_around_it() {
        assert_eq!(whole("mia.finch@right.example says\u{202e}no\r\n"), Piece(Ink::Value, "m•••••@right.example says\u{fffd}no  ".into()));
        assert_eq!(in_part(" Finch "), Piece(Ink::Part, "F•••••".into()));
        assert_eq!(in_part("Mia Finch <mia@right.example>, born 1990"), Piece(Ink::Part, "M•••••".into()), "only what is an address shows its domain");
        assert_eq!(name(Ink::Name, "of mia@right.example"), Piece(Ink::Name, "of m•••••@right.example".into()));
        assert_eq!(beginning("12345678"), Piece(Ink::Part, "1234… (8)".into()), "no more than half");
        assert_eq!(whole("a\u{200b}\u{e0041}b"), Piece(Ink::Value, "a\u{fffd}\u{fffd}b".into()));
        assert_eq!(beginning("MIIC8DCC\nAdig AwIBAgIQ"), Piece(Ink::Part, "MIIC8DCCAd… (20)".into()));
        assert_eq!(whole(&"x".repeat(5_000)).1.chars().count(), LONGEST + 1);
    }

    #[test]
    fn too_many_lines_are_cut_and_said_to_be() {
        let mut writer = Writer::default();
        for _ in 0..10_000 {
            writer.line((1, false), vec![whole("0123456789")]);
        }
        let document = writer.document(DocumentKind::Claims);
        assert!(document.is_cut && document.runs.len() == 1 && document.runs[0].lines.len() == MOST_LINES);
        let mut writer = Writer::default();
        writer.line((0, true), (0..150).map(|_| whole(&"x".repeat(180))).collect());
        writer.line((0, true), vec![sign("}")]);
        assert_eq!(writer.document(DocumentKind::Claims), Document { kind: DocumentKind::Claims, runs: vec![], is_cut: true }, "nothing after what was left out");
    }

    /// However a stranger writes it, what is kept of a document has so many bytes at most; what fits is kept whole.
    #[test]
    fn what_is_kept_is_bounded_in_bytes_of_json() {
        let kept = |document: &Document| serde_json::to_vec(document).unwrap().len();
        let frame = kept(&Writer::default().document(DocumentKind::UserInfo));
        for (text, pieces) in [("x", 1), ("\u{1f600}", 1), ("\"", 1), ("\\\u{1f600}", 1), ("x", 400), ("", 2_000)] {
            for alternates in [false, true] {
                let mut writer = Writer::default();
                for place in 0..300 {
                    writer.line((place, alternates && place % 2 == 0), (0..pieces).map(|_| whole(&text.repeat(LONGEST))).collect());
                }
                let document = writer.document(DocumentKind::UserInfo);
                assert!(document.is_cut && kept(&document) <= MOST_BYTES + frame, "{text}: {}", kept(&document));
            }
        }
        let mut writer = Writer::default();
        for _ in 0..100 {
            writer.line((3, true), vec![sign("<"), name(Ink::Name, "AttributeValue"), sign(">"), in_part("sales"), sign("</"), name(Ink::Name, "AttributeValue"), sign(">")]);
        }
        assert!(!writer.document(DocumentKind::Response).is_cut, "an ordinary document with many groups");
    }
}
