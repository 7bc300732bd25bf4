//! Step 4: it is turned on in stages, how it is offered stands beside the step, and what was seen is what is taken back.

use std::time::Duration;

use homeward_discovery::{Account, ConnectionState, SsoMode, UserRule};
use homeward_federation::Jit;
use homeward_model::Clock;
use homeward_portal::sign_on::told::Tellings;
use homeward_simulator::saml::encode;
use homeward_store::{AuditFilter, register::{AccountEntry, ConnectionEntry, Register}};

use super::{ADMIN, Desk, MIA, leaves, stranger};
use crate::federated;
use crate::portal::{OWN, PASSWORD, account, enter, lead, plain, through_sign_in};

/// A user without a password, with a mailbox.
const TWIN: &str = "twin@many.example";

impl Desk {
    async fn account(&self) -> Account {
        account(&self.broker, OWN).await.account
    }
    /// Turns the connection on for everybody, by a button.
    async fn on(&mut self, local: &str) {
        let turned = self.step("turn", &[("to", "enforced"), ("mode", "button"), ("local", local)]).await;
        assert_eq!(lead(&turned), format!("{}?said=switched#turn", self.at));
    }
    /// Whether somebody who asks for Single Sign-On is led to the provider.
    async fn leads_there(&self) -> bool {
        leaves(&mut self.broker.browser()).await.refresh().is_some_and(|to| to.starts_with("https://idp.example/sso"))
    }
    /// Whether Mia, whose domain is proved, and the one of another domain sign in at the provider: by the rules that the sign-in asks, and as the list of users says.
    async fn by_the_provider(&mut self) -> (bool, bool) {
        let list = plain(&self.ada.get(&format!("/portal/{OWN}/users")).await);
        let mut found = Vec::new();
        for name in [MIA, TWIN] {
            let user = self.broker.user(name, OWN).await.id;
            let why = self.ada.get(&format!("/portal/{OWN}/users/{user}/why")).await.body.contains("has Single Sign-On by the connection");
            let row = list.split_once(&format!("/users/{user}\"")).unwrap().1.split_once("</tr>").unwrap().0.contains("Single Sign-On");
            assert_eq!(why, row, "{name}");
            found.push(why);
        }
        (found[0], found[1])
    }
    /// Mails to the one who has no password and a mailbox.
    async fn mailed(&self) -> usize {
        self.broker.mails().await.iter().filter(|(to, ..)| to == TWIN).count()
    }
}

/// B5, B-158, B-167, B-172, LH-16: first for the people of the pilot, then for everybody, passwords for some hours, off, and back again.
#[tokio::test]
async fn it_is_turned_on_in_stages_and_every_step_is_taken_back() {
    let (mut desk, _) = Desk::tested().await;
    let page = desk.page().await;
    assert!(page.body.contains("Nobody has emergency access") && page.body.contains("0 of 10 people") && page.body.contains("9 of 10 people"), "{}", page.body);
    let left = desk.step("pilot", &[("people", "mia@own.example\nkept@own.example\nnobody@own.example")]).await;
    assert!(left.status == 200 && plain(&left).contains("kept@own.example\nnobody@own.example</textarea>"), "who is excluded or not there stays in the field: {}", left.body);
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    assert_eq!(desk.state().await, ConnectionState::Pilot);
    assert!(desk.page().await.body.contains("1 of 10 people"));
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=changed#turn", desk.at));
    lead(&desk.step("turn", &[("to", "enforced")]).await);
    let before = (desk.stored().await, desk.account().await);
    assert_eq!(lead(&desk.step("outage", &[("hours", "0")]).await), format!("{}?said=hours#turn", desk.at));
    lead(&desk.step("outage", &[("hours", "4")]).await);
    assert_eq!(desk.state().await, ConnectionState::Outage);
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at));
    assert_eq!((desk.stored().await, desk.account().await), before, "as it was");
    assert_eq!(lead(&desk.step("turn", &[("to", "retired")]).await), format!("{}?said=switched#turn", desk.at), "to the page that has the way back");
    assert_eq!(desk.state().await, ConnectionState::Retired);
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at));
    assert_eq!((desk.stored().await, desk.account().await), before, "as it was");
    lead(&desk.step("turn", &[("to", "pilot")]).await);
    let seen = desk.page().await.hidden("seen");
    desk.broker.clock.wait(Duration::from_secs(25 * 3_600));
    let page = desk.ada.get(&desk.at).await;
    through_sign_in(&mut desk.ada, &page, ADMIN).await;
    assert_eq!(lead(&desk.step("undo", &[("seen", &seen)]).await), format!("{}?said=no-undo#turn", desk.at), "a day is over");
    let user = desk.broker.user(MIA, OWN).await.id.to_string();
    lead(&desk.step("unpilot", &[("user", &user)]).await);
    assert_eq!(desk.broker.user(MIA, OWN).await.rule, None);
}

