//! Mails to an account's administrators when one of them takes a step that decides who gets in: who, what, when, from where, and what
//! to do; one mail of a kind in ten minutes, and one in other words to whoever did it.

use std::time::Duration;

use homeward_model::Clock;
use homeward_portal::Role;
use homeward_store::register::Register;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OWN, account, enter, give_role, lead, token, world};

const ADMIN: &str = "admin@own.example";
const SECOND: &str = "mia@own.example";
const THIRD: &str = "plain@own.example";

/// Three administrators of one account, each with a mailbox, and a browser of the first.
async fn three() -> (TestBroker, Browser) {
    let broker = world().await;
    for name in [SECOND, THIRD] {
        give_role(&broker, name, OWN, Role::Administrator).await;
    }
    let ada = enter(&broker, ADMIN).await;
    (broker, ada)
}

async fn post(browser: &mut Browser, step: &str, form: &[(&str, &str)]) -> String {
    lead(&post_page(browser, step, form).await)
}

async fn post_page(browser: &mut Browser, step: &str, form: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut fields = vec![("token", own.as_str())];
    fields.extend(form);
    browser.post(&format!("/portal/{OWN}/{step}"), &fields).await
}

/// Mails so far with that subject: to whom, and the text.
async fn told(broker: &TestBroker, subject: &str) -> Vec<(String, String)> {
    broker.mails().await.into_iter().filter(|(_, other, _)| other == subject).map(|(to, _, text)| (to, text)).collect()
}

fn to(mails: &[(String, String)]) -> Vec<&str> {
    mails.iter().map(|(to, _)| to.as_str()).collect()
}

/// AD-06: administrators learn who gave which role to whom, when and from where; whoever did it reads that it was with their session. What fails tells nobody.
#[tokio::test]
async fn administrators_are_told_who_did_what() {
    let (broker, mut ada) = three().await;
    ada.from = "198.51.100.7".into();
    assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "operator")]).await.ends_with("said=too-much"));
    assert_eq!(told(&broker, "A role was given or taken").await, [], "nothing was given");
    assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    let mails = told(&broker, "A role was given or taken").await;
    assert_eq!(to(&mails), [ADMIN, SECOND, THIRD]);
    let own = &mails[0].1;
    assert!(own.contains("If this was you") && own.contains("Change your password at once") && !own.contains("ask that person"), "{own}");
    for words in ["By admin@own.example, at Own Account, on 15 January 2027", "from the network 198.51.100.7", "It concerns kept@own.example.", "On record: +auditor", "take the role back", "http://homeward.localhost/portal/90001/activity"] {
        assert!(mails[1].1.contains(words), "{words} in {}", mails[1].1);
    }
    assert!(!mails[0].1.contains("such steps"), "one step");
}

/// AD-06: a sole administrator is told of what was done with their session, too.
#[tokio::test]
async fn a_sole_administrator_reads_of_their_own_step() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    let mails = told(&broker, "A role was given or taken").await;
    assert!(to(&mails) == [ADMIN] && mails[0].1.contains("If it was not, somebody has your session"), "{mails:?}");
}

/// AD-06: whoever has just lost the role of an administrator is told, too: they are who would object.
#[tokio::test]
async fn who_loses_the_role_is_told() {
    let (broker, mut ada) = three().await;
    let user = broker.user(SECOND, OWN).await.id.to_string();
    assert!(post(&mut ada, "administrators/take", &[("user", &user), ("role", "administrator")]).await.ends_with("said=role-taken"));
    let mails = told(&broker, "A role was given or taken").await;
    assert_eq!(to(&mails), [ADMIN, THIRD, SECOND]);
    assert!(mails[2].1.contains("On record: -administrator"), "{}", mails[2].1);
}

