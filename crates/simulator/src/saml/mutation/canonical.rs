//! SC-01 to SC-28: canonicalisation, parsers that disagree, tricks with content.

use super::{
    Case, Expected, Pair, Scene,
    surgery::{METHODS, after, append, before, element, id_of, parts, reference, replace, sign_info, signed_so, with_signature},
};
use crate::saml::{Answer, Attribute, Canonicalization, NameId, SAML, SignatureForm, Signed};

pub(super) const CASES: &[Case] = &[
    Case { id: "SC-01", title: "a comment in NameID", make: comment },
    Case { id: "SC-02", title: "a comment in other values", make: comments_elsewhere },
    Case { id: "SC-03", title: "a processing instruction in NameID", make: instruction },
    Case { id: "SC-04", title: "CDATA in NameID", make: cdata },
    Case { id: "SC-05", title: "an element in NameID", make: child },
    Case { id: "SC-06", title: "canonicalisation with comments", make: with_comments },
    Case { id: "SC-07", title: "inclusive canonicalisation", make: inclusive },
    Case { id: "SC-08", title: "the digest of nothing", make: void },
    Case { id: "SC-09", title: "several kinds of ID on one element", make: many_ids },
    Case { id: "SC-10", title: "look-alikes in other namespaces", make: look_alikes },
    Case { id: "SC-14", title: "names that are no names", make: odd_names },
    Case { id: "SC-15", title: "an ID twice", make: duplicate_id },
    Case { id: "SC-16", title: "an attribute twice", make: duplicate_attribute },
    Case { id: "SC-17", title: "a SAML attribute twice", make: attribute_twice },
    Case { id: "SC-18", title: "an identity with two values", make: two_values },
    Case { id: "SC-22", title: "line ends in signed text", make: line_ends },
    Case { id: "SC-23", title: "white space around values", make: padded },
    Case { id: "SC-24", title: "schema instance attributes", make: schema },
    Case { id: "SC-25", title: "xml: attributes on the signed element", make: xml_attributes },
    Case { id: "SC-26", title: "InclusiveNamespaces lists", make: prefix_lists },
    Case { id: "SC-27", title: "XInclude", make: xinclude },
    Case { id: "SC-28", title: "a homoglyph in Issuer", make: homoglyph },
];

/// A signed message whose subject is the attacker's own long name, which begins with the victim's.
fn long_name(scene: &Scene) -> (String, String) {
    let name = format!("{}.{}", scene.victim, scene.mallory.rsplit('@').next().unwrap_or_default());
    let answer = scene.answer(Signed::Assertion).assertion(|a| a.name_id = Some(NameId::email(&name)));
    (scene.idp.response(&answer), name)
}

fn cut_name(scene: &Scene, inserts: &[(&str, &str)]) -> Vec<Pair> {
    let (message, name) = long_name(scene);
    let twin = scene.genuine(Signed::Assertion);
    let tail = name.strip_prefix(&scene.victim).unwrap_or_default();
    inserts
        .iter()
        .map(|(variant, insert)| {
            let cut = message.replace(&name, &format!("{}{insert}{tail}", scene.victim));
            scene.pair(*variant, &twin, cut, Expected::Either(name.clone()))
        })
        .collect()
}

fn comment(scene: &Scene) -> Vec<Pair> {
    cut_name(scene, &[("empty", "<!---->"), ("with text", "<!-- x -->"), ("two", "<!--a--><!--b-->")])
}

fn cdata(scene: &Scene) -> Vec<Pair> {
    let (message, name) = long_name(scene);
    let twin = scene.genuine(Signed::Assertion);
    let tail = name.strip_prefix(&scene.victim).unwrap_or_default().to_owned();
    let changed = |text: String| message.replace(&name, &text);
    vec![
        scene.pair("first part", &twin, changed(format!("<![CDATA[{}]]>{tail}", scene.victim)), Expected::Either(name.clone())),
        scene.pair("last part", &twin, changed(format!("{}<![CDATA[{tail}]]>", scene.victim)), Expected::Either(name.clone())),
    ]
}

