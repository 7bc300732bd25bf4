//! Users: the list with its marks, one user, the exclusion list, why, and the last way in.

use homeward_discovery::{User, UserRule, UserState};
use homeward_model::{CaseNumber, Clock};
use homeward_portal::Role;
use homeward_signin::ports::{Audit, AuditEvent};
use homeward_store::register::Register;

use super::{BELOW, OWN, enter, find, give_password, give_role, lead, line, plain, reference_of, token, world};

/// AD-14: a prefix finds by the start only; marks of lists are sealed, and good for their own list and account.
#[tokio::test]
async fn ad_14_lists_are_found_by_prefix_and_paged_by_sealed_marks() {
    let broker = world().await;
    let all: String = (0..120).map(|n| format!("[[account.user]]\nusername = \"row{n:03}@own.example\"\n")).collect();
    let text = format!("[[account]]\nnumber = \"90001\"\nname = \"Own Account\"\nregion = \"us\"\n{all}");
    let store = &broker.running().store;
    let plan = homeward_server::apply::plan_text(store, &text, std::path::Path::new("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    let mut help = enter(&broker, "help@own.example").await;
    let rows = |page: &homeward_testkit::Page| page.body.matches("<tr>").count().saturating_sub(1);
    let next = |page: &homeward_testkit::Page| page.body.split("href=\"").filter_map(|part| part.split('"').next()).find(|to| to.contains("after=")).map(|to| to.replace("&amp;", "&"));
    let (mut page, address) = find(&mut help, "users", &[("q", " ROW ")]).await;
    assert!(!address.to_lowercase().contains("row"), "no name stands in an address: {address}");
    let first = next(&page).unwrap();
    let mut seen = rows(&page);
    while let Some(to) = next(&page) {
        assert!(!to.contains("row0"), "a mark tells no name: {to}");
        page = help.get(&to).await;
        seen += rows(&page);
    }
    assert_eq!(seen, 120);
    assert!(find(&mut help, "users", &[("q", "ow0")]).await.0.body.contains("No username begins like that"));
    let mark = first.split("after=").nth(1).unwrap();
    let elsewhere = help.get(&format!("/portal/{OWN}/exclusions?after={mark}")).await;
    assert!(plain(&elsewhere).contains("kept@own.example"), "a mark of another list counts as none");
    let bent = help.get(&format!("{address}&after={}", &mark[1..])).await;
    assert!(plain(&bent).contains("row000@own.example"), "a bent mark counts as none");
    for hostile in ["' OR 1=1--", "%", "_", "\0", "\u{10FFFF}", &"x".repeat(4000)] {
        let (page, _) = find(&mut help, "users", &[("q", hostile), ("f", "' OR 1=1--")]).await;
        assert!(page.status == 200 && page.body.contains("No username begins like that"), "{hostile}");
    }
    let invited = help.get(&format!("/portal/{OWN}/users?f=invited")).await;
    assert!(rows(&invited) == 1 && plain(&invited).contains("fresh@own.example"));
    assert_eq!(rows(&help.get(&format!("/portal/{OWN}/users?f=suspended")).await), 1);
    assert_eq!(rows(&help.get(&format!("/portal/{OWN}/users?f=excluded")).await), 1);
}

/// Signing somebody out everywhere ends sessions and grants at once, and nobody else's; it is on record with who did it.
#[tokio::test]
async fn signing_out_everywhere_ends_everything_of_one_person() {
    let broker = world().await;
    let (mut mia, mut plain) = (broker.browser(), broker.browser());
    mia.sign_in("wiki", "mia@own.example", super::PASSWORD).await;
    plain.sign_in("wiki", "plain@own.example", super::PASSWORD).await;
    let mut sec = enter(&broker, "sec@own.example").await;
    let id = broker.user("mia@own.example", OWN).await.id;
    let page = sec.get(&format!("/portal/{OWN}/users/{id}")).await;
    assert!(page.body.contains("Sign out everywhere") && page.body.contains("Signed in"));
    let own = token(&mut sec).await;
    assert!(lead(&sec.post(&format!("/portal/{OWN}/users/{id}/end-sessions"), &[("token", &own)]).await).ends_with("said=signed-out"));
    assert_eq!((mia.open("wiki", "").await.status, plain.open("wiki", "").await.status), (200, 303));
    let page = sec.get(&format!("/portal/{OWN}/users/{id}")).await;
    assert!(page.body.contains("Not signed in anywhere."));
    let done = broker.running().store.audit_newest(&homeward_store::AuditFilter { event: Some("portal".into()), ..Default::default() }, 1).await.unwrap().remove(0);
    let by = broker.user("sec@own.example", OWN).await.id;
    assert_eq!((done.event.as_str(), done.user, done.detail), ("portal.sessions_ended", Some(id), format!("by {by}")));
    assert!(broker.audit_records().await > 0, "the chain is whole");
}

/// ADM-10, B-159, B-169: names are pasted in any form; who is on the list shows since when and by whom; unknown names stay in the
/// field and name nobody of other accounts.
#[tokio::test]
async fn the_exclusion_list_tells_who_and_when() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let address = format!("/portal/{OWN}/exclusions");
    let page = admin.get(&address).await;
    assert!(page.body.contains("1 person") && page.body.contains("Added with the account’s set-up"));
    let names = "MIA@own.example, plain@own.example;mia@below.example\r\n\r\nnobody@own.example\nkept@own.example";
    let page = admin.post(&format!("{address}/add"), &[("token", &page.hidden("token")), ("names", names)]).await;
    assert!(page.body.contains("2 people were added; 1 were on the list already."), "{}", page.body);
    assert!(page.body.contains("mia@below.example\nnobody@own.example</textarea>") && page.body.contains("Error: Exclusion list"));
    assert!(page.body.contains("Added by admin@own.example on 15 January 2027"));
    assert_eq!(broker.user("mia@own.example", OWN).await.rule, Some(UserRule::Excluded));
    assert_eq!(broker.user("mia@below.example", BELOW).await.rule, None);
    let kept = broker.user("kept@own.example", OWN).await.id.to_string();
    let page = admin.post(&format!("{address}/remove"), &[("token", &page.hidden("token")), ("user", &kept)]).await;
    assert_eq!(lead(&page), format!("{address}?said=included"));
    let lines: Vec<String> = broker.audit(3).await.into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, ["portal.exclusion ok"; 3], "each on record");
}