/// B5: between the pilot and everybody stand the domains that the account has proved: with their own number, for their names alone, and taken back
/// like any step.
#[tokio::test]
async fn b5_on_for_verified_domains_it_leads_their_names_alone() {
    let (mut desk, _) = Desk::tested().await;
    let page = plain(&desk.page().await);
    let stage = |page: &str| page.split_once("For everybody on verified domains").unwrap().1.split_once("</li>").unwrap().0.to_owned();
    assert!(stage(&page).contains("8 of 10 people") && stage(&page).contains("Turn on for verified domains"), "{}", stage(&page));
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    assert_eq!(desk.by_the_provider().await, (false, false), "nobody is in the pilot");
    assert_eq!(lead(&desk.step("turn", &[("to", "domains")]).await), format!("{}?said=switched#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Domains);
    assert!(stage(&plain(&desk.page().await)).contains("On"), "it says where it stands");
    assert_eq!(desk.by_the_provider().await, (true, false), "a name of another domain keeps its password");
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at));
    assert_eq!((desk.state().await, desk.by_the_provider().await), (ConnectionState::Pilot, (false, false)));
    lead(&desk.step("turn", &[("to", "domains")]).await);
    lead(&desk.step("turn", &[("to", "enforced")]).await);
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at));
    assert_eq!((desk.state().await, desk.by_the_provider().await), (ConnectionState::Domains, (true, false)), "to where it stood");
}

/// ADM-8: an outage is no way around the test between a pilot and everybody: with other values than those that were tested it leads back to the
/// pilot, and with those that were to everybody.
#[tokio::test]
async fn adm_8_an_outage_of_a_pilot_is_no_way_around_the_test() {
    let (mut desk, _) = Desk::tested().await;
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    let tested = desk.stored().await.settings;
    let change = async |desk: &Desk, change: &dyn Fn(&mut ConnectionEntry)| {
        let mut entry = desk.stored().await;
        change(&mut entry);
        desk.broker.running().store.put(&Register { connections: vec![entry], ..Register::default() }, &[], desk.broker.clock.now()).await.unwrap();
    };
    change(&desk, &|entry| entry.settings.as_mut().unwrap().jit = Jit::Create).await;
    lead(&desk.step("outage", &[("hours", "1")]).await);
    let before = (desk.stored().await, desk.changes().await);
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced")]).await), format!("{}?said=not-tested#turn", desk.at));
    assert_eq!((desk.stored().await, desk.changes().await), before, "nothing is changed, and nothing on record");
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=switched#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Pilot);
    lead(&desk.step("outage", &[("hours", "1")]).await);
    change(&desk, &|entry| entry.settings.clone_from(&tested)).await;
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced")]).await), format!("{}?said=switched#turn", desk.at), "the twin");
    assert_eq!(desk.state().await, ConnectionState::Enforced);
}

/// B-112, B-189, C2, C3: how it is offered is the account's, and changes only when it is asked for; it is no step that could be taken back.
#[tokio::test]
async fn how_it_is_offered_is_changed_beside_the_step() {
    let (mut desk, _) = Desk::tested().await;
    let before = desk.account().await;
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect"), ("local", "yes")]).await);
    let after = desk.account().await;
    assert_eq!((after.sso_mode, after.allow_local.word()), (SsoMode::Redirect, "yes"));
    assert_eq!(after.connection.map(|id| id.to_string()), Some(desk.id()));
    let offered = lead(&desk.step("turn", &[("to", "offer"), ("mode", "button")]).await);
    assert_eq!(offered, format!("{}?said=offered#turn", desk.at));
    let page = desk.ada.get(&offered.replace("#turn", "")).await;
    assert!(page.body.contains("How it is offered was changed.") && !page.body.contains("take it back for 24 hours"), "{}", page.body);
    let last = desk.account().await;
    assert_eq!((last.sso_mode, last.allow_local.word()), (SsoMode::Button, "exceptions_only"));
    assert_eq!((last.name, last.conditions, last.group_rules), (before.name, before.conditions, before.group_rules));
}

