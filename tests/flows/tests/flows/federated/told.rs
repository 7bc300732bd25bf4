//! What administrators are told by mail: certificates that end, certificates that nobody has added, emergency access.

use std::time::Duration;

use homeward_discovery::{ConnectionState, Outage, User, UserRule};
use homeward_model::{EmailAddress, SystemRandom, Timestamp, UserId, Username};
use homeward_portal::Role;
use homeward_signin::ports::AuditEvent;
use homeward_store::register::Register;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);
const ANN: &str = "ann@north.example";

/// Makes somebody an administrator of their account.
pub(super) async fn administrator(broker: &TestBroker, username: &str, account: &str) {
    let user = broker.user(username, account).await;
    let line = AuditEvent {
        event: "portal.role",
        outcome: "ok".into(),
        user: Some(user.id),
        account: Some(user.account),
        application: None,
        network: "test".into(),
        case: None,
        at: broker.clock.now(),
        detail: String::new(),
    };
    assert!(broker.running().store.give_portal_role(user.id, Role::Administrator, &line).await.unwrap());
}

/// One more user of Kim's account, who has nothing but a name and a mailbox.
async fn colleague(broker: &TestBroker, username: &str) {
    let kim = broker.user(KIM, "70444").await;
    let user = User { id: UserId::generate(&SystemRandom), username: Username::parse(username).unwrap(), email: EmailAddress::parse(username).ok(), ..kim };
    broker.running().store.put(&Register { users: vec![user], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
}

/// A world whose provider's certificate ends in so many days, with an administrator of its account and one of another.
async fn world(days: u32) -> (World, Timestamp) {
    let world = World::new().await;
    let now = world.broker.clock.now();
    let until = now.plus(DAY * days);
    certified(&world, &[until]).await;
    administrator(&world.broker, KIM, "70444").await;
    administrator(&world.broker, ANN, "40817").await;
    (world, until)
}

/// Gives the connection certificates of its provider's key that end then.
async fn certified(world: &World, ends: &[Timestamp]) {
    let from = Timestamp::from_seconds(1_577_836_800);
    let certificates = ends.iter().map(|until| Idp::with_key("https://idp.example/entity", KEY.certified_again("Simulated", Validity { from, until: *until }).unwrap()).certificate_pem()).collect();
    world
        .broker
        .change_connection("70444", "Okta", |entry| {
            if let Some(Protocol::Saml(saml)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
                saml.certificates = certificates;
            }
        })
        .await;
}

/// The mails that came since the last look: to whom, subject, text.
async fn told(world: &World, seen: &mut usize) -> Vec<(String, String, String)> {
    world.broker.running().look_after_connections().await;
    let all = world.broker.mails().await;
    let new = all.get(*seen..).unwrap_or_default().to_vec();
    *seen = all.len();
    new
}

/// ADM-2: 60, 30, 14, 7 and 1 days before the last certificate ends, and on the day, the account's own administrators have a mail: each
/// once, however often the worker looks. A newer certificate ends it.
#[tokio::test]
async fn adm_2_the_end_of_a_certificate_is_told_once_for_each_step() {
    let (world, until) = world(70).await;
    let mut seen = 0;
    assert_eq!(told(&world, &mut seen).await, []);
    let mut steps = Vec::new();
    for day in (0..=69).rev() {
        world.broker.clock.wait(DAY);
        for _ in 0..2 {
            for (to, subject, text) in told(&world, &mut seen).await {
                assert_eq!(to, KIM);
                let date = "A signing certificate expires on ";
                assert!(subject.starts_with(date), "{subject}");
                assert!(text.contains("Sign-in for 1 person at Tailspin uses this certificate of Okta: ") && text.contains("/portal/70444/sign-on"), "{text}");
                assert!(text.contains("Make the new one there: Okta: View SAML setup instructions › X.509 Certificate."), "{text}");
                steps.push((day, text.lines().find(|line| line.starts_with("It ends ")).unwrap().to_owned()));
            }
        }
    }
    let expected = [(60, "It ends in 60 days."), (30, "It ends in 30 days."), (14, "It ends in 14 days."), (7, "It ends in 7 days."), (1, "It ends in 1 day."), (0, "It ends today.")];
    assert_eq!(steps, expected.map(|(day, text)| (day, text.to_owned())));
    world.broker.clock.wait(DAY);
    assert_eq!(told(&world, &mut seen).await, [], "it is over: health says so");
    // A worker that was away says what is true now, once.
    certified(&world, &[until.plus(DAY * 22)]).await;
    let late = told(&world, &mut seen).await;
    assert!(late.len() == 1 && late[0].2.contains("It ends in 21 days."), "{late:?}");
    certified(&world, &[until.plus(DAY * 22), until.plus(DAY * 900)]).await;
    world.broker.clock.wait(DAY * 15);
    assert_eq!(told(&world, &mut seen).await, [], "the new one goes on");
}

/// ADM-2: the certificate of a connection that nobody signs in through yet alarms nobody; in an outage it does, since people come back.
#[tokio::test]
async fn adm_2_a_connection_that_nobody_uses_alarms_nobody() {
    let (world, _) = world(900).await;
    let (now, mut seen) = (world.broker.clock.now(), 0);
    let until = now.plus(DAY);
    let states = [ConnectionState::Draft, ConnectionState::Tested, ConnectionState::Pilot, ConnectionState::Enforced, ConnectionState::Outage, ConnectionState::Retired];
    let mut told_in = Vec::new();
    for (state, days) in states.into_iter().zip(20..) {
        // Another certificate each time, so that each is news.
        certified(&world, &[now.plus(DAY * days)]).await;
        let outage = (state == ConnectionState::Outage).then_some(Outage { until, back: ConnectionState::Enforced });
        world.broker.change_connection("70444", "Okta", |entry| (entry.connection.state, entry.connection.outage) = (state, outage)).await;
        told_in.extend(told(&world, &mut seen).await.into_iter().map(|(to, ..)| (state, to)));
    }
    assert_eq!(told_in, [ConnectionState::Pilot, ConnectionState::Enforced, ConnectionState::Outage].map(|state| (state, KIM.to_owned())));
}

/// Mail 7: the number is that of the people who sign in there: not those of the exclusion list, and in a pilot nobody else.
#[tokio::test]
async fn mail_7_counts_whoever_signs_in_at_the_provider() {
    let (world, _) = world(900).await;
    let (now, mut seen) = (world.broker.clock.now(), 0);
    for name in ["bo@tailspin.example", "cy@tailspin.example"] {
        colleague(&world.broker, name).await;
    }
    let outage = Outage { until: now.plus(DAY), back: ConnectionState::Enforced };
    let steps = [
        (None, ConnectionState::Enforced, None, "3 people"),
        (Some(UserRule::Excluded), ConnectionState::Enforced, None, "2 people"),
        (Some(UserRule::Excluded), ConnectionState::Outage, Some(outage), "2 people"),
        (Some(UserRule::Pilot), ConnectionState::Pilot, None, "1 person"),
    ];
    for ((rule, state, outage, people), days) in steps.into_iter().zip(20..) {
        // Another certificate each time, so that each is news.
        certified(&world, &[now.plus(DAY * days)]).await;
        world.broker.change_user("bo@tailspin.example", "70444", |user| user.rule = rule).await;
        world.broker.change_connection("70444", "Okta", |entry| (entry.connection.state, entry.connection.outage) = (state, outage)).await;
        let mails = told(&world, &mut seen).await;
        let [(_, _, text)] = mails.as_slice() else { panic!("{state:?}: {mails:?}") };
        assert!(text.contains(&format!("Sign-in for {people} at Tailspin ")), "{state:?} {rule:?}: {text}");
    }
}

/// A certificate that answers name and nobody has added is told with its thumbprint, at most once a day; answers that nobody asked for
/// are a stranger's and tell nothing, and nobody can fill a mailbox with certificates that he makes up.
#[tokio::test]
async fn a_certificate_that_nobody_added_is_told_once_a_day() {
    let (world, _) = world(900).await;
    let mut seen = 0;
    let rolled = Idp::new(&world.idp.entity_id, KeyKind::Rsa).unwrap();
    let fails = async |forger: &Idp| {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let page = world.deliver_xml(&mut browser, &forger.response(&world.answer(&sent, KIM)), &sent.relay).await;
        assert_eq!(page.status, 403);
    };
    let stranger = rolled.response(&rolled.answer(&world.asked(None), KIM, world.broker.clock.now()));
    world.deliver_xml(&mut world.broker.browser(), &stranger, "").await;
    assert_eq!(told(&world, &mut seen).await, []);
    fails(&rolled).await;
    fails(&rolled).await;
    let first = told(&world, &mut seen).await;
    assert_eq!(first.iter().map(|(to, subject, _)| (to.as_str(), subject.as_str())).collect::<Vec<_>>(), [(KIM, "Okta signs with an unknown certificate")]);
    let thumbprint = homeward_federation::saml::certificate::Certificate::from_pem(&rolled.certificate_pem()).unwrap().sha256_thumbprint();
    let text = &first[0].2;
    assert!(text.contains("2 sign-ins at Tailspin have failed since ") && text.contains(&format!("Its SHA-256 thumbprint: {thumbprint}")) && text.contains("They stopped at check 3 of 6"), "{text}");
    let reference = text.split("/portal/70444/activity/").nth(1).and_then(|rest| rest.get(..9)).unwrap_or_else(|| panic!("{text}"));
    let trace = homeward_signin::federated::Traces::trace(&world.broker.running().store, reference).await.unwrap().unwrap();
    assert!(trace.asked && trace.failure().seen.as_deref() == Some(&thumbprint), "the six checks of one of them");
    fails(&rolled).await;
    assert_eq!(told(&world, &mut seen).await, [], "once a day");
    world.broker.clock.wait(DAY + Duration::from_secs(1));
    assert_eq!(told(&world, &mut seen).await, [], "nothing failed since");
    fails(&rolled).await;
    let again = told(&world, &mut seen).await;
    assert!(again.len() == 1 && again[0].2.contains("1 sign-in at Tailspin has failed"), "{again:?}");
    for _ in 0..4 {
        fails(&Idp::new(&world.idp.entity_id, KeyKind::Rsa).unwrap()).await;
    }
    assert_eq!(told(&world, &mut seen).await.len(), 2, "three in a day at most");
}

/// B-164, LH-16: emergency access works while the provider is the only other way in, and the account's administrators, and nobody else, know
/// of it at once: who, when, from where; whoever it belongs to is told in words of their own. A form that is sent twice is told once, and an ordinary sign-in is told to nobody.
#[tokio::test]
async fn b_164_emergency_access_is_told_at_once() {
    const LEE: &str = "lee@tailspin.example";
    let world = World::new().await;
    let broker = &world.broker;
    // Lee administers the account and Kim does not; Ann administers another one.
    colleague(broker, LEE).await;
    administrator(broker, LEE, "70444").await;
    administrator(broker, ANN, "40817").await;
    broker.change_user(KIM, "70444", |user| user.break_glass = true).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, KIM).await;
    let mut twin = browser.clone();
    let first = browser.password(&page, "Sprosser!4").await;
    for mut again in [twin.clone(), browser.clone()] {
        assert!(again.password(&page, "Sprosser!4").await.refresh().is_some());
    }
    assert!(first.refresh().is_some() && twin.password(&page, "Sprosser!4").await.refresh().is_some(), "{}", first.body);
    assert_eq!(who(&mut browser, "wiki", &first).await, kim());
    let mails = broker.mails().await;
    let [(to, subject, text), (own, other, words)] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((to.as_str(), subject.as_str()), (LEE, "Emergency access was used"));
    assert!(own == KIM && other == subject && words.contains("If it was not you") && !words.contains("/portal/"), "whose it is: {words}");
    assert!(text.contains(&format!("{KIM} signed in to Tailspin by emergency access on ")) && text.contains("from the network 192.0.2.") && text.contains("/portal/70444/activity"), "{text}");
    let mut wrong = broker.browser();
    let page = wrong.open("wiki", "").await;
    let page = wrong.identify(&page, KIM).await;
    assert!(wrong.password(&page, "nothing").await.refresh().is_none());
    broker.browser().sign_in("wiki", ANN, "Kranich7!").await;
    assert_eq!(broker.mails().await.len(), 2, "a wrong password, and somebody else's right one");
}