/// One mail of a kind within ten minutes: the first at once, the others together and counted; another kind has its own. Whoever did one
/// of several learns of the others'.
#[tokio::test]
async fn steps_of_one_kind_within_ten_minutes_are_told_together() {
    const SUBJECT: &str = "A role was given or taken";
    let (broker, mut ada) = three().await;
    let mut mia = enter(&broker, SECOND).await;
    for role in ["auditor", "helpdesk", "security"] {
        assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", role)]).await.ends_with("said=role-given"));
        told(&broker, SUBJECT).await;
    }
    assert_eq!(told(&broker, SUBJECT).await.len(), 3, "the first at once");
    assert!(post(&mut mia, "administrators/give", &[("name", "twin@many.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    assert!(post(&mut ada, "passwords/save", &[("profile", "classic"), ("days", "0"), ("history", "0")]).await.ends_with("said=policy-saved"));
    assert_eq!(to(&told(&broker, "Passwords may be weaker now").await), [ADMIN, SECOND, THIRD], "another kind");
    broker.clock.wait(Duration::from_secs(599));
    assert_eq!(told(&broker, SUBJECT).await.len(), 3);
    broker.clock.wait(Duration::from_secs(1));
    let mails = told(&broker, SUBJECT).await;
    assert_eq!(to(&mails[3..]), [ADMIN, SECOND, THIRD], "two of them did one");
    assert!(mails[4].1.contains("If this was you") && mails[5].1.contains("ask that person"), "{mails:?}");
    assert!(mails[3].1.contains("By mia@own.example") && mails[3].1.contains("3 such steps were taken since 15 January 2027"), "{}", mails[3].1);
    broker.clock.wait(Duration::from_secs(3_600));
    assert_eq!(told(&broker, SUBJECT).await.len(), 6, "each is told once");
}

/// AD-06: each dangerous step has its mail; those that make nothing weaker have none.
#[tokio::test]
async fn every_dangerous_step_has_its_mail() {
    let (broker, mut ada) = three().await;
    let id = broker.running().store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.name == "Own Provider").unwrap().connection.id;
    assert!(post(&mut ada, "passwords/save", &[("profile", "classic"), ("days", "60"), ("history", "3")]).await.ends_with("said=policy-saved"));
    assert!(post(&mut ada, "domains/add", &[("domain", "proof.example")]).await.ends_with("said=domain-added"));
    assert!(post(&mut ada, "domains/give-up", &[("domain", "proof.example")]).await.ends_with("said=domain-given-up"));
    assert_eq!(broker.mails().await, [], "nothing that was proved, and nothing weaker");
    let mut domains = broker.running().store.register().await.unwrap().domains;
    domains.retain(|claim| claim.domain.as_str() == "canary-below.example");
    let own = account(&broker, OWN).await.account.id;
    for claim in &mut domains {
        (claim.account, claim.domain) = (own, homeward_model::DomainName::parse("mine.example").unwrap());
    }
    broker.running().store.put(&Register { domains, ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    for (step, form, subject, detail) in [
        ("domains/give-up", vec![("domain", "mine.example")], "A proved domain was given up or taken back", "mine.example: given up"),
        ("passwords/save", vec![("profile", "classic"), ("days", "90"), ("history", "3")], "Passwords may be weaker now", "60 days, history 3 → classic, 90 days, history 3"),
        ("administrators/sign-in", vec![("single-sign-on", "on")], "How administrators sign in was changed", "password → single sign-on"),
        ("administrators/sign-in", vec![("single-sign-on", "off")], "How administrators sign in was changed", ""),
    ] {
        let before = told(&broker, subject).await.len();
        post(&mut ada, step, &form).await;
        let mails = told(&broker, subject).await;
        match detail {
            "" => assert_eq!(mails.len(), before, "within ten minutes: {step}"),
            detail => assert!(to(&mails) == [ADMIN, SECOND, THIRD] && mails[0].1.contains(detail), "{step}: {mails:?}"),
        }
    }
    let page = post_page(&mut ada, "api-tokens/make", &[("name", "CANARY-NAME"), ("days", "30"), ("scope-users-read", "yes")]).await;
    let mails = told(&broker, "A token for the API was made").await;
    assert!(page.body.contains("hwt_") && to(&mails) == [ADMIN, SECOND, THIRD] && mails[0].1.contains(": users:read"), "{mails:?}");
    assert!(!mails[0].1.contains("hwt_") && !mails[0].1.contains("CANARY"), "{mails:?}");
    let page = super::setup_links::make(&mut ada, &id.to_string(), ("4", "")).await;
    let mails = told(&broker, "A setup link was made").await;
    assert!(to(&mails) == [ADMIN, SECOND, THIRD] && mails[1].1.contains("Own Provider, 4 h") && mails[1].1.contains("end the link"), "{mails:?}");
    let token_of_link = super::setup_links::link_in(&page);
    assert!(!mails[0].1.contains(token_of_link.split('=').nth(1).unwrap()), "no token");
    broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = homeward_discovery::ConnectionState::Enforced).await;
    assert!(post(&mut ada, &format!("sign-on/{id}/outage"), &[("hours", "4")]).await.contains("said=switched"));
    let mails = told(&broker, "Single Sign-On was switched").await;
    assert!(to(&mails) == [ADMIN, SECOND, THIRD] && mails[0].1.contains("enforced → outage for 4 h"), "{mails:?}");
}

/// AD-06: what is done to an administrator, the others are told, and whoever is shut out as well; what is done to anybody else tells nobody.
#[tokio::test]
async fn what_is_done_to_an_administrator_is_told() {
    const SUBJECT: &str = "An administrator’s access was changed";
    let (broker, mut ada) = three().await;
    let (mia, held) = (broker.user(SECOND, OWN).await.id, broker.user("kept@own.example", OWN).await.id);
    assert!(post(&mut ada, &format!("users/{held}/suspend"), &[]).await.ends_with("said=suspended"));
    assert!(post(&mut ada, &format!("users/{held}/rename"), &[("username", "keep@own.example")]).await.ends_with("said=renamed"));
    assert_eq!(told(&broker, SUBJECT).await, [], "no administrator");
    assert!(post(&mut ada, &format!("users/{mia}/suspend"), &[]).await.ends_with("said=suspended"));
    let mails = told(&broker, SUBJECT).await;
    assert_eq!(to(&mails), [ADMIN, THIRD, SECOND]);
    for words in ["By admin@own.example", "It concerns mia@own.example.", "On record: active → suspended"] {
        assert!(mails[0].1.contains(words), "{words} in {}", mails[0].1);
    }
    broker.clock.wait(Duration::from_secs(600));
    let mut ada = enter(&broker, ADMIN).await;
    assert!(post(&mut ada, &format!("users/{mia}/resume"), &[]).await.ends_with("said=resumed"));
    let mails = told(&broker, SUBJECT).await;
    assert_eq!(to(&mails[3..]), [ADMIN, SECOND, THIRD]);
    broker.clock.wait(Duration::from_secs(600));
    let mut ada = enter(&broker, ADMIN).await;
    assert!(post(&mut ada, &format!("users/{held}/include"), &[]).await.ends_with("said=included"));
    assert_eq!(told(&broker, SUBJECT).await.len(), 6, "no administrator");
    assert!(post(&mut ada, &format!("users/{mia}/exclude"), &[]).await.ends_with("said=excluded"));
    let mails = told(&broker, SUBJECT).await;
    assert!(to(&mails[6..]) == [ADMIN, SECOND, THIRD] && mails[6].1.contains("On record: none → excluded"), "{mails:?}");
    broker.clock.wait(Duration::from_secs(600));
    let mut ada = enter(&broker, ADMIN).await;
    let third = broker.user(THIRD, OWN).await.id;
    assert!(post(&mut ada, &format!("users/{third}/rename"), &[("username", "renamed@own.example")]).await.ends_with("said=renamed"));
    let mails = told(&broker, SUBJECT).await;
    assert!(mails.len() == 12 && mails[9].1.contains("On record: p•••••@own.example → r•••••@own.example"), "{mails:?}");
}

/// AD-06: a mail of several steps tells each of them, with who took it and whom it concerns; whoever lost the role by one of them is told, too.
#[tokio::test]
async fn a_mail_of_several_steps_tells_each_of_them() {
    const SUBJECT: &str = "A role was given or taken";
    let (broker, mut ada) = three().await;
    assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    assert_eq!(told(&broker, SUBJECT).await.len(), 3, "the first at once");
    let mia = broker.user(SECOND, OWN).await.id.to_string();
    for (step, form) in [
        ("give", vec![("name", "kept@own.example"), ("role", "security")]),
        ("take", vec![("user", mia.as_str()), ("role", "administrator")]),
        ("give", vec![("name", "twin@many.example"), ("role", "helpdesk")]),
    ] {
        post(&mut ada, &format!("administrators/{step}"), &form).await;
    }
    broker.clock.wait(Duration::from_secs(600));
    let mails = told(&broker, SUBJECT).await;
    assert_eq!(to(&mails[3..]), [ADMIN, THIRD, SECOND], "who lost the role as well");
    let text = &mails[3].1;
    assert!(text.contains("3 such steps") && text.contains("On record: +helpdesk") && text.contains("It concerns twin@many.example."), "{text}");
    for earlier in ["· kept@own.example · +security", "· mia@own.example · -administrator"] {
        assert!(text.contains(earlier) && text.contains("by admin@own.example"), "{earlier} in {text}");
    }
    assert!(!text.contains("+auditor"), "that one was told");
    broker.clock.wait(Duration::from_secs(600));
    let mut ada = enter(&broker, ADMIN).await;
    assert!(post(&mut ada, "administrators/give", &[("name", "twin@many.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    let text = told(&broker, SUBJECT).await.pop().unwrap().1;
    assert!(text.contains("+auditor") && !text.contains("+helpdesk") && !text.contains("such steps"), "{text}");
}

/// MT-11: somebody who looks after the account from above has no name in it, in what a worker writes later; each administrator reads the language that they last used.
#[tokio::test]
async fn a_mail_is_in_the_language_of_its_reader_and_names_nobody_from_above() {
    let (broker, _) = three().await;
    let mut mia = broker.browser();
    mia.cookies.insert("__Host-language".into(), "de".into());
    let page = mia.get("/portal").await;
    super::through_sign_in(&mut mia, &page, SECOND).await;
    let mut op = enter(&broker, "op@own.example").await;
    assert!(post(&mut op, "administrators/give", &[("name", "kept@own.example"), ("role", "auditor")]).await.ends_with("said=role-given"));
    let mails = broker.mails().await;
    let subject_of = |name: &str| mails.iter().filter(|(to, ..)| to == name).map(|(_, subject, _)| subject.as_str()).collect::<Vec<_>>();
    assert_eq!(subject_of(SECOND), ["Eine Rolle wurde vergeben oder entzogen"]);
    assert_eq!(subject_of(THIRD), ["A role was given or taken"]);
    // In the account below there is one administrator, who knows nobody of this one.
    let own = token(&mut op).await;
    op.post(&format!("/portal/{BELOW}/enter"), &[("token", &own)]).await;
    let given = op.post(&format!("/portal/{BELOW}/administrators/give"), &[("token", &own), ("name", "mia@below.example"), ("role", "auditor")]).await;
    assert!(lead(&given).ends_with("said=role-given"), "{}", given.body);
    let all = broker.mails().await;
    let own: Vec<_> = all.iter().filter(|(to, _, text)| to == "op@own.example" && text.contains(BELOW)).collect();
    assert!(own.len() == 1 && own[0].2.contains("By op@own.example") && own[0].2.contains("If this was you"), "their own step has their own name: {own:?}");
    let mails: Vec<_> = all.into_iter().filter(|(to, ..)| to == "chief@below.example").collect();
    assert!(mails.len() == 1 && mails[0].2.contains("By somebody who looks after your account from above") && !mails[0].2.contains("op@own"), "{mails:?}");
}

/// AD-06: whoever lost the role is told, however many steps of the kind came after it before the mail; the mail lists forty and counts all.
#[tokio::test]
async fn who_lost_a_role_is_told_however_many_steps_came_after() {
    const SUBJECT: &str = "A role was given or taken";
    let (broker, mut ada) = three().await;
    post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "auditor")]).await;
    assert_eq!(told(&broker, SUBJECT).await.len(), 3, "the first at once");
    let [mia, kept] = [broker.user(SECOND, OWN).await.id.to_string(), broker.user("kept@own.example", OWN).await.id.to_string()];
    assert!(post(&mut ada, "administrators/take", &[("user", &mia), ("role", "administrator")]).await.ends_with("said=role-taken"));
    for _ in 0..22 {
        assert!(post(&mut ada, "administrators/give", &[("name", "kept@own.example"), ("role", "security")]).await.ends_with("said=role-given"));
        assert!(post(&mut ada, "administrators/take", &[("user", &kept), ("role", "security")]).await.ends_with("said=role-taken"));
    }
    broker.clock.wait(Duration::from_secs(600));
    let mails = told(&broker, SUBJECT).await;
    assert_eq!(to(&mails[3..]), [ADMIN, THIRD, SECOND], "who lost the role as well");
    let text = &mails[3].1;
    assert!(text.contains("45 such steps") && text.matches(" · kept@own.example · ").count() == 40 && !text.contains("-administrator"), "{text}");
}
