//! Properties: whatever bytes come, nobody but the signed person is signed in, and the two verifiers never disagree.

use homeward_federation::saml;
use homeward_simulator::saml::{Signed, encode};
use proptest::prelude::*;

use crate::world::{ALICE, NOW, alice, pending, with_settings, world, xml};

fn ways() -> &'static [String; 3] {
    static XML: std::sync::OnceLock<[String; 3]> = std::sync::OnceLock::new();
    XML.get_or_init(|| [Signed::Assertion, Signed::Response, Signed::Both].map(|way| xml(&alice().signed(way))))
}

fn judge(bytes: &[u8]) -> Result<(), TestCaseError> {
    let connection = with_settings(|s| s.signed = saml::Signed::Either);
    match saml::verify(&encode(bytes), &connection, &world().sp, Some(&pending()), NOW) {
        Ok(verified) => prop_assert_eq!(verified.name(), ALICE),
        Err(failure) => {
            prop_assert_ne!(&failure.code, "sig.disagreement");
            prop_assert_ne!(&failure.code, "sig.parsers_disagree");
        }
    }
    Ok(())
}

/// Pieces of XML and of text that parsers treat in special ways.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "<x>", "</x>", "<x/>", "<saml:OneTimeUse></saml:OneTimeUse>", "<y xmlns=\"urn:y\"></y>", "<z xmlns:z=\"urn:z\" z:a=\"1\" b=\"2\"></z>", "<x a=\"1\"b=\"2\"></x>",
        "<x xml:lang=\"en\"></x>", "<x xmlns:saml=\"urn:z\"></x>", "<x  a = '1' ></x >", "&amp;", "&lt;", "&#xD;", "&#10;", "&#x1F600;", "\r", "\r\n", "\t", "]]>", "--", "'", "\"", "\u{e9}", "\u{a0}", "\u{2028}",
        "\u{85}", "\u{feff}", "\u{1f600}", "e\u{301}", " ", "<x xmlns=\"\"></x>", "<x xmlns:q=\"\"></x>", "<x a=\"&#x9;&#xA;\"></x>", "<x a=\"\n\t\"></x>", "<x a=\"<\"></x>",
    ];
    prop_oneof![3 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,5}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// SC-29: random bytes put anywhere. What is accepted is accepted by both and names the signed person.
    #[test]
    fn sc_29_changed_bytes(way in 0usize..3, at in any::<prop::sample::Index>(), length in 0usize..4, new in "[ -~\\n]{0,6}") {
        let good = &ways()[way];
        let at = at.index(good.len());
        let end = (at + length).min(good.len());
        let changed = format!("{}{new}{}", &good[..at], &good[end..]);
        judge(changed.as_bytes())?;
    }

    /// SW-32, SC-29: pieces of the message moved, doubled, taken away.
    #[test]
    fn sw_32_moved_pieces(way in 0usize..3, from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), keep in any::<bool>(), evil in any::<bool>()) {
        let good = &ways()[way];
        let tags: Vec<usize> = good.char_indices().filter(|(_, c)| *c == '<').map(|(at, _)| at).chain([good.len()]).collect();
        let (a, b) = (tags[from.index(tags.len())], tags[to.index(tags.len())]);
        let (a, b) = (a.min(b), a.max(b));
        let piece = if evil { good[a..b].replace(ALICE, "victim@a.example") } else { good[a..b].to_owned() };
        let mut rest = good.clone();
        if !keep {
            rest.replace_range(a..b, "");
        }
        let spots: Vec<usize> = rest.char_indices().filter(|(_, c)| *c == '<').map(|(at, _)| at).chain([rest.len()]).collect();
        rest.insert_str(spots[place.index(spots.len())], &piece);
        judge(rest.as_bytes())?;
    }

    /// SC-29: what a trusted provider signs may be anything, as text and as markup: both verifiers digest the same bytes, and text stays text.
    #[test]
    fn sc_29_anything_signed(way in 0usize..3, pieces in prop::collection::vec(piece(), 0..8)) {
        let way = [Signed::Assertion, Signed::Response, Signed::Both][way];
        let text = pieces.concat();
        let mut answer = alice().signed(way);
        let assertion = answer.assertion.as_mut().unwrap();
        assertion.attributes = vec![homeward_simulator::saml::Attribute::new("note", &text)];
        let connection = with_settings(|s| s.signed = saml::Signed::Either);
        if let Ok(verified) = saml::verify(&encode(xml(&answer)), &connection, &world().sp, Some(&pending()), NOW) {
            prop_assert_eq!(verified.values("note"), [text.clone()]);
        }
        answer.assertion.as_mut().unwrap().conditions.as_mut().unwrap().further = text;
        judge(xml(&answer).as_bytes())?;
    }

    /// SP-18: any bytes at all.
    #[test]
    fn sp_18_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        judge(&bytes)?;
    }
}

/// SC-29: the judge would see a message that is accepted.
#[test]
fn sc_29_the_unchanged_messages_are_accepted() {
    let connection = with_settings(|s| s.signed = saml::Signed::Either);
    for good in ways() {
        crate::world::accepts_at(good, &connection);
    }
}