/// ADM-10: the exclusion list is searched by the start of a username, as the list of users is: no name stands in an address, other people and other
/// accounts are not found, and nothing but the start counts.
#[tokio::test]
async fn adm_10_the_exclusion_list_is_searched() {
    let broker = world().await;
    for name in ["mia@own.example", "plain@own.example"] {
        broker.change_user(name, OWN, |user| user.rule = Some(UserRule::Excluded)).await;
    }
    let mut help = enter(&broker, "help@own.example").await;
    let rows = |page: &homeward_testkit::Page| page.body.matches("<tr>").count().saturating_sub(1);
    let (page, _) = find(&mut help, "exclusions", &[("q", "")]).await;
    assert_eq!(rows(&page), 3, "{}", page.body);
    let (page, to) = find(&mut help, "exclusions", &[("q", " MIA@")]).await;
    assert!(rows(&page) == 1 && plain(&page).contains(">mia@own.example<") && page.body.contains("value=\"MIA@\"") && page.body.contains("3 people"), "{}", page.body);
    assert!(!to.to_lowercase().contains("mia"), "{to}");
    for other in ["ia@", "help@", "kept@below", "%", "' OR 1=1--"] {
        let (page, _) = find(&mut help, "exclusions", &[("q", other)]).await;
        assert!(page.status == 200 && rows(&page) == 0 && page.body.contains("No username begins like that") && !page.body.contains("CANARY"), "{other}: {}", page.body);
    }
}

/// ADM-6, ADM-10: names beyond those that are taken at once stay in the field, and are told.
#[tokio::test]
async fn names_that_are_too_many_stay_in_the_field() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let address = format!("/portal/{OWN}/exclusions/add");
    let own = token(&mut admin).await;
    let names: String = (0..homeward_portal::people::MOST_PASTED).map(|number| format!("n{number}@own.example\n")).collect();
    let page = admin.post(&address, &[("token", &own), ("names", &format!("{names}mia@own.example"))]).await;
    assert!(plain(&page).contains(&format!("{names}mia@own.example</textarea>")) && page.body.contains("At most 500 names are taken at once."), "{}", page.body);
    assert_eq!(broker.user("mia@own.example", OWN).await.rule, None);
    let page = admin.post(&address, &[("token", &own), ("names", "mia@own.example")]).await;
    assert!(!page.body.contains("names are taken at once"), "the twin");
    assert_eq!(broker.user("mia@own.example", OWN).await.rule, Some(UserRule::Excluded));
}