/// B-172, B-189: what a step has changed of how it is offered is taken back with it; where somebody has changed that since, it stays, and the page says so before
/// and afterwards.
#[tokio::test]
async fn b_172_how_it_was_offered_comes_back_with_the_step() {
    let (mut desk, _) = Desk::tested().await;
    let offered = async |desk: &Desk| desk.account().await.sso_mode.word().to_owned() + ", passwords " + desk.account().await.allow_local.word();
    let (first, stood, admin) = (offered(&desk).await, desk.state().await, desk.broker.user(ADMIN, OWN).await.id);
    let turned = [("to", "enforced"), ("mode", "redirect"), ("local", "yes")];
    lead(&desk.step("turn", &turned).await);
    assert_eq!(offered(&desk).await, "redirect, passwords yes");
    assert!(desk.page().await.body.contains("and to how it was offered before"));
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at));
    assert_eq!((offered(&desk).await, desk.state().await), (first.clone(), stood));
    assert!(desk.changes().await.contains(&format!("taken back: enforced → {}; offered again: {first} by {admin}", stood.word())), "{:?}", desk.changes().await);
    lead(&desk.step("turn", &turned).await);
    lead(&desk.step("turn", &[("to", "offer"), ("mode", "button")]).await);
    let page = desk.page().await;
    assert!(page.body.contains("how it is offered was changed since, and stays") && !page.body.contains("and to how it was offered before"), "{}", page.body);
    let undone = desk.undo().await;
    assert_eq!(undone, format!("{}?said=undone-offer-stays#turn", desk.at));
    assert!(desk.ada.get(&undone.replace("#turn", "")).await.body.contains("How it is offered was changed since, and stays as it is."));
    assert_eq!((offered(&desk).await.as_str(), desk.state().await), ("button, passwords exceptions_only", stood));
    assert!(desk.changes().await.contains(&format!("taken back: enforced → {}; how it is offered was changed since, and stays by {admin}", stood.word())), "{:?}", desk.changes().await);
}

/// B-172: whom the step has led to this connection is led back with it; where somebody has led them elsewhere since, that stays.
#[tokio::test]
async fn b_172_where_people_were_led_comes_back_with_the_step() {
    let (mut desk, _) = Desk::tested().await;
    let other = desk.broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Retired).await;
    let leads = async |desk: &Desk, to| {
        let mut entry = account(&desk.broker, OWN).await;
        entry.account.connection = to;
        desk.broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], desk.broker.clock.now()).await.unwrap();
    };
    for (since, then) in [(None, Some(other)), (Some(None), None)] {
        leads(&desk, Some(other)).await;
        desk.on("").await;
        assert_eq!(desk.account().await.connection.map(|id| id.to_string()), Some(desk.id()));
        if let Some(since) = since {
            leads(&desk, since).await;
        }
        desk.undo().await;
        assert_eq!((desk.account().await.connection, desk.state().await.is_in_use()), (then, false));
    }
}