fn comments_elsewhere(scene: &Scene) -> Vec<Pair> {
    let answer = scene.answer(Signed::Assertion).assertion(|a| a.attributes = vec![Attribute::new("mail", &scene.mallory)]);
    let twin = scene.idp.response(&answer);
    let (audience, issuer) = (&scene.asked.entity_id, &scene.idp.entity_id);
    // A longer audience or issuer, cut by a comment to the right one: for another service provider, by another issuer.
    let long_audience = scene.idp.response(&answer.clone().assertion(|a| {
        a.conditions.iter_mut().for_each(|c| c.audiences = vec![vec![format!("{audience}.evil.example")]]);
    }));
    let cut = |text: &str, whole: &str| text.replace(&format!("{whole}.evil.example"), &format!("{whole}<!---->.evil.example"));
    vec![
        scene.refused("audience", &twin, cut(&long_audience, audience)),
        scene.either("attribute value", &twin, twin.replacen(&format!("{}</saml:AttributeValue>", scene.mallory), &format!("<!--x-->{}</saml:AttributeValue>", scene.mallory), 1)),
        scene.either("issuer", &twin, twin.replace(&format!(">{issuer}<"), &format!("><!---->{issuer}<"))),
        scene.either("between elements", &twin, twin.replace("<saml:Subject>", "<!-- x --><saml:Subject>")),
    ]
}

fn instruction(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let signed = signed_so(scene, |text| text.replace(&scene.mallory, &format!("{}<?x?>.evil.example", scene.victim)));
    let before_root = format!("<?x y?>{twin}");
    vec![scene.refused("in NameID", &twin, signed), scene.refused("before the message", &twin, before_root), scene.refused("style sheet", &twin, format!("<?xml-stylesheet href=\"file:///etc/passwd\"?>{twin}"))]
}

fn child(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let with = |text: String| signed_so(scene, |xml| xml.replace(&scene.mallory, &text));
    vec![
        scene.refused("in the middle", &twin, with(format!("{}<saml:b>x</saml:b>.evil.example", scene.victim))),
        scene.refused("around", &twin, with(format!("<saml:b>{}</saml:b>", scene.victim))),
    ]
}

fn formed(scene: &Scene, form: &SignatureForm, signed: Signed) -> String {
    scene.idp.response(&Answer { assertion_signature: form.clone(), response_signature: form.clone(), ..scene.answer(signed) })
}

fn with_comments(scene: &Scene) -> Vec<Pair> {
    let form = SignatureForm { canonicalization: Canonicalization::ExclusiveWithComments, ..SignatureForm::default() };
    [Signed::Assertion, Signed::Response].map(|way| scene.refused(format!("{way:?}"), &scene.genuine(way), formed(scene, &form, way))).into()
}

fn inclusive(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for canonicalization in [Canonicalization::Inclusive10, Canonicalization::Inclusive11] {
        for way in [Signed::Assertion, Signed::Response] {
            let form = SignatureForm { canonicalization, ..SignatureForm::default() };
            let message = formed(scene, &form, way);
            pairs.push(scene.either(format!("{canonicalization:?}, {way:?}"), &scene.genuine(way), message.clone()));
            let injected = message.replacen("<samlp:Response ", "<samlp:Response xmlns:evil=\"urn:evil\" ", 1);
            pairs.push(scene.refused(format!("{canonicalization:?}, {way:?}, another namespace"), &scene.genuine(way), injected));
        }
    }
    pairs
}

fn void(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    // The digest is of the empty string: what a canonicalisation that failed leaves behind.
    let info = METHODS.to_owned() + &reference(&id_of(&p.bare), "");
    let evil = with_signature(&p.bare.replace(&scene.mallory, &scene.victim), &sign_info(&scene.idp, &info));
    let message = replace(&p.xml, "saml:Assertion", &evil);
    let relative = message.replacen("<samlp:Response ", "<samlp:Response xmlns:example=\"1\" ", 1);
    let inside = message.replacen("<saml:Assertion ", "<saml:Assertion xmlns:example=\"1\" ", 1);
    vec![scene.refused("empty digest", &p.xml, message), scene.refused("relative namespace", &p.xml, relative), scene.refused("relative namespace inside", &p.xml, inside)]
}

fn many_ids(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let samlp = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    // In canonical order, so that the provider's signature holds.
    let signed = |from: &'static str, to: &'static str| signed_so(scene, |text| text.replacen(from, to, 1));
    let version = " Version=\"2.0\">";
    vec![
        scene.refused("id", &twin, signed(version, " Version=\"2.0\" id=\"_evil\">")),
        scene.refused("Id", &twin, signed(" IssueInstant=", " Id=\"_evil\" IssueInstant=")),
        scene.refused("xml:id", &twin, signed(version, " Version=\"2.0\" xml:id=\"_evil\">")),
        scene.refused("samlp:ID", &twin, signed_so(scene, |text| {
            let declared = text.replacen(&format!("xmlns:saml=\"{SAML}\""), &format!("xmlns:saml=\"{SAML}\" {samlp}"), 1);
            declared.replacen(version, " Version=\"2.0\" samlp:ID=\"_evil\">", 1)
        })),
        scene.refused("on the signature", &twin, twin.replacen("<ds:Signature ", &format!("<ds:Signature Id=\"{}\" ", id_of(&element(&twin, "saml:Assertion"))), 1)),
    ]
}

