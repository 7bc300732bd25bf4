//! The keys of our side of a SAML connection, and how one replaces another (KS-12).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use homeward_federation::{KeyUse, OurSide, saml::{KeyKind, NewKey, RequestSigning}};
use homeward_signin::{own_keys::{self, Brought, Next}, usecase::federated::metadata};
use homeward_simulator::{key::pem, saml::Encryption};

use super::*;

/// Before the first request, so that the broker makes its keys itself.
async fn world() -> World {
    World::without_a_key(TestBroker::start(Disclosure::Open).await, |_| {}).await
}

/// Certificates of our metadata for one use, as PEM, in their order.
async fn certificates(world: &World, purpose: &str) -> Vec<String> {
    let xml = metadata::of(&world.broker.running().context, world.connection).await.unwrap().unwrap();
    let mark = format!("<md:KeyDescriptor use=\"{purpose}\">");
    let text = |part: &str| part.split("<ds:X509Certificate>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    xml.split(&mark).skip(1).map(text).map(|der| pem("CERTIFICATE", &STANDARD.decode(der).unwrap())).collect()
}

/// Kim's answer, encrypted to this certificate: who is signed in, and the code when nobody is.
async fn encrypted_to(world: &World, certificate: &str) -> Result<Option<(String, String)>, String> {
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let mut answer = world.answer(&sent, KIM);
    answer.encrypted = Some(Encryption::to_certificate(certificate).unwrap());
    let delivered = world.deliver(&mut browser, &answer, &sent.relay).await;
    if delivered.status != 303 {
        return Err(world.last_refusal().await);
    }
    let back = fetch(&mut browser, &delivered).await;
    Ok(who(&mut browser, "wiki", &back).await)
}

/// The certificate whose key signed the request that a browser is sent away with.
async fn signs(world: &World, certificate: &str) -> bool {
    let mut browser = world.broker.browser();
    let page = browser.open("wiki", "").await;
    let leaving = browser.identify(&page, KIM).await;
    let url = leaving.refresh().unwrap();
    let query = url.split_once('?').unwrap().1;
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    let signature = url::form_urlencoded::parse(format!("s={signature}").as_bytes()).next().unwrap().1.into_owned();
    let der = STANDARD.decode(certificate.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).unwrap();
    let certificate = homeward_federation::saml::certificate::Certificate::from_der(&der).unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    let rsa = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, certificate.public_key()).verify(signed.as_bytes(), &signature).is_ok();
    rsa || UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, certificate.public_key()).verify(signed.as_bytes(), &signature).is_ok()
}

/// KS-12, SM-08: the key that decrypts is not the one that signs: what is encrypted to the latter does not open. A next pair is announced,
/// used, and the old one opens until it is retired; nobody's sign-in fails in between.
#[tokio::test]
async fn ks_12_the_decryption_key_is_not_the_signing_key_and_both_roll() {
    let world = world().await;
    let (signing, encryption) = (certificates(&world, "signing").await, certificates(&world, "encryption").await);
    assert_eq!((signing.len(), encryption.len()), (1, 1));
    assert_ne!(signing, encryption);
    assert_eq!(encrypted_to(&world, &encryption[0]).await, Ok(kim()));
    let refused = encrypted_to(&world, &signing[0]).await.unwrap_err();
    assert!(refused.starts_with("signin.answer_refused enc."), "{refused}");
    assert!(signs(&world, &signing[0]).await && !signs(&world, &encryption[0]).await);
    let ctx = world.broker.running().context.clone();
    let known = ctx.federation.connections.connection(world.connection).await.unwrap().unwrap().connection.unwrap();
    let next = || own_keys::next(ctx.federation.own_keys.as_ref(), &ctx.federation.sealer, &known, ("http://homeward.localhost", world.broker.clock.now()));
    assert!(!ctx.federation.own_keys.switch_keys(world.connection).await.unwrap(), "there is nothing to switch to");
    assert_eq!(next().await, Ok(Next::Made));
    assert_eq!(next().await, Ok(Next::Waiting), "one successor at a time");
    // Announced: both are shown, the new one for encryption first; the old one still signs, and both open.
    let (announced, both) = (certificates(&world, "signing").await, certificates(&world, "encryption").await);
    assert_eq!((announced[0].as_str(), announced.len(), both[1].as_str(), both.len()), (signing[0].as_str(), 2, encryption[0].as_str(), 2));
    assert!(signs(&world, &announced[0]).await && !signs(&world, &announced[1]).await);
    for certificate in &both {
        assert_eq!(encrypted_to(&world, certificate).await, Ok(kim()));
    }
    // In use: the new one signs, and the old one still opens.
    assert!(ctx.federation.own_keys.switch_keys(world.connection).await.unwrap());
    assert_eq!(certificates(&world, "signing").await, [announced[1].clone(), signing[0].clone()]);
    assert!(signs(&world, &announced[1]).await && !signs(&world, &signing[0]).await);
    for certificate in &both {
        assert_eq!(encrypted_to(&world, certificate).await, Ok(kim()));
    }
    // Retired: only the new one opens.
    assert_eq!(ctx.federation.own_keys.retire_keys(world.connection).await, Ok(2));
    assert_eq!(encrypted_to(&world, &both[0]).await, Ok(kim()));
    assert!(encrypted_to(&world, &encryption[0]).await.unwrap_err().starts_with("signin.answer_refused enc."));
    assert_eq!((certificates(&world, "signing").await.len(), certificates(&world, "encryption").await.len()), (1, 1));
}