/// The last way in: nobody suspends the last administrator who can enter, nor themselves; with a second one it goes.
#[tokio::test]
async fn the_last_way_in_is_never_taken() {
    let broker = world().await;
    let mut op = enter(&broker, "op@own.example").await;
    let own = token(&mut op).await;
    let admin = broker.user("admin@own.example", OWN).await;
    let suspend = |user: homeward_model::UserId| format!("/portal/{OWN}/users/{user}/suspend");
    assert!(lead(&op.post(&suspend(admin.id), &[("token", &own)]).await).ends_with("said=last-way-in"));
    let me = broker.user("op@own.example", OWN).await;
    assert!(lead(&op.post(&suspend(me.id), &[("token", &own)]).await).ends_with("said=oneself"));
    let store = &broker.running().store;
    let refused = store.take_portal_role(me.id, Role::Operator, &line(&broker, &me)).await.unwrap();
    assert_eq!(refused, Err(homeward_store::RoleRefused::LastWayIn));
    // A second one without a password cannot enter, and does not count.
    give_role(&broker, "twin@many.example", OWN, Role::Administrator).await;
    assert!(lead(&op.post(&suspend(admin.id), &[("token", &own)]).await).ends_with("said=last-way-in"));
    give_password(&broker, "twin@many.example", OWN).await;
    assert!(lead(&op.post(&suspend(admin.id), &[("token", &own)]).await).ends_with("said=suspended"));
    assert_eq!(broker.user("admin@own.example", OWN).await.state, UserState::Suspended);
    give_role(&broker, "plain@own.example", OWN, Role::Operator).await;
    assert_eq!(store.take_portal_role(me.id, Role::Operator, &line(&broker, &me)).await.unwrap(), Ok(()));
}

/// "Why can't they sign in?" is the answer of discovery for this account alone, with what else stands in the way.
#[tokio::test]
async fn why_says_what_stands_in_the_way() {
    let broker = world().await;
    let mut help = enter(&broker, "help@own.example").await;
    for (name, says) in [
        ("fresh@own.example", "The invitation was not accepted yet"),
        ("held@own.example", "The user is suspended."),
        ("twin@many.example", "this user has none"),
        ("mia@own.example", "Nothing that we can see stands in the way"),
    ] {
        let id = broker.user(name, OWN).await.id;
        let page = help.get(&format!("/portal/{OWN}/users/{id}/why?app=wiki")).await;
        assert!(page.body.contains(says), "{name}: {}", page.body);
        assert!(!page.body.contains("CANARY"), "{name}");
        assert!(page.body.contains("For Wiki, this user is asked for the account’s own password."));
    }
    let mut chief = enter(&broker, "chief@below.example").await;
    let mia = broker.user("mia@below.example", BELOW).await.id;
    let page = chief.get(&format!("/portal/{BELOW}/users/{mia}/why?app=wiki")).await;
    assert!(page.body.contains("is offered Single Sign-On with CANARY-BELOW-PROVIDER"));
}

/// The last attempts are attempts to sign in: what applications do with a sign-in, and what somebody changes, pushes none of them out of sight.
#[tokio::test]
async fn the_last_attempts_are_sign_ins() {
    let broker = world().await;
    let (mia, mut help) = (broker.user("mia@own.example", OWN).await, enter(&broker, "help@own.example").await);
    for (event, outcome) in [("signin.refused", "federated.canary"), ("token.exchanged", "ok"), ("grant.ended", "ok"), ("password.changed", "ok"), ("profile.name", "ok"), ("session.ended", "ok")] {
        let event = AuditEvent { event, outcome: outcome.into(), ..line(&broker, &mia) };
        Audit::write(&broker.running().store, &event).await.unwrap();
    }
    let page = help.get(&format!("/portal/{OWN}/users/{}/why?app=wiki", mia.id)).await;
    assert!(page.body.contains("federated.canary"), "{}", page.body);
    for (kind, has, has_not) in [("signins", ["Sign-in refused", "Signed out<"], ["Password changed", "Name changed"]), ("changes", ["Password changed", "Name changed"], ["Sign-in refused", "Signed out<"])] {
        let page = help.get(&format!("/portal/{OWN}/activity?kind={kind}&user={}", mia.id)).await;
        let table = page.body.split("<tbody").nth(1).unwrap_or(&page.body);
        for words in has {
            assert!(table.contains(words), "{kind} {words}: {table}");
        }
        for words in has_not {
            assert!(!table.contains(words), "{kind} {words}: {table}");
        }
        assert!(!table.contains("Signed out of an application"), "{kind}");
    }
}