/// B-158, B-172: a day after it was turned off nothing can be taken back, and it is opened again, tested as before, and turned on again with the
/// values that were there. What people see follows each step; nobody without the right takes one, and no step leads from off to on.
#[tokio::test]
async fn b_158_what_was_turned_off_is_turned_on_again() {
    let (mut desk, _) = Desk::tested().await;
    desk.on("").await;
    let before = desk.stored().await;
    assert!(desk.leads_there().await, "on");
    lead(&desk.step("turn", &[("to", "retired")]).await);
    desk.broker.clock.wait(Duration::from_secs(25 * 3_600));
    let page = desk.ada.get(&desk.at).await;
    through_sign_in(&mut desk.ada, &page, ADMIN).await;
    let page = desk.page().await;
    assert!(page.body.contains("Open it again") && !page.body.contains("name=\"seen\""), "{}", page.body);
    assert!(desk.ada.get(&format!("/portal/{OWN}/sign-on")).await.body.contains(&desk.at), "it is still in the list");
    assert!(!desk.leads_there().await && desk.broker.browser().sign_in("wiki", MIA, PASSWORD).await.contains("code="), "off: a password");
    let mut help = enter(&desk.broker, "help@own.example").await;
    let shown = help.get(&desk.at).await;
    assert!(!shown.body.contains("Open it again"), "{}", shown.body);
    let token = help.get(&format!("/portal/{OWN}/users")).await.hidden("token");
    let turn = format!("{}/turn", desk.at);
    assert_eq!(help.post(&turn, &[("token", &token), ("to", "draft")]).await.status, 403);
    let (changes, values, token) = (desk.changes().await, before.settings.as_ref().unwrap().digest().unwrap(), page.hidden("token"));
    let values: String = values.iter().map(|byte| format!("{byte:02x}")).collect();
    let straight = desk.ada.post(&turn, &[("token", &token), ("to", "enforced"), ("values", &values)]).await;
    assert_eq!(lead(&straight), format!("{}?said=no-step#turn", desk.at));
    assert_eq!((desk.state().await, desk.changes().await), (ConnectionState::Retired, changes), "nothing is changed, and nothing on record");
    let opened = desk.ada.post(&turn, &[("token", &token), ("to", "draft")]).await;
    assert_eq!(lead(&opened), format!("{}?said=reopened#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Draft);
    assert!(!desk.leads_there().await && desk.broker.browser().sign_in("wiki", MIA, PASSWORD).await.contains("code="), "nobody is affected yet");
    desk.on("").await;
    assert_eq!(desk.stored().await, before, "as it was");
    assert!(desk.leads_there().await, "on again");
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    assert!(desk.changes().await.contains(&format!("retired → draft by {admin}")), "{:?}", desk.changes().await);
}

/// AD-12: of two administrators, nobody takes back a step that the other has taken since; the step that was seen is.
#[tokio::test]
async fn ad_12_the_step_that_was_seen_is_taken_back_and_no_other() {
    let (mut desk, _) = Desk::tested().await;
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    let seen = desk.page().await.hidden("seen");
    let mut sec = enter(&desk.broker, "sec@own.example").await;
    let page = sec.get(&desk.at).await;
    let other = sec.post(&format!("{}/turn", desk.at), &[("token", &page.hidden("token")), ("values", &page.hidden("values")), ("to", "enforced")]).await;
    assert_eq!(lead(&other), format!("{}?said=switched#turn", desk.at));
    let before = (desk.stored().await, desk.changes().await);
    for seen in [seen.as_str(), "", "x"] {
        assert_eq!(lead(&desk.step("undo", &[("seen", seen)]).await), format!("{}?said=changed#turn", desk.at), "{seen}");
    }
    assert_eq!((desk.stored().await, desk.changes().await), before, "nothing is changed, and nothing on record");
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at), "the twin");
    assert_eq!(desk.state().await, ConnectionState::Pilot);
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    assert!(desk.changes().await.contains(&format!("taken back: enforced → pilot by {admin}")));
}

