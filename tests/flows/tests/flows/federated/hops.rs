//! The hops: away, the answer without cookies, the browser that fetches it.

use homeward_discovery::ConnectionState;
use homeward_model::Timestamp;

use super::*;

/// SSO-1, SSO-5, SB-10, SB-11: a person is taken to the provider, its answer comes by a form of another site without cookies, and the browser
/// that began is signed in; the same browser's next application asks nobody (B-022, B-030).
#[tokio::test]
async fn a_person_signs_in_through_the_organisations_saml_provider() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let page = browser.open("wiki", "").await;
    let leaving = browser.identify(&page, KIM).await;
    assert_eq!((leaving.status, leaving.heading()), (200, "Taking you to Tailspin’s sign-in page"));
    assert!(leaving.body.contains(">idp.example<"), "A5: the host, so that people can recognise it");
    let sent = read(&leaving);
    assert!(!sent.xml.contains(KIM), "B-057: no hint was asked for");
    let before = browser.cookies.clone();
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    assert_eq!(browser.cookies, before, "an answer without cookies sets none");
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    assert!(browser.cookies["__Host-session"] != *before.get("__Host-session").unwrap_or(&String::new()), "OB-01");
    assert_eq!(browser.open("wiki", "").await.status, 303, "the session serves");
    assert!(world.broker.audit(10).await.iter().any(|(line, user)| line == "signin.federated ok" && user.is_some()));
}