/// B-180, B-181: the pair of the product before signs and opens here, so that nothing changes at the provider; it rolls as ours do, is sealed,
/// and no other connection has it.
#[tokio::test]
async fn b_180_the_keys_of_another_product_are_brought_along_and_roll() {
    let world = world().await;
    let ctx = world.broker.running().context.clone();
    let keys = ctx.federation.own_keys.as_ref();
    let old = NewKey::generate(KeyKind::Rsa, "sso.example.com", world.broker.clock.now()).unwrap();
    let theirs = pem("CERTIFICATE", &old.certificate);
    let bring = async |purpose, key: &NewKey| own_keys::bring(keys, &ctx.federation.sealer, world.connection, (purpose, key), world.broker.clock.now()).await.unwrap();
    let key = OurSide::known_key(KeyUse::Both, &pem("PRIVATE KEY", &old.pkcs8), &theirs).unwrap();
    assert_eq!(bring(KeyUse::Both, &key).await, Brought::Present);
    assert_eq!(bring(KeyUse::Both, &key).await, Brought::Known, "a second time nothing is added");
    let bare = |pem: &str| pem.replace(['\n', '\r'], "");
    for purpose in ["signing", "encryption"] {
        let shown: Vec<String> = certificates(&world, purpose).await.iter().map(|pem| bare(pem)).collect();
        assert_eq!(shown, [bare(&theirs)], "{purpose}");
    }
    assert!(signs(&world, &theirs).await);
    assert_eq!(encrypted_to(&world, &theirs).await, Ok(kim()));
    // It is kept sealed, for this connection alone.
    let kept = keys.own_keys(world.connection).await.unwrap();
    assert!(!kept[0].sealed.windows(32).any(|part| old.pkcs8.windows(32).any(|own| own == part)));
    let other = world.broker.change_connection("50210", "Entra", |_| {}).await;
    assert!(ctx.federation.sealer.open(&own_keys::place(world.connection), &kept[0].sealed).is_some());
    assert!(ctx.federation.sealer.open(&own_keys::place(other), &kept[0].sealed).is_none());
    assert!(keys.own_keys(other).await.unwrap().iter().all(|key| key.certificate != old.certificate));
    // Another one is the next, and does not take the place of both uses by itself.
    let second = NewKey::generate(KeyKind::Rsa, "sso.example.com", world.broker.clock.now()).unwrap();
    assert_eq!(bring(KeyUse::Signing, &second).await, Brought::Next);
    let third = NewKey::generate(KeyKind::Rsa, "sso.example.com", world.broker.clock.now()).unwrap();
    assert_eq!([bring(KeyUse::Signing, &third).await, bring(KeyUse::Both, &third).await], [Brought::Waiting; 2], "one successor at a time");
    assert!(!own_keys::are_whole(&keys.own_keys(world.connection).await.unwrap()));
    let known = ctx.federation.connections.connection(world.connection).await.unwrap().unwrap().connection.unwrap();
    let next = async || own_keys::next(keys, &ctx.federation.sealer, &known, ("http://homeward.localhost", world.broker.clock.now())).await;
    assert_eq!([next().await, next().await], [Ok(Next::Made), Ok(Next::Waiting)], "what is missing is made");
    assert!(own_keys::are_whole(&keys.own_keys(world.connection).await.unwrap()));
    assert!(keys.switch_keys(world.connection).await.unwrap());
    assert!(signs(&world, &pem("CERTIFICATE", &second.certificate)).await && !signs(&world, &theirs).await);
    assert_eq!(encrypted_to(&world, &theirs).await, Ok(kim()), "it opens until it is retired");
    assert_eq!(keys.retire_keys(world.connection).await, Ok(1));
    assert!(encrypted_to(&world, &theirs).await.unwrap_err().starts_with("signin.answer_refused enc."));
}