fn look_alikes(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let renamed = p.evil.replace(&format!("xmlns:saml=\"{SAML}\""), "xmlns:x=\"urn:evil\"").replace("saml:", "x:");
    let redefined = p.evil.replace(&format!("xmlns:saml=\"{SAML}\""), "xmlns:saml=\"urn:evil\"");
    let default = p.evil.replace("saml:", "").replace(&format!("xmlns:saml=\"{SAML}\""), "xmlns=\"urn:evil\"");
    let empty = p.evil.replace("saml:", "").replace(&format!(" xmlns:saml=\"{SAML}\""), "");
    let swapped = p.evil.replace(&format!(" xmlns:saml=\"{SAML}\""), "").replace("saml:", "samlp:");
    [("renamed", renamed), ("redefined", redefined), ("default", default), ("none", empty), ("protocol", swapped)]
        .into_iter()
        .flat_map(|(variant, evil)| {
            [
                scene.either(format!("{variant}, before"), &p.xml, before(&p.xml, "saml:Assertion", &evil)),
                scene.either(format!("{variant}, after"), &p.xml, append(&p.xml, &evil)),
                scene.refused(format!("{variant}, alone"), &p.xml, replace(&p.xml, "saml:Assertion", &evil)),
            ]
        })
        .collect()
}

fn odd_names(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let odd = [
        ("two colons", "<x::Root></x::Root>".to_owned()),
        ("leading colon", "<:Root></:Root>".to_owned()),
        ("undeclared prefix", format!("<undeclared:Thing>{}</undeclared:Thing>", p.evil)),
        ("attribute with a leading colon", format!("<samlp:Thing :ID=\"{}\"></samlp:Thing>", id_of(&p.bare))),
        ("prefix without a name", "<samlp:></samlp:>".to_owned()),
        ("empty declaration", "<x:Thing xmlns:x=\"\"></x:Thing>".to_owned()),
    ];
    odd.into_iter().map(|(variant, text)| scene.refused(variant, &p.xml, after(&p.xml, "saml:Issuer", &text))).collect()
}

fn duplicate_id(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let id = id_of(&p.bare);
    let extensions = format!("<samlp:Extensions><x:Thing xmlns:x=\"urn:x\" ID=\"{id}\"></x:Thing></samlp:Extensions>");
    let response = p.xml.replacen(&format!(" ID=\"{}\"", id_of(&p.xml)), &format!(" ID=\"{id}\""), 1);
    vec![
        scene.refused("in Extensions", &p.xml, after(&p.xml, "saml:Issuer", &extensions)),
        scene.refused("of the response", &p.xml, response),
        scene.refused("in the signature", &p.xml, replace(&p.xml, "ds:KeyInfo", &element(&p.xml, "ds:KeyInfo").replacen("<ds:KeyInfo", &format!("<ds:KeyInfo Id=\"{id}\""), 1))),
    ]
}

fn duplicate_attribute(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let id = id_of(&p.bare);
    let twice = p.xml.replacen(&format!(" ID=\"{id}\""), &format!(" ID=\"{id}\" ID=\"_evil\""), 1);
    let bound = p.xml.replacen("<saml:Assertion ", "<saml:Assertion xmlns:a=\"urn:x\" xmlns:b=\"urn:x\" a:ID=\"1\" b:ID=\"2\" ", 1);
    vec![scene.refused("same name", &p.xml, twice), scene.refused("same namespace", &p.xml, bound)]
}

fn with_attributes(scene: &Scene, attributes: Vec<Attribute>) -> String {
    scene.idp.response(&scene.answer(Signed::Assertion).assertion(|a| a.attributes = attributes))
}

fn attribute_twice(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let message = with_attributes(scene, vec![Attribute::new("email", &scene.mallory), Attribute::new("email", &scene.victim)]);
    let turned = with_attributes(scene, vec![Attribute::new("email", &scene.victim), Attribute::new("email", &scene.mallory)]);
    vec![scene.either("own first", &twin, message), scene.either("victim first", &twin, turned)]
}