/// SF-25, SF-26, SSO-6, SB-12, DS-12: an answer works once, in the same browser, again, in another transaction, and after a restart.
#[tokio::test]
async fn sf_25_an_answer_works_only_once_sf_26() {
    let mut world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let xml = world.idp.response(&world.answer(&sent, KIM));
    let first = world.deliver_xml(&mut browser, &xml, &sent.relay).await;
    let back = fetch(&mut browser, &first).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    let again = world.deliver_xml(&mut browser, &xml, &sent.relay).await;
    assert_eq!((again.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused replay.used"));
    assert!(again.body.contains("already used"));
    // The result's own address works once, too.
    let twice = browser.get(first.header("location").unwrap()).await;
    assert_eq!(twice.status, 400);
    assert!(twice.body.contains("sso.return_over"));
    world.broker.restart().await;
    let mut other = world.broker.browser();
    let once_more = world.deliver_xml(&mut other, &xml, &sent.relay).await;
    assert_eq!((once_more.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused replay.used"));
}

/// SF-25: fifty at once, one is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sf_25_of_fifty_at_once_one_is_kept() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let form = encode(world.idp.response(&world.answer(&sent, KIM)));
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (mut each, path, form, relay) = (world.broker.browser(), world.acs(), form.clone(), sent.relay.clone());
            tokio::spawn(async move { each.deliver(&path, &[("SAMLResponse", &form), ("RelayState", &relay)]).await })
        })
        .collect();
    let mut kept = Vec::new();
    for task in tasks {
        let page = task.await.unwrap();
        if page.status == 303 {
            kept.push(page);
        }
    }
    assert_eq!(kept.len(), 1);
    let back = fetch(&mut browser, &kept[0]).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// SF-21, SB-07, SB-15, ST-19: an answer that was planted in another browser signs nobody in there, and the browser it belongs to is not
/// harmed.
#[tokio::test]
async fn sf_21_an_answer_is_fetched_by_the_browser_that_began_only() {
    let world = World::new().await;
    let mut attacker = world.broker.browser();
    let sent = go(&mut attacker, "wiki", KIM).await;
    let mut victim = world.broker.browser();
    victim.open("wiki", "").await;
    let delivered = world.deliver(&mut victim, &world.answer(&sent, KIM), &sent.relay).await;
    let planted = fetch(&mut victim, &delivered).await;
    assert_eq!(planted.status, 400);
    assert!(planted.body.contains("sso.return_over") && !victim.cookies.contains_key("__Host-session"));
    let back = fetch(&mut attacker, &delivered).await;
    assert_eq!(who(&mut attacker, "wiki", &back).await, kim());
}

/// OR-01, OL-10: a callback that another browser carries gives nothing of the first one away, and uses nothing up.
#[tokio::test]
async fn or_01_a_callback_in_another_browser_gives_no_cookie_away() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let mut other = world.broker.browser();
    let page = other.get(&format!("/oidc/{}/callback?state={}&code=x", world.connection, sent.relay)).await;
    assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.other_browser"));
    assert_ne!(other.cookies.get("__Host-browser"), browser.cookies.get("__Host-browser"));
    let set: Vec<&str> = page.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    assert!(set.iter().all(|cookie| !cookie.contains(browser.cookies["__Host-browser"].as_str())), "{set:?}");
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ST-13, SK-20, AD-15: switching a connection off ends what was proved through it, tokens included.
#[tokio::test]
async fn sk_20_a_connection_that_is_switched_off_ends_its_sessions_and_tokens() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    let address = browser.leave(&back).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let (status, renewed) = browser.refresh("wiki", &refresh).await;
    assert_eq!(status, 200, "{renewed}");
    world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = ConnectionState::Retired).await;
    let (status, refused) = browser.refresh("wiki", renewed["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(browser.who(renewed["access_token"].as_str().unwrap()).await, None);
}

/// SK-20: somebody else has the provider's key. Once another certificate is entered, whether the connection was off meanwhile or not, the old
/// key signs nobody in: not by an answer that it proved before and nobody has fetched, and not by a new one. The new key does.
#[tokio::test]
async fn sk_20_a_key_that_was_taken_out_signs_nobody_in() {
    let world = World::new().await;
    let keys = [Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap(), Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap()];
    for (off, stolen, fresh) in [(true, &world.idp, &keys[0]), (false, &keys[0], &keys[1])] {
        let mut thief = world.broker.browser();
        let sent = go(&mut thief, "wiki", KIM).await;
        let delivered = world.deliver_xml(&mut thief, &stolen.response(&world.answer(&sent, KIM)), &sent.relay).await;
        assert_eq!(delivered.status, 303, "the key was good then: {}", delivered.body);
        let set = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
        if off {
            set(ConnectionState::Retired).await;
        }
        let certificates = vec![fresh.certificate_pem()];
        world.broker.change_connection("70444", "Okta", |entry| {
            if let Some(Protocol::Saml(saml)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
                saml.certificates = certificates;
            }
        })
        .await;
        if off {
            set(ConnectionState::Enforced).await;
        }
        let page = fetch(&mut thief, &delivered).await;
        assert_eq!((page.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"), "off: {off}");
        let sent = go(&mut thief, "wiki", KIM).await;
        let refused = world.deliver_xml(&mut thief, &stolen.response(&world.answer(&sent, KIM)), &sent.relay).await;
        assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
        assert!(!thief.cookies.contains_key("__Host-session"));
        let delivered = world.deliver_xml(&mut thief, &fresh.response(&world.answer(&sent, KIM)), &sent.relay).await;
        let back = fetch(&mut thief, &delivered).await;
        assert_eq!(who(&mut thief, "wiki", &back).await, kim());
    }
}

/// SB-13: two tabs in flight, finished in the other order; each lands at its own application.
#[tokio::test]
async fn sb_13_two_tabs_finish_in_reverse_order() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let first = go(&mut browser, "wiki", KIM).await;
    let second = go(&mut browser, "desk", KIM).await;
    for (client, sent, home) in [("desk", &second, "http://127.0.0.1:4711/cb"), ("wiki", &first, "https://wiki.example/cb")] {
        let delivered = world.deliver(&mut browser, &world.answer(sent, KIM), &sent.relay).await;
        let back = fetch(&mut browser, &delivered).await;
        let address = browser.leave(&back).await;
        assert!(address.starts_with(home), "{address}");
        let (_, tokens) = browser.redeem(client, &address).await;
        assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await, kim());
    }
}

/// SX-13, SB-20: no artifact, no SOAP, no ECP; SB-05, SB-06: a RelayState that is no handle of ours leads nowhere, however long.
#[tokio::test]
async fn sx_13_other_bindings_do_not_exist_sb_20_sb_05_sb_06() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    for path in ["artifact", "soap", "ecp"] {
        let path = format!("/saml/{}/{path}", world.connection);
        assert_eq!(browser.get(&format!("{path}?SAMLart=x")).await.status, 404, "{path}");
        // From our own pages there is nothing; from elsewhere it is not even looked for.
        assert_eq!(browser.post(&path, &[("SAMLart", "x"), ("SAMLResponse", "x")]).await.status, 404, "{path}");
        assert!(matches!(browser.deliver(&path, &[("SAMLResponse", "x")]).await.status, 403 | 404), "{path}");
    }
    let sent = go(&mut browser, "wiki", KIM).await;
    let xml = world.idp.response(&world.answer(&sent, KIM));
    for relay in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "%0d%0aLocation:x", &"x".repeat(4096)] {
        let page = world.deliver_xml(&mut browser, &xml, relay).await;
        assert_eq!((page.status, page.header("location"), world.last_refusal().await.as_str()), (403, None, "signin.answer_refused request.unsolicited"));
        assert!(!page.body.contains("evil.example"), "SB-08");
    }
    let delivered = world.deliver_xml(&mut browser, &xml, &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// SF-28: the result waits a minute, the transaction ten.
#[tokio::test]
async fn sf_28_transactions_and_results_end() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    world.broker.clock.wait(std::time::Duration::from_secs(61));
    assert!(fetch(&mut browser, &delivered).await.body.contains("sso.return_over"));
    let sent = go(&mut browser, "wiki", KIM).await;
    world.broker.clock.wait(std::time::Duration::from_secs(601));
    let late = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    assert_eq!((late.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.over"));
    assert!(late.body.contains("it took too long") && !late.body.contains("started this sign-in itself") && !browser.cookies.contains_key("__Host-session"), "{}", late.body);
    // With the six checks for the administrator, of an answer that somebody here had asked for.
    let trace = world.broker.running().store.traces(Some(world.connection), 1).await.unwrap().remove(0);
    assert_eq!((trace.failure().code.as_str(), trace.asked, trace.application.as_deref()), ("request.over", true, Some("wiki")));
    // SSO-9: "Try again" leads to the provider once more, and then to the application that the person came from.
    let sent = read(&browser.post("/signin/retry", &[("stage", &late.hidden("stage"))]).await);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// SF-28, SF-23: an answer that comes too late is none that nobody asked for, also where the provider's tile begins sign-ins: it signs nobody in and begins nothing by
/// itself. Its page is of no use in another browser, a form of it tells another browser nothing by callback, and after so many there is a pause.
#[tokio::test]
async fn a_late_answer_begins_nothing_by_itself() {
    for rule in [IdpInitiated::Convert, IdpInitiated::Accept] {
        let world = World::with(|settings| settings.idp_initiated = rule).await;
        let (mut browser, mut other) = (world.broker.browser(), world.broker.browser());
        let sent = go(&mut browser, "wiki", KIM).await;
        world.broker.clock.wait(std::time::Duration::from_secs(601));
        let unasked = world.idp.answer(&world.asked(None), KIM, world.broker.clock.now());
        for answer in [world.answer(&sent, KIM), unasked] {
            let late = world.deliver(&mut browser, &answer, &sent.relay).await;
            assert_eq!((late.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.over"));
            let stolen = other.post("/signin/retry", &[("stage", &late.hidden("stage"))]).await;
            assert!(stolen.refresh().is_none() && !stolen.body.contains(KIM), "{}", stolen.body);
        }
        let page = other.get(&format!("/oidc/{}/callback?state={}&code=x", world.connection, sent.relay)).await;
        assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.other_browser"));
        for _ in 3..9 {
            world.deliver_xml(&mut browser, "x", &sent.relay).await;
        }
        let paused = world.deliver_xml(&mut browser, "x", &sent.relay).await;
        assert_eq!(paused.status, 403, "the tenth");
        let paused = world.deliver_xml(&mut browser, "x", &sent.relay).await;
        assert_eq!((paused.status, world.broker.audit(1).await[0].0.as_str()), (429, "signin.paused limit.late_answer"));
        assert!(!browser.cookies.contains_key("__Host-session") && !other.cookies.contains_key("__Host-session"));
        // An hour later nothing is known of it any more, and the rule for such answers holds.
        world.broker.clock.wait(std::time::Duration::from_secs(3_700));
        world.broker.running().store.sweep(world.broker.clock.now()).await.unwrap();
        let stray = world.deliver_xml(&mut browser, "x", &sent.relay).await;
        assert_eq!(stray.status == 303, rule == IdpInitiated::Convert, "{}", stray.body);
    }
}

/// SF-36: a clock that jumps by two hours in the middle of a sign-in opens nothing for longer: neither what is under way nor what waits to be
/// fetched counts by a clock that is far off, and set right in time, both do; what was used stays used.
#[tokio::test]
async fn sf_36_a_clock_that_jumps_lengthens_nothing() {
    let world = World::new().await;
    let (clock, jump) = (&world.broker.clock, std::time::Duration::from_secs(2 * 3_600));
    for ahead in [true, false] {
        let off = || if ahead { clock.wait(jump) } else { clock.set_back(jump) };
        let right = || if ahead { clock.set_back(jump) } else { clock.wait(jump) };
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let by_right_clock = world.idp.response(&world.answer(&sent, KIM));
        off();
        for xml in [by_right_clock.clone(), world.idp.response(&world.answer(&sent, KIM))] {
            let refused = world.deliver_xml(&mut browser, &xml, &sent.relay).await;
            assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.over"), "ahead: {ahead}");
        }
        right();
        let delivered = world.deliver_xml(&mut browser, &by_right_clock, &sent.relay).await;
        off();
        let over = fetch(&mut browser, &delivered).await;
        assert_eq!((over.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"), "ahead: {ahead}");
        assert!(!browser.cookies.contains_key("__Host-session"));
        right();
        let back = fetch(&mut browser, &delivered).await;
        assert_eq!(who(&mut browser, "wiki", &back).await, kim());
        off();
        let mut other = world.broker.browser();
        let again = world.deliver_xml(&mut other, &by_right_clock, &sent.relay).await;
        assert_eq!(again.status, 403);
        // By a clock that stays off a sign-in begins and ends as usual.
        let back = world.round(&mut other, "wiki", KIM, KIM).await;
        assert_eq!(who(&mut other, "wiki", &back).await, kim());
        right();
        let again = world.deliver_xml(&mut other, &by_right_clock, &sent.relay).await;
        assert_eq!((again.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused replay.used"));
    }
}

/// SF-35, OA-21: `prompt=none` is answered here, and nobody is sent to the provider to be asked silently; an answer that says that it could not
/// ask signs nobody in, although a good assertion is in it.
#[tokio::test]
async fn sf_35_nobody_is_asked_silently_there() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let silent = browser.open("wiki", "&prompt=none").await;
    assert!(silent.status == 303 && silent.header("location").unwrap().contains("error=login_required"), "{:?}", silent.header("location"));
    let sent = go(&mut browser, "wiki", KIM).await;
    assert!(!sent.xml.contains("IsPassive"), "{}", sent.xml);
    let mut answer = world.answer(&sent, KIM);
    answer.status = ["Responder", "NoPassive"].map(|word| format!("urn:oasis:names:tc:SAML:2.0:status:{word}")).to_vec();
    let refused = world.deliver(&mut browser, &answer, &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused status.no_passive"));
    assert!(!browser.cookies.contains_key("__Host-session"));
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ST-13: switched off while the person was away: neither the answer nor its result counts; switched on again, they sign in.
#[tokio::test]
async fn st_13_disabled_means_disabled_now() {
    let world = World::new().await;
    let set = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    set(ConnectionState::Retired).await;
    let refused = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused connection.off"));
    set(ConnectionState::Enforced).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    set(ConnectionState::Draft).await;
    // Switched off, it voids what waits to be fetched; on again, that stays so.
    let refused = fetch(&mut browser, &delivered).await;
    assert_eq!((refused.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"));
    set(ConnectionState::Enforced).await;
    assert_eq!(fetch(&mut browser, &delivered).await.status, 400);
    assert!(!browser.cookies.contains_key("__Host-session"));
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    // The session itself opens nothing any more once the way in is off.
    set(ConnectionState::Retired).await;
    assert_eq!(browser.open("wiki", "").await.status, 200);
}

/// REJ-S: a forged answer uses nothing up, and tries are few.
#[tokio::test]
async fn a_stranger_cannot_burn_a_sign_in_that_is_under_way() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let forger = Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap();
    let forged = forger.response(&world.answer(&sent, KIM));
    let mut stranger = world.broker.browser();
    for _ in 0..5 {
        let refused = world.deliver_xml(&mut stranger, &forged, &sent.relay).await;
        assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
    }
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    let sent = go(&mut stranger, "wiki", KIM).await;
    for _ in 0..10 {
        world.deliver_xml(&mut stranger, &forged, &sent.relay).await;
    }
    let after = world.deliver(&mut stranger, &world.answer(&sent, KIM), &sent.relay).await;
    assert_eq!((after.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.over"), "ten tries are enough");
    assert!(!stranger.cookies.contains_key("__Host-session"));
}

/// SB-01, SB-02, SB-03, SB-19: by POST, as one form, with one answer.
#[tokio::test]
async fn sb_01_the_consumer_takes_one_form_by_post_sb_02_sb_03_sb_19() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let response = encode(world.idp.response(&world.answer(&sent, KIM)));
    assert_eq!(browser.get(&format!("{}?SAMLResponse=x&RelayState={}", world.acs(), sent.relay)).await.status, 405);
    let twice = browser.deliver(&world.acs(), &[("SAMLResponse", &response), ("SAMLResponse", &response), ("RelayState", &sent.relay)]).await;
    assert_eq!(twice.status, 400);
    let both = browser.deliver(&world.acs(), &[("SAMLResponse", &response), ("SAMLRequest", "x"), ("RelayState", &sent.relay)]).await;
    assert_eq!(both.status, 400);
    let plain = browser.send(reqwest::Method::POST, &world.acs(), &[("content-type", "text/plain")], None).await;
    assert_eq!(plain.status, 415);
    let delivered = browser.deliver(&world.acs(), &[("SAMLResponse", &response), ("RelayState", &sent.relay)]).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// OA-22, SF-34: `prompt=login` reaches the provider as ForceAuthn, and an answer that ignores it is refused.
#[tokio::test]
async fn oa_22_a_fresh_proof_is_asked_for_at_the_provider_sf_34() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    world.broker.clock.wait(std::time::Duration::from_secs(1800));
    let page = browser.open("wiki", "&prompt=login").await;
    let sent = read(&browser.identify(&page, KIM).await);
    assert!(sent.xml.contains("ForceAuthn=\"true\""), "{}", sent.xml);
    let mut stale = world.answer(&sent, KIM);
    let old = Timestamp::from_seconds(world.broker.clock.now().seconds() - 1700);
    stale = stale.assertion(|a| {
        for authn in &mut a.authn {
            authn.instant = Some(homeward_simulator::saml::instant(old));
        }
    });
    let refused = world.deliver(&mut browser, &stale, &sent.relay).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(world.last_refusal().await, "signin.answer_refused authn.not_anew");
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let fresh = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &fresh).await, kim());
}

/// SSO-4: the page that leaves has an address of its own, which names nobody, works once, in its own browser and for ten minutes; after that
/// it is the username page, filled. The sign-in that is under way is not disturbed by it.
#[tokio::test]
async fn sso_4_the_page_that_leaves_works_once() {
    async fn away(browser: &mut Browser) -> String {
        let page = browser.open("wiki", "").await;
        let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", KIM)]);
        let sent = browser.send(reqwest::Method::POST, "/signin/username", &[("sec-fetch-site", "same-origin"), ("origin", "null")], Some(&form)).await;
        assert_eq!((sent.status, sent.body.as_str()), (303, ""));
        let to = sent.header("location").unwrap().to_owned();
        assert!(to.starts_with("/signin/leave?stage=") && !to.contains("tailspin"), "{to}");
        to
    }
    fn is_back(page: &Page) -> bool {
        page.status == 200 && page.refresh().is_none() && page.body.contains("id=\"username\"") && page.body.contains(&format!("value=\"{KIM}\""))
    }
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let to = away(&mut browser).await;
    let records = world.broker.audit_records().await;
    let stolen = world.broker.browser().get(&to).await;
    assert!(stolen.refresh().is_none() && !stolen.body.contains(KIM), "another browser's: {}", stolen.body);
    let sent = read(&browser.get(&to).await);
    for _ in 0..2 {
        let back = browser.get(&to).await;
        assert!(is_back(&back), "{}", back.body);
    }
    assert_eq!(world.broker.audit_records().await, records, "whoever leaves, comes back or reloads has proved nothing and leaves no record");
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let page = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &page).await, kim());
    // From the page that it is by then one goes there again, with a request of its own.
    let mut other = world.broker.browser();
    let to = away(&mut other).await;
    let first = read(&other.get(&to).await);
    let back = other.get(&to).await;
    let again = read(&other.identify(&back, KIM).await);
    assert_ne!((first.id, first.relay), (again.id, again.relay));
    // A connection that was switched off meanwhile takes nobody away: refused, with one record, and nothing is used up by it.
    let set = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    let mut off = world.broker.browser();
    let to = away(&mut off).await;
    set(ConnectionState::Retired).await;
    let records = world.broker.audit_records().await;
    let refused = off.get(&to).await;
    assert_eq!((refused.status, refused.refresh()), (403, None), "{}", refused.body);
    assert_eq!((world.broker.audit(1).await.remove(0), world.broker.audit_records().await), (("signin.refused discovery.no_connection".to_owned(), None), records + 1));
    set(ConnectionState::Enforced).await;
    let sent = read(&off.get(&to).await);
    let delivered = world.deliver(&mut off, &world.answer(&sent, KIM), &sent.relay).await;
    let page = fetch(&mut off, &delivered).await;
    assert_eq!(who(&mut off, "wiki", &page).await, kim());
    let mut late = world.broker.browser();
    let to = away(&mut late).await;
    world.broker.clock.wait(std::time::Duration::from_secs(601));
    let back = late.get(&to).await;
    assert!(is_back(&back), "{}", back.body);
}