/// KS-12: a connection that shall sign with an elliptic key goes on with the key that its provider has: until the next one is made, while it is announced,
/// and back again; only a change of keys changes which key signs.
#[tokio::test]
async fn ks_12_another_kind_of_key_signs_once_it_is_switched_to() {
    let world = world().await;
    let rsa = certificates(&world, "signing").await.remove(0);
    let ctx = world.broker.running().context.clone();
    let ask_for = async |kind: RequestSigning| {
        let change = |settings: &mut ConnectionSettings| match &mut settings.protocol {
            Protocol::Saml(saml) => saml.request_signing = kind,
            Protocol::Oidc(_) => panic!("SAML"),
        };
        world.broker.change_connection("70444", "Okta", |entry| entry.settings.iter_mut().for_each(change)).await;
        ctx.federation.connections.connection(world.connection).await.unwrap().unwrap().connection.unwrap()
    };
    let known = ask_for(RequestSigning::EcdsaSha256).await;
    assert!(signs(&world, &rsa).await, "there is no other key yet");
    let next = own_keys::next(ctx.federation.own_keys.as_ref(), &ctx.federation.sealer, &known, ("http://homeward.localhost", world.broker.clock.now())).await;
    assert_eq!(next, Ok(Next::Made));
    let announced = certificates(&world, "signing").await;
    assert_eq!((announced[0].as_str(), announced.len()), (rsa.as_str(), 2));
    assert!(signs(&world, &rsa).await && !signs(&world, &announced[1]).await, "the provider does not have the next one yet");
    assert!(ctx.federation.own_keys.switch_keys(world.connection).await.unwrap());
    assert!(signs(&world, &announced[1]).await && !signs(&world, &rsa).await);
    ask_for(RequestSigning::RsaSha256).await;
    assert!(signs(&world, &announced[1]).await && !signs(&world, &rsa).await, "what was replaced signs nothing any more");
    let mut browser = world.broker.browser();
    let page = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &page).await, kim());
}

/// KS-12: two first looks at once get the same keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_12_first_keys_are_made_once() {
    let world = world().await;
    let ctx = world.broker.running().context.clone();
    let known = ctx.federation.connections.connection(world.connection).await.unwrap().unwrap().connection.unwrap();
    let next = own_keys::next(ctx.federation.own_keys.as_ref(), &ctx.federation.sealer, &known, ("x", world.broker.clock.now())).await;
    assert_eq!(next, Ok(Next::NoneYet), "nothing to succeed");
    let looks: Vec<_> = (0..3).map(|_| tokio::spawn({ let (ctx, id) = (ctx.clone(), world.connection); async move { metadata::of(&ctx, id).await.unwrap() } })).collect();
    for look in looks {
        look.await.unwrap();
    }
    let kept = ctx.federation.own_keys.own_keys(world.connection).await.unwrap();
    assert_eq!(kept.len(), 2);
}