/// "Why can't they sign in?" leads from a refused answer among the last attempts to its six checks, as Activity does; an attempt without an answer has none.
#[tokio::test]
async fn the_last_attempts_open_their_checks() {
    let broker = world().await;
    let (mia, mut help) = (broker.user("mia@own.example", OWN).await, enter(&broker, "help@own.example").await);
    let number = reference_of(OWN);
    let case = CaseNumber::parse(number);
    for (event, outcome, opens) in [("signin.refused", "discovery.no_connection", false), ("signin.answer_refused", "issuer.unexpected", true)] {
        Audit::write(&broker.running().store, &AuditEvent { event, outcome: outcome.into(), case: case.clone(), ..line(&broker, &mia) }).await.unwrap();
        let to = format!("/portal/{OWN}/activity/{number}");
        for from in [format!("/portal/{OWN}/users/{}/why?app=wiki", mia.id), format!("/portal/{OWN}/activity?user={}", mia.id)] {
            let page = help.get(&from).await;
            assert!(page.body.contains(number) && page.body.contains(&format!("href=\"{to}\"")) == opens, "{from} {event}: {}", page.body);
        }
        let page = help.get(&to).await;
        assert!(!opens || (page.status == 200 && page.body.contains("class=\"checks six\"")), "{}", page.body);
    }
}

/// An invitation goes out again, by mail, three times an hour.
#[tokio::test]
async fn invitations_are_sent_again() {
    let broker = world().await;
    let mut help = enter(&broker, "help@own.example").await;
    let id = broker.user("fresh@own.example", OWN).await.id;
    broker.change_user("fresh@own.example", OWN, |user| user.email = homeward_model::EmailAddress::parse("fresh@own.example").ok()).await;
    let own = token(&mut help).await;
    for expected in ["invited", "invited", "invited", "not-sent"] {
        assert!(lead(&help.post(&format!("/portal/{OWN}/users/{id}/invite"), &[("token", &own)]).await).ends_with(&format!("said={expected}")));
    }
    assert_eq!(broker.mails().await.iter().filter(|(to, ..)| to == "fresh@own.example").count(), 3);
    let mia = broker.user("mia@own.example", OWN).await.id;
    assert!(lead(&help.post(&format!("/portal/{OWN}/users/{mia}/invite"), &[("token", &own)]).await).ends_with("said=changed"), "not invited any more");
}

/// AD-02: nobody takes access from somebody with a wider role; from one with the same they do.
#[tokio::test]
async fn ad_02_nobody_takes_from_above() {
    let broker = world().await;
    let mut sec = enter(&broker, "sec@own.example").await;
    let own = token(&mut sec).await;
    for name in ["op@own.example", "partner@own.example", "admin@own.example"] {
        let before = broker.user(name, OWN).await;
        for step in ["suspend", "end-sessions", "exclude", "include"] {
            let page = sec.post(&format!("/portal/{OWN}/users/{}/{step}", before.id), &[("token", &own)]).await;
            assert!(lead(&page).ends_with("said=wider"), "{name} {step}");
        }
        let page = sec.post(&format!("/portal/{OWN}/exclusions/remove"), &[("token", &own), ("user", &before.id.to_string())]).await;
        assert!(lead(&page).ends_with("said=wider"), "{name}");
        assert_eq!(broker.user(name, OWN).await, before);
    }
    // Nor does anybody give themselves a way past the provider.
    let me = broker.user("sec@own.example", OWN).await;
    assert!(lead(&sec.post(&format!("/portal/{OWN}/users/{}/exclude", me.id), &[("token", &own)]).await).ends_with("said=oneself"));
    let page = sec.post(&format!("/portal/{OWN}/exclusions/add"), &[("token", &own), ("names", "op@own.example sec@own.example".replace(' ', "\n").as_str())]).await;
    assert!(plain(&page).contains("You cannot put on the list: op@own.example, sec@own.example."));
    assert_eq!((broker.user("op@own.example", OWN).await.rule, broker.user("sec@own.example", OWN).await), (None, me));
    let mut op = enter(&broker, "op@own.example").await;
    assert_eq!(op.get(&format!("/portal/{OWN}")).await.status, 200, "still there");
    let help = broker.user("help@own.example", OWN).await.id;
    assert!(lead(&sec.post(&format!("/portal/{OWN}/users/{help}/exclude"), &[("token", &own)]).await).ends_with("said=excluded"), "the twin");
    assert!(lead(&sec.post(&format!("/portal/{OWN}/users/{help}/suspend"), &[("token", &own)]).await).ends_with("said=suspended"), "the twin");
}

