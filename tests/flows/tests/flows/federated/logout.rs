//! Single logout by SAML: what the organisation ends, ends here, and the other way round.

use homeward_federation::SignOutThere;
use homeward_simulator::saml::{LogoutAsk, NameId, Redirect, instant};

use super::{
    notices::{away, part, posted, session_of, told, told_of},
    *,
};

/// Where the provider's single logout is.
const SLO: &str = "https://idp.example/slo";
/// An application that is told of sign-outs.
const LEDGER: &str = "[[application]]\nclient_id = \"ledger\"\nname = \"Ledger\"\nauthentication = \"none\"\nredirect_uris = [\"https://ledger.example/cb\"]\n\
                      post_logout_redirect_uris = [\"https://ledger.example/bye\"]\nbackchannel_logout_uri = \"https://ledger.example/out\"\n";

/// Another one.
const JOURNAL: &str = "[[application]]\nclient_id = \"journal\"\nname = \"Journal\"\nauthentication = \"none\"\nredirect_uris = [\"https://journal.example/cb\"]\n\
                       backchannel_logout_uri = \"https://journal.example/out\"\n";

/// Registers the application that is told.
pub async fn with_ledger(broker: &TestBroker) {
    register(broker, LEDGER).await;
}

async fn register(broker: &TestBroker, text: &str) {
    let store = &broker.running().store;
    let plan = homeward_server::apply::plan_text(store, text, &broker.folder().join("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
}

/// Somebody who is signed in to the application that listens.
pub struct SignedIn {
    pub browser: Browser,
    pub refresh: String,
    pub id_token: String,
}

impl SignedIn {
    /// Whether browser and tokens still count.
    pub async fn lives(&mut self) -> bool {
        let page = self.browser.open("ledger", "&prompt=none").await;
        let silent = page.header("location").is_some_and(|to| to.contains("code="));
        let (status, renewed) = self.browser.refresh("ledger", &self.refresh).await;
        assert_eq!(silent, status == 200, "session and tokens end together: {renewed}");
        if let Some(next) = renewed["refresh_token"].as_str() {
            self.refresh = next.to_owned();
        }
        silent
    }
    /// Asks the broker to sign out, as the application does.
    pub async fn sign_out(&mut self) -> Page {
        let path = format!("/oauth2/logout?id_token_hint={}&post_logout_redirect_uri=https%3A%2F%2Fledger.example%2Fbye&state=s1", self.id_token);
        self.browser.get(&path).await
    }
}

pub const BYE: &str = "https://ledger.example/bye?state=s1";

pub async fn redeemed(mut browser: Browser, page: &Page) -> SignedIn {
    let address = browser.leave(page).await;
    let (status, tokens) = browser.redeem("ledger", &address).await;
    assert_eq!(status, 200, "{tokens}");
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    SignedIn { browser, refresh: text("refresh_token"), id_token: text("id_token") }
}

/// Ann, who has a password and nothing to do with the provider.
pub async fn ann(broker: &TestBroker) -> SignedIn {
    let mut browser = broker.browser();
    let page = browser.open("ledger", "").await;
    let page = browser.identify(&page, "ann@north.example").await;
    let page = browser.password(&page, "Kranich7!").await;
    redeemed(browser, &page).await
}

pub async fn world(switch: SignOutThere) -> World {
    let world = World::with(|settings| {
        settings.sign_out_there = switch;
        if let Protocol::Saml(saml) = &mut settings.protocol {
            saml.slo_redirect = EndpointUrl::parse(SLO);
        }
    })
    .await;
    with_ledger(&world.broker).await;
    world
}

impl World {
    fn slo(&self) -> String {
        format!("/saml/{}/slo", self.connection)
    }
    /// Signs Kim in, in a session of this name at the provider.
    pub async fn kim(&self, index: &str) -> SignedIn {
        let mut browser = self.broker.browser();
        let sent = go(&mut browser, "ledger", KIM).await;
        let answer = self.answer(&sent, KIM).assertion(|assertion| assertion.authn[0].session_index = Some(index.to_owned()));
        let delivered = self.deliver(&mut browser, &answer, &sent.relay).await;
        let page = fetch(&mut browser, &delivered).await;
        redeemed(browser, &page).await
    }
    pub fn ask(&self, index: &str) -> LogoutAsk {
        self.idp.logout_ask(&format!("http://homeward.localhost{}", self.slo()), NameId::email(KIM), index, self.broker.clock.now())
    }
    /// The provider's request in the address of its own redirect.
    pub async fn by_query(&self, browser: &mut Browser, ask: LogoutAsk) -> Page {
        let mut message = Redirect::new("SAMLRequest", self.idp.logout_request(&LogoutAsk { signature: None, ..ask }));
        message.relay_state = Some("https://idp.example/state?1".into());
        browser.get(&format!("{}?{}", self.slo(), self.idp.redirect_query(&message))).await
    }
    /// The same by a form of the provider's page.
    async fn by_form(&self, browser: &mut Browser, xml: &str) -> Page {
        browser.deliver(&self.slo(), &[("SAMLRequest", &encode(xml)), ("RelayState", "state-2")]).await
    }
    pub async fn last(&self, event: &str) -> String {
        let lines = self.broker.audit(20).await;
        lines.into_iter().map(|(line, _)| line).find(|line| line.starts_with(event)).unwrap_or_default()
    }
}

/// The message that a page or redirect takes to the provider: its XML, and RelayState.
pub fn carried(to: &str, name: &str) -> (String, String) {
    let url = url::Url::parse(to).unwrap();
    assert_eq!(format!("https://{}{}", url.host_str().unwrap(), url.path()), SLO);
    let get = |wanted: &str| url.query_pairs().find(|(n, _)| n == wanted).map(|(_, v)| v.into_owned()).unwrap_or_default();
    assert!(!get("Signature").is_empty(), "ours are always signed");
    let packed = STANDARD.decode(get(name)).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_string(&mut xml).unwrap();
    (xml, get("RelayState"))
}

pub fn id_of(xml: &str) -> String {
    xml.split(" ID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// SL-01, SL-03, SL-06 at the route: only a signed, timely, unused request of this connection's provider signs anybody out; the same
/// request unmutated does, by both bindings, and is answered.
#[tokio::test]
async fn sl_01_sl_03_sl_06_a_request_that_does_not_hold_signs_nobody_out() {
    let world = world(SignOutThere::Off).await;
    let (mut kim, mut ann) = (world.kim("_s1").await, ann(&world.broker).await);
    let mut provider = world.broker.browser();
    let good = world.idp.logout_request(&world.ask("_s1"));
    let stranger = Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap();
    let at = |seconds: i64| Some(instant(homeward_model::Timestamp::from_seconds(world.broker.clock.now().seconds() + seconds)));
    let id = id_of(&good);
    let bad = [
        (world.idp.logout_request(&LogoutAsk { signature: None, ..world.ask("_s1") }), "sig.missing"),
        (stranger.logout_request(&world.ask("_s1")), "sig.untrusted_key"),
        (good.replace("_s1", "_s2"), "sig.digest_mismatch"),
        (world.idp.logout_request(&LogoutAsk { not_on_or_after: at(-61), ..world.ask("_s1") }), "time.logout_over"),
        (world.idp.logout_request(&LogoutAsk { destination: Some("http://homeward.localhost/saml/x/slo".into()), ..world.ask("_s1") }), "destination.unexpected"),
        (world.idp.logout_request(&LogoutAsk { issuer: Some("https://other.example".into()), ..world.ask("_s1") }), "issuer.unexpected"),
        (good.replacen(&format!("ID=\"{id}\""), "ID=\"_evil\"", 1), "sig.reference_not_parent"),
        (format!("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_evil\">{good}</samlp:LogoutRequest>"), "sig.misplaced"),
    ];
    for (xml, code) in bad {
        let page = world.by_form(&mut provider, &xml).await;
        assert_eq!((page.status, page.heading(), world.last("logout.refused").await.as_str()), (403, "We could not sign you out", format!("logout.refused {code}").as_str()));
        assert!(page.header("location").is_none() && !page.body.contains("SAMLResponse"), "{code}: nothing goes back");
    }
    assert!(kim.lives().await && ann.lives().await, "nobody was signed out");
    // The same request as it was signed, by a form of the provider's page: without cookies.
    let page = world.by_form(&mut kim.browser, &good).await;
    assert_eq!((page.status, page.heading()), (200, "You are signed out here"));
    let (answer, relay) = carried(&page.refresh().unwrap(), "SAMLResponse");
    assert!(answer.contains(&format!("InResponseTo=\"{id}\"")) && answer.contains("status:Success"), "{answer}");
    assert_eq!(relay, "state-2");
    assert!(!kim.lives().await && ann.lives().await, "Kim, and nobody else");
    // A second time it is a replay, also by the other binding and for a session that is new.
    let mut again = world.kim("_s1").await;
    let page = world.by_form(&mut again.browser, &good).await;
    assert_eq!((page.status, world.last("logout.refused").await.as_str()), (403, "logout.refused replay.used"));
    assert!(again.lives().await);
    let page = world.by_query(&mut again.browser, world.ask("_s1")).await;
    assert_eq!(page.status, 303, "a GET may answer by a redirect");
    let (_, relay) = carried(page.header("location").unwrap(), "SAMLResponse");
    assert_eq!(relay, "https://idp.example/state?1");
    assert!(!again.lives().await && ann.lives().await);
    let user = world.broker.user(KIM, "70444").await.id;
    let ended: Vec<_> = world.broker.audit(60).await.into_iter().filter(|(line, _)| line == "session.ended ok").map(|(_, user)| user).collect();
    assert_eq!(ended, [Some(user), Some(user)], "Kim's, twice, and nobody else's");
}

/// SL-02, SL-04: exactly the sessions that are meant: of this connection, this person, and this session at the provider; without a
/// SessionIndex all of this person's that came from this connection. The applications that had something of a session that ended are told.
#[tokio::test]
async fn sl_02_sl_04_exactly_the_sessions_that_are_meant() {
    let world = world(SignOutThere::Off).await;
    // Another account's provider, which names Kim as well.
    let other = Idp::new("https://other.example/entity", KeyKind::Rsa).unwrap();
    let settings = settings(&other);
    let theirs = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings)).await;
    let (mut one, mut two, mut ann) = (world.kim("_s1").await, world.kim("_s2").await, ann(&world.broker).await);
    // The first session serves a second application, too.
    register(&world.broker, JOURNAL).await;
    let page = one.browser.open("journal", "&prompt=none").await;
    let (status, tokens) = one.browser.redeem("journal", page.header("location").unwrap()).await;
    assert_eq!(status, 200, "{tokens}");
    let notice = |application: &str, of: &SignedIn| (format!("https://{application}.example/out"), session_of(&of.id_token));
    let mut provider = world.broker.browser();
    let to = |connection: &ConnectionId| format!("http://homeward.localhost/saml/{connection}/slo");
    let foreign = other.logout_ask(&to(&theirs), NameId::email(KIM), "_s1", world.broker.clock.now());
    let page = provider.deliver(&format!("/saml/{theirs}/slo"), &[("SAMLRequest", &encode(other.logout_request(&foreign)))]).await;
    assert_eq!(page.status, 200, "good, and it means nobody here");
    let crossed = other.logout_ask(&to(&world.connection), NameId::email(KIM), "_s1", world.broker.clock.now());
    world.by_form(&mut provider, &other.logout_request(&crossed)).await;
    assert_eq!(world.last("logout.refused").await, "logout.refused sig.untrusted_key");
    for nobody in [
        LogoutAsk { name_id: Some(NameId::email("ann@north.example")), session_indexes: vec![], ..world.ask("") },
        LogoutAsk { name_id: Some(NameId::persistent(KIM)), session_indexes: vec![], ..world.ask("") },
        LogoutAsk { name_id: Some(NameId::email("KIM@tailspin.example")), session_indexes: vec![], ..world.ask("") },
        world.ask("_s3"),
    ] {
        assert_eq!(world.by_query(&mut provider, nobody).await.status, 303);
    }
    assert!(one.lives().await && two.lives().await && ann.lives().await, "nobody was meant");
    assert_eq!(told_of(&world.broker).await, [], "so nobody is told");
    world.by_query(&mut provider, world.ask("_s2")).await;
    assert_eq!(told_of(&world.broker).await, [notice("ledger", &two)]);
    assert!(one.lives().await && !two.lives().await && ann.lives().await, "only the session that was named");
    let mut three = world.kim("_s3").await;
    world.by_query(&mut provider, LogoutAsk { session_indexes: vec![], ..world.ask("") }).await;
    let mut expected = [notice("journal", &one), notice("ledger", &one), notice("ledger", &three)];
    expected.sort();
    assert_eq!(told_of(&world.broker).await, expected);
    assert!(!one.lives().await && !three.lives().await && ann.lives().await, "SL-04: all of Kim's");
}

/// OL-11: the organisation's sign-out reaches the applications, over a restart, and for a session that only rests; one that is away is told
/// later, and each once.
#[tokio::test]
async fn ol_11_a_sign_out_at_the_provider_reaches_the_applications() {
    let mut world = world(SignOutThere::Off).await;
    let (mut kim, mut ann) = (world.kim("_s1").await, ann(&world.broker).await);
    assert_eq!(told(&world.broker).await, 0);
    world.broker.restart().await;
    let mut provider = world.broker.browser();
    world.by_query(&mut provider, world.ask("_s1")).await;
    assert_eq!(away(&world.broker).await, 1, "one application had something of Kim's session; Ann's is untouched");
    assert_eq!(told(&world.broker).await, 0, "it was away a moment ago");
    world.broker.clock.wait(std::time::Duration::from_secs(5));
    let posted = posted(&world.broker).await;
    let [(uri, token)] = posted.as_slice() else { panic!("one notice: {posted:?}") };
    let (header, claims, user) = (part(token, 0), part(token, 1), world.broker.user(KIM, "70444").await.id.to_string());
    assert_eq!((uri.as_str(), header["typ"].as_str(), claims["aud"].as_str()), ("https://ledger.example/out", Some("logout+jwt"), Some("ledger")));
    assert_eq!((claims["sub"].as_str(), claims["sid"].as_str()), (Some(user.as_str()), Some(session_of(&kim.id_token).as_str())), "Kim, and that session");
    assert!(claims["events"].as_object().unwrap().contains_key("http://schemas.openid.net/event/backchannel-logout") && claims.get("nonce").is_none(), "{claims}");
    assert_eq!(told(&world.broker).await, 0, "once");
    for person in [&mut kim, &mut ann] {
        let cookies = person.browser.cookies.clone();
        person.browser = world.broker.browser();
        person.browser.cookies = cookies;
    }
    assert!(!kim.lives().await && ann.lives().await);
    // The browser rests; what was granted under its session goes on, until the provider ends it.
    let resting = world.kim("_s2").await;
    world.broker.clock.wait(std::time::Duration::from_secs(2 * 3_600));
    world.by_query(&mut provider, world.ask("_s2")).await;
    assert_eq!(told(&world.broker).await, 1);
    let (status, refused) = world.broker.browser().refresh("ledger", &resting.refresh).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
}

/// SL-05: signing out goes to the provider, too, and comes back to the application; only a signed answer to this very request counts, and
/// whatever comes, everything here is over already.
#[tokio::test]
async fn sl_05_only_the_providers_own_answer_counts() {
    let world = world(SignOutThere::Always).await;
    let (mut kim, mut ann) = (world.kim("_s1").await, ann(&world.broker).await);
    let page = kim.sign_out().await;
    assert_eq!((page.status, page.heading()), (200, "Signing you out at Tailspin, too"));
    assert!(!kim.browser.cookies.contains_key("__Host-session"));
    let (xml, relay) = carried(&page.refresh().unwrap(), "SAMLRequest");
    assert!(xml.contains(&format!("emailAddress\">{KIM}</saml:NameID><samlp:SessionIndex>_s1<")), "{xml}");
    assert!(!kim.lives().await && ann.lives().await, "local sign-out is final before anybody leaves");
    let slo = format!("http://homeward.localhost{}", world.slo());
    let answer = world.idp.logout_answer(&slo, &id_of(&xml), world.broker.clock.now());
    let stranger = Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap();
    let mut wrong = answer.clone();
    wrong.in_response_to = Some("_other".into());
    let mut unsigned = answer.clone();
    unsigned.signature = None;
    let bad = [(world.idp.logout_response(&unsigned), "sig.missing"), (stranger.logout_response(&answer), "sig.untrusted_key"), (world.idp.logout_response(&wrong), "in_response_to.unexpected")];
    for (xml, code) in bad {
        let back = kim.browser.deliver(&world.slo(), &[("SAMLResponse", &encode(xml)), ("RelayState", &relay)]).await;
        assert_eq!((back.status, world.last("logout.refused").await), (303, format!("logout.refused {code}")));
    }
    // One that nobody asked for, and one that another browser fetches, lead nowhere.
    let good = encode(world.idp.logout_response(&answer));
    let stray = ann.browser.deliver(&world.slo(), &[("SAMLResponse", &good), ("RelayState", "x")]).await;
    assert_eq!((stray.status, world.last("logout.refused").await.as_str()), (403, "logout.refused request.unsolicited"));
    let back = kim.browser.deliver(&world.slo(), &[("SAMLResponse", &good), ("RelayState", &relay)]).await;
    let end = back.header("location").unwrap().to_owned();
    let elsewhere = ann.browser.get(&end).await;
    assert_eq!((elsewhere.heading(), elsewhere.refresh()), ("This sign-out is over", None));
    assert!(ann.lives().await, "another browser's sign-out ends nothing here");
    let page = kim.browser.get(&end).await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert!(page.body.contains("Tailspin (Okta) has signed you out, too."), "{}", page.body);
    assert_eq!(world.last("signout.provider").await, "signout.provider ok");
    assert_eq!(kim.browser.get(&end).await.heading(), "This sign-out is over", "once");
}

/// SL-07: the provider says no, says nothing, or has no address: everything here is over, and the page says that its session may be open.
#[tokio::test]
async fn sl_07_a_provider_that_fails_holds_nothing_up() {
    let world = world(SignOutThere::Always).await;
    let slo = format!("http://homeward.localhost{}", world.slo());
    let unconfirmed = "Tailspin (Okta) has not confirmed that you are signed out there.";
    // It says no.
    let mut kim = world.kim("_s1").await;
    let page = kim.sign_out().await;
    let (xml, relay) = carried(&page.refresh().unwrap(), "SAMLRequest");
    let mut no = world.idp.logout_answer(&slo, &id_of(&xml), world.broker.clock.now());
    no.status = vec!["urn:oasis:names:tc:SAML:2.0:status:Responder".into()];
    no.signature = None;
    let mut message = Redirect::new("SAMLResponse", world.idp.logout_response(&no));
    message.relay_state = Some(relay);
    let back = kim.browser.get(&format!("{}?{}", world.slo(), world.idp.redirect_query(&message))).await;
    let page = kim.browser.get(back.header("location").unwrap()).await;
    assert_eq!((page.heading(), page.refresh(), world.last("signout.provider").await.as_str()), ("You are signed out", None, "signout.provider refused"));
    assert!(page.body.contains(unconfirmed) && page.body.contains(BYE), "{}", page.body);
    assert!(!kim.lives().await);
    // "Sign out there, too" tries again, and then it works.
    let again = kim.browser.post("/signout/there", &[("handle", &page.hidden("handle"))]).await;
    let (xml, relay) = carried(&again.refresh().unwrap(), "SAMLRequest");
    let yes = world.idp.logout_response(&world.idp.logout_answer(&slo, &id_of(&xml), world.broker.clock.now()));
    let back = kim.browser.deliver(&world.slo(), &[("SAMLResponse", &encode(yes)), ("RelayState", &relay)]).await;
    assert_eq!(kim.browser.get(back.header("location").unwrap()).await.refresh().as_deref(), Some(BYE));
    // It says nothing, or nothing that holds: the browser that comes back is told so.
    let mut kim = world.kim("_s2").await;
    let page = kim.sign_out().await;
    let stay = page.body.split("href=\"/signout/end?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let handle = stay.rsplit_once('=').unwrap().1;
    let page = kim.browser.get(&format!("/signout/end?handle={handle}")).await;
    assert!(page.body.contains(unconfirmed) && !kim.lives().await);
    // Whoever does not want to go there goes on, and is not asked again.
    let mut kim = world.kim("_s4").await;
    let page = kim.sign_out().await;
    let stay = page.body.split("href=\"/signout/end?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let page = kim.browser.get(&format!("/signout/end?{stay}")).await;
    assert_eq!(page.refresh().as_deref(), Some(BYE));
    assert!(page.body.contains("You may still be signed in at Tailspin (Okta).") && !kim.lives().await);
    // It has no address any more, and at last no connection.
    let mut kim = world.kim("_s3").await;
    world.broker.change_connection("70444", "Okta", |entry| {
        if let Some(Protocol::Saml(saml)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
            saml.slo_redirect = None;
        }
    })
    .await;
    let page = kim.sign_out().await;
    assert_eq!((page.heading(), world.last("signout.provider").await.as_str()), ("You are signed out", "signout.provider no_way"));
    assert!(page.body.contains(unconfirmed) && !kim.lives().await);
}

/// The switch: off says that the provider's session may be open, and goes on; offered leaves it to the person.
#[tokio::test]
async fn signing_out_there_is_a_switch_of_the_connection() {
    let off = world(SignOutThere::Off).await;
    let mut kim = off.kim("_s1").await;
    let page = kim.sign_out().await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert!(page.body.contains("You may still be signed in at Tailspin (Okta).") && !page.body.contains("/signout/there"), "SES-4: {}", page.body);
    let offer = world(SignOutThere::Offer).await;
    let (mut kim, mut ann) = (offer.kim("_s1").await, ann(&offer.broker).await);
    let page = kim.sign_out().await;
    assert_eq!((page.heading(), page.refresh()), ("You are signed out", None));
    assert!(page.body.contains("could come back in without a password"), "{}", page.body);
    let handle = page.hidden("handle");
    assert_eq!(ann.browser.post("/signout/there", &[("handle", &handle)]).await.heading(), "This sign-out is over", "another browser's");
    let page = kim.browser.post("/signout/there", &[("handle", &handle)]).await;
    let (xml, _) = carried(&page.refresh().unwrap(), "SAMLRequest");
    assert!(xml.contains("<samlp:SessionIndex>_s1<"));
    // Ann's own sign-out has no provider to speak of.
    let page = ann.sign_out().await;
    assert_eq!(page.refresh().as_deref(), Some(BYE));
    assert!(!page.body.contains("Tailspin"));
}

/// Two people of two organisations in one browser: each provider is gone to in turn, and one that says no does not hold up the other.
#[tokio::test]
async fn sl_07_two_providers_come_one_after_the_other() {
    let world = world(SignOutThere::Always).await;
    let other = Idp::with_key("https://other.example/entity", KEY.certified_again("Other", Validity::default()).unwrap());
    let mut settings = settings(&other);
    settings.sign_out_there = SignOutThere::Always;
    if let Protocol::Saml(saml) = &mut settings.protocol {
        saml.slo_redirect = EndpointUrl::parse(SLO);
    }
    let theirs = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings)).await;
    let mut kim = world.kim("_s1").await;
    // Dana comes to the same browser.
    let page = kim.browser.open("ledger", "&prompt=login").await;
    let offered = kim.browser.identify(&page, "dana@contoso.example").await;
    let leaving = kim.browser.post("/signin/single-sign-on", &[("stage", &offered.hidden("stage"))]).await;
    let sent = read(&leaving);
    let acs = format!("/saml/{theirs}/acs");
    let asked = Asked {
        entity_id: format!("http://homeward.localhost/saml/{theirs}/metadata"),
        acs: format!("http://homeward.localhost{acs}"),
        request_id: Some(sent.id.clone()),
    };
    let answer = other.answer(&asked, "dana@contoso.example", world.broker.clock.now());
    let delivered = kim.browser.deliver(&acs, &[("SAMLResponse", &encode(other.response(&answer))), ("RelayState", &sent.relay)]).await;
    let page = fetch(&mut kim.browser, &delivered).await;
    let mut dana = redeemed(kim.browser.clone(), &page).await;
    let page = dana.browser.get("/signout").await;
    let page = dana.browser.post("/signout", &[("stage", &page.hidden("stage")), ("who", "everybody")]).await;
    assert_eq!(page.heading(), "Signing you out at Contoso, too", "the newest first");
    let (xml, relay) = carried(&page.refresh().unwrap(), "SAMLRequest");
    assert!(xml.contains(">dana@contoso.example</saml:NameID>"));
    let mut no = other.logout_answer(&format!("http://homeward.localhost/saml/{theirs}/slo"), &id_of(&xml), world.broker.clock.now());
    no.status = vec!["urn:oasis:names:tc:SAML:2.0:status:Requester".into()];
    // At the other connection's address it answers nothing there.
    let crossed = dana.browser.deliver(&world.slo(), &[("SAMLResponse", &encode(other.logout_response(&no))), ("RelayState", &relay)]).await;
    assert_eq!((crossed.status, world.last("logout.refused").await.as_str()), (303, "logout.refused request.other_connection"));
    let back = dana.browser.deliver(&format!("/saml/{theirs}/slo"), &[("SAMLResponse", &encode(other.logout_response(&no))), ("RelayState", &relay)]).await;
    let page = dana.browser.get(back.header("location").unwrap()).await;
    assert_eq!(page.heading(), "Signing you out at Tailspin, too");
    let (xml, relay) = carried(&page.refresh().unwrap(), "SAMLRequest");
    assert!(xml.contains(&format!(">{KIM}</saml:NameID>")));
    let yes = world.idp.logout_answer(&format!("http://homeward.localhost{}", world.slo()), &id_of(&xml), world.broker.clock.now());
    let back = dana.browser.deliver(&world.slo(), &[("SAMLResponse", &encode(world.idp.logout_response(&yes))), ("RelayState", &relay)]).await;
    let page = dana.browser.get(back.header("location").unwrap()).await;
    assert_eq!((page.heading(), page.refresh()), ("You are signed out", None));
    assert!(page.body.contains("Tailspin (Okta) has signed you out, too.") && page.body.contains("Contoso (Entra) has not confirmed"), "{}", page.body);
    kim.browser.cookies = dana.browser.cookies.clone();
    assert!(!kim.lives().await && !dana.lives().await);
}

/// What signing out takes is sealed: the database holds no name of the provider's in a session, and the key of another installation opens
/// none of it.
#[tokio::test]
async fn ks_01_a_session_keeps_no_name_of_the_provider_in_the_open() {
    let world = world(SignOutThere::Always).await;
    let mut kim = world.kim("_secret-session-index").await;
    let bytes: Vec<u8> = ["homeward.db", "homeward.db-wal"].iter().flat_map(|file| std::fs::read(world.broker.folder().join(file)).unwrap_or_default()).collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds(KIM), "what stands in the open is found: the search can see");
    assert!(!holds("_secret-session-index"));
    let page = kim.sign_out().await;
    let (xml, _) = carried(&page.refresh().unwrap(), "SAMLRequest");
    assert!(xml.contains("_secret-session-index"), "and opens for us");
}