/// B-172: what is taken back turns no second connection on.
#[tokio::test]
async fn nothing_is_taken_back_beside_another_connection_that_is_on() {
    let (mut desk, _) = Desk::tested().await;
    desk.on("").await;
    lead(&desk.step("turn", &[("to", "retired")]).await);
    let seen = desk.page().await.hidden("seen");
    let before = account(&desk.broker, OWN).await;
    let other = desk.broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Enforced).await;
    let mut led = before.clone();
    led.account.connection = Some(other);
    let put = async |desk: &Desk, entry: AccountEntry| desk.broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], desk.broker.clock.now()).await.unwrap();
    put(&desk, led).await;
    assert_eq!(lead(&desk.step("undo", &[("seen", &seen)]).await), format!("{}?said=other-on#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Retired);
    put(&desk, before).await;
    assert_eq!(desk.undo().await, format!("{}?said=undone#turn", desk.at), "the twin");
    assert_eq!(desk.state().await, ConnectionState::Enforced);
}

/// B-164: however it is offered, somebody stays who could change it back; and the page says that this is why.
#[tokio::test]
async fn b_164_no_offer_takes_the_last_way_in() {
    let (mut desk, _) = Desk::tested().await;
    desk.on("yes").await;
    let token = desk.page().await.hidden("token");
    let let_in = desk.ada.post(&format!("/portal/{OWN}/administrators/sign-in"), &[("token", &token), ("single-sign-on", "on")]).await;
    assert!(lead(&let_in).ends_with("said=admin-sso-on"));
    let before = (desk.account().await, desk.changes().await);
    let wish = [("to", "offer"), ("mode", "button")];
    let refused = lead(&desk.step("turn", &wish).await);
    assert_eq!(refused, format!("{}?said=last-way-in#turn", desk.at));
    assert!(desk.ada.get(&refused.replace("#turn", "")).await.body.contains("nobody else could let people in afterwards"));
    assert_eq!((desk.account().await, desk.changes().await), before, "nothing is changed, and nothing on record");
    // The twin: with a way in that needs no provider.
    for name in [ADMIN, "op@own.example"] {
        desk.broker.change_user(name, OWN, |user| user.rule = Some(UserRule::Excluded)).await;
    }
    assert_eq!(lead(&desk.step("turn", &wish).await), format!("{}?said=offered#turn", desk.at));
}

/// B-168, B-169, AD-02: turned off, those without a password get a link, from whoever may invite; and who got none is told.
#[tokio::test]
async fn turned_off_it_invites_for_whoever_may_and_says_who_got_no_mail() {
    let (mut desk, _) = Desk::tested().await;
    desk.broker.change_user("kept@own.example", OWN, |user| user.email = None).await;
    desk.on("").await;
    let mut sec = enter(&desk.broker, "sec@own.example").await;
    let page = sec.get(&desk.at).await;
    assert!(page.body.contains("value=\"retired\"") && !page.body.contains("name=\"invite\""), "{}", page.body);
    let off = sec.post(&format!("{}/turn", desk.at), &[("token", &page.hidden("token")), ("to", "retired"), ("invite", "yes")]).await;
    assert_eq!(lead(&off), format!("{}?said=switched#turn", desk.at));
    assert_eq!(desk.mailed().await, 0);
    desk.undo().await;
    assert_eq!(desk.state().await, ConnectionState::Enforced);
    assert!(desk.page().await.body.contains("name=\"invite\""));
    let off = lead(&desk.step("turn", &[("to", "retired"), ("invite", "yes")]).await);
    assert_eq!(off, format!("{}?said=uninvited&count=1#turn", desk.at), "one has no mailbox");
    assert!(desk.ada.get(&off.replace("#turn", "")).await.body.contains("1 person without a password got no mail"));
    assert_eq!(desk.mailed().await, 1);
    let invited = AuditFilter { event: Some("portal.invited".into()), ..AuditFilter::default() };
    let found = desk.broker.running().store.audit_newest(&invited, 10).await.unwrap();
    let (twin, admin) = (desk.broker.user(TWIN, OWN).await.id, desk.broker.user(ADMIN, OWN).await.id);
    assert_eq!(found.iter().map(|line| (line.user, line.detail.clone())).collect::<Vec<_>>(), [(Some(twin), format!("by {admin}"))]);
}

/// Mail 5: whoever is moved to the provider is told, when whoever moves them asks for it, and nobody else: not who is there already or on the
/// exclusion list, and nobody twice within a day.
#[tokio::test]
async fn mail_5_who_is_moved_to_the_provider_is_told_when_that_is_asked_for() {
    let (mut desk, _) = Desk::tested().await;
    let told = async |desk: &Desk| {
        let mails = desk.broker.mails().await.into_iter().filter(|(_, subject, _)| subject.starts_with("You now sign in with "));
        mails.map(|(to, _, text)| (to, text)).collect::<Vec<_>>()
    };
    lead(&desk.step("pilot", &[("people", MIA)]).await);
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    assert!(told(&desk).await.is_empty(), "nobody asked for it");
    lead(&desk.step("turn", &[("to", "enforced"), ("tell", "yes")]).await);
    let mails = told(&desk).await;
    let people: Vec<&str> = mails.iter().map(|(to, _)| to.as_str()).collect();
    assert!(people.contains(&"plain@own.example") && people.contains(&TWIN), "{people:?}");
    for nobody in [MIA, "kept@own.example", "fresh@own.example", "held@own.example"] {
        assert!(!people.contains(&nobody), "{nobody}");
    }
    let text = &mails.iter().find(|(to, _)| to == "plain@own.example").unwrap().1;
    for words in ["instead of a separate password", "Start as before with plain@own.example, then choose Single Sign On.", "Your old password is no longer used.", "/signin"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // B-164: whoever has a role keeps the password for the portal.
    let text = &mails.iter().find(|(to, _)| to == "audit@own.example").unwrap().1;
    assert!(text.contains("Your password here opens the account portal, and nothing else.") && !text.contains("no longer used"), "{text}");
    let noted = AuditFilter { event: Some("portal.people_told".into()), ..AuditFilter::default() };
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    let lines = desk.broker.running().store.audit_newest(&noted, 10).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.detail.clone()).collect::<Vec<_>>(), [format!("{} told by {admin}", mails.len())]);
    lead(&desk.step("turn", &[("to", "pilot")]).await);
    lead(&desk.step("turn", &[("to", "enforced"), ("tell", "yes")]).await);
    assert_eq!(told(&desk).await.len(), mails.len(), "nobody is told twice within a day");
    lead(&desk.step("turn", &[("to", "pilot")]).await);
    desk.broker.clock.wait(Duration::from_secs(25 * 3_600));
    let page = desk.ada.get(&desk.at).await;
    through_sign_in(&mut desk.ada, &page, ADMIN).await;
    lead(&desk.step("turn", &[("to", "enforced"), ("tell", "yes")]).await);
    assert_eq!(told(&desk).await.len(), 2 * mails.len(), "the next day");
}

