//! Metadata of a provider that is over (SM-04): nothing of it is taken over, by whatever way, and what is in use goes on.

use std::time::Duration;

use homeward_federation::refresh::MetadataRefresh;
use homeward_simulator::saml::{SignatureForm, instant, metadata::Metadata};

use super::{
    watched::{Published, SSO, change, day, entry, metadata, other, trusted, world},
    *,
};

const DAY: Duration = Duration::from_secs(86_400);

/// Metadata of the world's provider, signed by the key that is trusted, with this key besides, good for so long from now.
fn good_for(world: &World, key: &Idp, span: Duration) -> String {
    let idp = &world.idp;
    let plain = idp.metadata(SSO, "https://idp.example/slo");
    let keys = [idp, key].map(|idp| (Some("signing".to_owned()), idp.key.certificate().to_vec())).into();
    let sign_on = plain.sign_on.iter().take(1).cloned().collect();
    let valid_until = Some(instant(world.broker.clock.now().plus(span)));
    idp.metadata_xml(&Metadata { keys, sign_on, valid_until, logout: vec![], signature: Some(SignatureForm::default()), ..plain })
}

/// A connection that reads metadata by its address, what is published there, and the provider with its next key.
async fn first(switch: MetadataRefresh) -> (World, Published, Idp) {
    let (world, published) = world(switch, |idp| metadata(idp, &[idp], SSO, None)).await;
    world.broker.running().look_after_connections().await;
    let rolled = other(&world);
    (world, published, rolled)
}

/// Who comes in by an answer that this key signed; the code when nobody does.
async fn by(world: &World, key: &Idp) -> Result<Option<(String, String)>, String> {
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver_xml(&mut browser, &key.response(&world.answer(&sent, KIM)), &sent.relay).await;
    if delivered.status != 303 {
        return Err(world.last_refusal().await);
    }
    let back = fetch(&mut browser, &delivered).await;
    Ok(who(&mut browser, "wiki", &back).await)
}

/// SM-04: metadata that is over when it is read brings no key, although a trusted key signed it and the switch is on; the keys that are in use sign
/// people in. The twin is good for a second longer; what it brought stays when it is over, too.
#[tokio::test]
async fn sm_04_metadata_that_is_over_brings_no_key_and_takes_none() {
    let (world, published, rolled) = first(MetadataRefresh::WhenTrusted).await;
    let refreshed = async || world.broker.running().store.refreshed(world.connection).await.unwrap();
    published.say(good_for(&world, &rolled, DAY));
    day(&world).await;
    let kept = refreshed().await;
    assert!(kept.staged.is_none() && kept.failed.as_deref().is_some_and(|why| why.contains("this metadata was valid until")), "{kept:?}");
    assert_eq!(trusted(&world).await, [world.idp.key.certificate().to_vec()]);
    assert_eq!(by(&world, &world.idp).await, Ok(kim()));
    assert_eq!(by(&world, &rolled).await, Err("signin.answer_refused sig.untrusted_key".to_owned()));
    published.say(good_for(&world, &rolled, DAY + Duration::from_secs(1)));
    for _ in 0..2 {
        day(&world).await;
        assert_eq!(trusted(&world).await, [&world.idp, &rolled].map(|idp| idp.key.certificate().to_vec()));
        assert_eq!([by(&world, &world.idp).await, by(&world, &rolled).await], [Ok(kim()), Ok(kim())]);
    }
    assert!(refreshed().await.failed.is_some(), "by now it is over");
}

/// SM-04, SM-06: metadata that goes out of date while it waits for a word is not taken over by that word. The twin is accepted in time.
#[tokio::test]
async fn sm_04_what_waits_is_over_when_its_time_is() {
    let (world, published, rolled) = first(MetadataRefresh::ByHand).await;
    let digest = async || world.broker.running().store.refreshed(world.connection).await.unwrap().staged.unwrap().digest;
    let accept = async |digest: &str| homeward_server::accept_metadata(&world.broker.running().store, &entry(&world).await, digest, world.broker.clock.now()).await;
    published.say(good_for(&world, &rolled, DAY * 3));
    day(&world).await;
    let compared = digest().await;
    world.broker.clock.wait(DAY * 2);
    let why = accept(&compared).await.unwrap_err();
    assert!(why.contains("this metadata was valid until"), "{why}");
    assert_eq!(trusted(&world).await, [world.idp.key.certificate().to_vec()]);
    assert_eq!([by(&world, &world.idp).await, by(&world, &rolled).await], [Ok(kim()), Err("signin.answer_refused sig.untrusted_key".to_owned())]);
    published.say(good_for(&world, &rolled, DAY * 3));
    day(&world).await;
    world.broker.clock.wait(DAY * 2 - Duration::from_secs(1));
    accept(&digest().await).await.unwrap();
    assert_eq!(trusted(&world).await, [&world.idp, &rolled].map(|idp| idp.key.certificate().to_vec()));
    assert_eq!(by(&world, &rolled).await, Ok(kim()));
}

/// SM-06: what was refused and has been entered by hand since is not refused for good: gone from the provider's address and back there, it
/// waits for a word again. The twin, refused and not entered, is shown no more.
#[tokio::test]
async fn sm_06_what_was_entered_after_a_refusal_may_come_back() {
    for by_hand in [true, false] {
        let (world, published, rolled) = first(MetadataRefresh::ByHand).await;
        let (store, both) = (&world.broker.running().store, metadata(&world.idp, &[&world.idp, &rolled], SSO, None));
        let staged = async || store.refreshed(world.connection).await.unwrap().staged;
        published.say(both.clone());
        day(&world).await;
        homeward_server::reject_metadata(store, &entry(&world).await, &staged().await.unwrap().digest).await.unwrap();
        if by_hand {
            change(&world, |saml| saml.certificates.push(rolled.certificate_pem())).await;
        }
        day(&world).await;
        assert_eq!((staged().await, store.refreshed(world.connection).await.unwrap().refused.is_none()), (None, by_hand));
        // The provider goes back to one key, and an administrator follows.
        change(&world, |saml| saml.certificates.truncate(1)).await;
        published.say(metadata(&world.idp, &[&world.idp], SSO, None));
        day(&world).await;
        assert_eq!((staged().await, trusted(&world).await.len()), (None, 1));
        published.say(both);
        day(&world).await;
        assert_eq!(staged().await.is_some(), by_hand, "by hand: {by_hand}");
        assert_eq!(trusted(&world).await.len(), 1, "nothing is trusted without a word");
    }
}