fn two_values(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let values = |list: [&str; 2]| Attribute { values: list.iter().map(|v| (*v).to_owned()).collect(), ..Attribute::new("email", "") };
    vec![
        scene.either("own first", &twin, with_attributes(scene, vec![values([&scene.mallory, &scene.victim])])),
        scene.either("victim first", &twin, with_attributes(scene, vec![values([&scene.victim, &scene.mallory])])),
    ]
}

fn line_ends(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let message = with_attributes(scene, vec![Attribute::new("note", "one\r\ntwo\nthree\rfour")]);
    let literal = message.replace("&#xD;\n", "\r\n");
    vec![scene.accepted("escaped", &twin, message), scene.refused("literal", &twin, literal)]
}

fn padded(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let answer = || scene.answer(Signed::Assertion);
    let audience = |text: String| scene.idp.response(&answer().assertion(|a| a.conditions.iter_mut().for_each(|c| c.audiences = vec![vec![text.clone()]])));
    let name = |text: &str| scene.idp.response(&answer().assertion(|a| a.name_id = Some(NameId::email(text))));
    let issuer = |text: String| scene.idp.response(&answer().assertion(|a| a.issuer = Some(text)));
    let (padded, broken) = (format!(" {} ", scene.mallory), format!("\n{}", scene.mallory));
    vec![
        scene.refused("audience", &twin, audience(format!(" {} ", scene.asked.entity_id))),
        scene.refused("audience with a line end", &twin, audience(format!("{}\n", scene.asked.entity_id))),
        scene.refused("issuer", &twin, issuer(format!("\n  {}\n", scene.idp.entity_id))),
        scene.pair("NameID", &twin, name(&padded), Expected::Either(padded.clone())),
        scene.pair("NameID with a line end", &twin, name(&broken), Expected::Either(broken.clone())),
    ]
}

fn schema(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let with = |attribute: &str| twin.replacen("<samlp:Response ", &format!("<samlp:Response {xsi} {attribute} "), 1);
    vec![
        scene.either("schemaLocation", &twin, with("xsi:schemaLocation=\"urn:x http://127.0.0.1:9/schema.xsd\"")),
        scene.either("type", &twin, with("xsi:type=\"samlp:Response\"")),
        scene.either("nil", &twin, with("xsi:nil=\"true\"")),
    ]
}

fn xml_attributes(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let signed = |attribute: &str| signed_so(scene, |text| text.replacen(" Version=\"2.0\">", &format!(" Version=\"2.0\" {attribute}>"), 1));
    let id = id_of(&element(&twin, "saml:Assertion"));
    vec![
        scene.either("lang", &twin, signed("xml:lang=\"en\"")),
        scene.either("space", &twin, signed("xml:space=\"preserve\"")),
        scene.either("base", &twin, signed("xml:base=\"http://127.0.0.1:9/\"")),
        scene.refused("id of the assertion elsewhere", &twin, twin.replacen("<samlp:Status>", &format!("<samlp:Status xml:id=\"{id}\">"), 1)),
    ]
}

fn prefix_lists(scene: &Scene) -> Vec<Pair> {
    let many: Vec<String> = (0..10_000).map(|n| format!("p{n}")).collect();
    let form = |list: &str| SignatureForm { prefixes: Some(list.to_owned()), ..SignatureForm::default() };
    let twin = scene.genuine(Signed::Assertion);
    let typed = scene.answer(Signed::Assertion).assertion(|a| {
        a.typed_values = true;
        a.attributes = vec![Attribute::new("mail", &scene.mallory)];
    });
    vec![
        scene.accepted("xs", &twin, scene.idp.response(&typed)),
        scene.either("#default", &twin, formed(scene, &form("#default"), Signed::Assertion)),
        scene.either("unknown", &twin, formed(scene, &form("nobody knows"), Signed::Assertion)),
        scene.either("10000", &twin, formed(scene, &form(&many.join(" ")), Signed::Assertion)),
    ]
}

fn xinclude(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let include = "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" parse=\"text\"></xi:include>";
    vec![scene.refused("in NameID", &twin, signed_so(scene, |text| text.replace(&scene.mallory, include)))]
}

fn homoglyph(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let look_alike = scene.idp.entity_id.replacen('e', "\u{435}", 1).replacen('i', "\u{456}", 1);
    let answer = scene.answer(Signed::Assertion).assertion(|a| a.issuer = Some(look_alike.clone()));
    vec![scene.refused("assertion", &twin, scene.idp.response(&answer)), scene.refused("both", &twin, scene.idp.response(&Answer { issuer: Some(look_alike), ..answer }))]
}