/// LH-16: the way in that does not depend on the provider stays: the last break-glass user of an account is not suspended here.
#[tokio::test]
async fn lh_16_the_last_break_glass_user_stays() {
    let broker = world().await;
    let store = &broker.running().store;
    let glass = |name: &'static str| async { User { break_glass: true, ..broker.user(name, OWN).await } };
    let users = vec![glass("mia@own.example").await];
    store.put(&Register { users, ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let mut admin = enter(&broker, "admin@own.example").await;
    let own = token(&mut admin).await;
    let mia = broker.user("mia@own.example", OWN).await;
    let address = format!("/portal/{OWN}/users/{}/suspend", mia.id);
    assert!(lead(&admin.post(&address, &[("token", &own)]).await).ends_with("said=last-way-in"));
    assert_eq!(broker.user("mia@own.example", OWN).await, mia);
    // The twin: with another one, who has a password, too, it can be done.
    let users = vec![glass("plain@own.example").await];
    store.put(&Register { users, ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert!(lead(&admin.post(&address, &[("token", &own)]).await).ends_with("said=suspended"));
    assert_eq!(broker.user("mia@own.example", OWN).await.state, UserState::Suspended);
}

/// AD-12: the second of two administrators learns that it was done already, and nothing is done twice.
#[tokio::test]
async fn ad_12_the_second_of_two_administrators_learns_of_the_first() {
    let broker = world().await;
    let (mut admin, mut sec) = (enter(&broker, "admin@own.example").await, enter(&broker, "sec@own.example").await);
    let (first, second) = (token(&mut admin).await, token(&mut sec).await);
    let mia = broker.user("mia@own.example", OWN).await.id;
    let address = format!("/portal/{OWN}/users/{mia}/exclude");
    assert!(lead(&admin.post(&address, &[("token", &first)]).await).ends_with("said=excluded"));
    let records = broker.audit_records().await;
    assert!(lead(&sec.post(&address, &[("token", &second)]).await).ends_with("said=changed"));
    assert_eq!(broker.audit_records().await, records, "nothing more is on record");
    let page = sec.get(&format!("/portal/{OWN}/users/{mia}?said=changed")).await;
    assert!(plain(&page).contains("Added by admin@own.example") && page.body.contains("somebody else has changed it"));
}

/// B-177: the list of users and the numbers of a connection say the same of everybody, and both say what discovery does: a contract
/// without Single Sign-On sends nobody to a provider.
#[tokio::test]
async fn the_list_and_the_numbers_say_the_same_of_everybody() {
    use homeward_discovery::{ConnectionState, DomainClaim, SsoMode};
    use homeward_portal::{lifecycle::effect, people::{Way, way}};
    let broker = world().await;
    let (entry, mia) = (super::account(&broker, OWN).await, broker.user("mia@own.example", OWN).await);
    let (mut there, mut here) = (0, 0);
    for (sso_entitled, sso_mode) in [(true, SsoMode::Button), (false, SsoMode::Button), (true, SsoMode::Off), (false, SsoMode::Redirect), (true, SsoMode::Redirect)] {
        let account = homeward_discovery::Account { sso_entitled, sso_mode, ..entry.account.clone() };
        for (state, on_domain) in ConnectionState::ALL.iter().flat_map(|state| [(state, false), (state, true)]) {
            let verified_at = on_domain.then_some(broker.clock.now());
            let claims = [DomainClaim { domain: mia.username.domain().unwrap().clone(), account: account.id, verified_at, connection: None }];
            for (rule, break_glass) in [(None, false), (Some(UserRule::Pilot), false), (Some(UserRule::Excluded), false), (None, true), (Some(UserRule::Pilot), true)] {
                let user = User { rule, break_glass, ..mia.clone() };
                let sales = User { groups: ["sales".to_owned()].into(), ..user.clone() };
                let piloted = homeward_discovery::Account { pilot_groups: sales.groups.clone(), ..account.clone() };
                let in_group = effect(&piloted, std::slice::from_ref(&sales), &[user.id].into(), *state, &claims).at_provider == 1;
                assert_eq!(in_group, way(&piloted, &[*state], (&sales, on_domain)) == Way::SingleSignOn, "a group: {state:?} {rule:?} {break_glass}");
                let keeps = break_glass || rule == Some(UserRule::Excluded) || !sso_entitled || sso_mode == SsoMode::Off;
                assert_eq!(in_group, !keeps && state.is_on(), "a group: {state:?} {rule:?} {break_glass}");
                let counted = effect(&account, std::slice::from_ref(&user), &[user.id].into(), *state, &claims).at_provider == 1;
                assert_eq!(counted, way(&account, &[*state], (&user, on_domain)) == Way::SingleSignOn, "{sso_entitled} {sso_mode:?} {state:?} {rule:?} {break_glass}");
                assert!(!counted || (sso_entitled && sso_mode != SsoMode::Off), "{sso_entitled} {sso_mode:?}");
                if counted { there += 1 } else { here += 1 }
            }
        }
    }
    assert!(there == 18 && here > there, "{there} {here}");
}
