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