/// Mail 5 is a worker's: the step is answered before anybody is written to, and of one that was taken back meanwhile nobody is told.
#[tokio::test]
async fn mail_5_nobody_is_told_of_a_step_that_was_taken_back() {
    let (mut desk, _) = Desk::tested().await;
    let told = async |desk: &Desk| desk.broker.mails().await.iter().filter(|(_, subject, _)| subject.starts_with("You now sign in with ")).count();
    let waits = async |desk: &Desk| Tellings::first(&desk.broker.running().store).await.unwrap().is_some();
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "button"), ("tell", "yes")]).await);
    assert!(waits(&desk).await && desk.state().await == ConnectionState::Enforced);
    desk.undo().await;
    assert_eq!((told(&desk).await, waits(&desk).await), (0, false));
    let noted = AuditFilter { event: Some("portal.people_told".into()), ..AuditFilter::default() };
    assert!(desk.broker.running().store.audit_newest(&noted, 10).await.unwrap().is_empty());
    lead(&desk.step("turn", &[("to", "enforced"), ("tell", "yes")]).await);
    assert!(told(&desk).await > 2 && !waits(&desk).await, "the twin");
    assert_eq!(desk.broker.running().store.audit_newest(&noted, 10).await.unwrap().len(), 1);
}

/// ADM-6: names beyond those that are taken at once stay in the field, and are told.
#[tokio::test]
async fn names_that_are_too_many_for_the_pilot_stay_in_the_field() {
    let (mut desk, _) = Desk::tested().await;
    let names: String = (0..homeward_portal::sign_on::pilot::MOST).map(|number| format!("n{number}@own.example\n")).collect();
    let left = desk.step("pilot", &[("people", &format!("{names}{MIA}"))]).await;
    assert!(left.status == 200 && plain(&left).contains(&format!("{names}{MIA}</textarea>")), "{}", left.body);
    assert!(left.body.contains("At most 200 names are taken at once."), "{}", left.body);
    assert_eq!(desk.broker.user(MIA, OWN).await.rule, None);
    assert_eq!(lead(&desk.step("pilot", &[("people", MIA)]).await), format!("{}?said=pilot#pilot", desk.at), "the twin");
    assert_eq!(desk.broker.user(MIA, OWN).await.rule, Some(UserRule::Pilot));
}

