//! SW-01 to SW-08: the classical wrappings (Somorovsky and others, USENIX Security 2012).

use super::{Case, Pair, Scene, surgery::{after, append, before, element, forged, parts, replace, with_signature}};
use crate::saml::Signed;

pub(super) const CASES: &[Case] = &[
    Case { id: "SW-01", title: "the signed response inside the forged one's signature", make: xsw1 },
    Case { id: "SW-02", title: "the signed response before its signature in a forged one", make: xsw2 },
    Case { id: "SW-03", title: "a forged assertion before the signed one", make: xsw3 },
    Case { id: "SW-04", title: "the signed assertion inside the forged one", make: xsw4 },
    Case { id: "SW-05", title: "the signed assertion edited in place, its original at the end", make: xsw5 },
    Case { id: "SW-06", title: "the same, its original inside the signature", make: xsw6 },
    Case { id: "SW-07", title: "a forged assertion with the same ID in Extensions", make: xsw7 },
    Case { id: "SW-08", title: "the original in an Object of the signature", make: xsw8 },
];

fn xsw1(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Response);
    let signature = element(&twin, "ds:Signature");
    let original = replace(&twin, "ds:Signature", "");
    let message = with_signature(&forged(scene, &twin), &append(&signature, &original));
    vec![scene.refused("response", &twin, message)]
}

fn xsw2(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Response);
    let signature = element(&twin, "ds:Signature");
    let original = replace(&twin, "ds:Signature", "");
    vec![scene.refused("response", &twin, with_signature(&forged(scene, &twin), &(original + &signature)))]
}

fn xsw3(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    vec![scene.refused("assertion", &p.xml, before(&p.xml, "saml:Assertion", &p.evil))]
}

fn xsw4(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    vec![scene.refused("assertion", &p.xml, replace(&p.xml, "saml:Assertion", &append(&p.evil, &p.assertion)))]
}

fn xsw5(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let edited = with_signature(&p.evil, &p.signature);
    vec![scene.refused("assertion", &p.xml, append(&replace(&p.xml, "saml:Assertion", &edited), &p.bare))]
}

fn xsw6(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let edited = with_signature(&p.evil, &append(&p.signature, &p.bare));
    vec![scene.refused("assertion", &p.xml, replace(&p.xml, "saml:Assertion", &edited))]
}

fn xsw7(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let same = p.bare.replace(&scene.mallory, &scene.victim);
    let extensions = format!("<samlp:Extensions>{same}</samlp:Extensions>");
    let other = format!("<samlp:Extensions>{}</samlp:Extensions>", p.evil);
    vec![
        scene.refused("same ID", &p.xml, after(&p.xml, "saml:Issuer", &extensions)),
        scene.refused("other ID", &p.xml, after(&p.xml, "saml:Issuer", &other)),
    ]
}

fn xsw8(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let object = format!("<ds:Object>{}</ds:Object>", p.bare);
    let edited = with_signature(&p.evil, &append(&p.signature, &object));
    vec![scene.refused("assertion", &p.xml, replace(&p.xml, "saml:Assertion", &edited))]
}
