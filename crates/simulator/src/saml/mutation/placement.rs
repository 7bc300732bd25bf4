//! SW-32: the signed assertion at every place of the message, and a forged one at every other.

use super::{Expected, Pair, Scene, surgery::{parts, replace}};

/// Where an element may be put: behind each tag but the last.
fn places(xml: &str) -> Vec<usize> {
    xml.char_indices().filter(|(_, c)| *c == '>').map(|(at, _)| at + 1).filter(|at| *at < xml.len()).collect()
}

/// Two texts in `frame`, each at its place.
fn with_two(frame: &str, (first_at, first): (usize, &str), (second_at, second): (usize, &str)) -> String {
    let ((low, left), (high, right)) = if first_at <= second_at { ((first_at, first), (second_at, second)) } else { ((second_at, second), (first_at, first)) };
    [frame.get(..low).unwrap_or_default(), left, frame.get(low..high).unwrap_or_default(), right, frame.get(high..).unwrap_or_default()].concat()
}

/// About a thousand messages out of which nobody may be signed in: the signed assertion and a forged one at each two places of an
/// empty response; the signed content and its signature, each at every place in and around a forged assertion.
pub fn placements(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let mut pairs = Vec::new();
    let empty = replace(&p.xml, "saml:Assertion", "");
    let evil = replace(&p.xml, "saml:Assertion", &p.evil);
    for (frame, first, second, what) in [(&empty, &p.assertion, &p.evil, "signed, forged"), (&evil, &p.bare, &p.signature, "content, signature")] {
        for first_at in places(frame) {
            for second_at in places(frame) {
                let message = with_two(frame, (first_at, first), (second_at, second));
                pairs.push(scene.pair(format!("{what} at {first_at}, {second_at}"), &p.xml, message, Expected::Refused));
            }
        }
    }
    pairs
}