/// B-164: a provider that does not answer, and answers that are refused, stand on the first page with the way to let people in; whoever may
/// not switch it reads the sentence. Before anybody is sent there, nothing of it is news.
#[tokio::test]
async fn a_provider_that_is_away_is_news_on_the_first_page() {
    let (mut desk, _) = Desk::tested().await;
    let home = format!("/portal/{OWN}");
    let link = format!("href=\"{}#outage\"", desk.at);
    desk.broker.running().look_after_connections().await;
    let before = desk.ada.get(&home).await;
    assert!(!before.body.contains("does not answer") && !before.body.contains(&link), "nobody is sent there");
    assert!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect"), ("local", "exceptions_only")]).await).ends_with("said=switched#turn"));
    desk.broker.running().look_after_connections().await;
    let page = desk.ada.get(&home).await;
    assert!(page.body.contains("The provider’s sign-in page does not answer (") && page.body.contains("It never did yet.") && page.body.contains(&link), "{}", page.body);
    let stranger = stranger();
    for _ in 0..5 {
        let mut browser = desk.broker.browser();
        let page = browser.open("wiki", "").await;
        let offer = browser.identify(&page, MIA).await;
        let sent = federated::read(&browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await);
        let answer = stranger.answer(&desk.asked(&sent.id), MIA, desk.broker.clock.now());
        let refused = browser.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&stranger.response(&answer))), ("RelayState", &sent.relay)]).await;
        assert_eq!(refused.status, 403);
    }
    let page = desk.ada.get(&home).await;
    assert!(page.body.contains("5 of the last 5 answers from the provider were refused."), "{}", page.body);
    let mut help = enter(&desk.broker, "help@own.example").await;
    let read = help.get(&home).await;
    assert!(read.body.contains("does not answer") && !read.body.contains(&link), "the sentence without the switch");
}

/// ADM-7, SM-06: how it is offered is changed by whoever has seen how it is.
#[tokio::test]
async fn adm_7_the_way_it_is_offered_is_changed_as_it_was_seen() {
    let (mut desk, _) = Desk::tested().await;
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "button")]).await);
    let seen = desk.page().await.hidden("offer");
    lead(&desk.step("turn", &[("to", "offer"), ("mode", "redirect"), ("offer", &seen)]).await);
    assert_eq!(desk.account().await.sso_mode, SsoMode::Redirect);
    let late = lead(&desk.step("turn", &[("to", "offer"), ("mode", "button"), ("local", "yes"), ("offer", &seen)]).await);
    assert_eq!(late, format!("{}?said=changed#turn", desk.at));
    assert_eq!(desk.account().await.sso_mode, SsoMode::Redirect, "nothing is written over");
    let page = desk.ada.get(&late.replace("#turn", "")).await;
    assert!(plain(&page).contains("Meanwhile:") && plain(&page).contains("offered: button"), "{}", page.body);
    let seen = page.hidden("offer");
    lead(&desk.step("turn", &[("to", "offer"), ("mode", "button"), ("offer", &seen)]).await);
    assert_eq!(desk.account().await.sso_mode, SsoMode::Button);
}

/// ADM-8: while the last test failed, turning it on for everybody is not what the page puts first, and it says why; one that passes is.
#[tokio::test]
async fn what_failed_last_is_looked_at_before_it_concerns_everybody() {
    const FIRST: &str = "class=\"btn small\" type=\"submit\" name=\"to\" value=\"enforced\"";
    let (mut desk, right) = Desk::tested().await;
    let page = desk.page().await;
    assert!(page.body.contains(FIRST) && !page.body.contains("The last test stopped"), "{}", page.body);
    let page = desk.test_with(&stranger(), MIA).await;
    assert!(page.body.contains("The last test stopped at check 3 of 6, though one has passed before.") && !page.body.contains(FIRST), "{}", page.body);
    assert!(page.body.contains("class=\"btn small quiet\" type=\"submit\" name=\"to\" value=\"enforced\""), "it can be done: {}", page.body);
    let page = desk.test_with(&right, MIA).await;
    assert!(page.body.contains(FIRST) && !page.body.contains("The last test stopped"), "{}", page.body);
    desk.test_with(&stranger(), MIA).await;
    desk.on("").await;
    assert!(!desk.page().await.body.contains("The last test stopped"), "it is on");
}
