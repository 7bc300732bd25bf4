//! What a file does to where people sign in: its numbers, its invitations, and the way back.

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_model::ConnectionId;
use homeward_portal::standing::{self, Standing};
use homeward_store::register::AccountEntry;

use super::*;

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// Everybody of the account signs in at the provider; ben has a password, ann and cara have none, and cara no mailbox.
fn on() -> String {
    FILE.replace("name = \"Entra\"", "name = \"Entra\"\nstate = \"enforced\"")
        .replace("sso_mode = \"button\"", "sso_mode = \"redirect\"")
        .replace("[[application]]", "[[account.user]]\nusername = \"cara\"\n\n[[application]]")
}

async fn connection(world: &World) -> homeward_discovery::Connection {
    world.store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.name == "Entra").unwrap().connection
}

/// The same with a second provider, which is on and to which nobody is led.
fn two() -> String {
    on().replace("[[account.domain]]", "[[account.connection]]\nname = \"Okta\"\nstate = \"enforced\"\n[[account.domain]]")
}

async fn undone(world: &World, now: Timestamp) -> Result<bool, standing::UndoRefused> {
    let present = connection(world).await;
    let last = world.store.last_step(present.id).await.unwrap();
    let to = standing::undo(last.as_ref(), &present, now)?;
    Ok(world.store.undo_step(&last.unwrap(), to, now).await.unwrap())
}

/// B-164…B-172: switching off by a file says in numbers whom it concerns, who gets an invitation and who cannot, and says so in the account's
/// Activity; a second time nothing is left to do, and nobody is invited twice.
#[tokio::test]
async fn b_168_a_file_that_switches_off_says_whom_it_concerns() {
    let world = World::new().await;
    let first = world.apply(&on()).await;
    assert!(first.concerned.is_empty() && !first.invites(), "nobody of a new account has signed in elsewhere");
    assert!(first.notes.iter().any(|note| note.contains("is on, and nothing was entered for it yet")), "{:?}", first.notes);
    let off = on().replace("state = \"enforced\"", "state = \"retired\"");
    let mut plan = world.plan(&off, false).await.unwrap();
    assert_eq!(
        plan.to_text(),
        "  ~ connection \"Entra\" of account 40817\n      connection.state: enforced → retired\n  account 40817, once it is done (3 sign in at a provider now; 3 sign in elsewhere afterwards):\n      \
         3 active users: 0 sign in at the provider, 1 have a password that works, 2 have none\n      an invitation to set a password goes to ann@north.example\n      \
         1 of those who come back to a password have none, and no address for an invitation\n1 to change, 6 as they are"
    );
    assert!(plan.invites());
    let ann = world.user("ann@north.example").await.id;
    assert_eq!(plan.concerned[0].people, [ann]);
    assert_eq!(plan.told()[0].detail, "by a file: connection \"Entra\" connection.state: enforced → retired; 1 invited");
    let json = serde_json::to_value(&plan.concerned).unwrap();
    assert_eq!((&json[0]["effect"]["without_password"], &json[0]["invited"][0], &json[0]["moved"][0]), (&2.into(), &"ann@north.example".into(), &"Entra".into()));
    plan.carry_out(&world.store, NOW).await.unwrap();
    let again = world.plan(&off, false).await.unwrap();
    assert!(again.is_empty() && again.concerned.is_empty() && !again.invites());
    plan.invite_nobody_back();
    assert!(!plan.invites() && plan.told()[0].detail.ends_with("retired"), "{}", plan.told()[0].detail);
}

/// The account's switch does the same, and so does leaving the connection out with `prune`; a password beside it or another provider takes nobody back.
#[tokio::test]
async fn b_168_who_is_invited_is_who_comes_back() {
    let world = World::new().await;
    world.apply(&on()).await;
    let invited = async |text: &str, prune: bool| {
        let plan = world.plan(text, prune).await.unwrap();
        plan.concerned.iter().map(|one| (one.at_provider_now, one.effect.at_provider, one.invited.join(" "))).collect::<Vec<_>>()
    };
    let ann = "ann@north.example".to_owned();
    assert_eq!(invited(&on().replace("sso_mode = \"redirect\"", "sso_mode = \"off\""), false).await, [(3, 0, ann.clone())]);
    let pruned = on().replace("[[account.connection]]\nname = \"Entra\"\nstate = \"enforced\"\n", "");
    assert_eq!(invited(&pruned, true).await, [(3, 0, ann.clone())]);
    assert_eq!(invited(&on().replace("label = \"North\"", "label = \"North\"\nallow_local = \"yes\""), false).await, [(3, 3, String::new())]);
    assert_eq!(invited(&on().replace("name = \"Northwind\"", "name = \"Northwind Dental\""), false).await, [], "a name leads nobody elsewhere");
    let group = on().replace("[[account.domain]]", "[[account.connection]]\nname = \"Okta\"\nstate = \"enforced\"\n[[account.domain]]");
    let moved = group.replace("domain = \"north.example\"", "domain = \"north.example\"\nconnection = \"Okta\"");
    world.apply(&moved).await;
    let one_off = moved.replacen("state = \"enforced\"", "state = \"retired\"", 1);
    assert_eq!(invited(&one_off, false).await, [(3, 2, String::new())], "people of the domain go on at the other one");
    // With a hash that comes along nobody needs a mail; in a suspended account nobody is told of a way in.
    let hash = "username = \"ann@north.example\"\npassword_hash = \"$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi\"";
    let all_off = moved.replace("state = \"enforced\"", "state = \"retired\"");
    assert_eq!(invited(&all_off, false).await, [(3, 0, ann)]);
    assert_eq!(invited(&all_off.replace("username = \"ann@north.example\"", hash), false).await, [(3, 0, String::new())]);
    assert_eq!(invited(&all_off.replace("name = \"Northwind\"", "name = \"Northwind\"\nstate = \"suspended\""), false).await, []);
    assert_eq!(world.store.register().await.unwrap().accounts[0].account.allow_local, AllowLocal::ExceptionsOnly);
}

/// B-172: where a step changes the account, too, as one that is taken back may, people are counted in the account as it is then.
#[tokio::test]
async fn b_172_a_step_that_changes_the_account_counts_people_as_it_leaves_it() {
    let world = World::new().await;
    world.apply(&on().replace("label = \"North\"", "label = \"North\"\nallow_local = \"yes\"").replace("sso_mode = \"redirect\"", "sso_mode = \"off\"").replace("enforced", "retired")).await;
    let with = world.store.with_credential().await.unwrap().into_iter().collect();
    let all = world.store.register().await.unwrap();
    let (entry, account) = (&all.connections[0], &all.accounts[0]);
    let (before, after) = (standing::Offered { mode: SsoMode::Redirect, local: AllowLocal::ExceptionsOnly }, standing::Offered::of(&account.account));
    let on = Standing { state: ConnectionState::Enforced, outage: None };
    let offer = Some(standing::OfferTaken { before, after });
    let taken = standing::Taken { connection: entry.connection.id, at: NOW, before: on, after: Standing::of(&entry.connection, NOW), beside: standing::Beside::default(), offer, led: None };
    let restored = AccountEntry { account: taken.back(on).put_into(&account.account), ..account.clone() };
    let counted = |account: Option<AccountEntry>| crate::concerned::of_step(&all, &with, (entry, on, account), NOW).map(|one| one.effect.at_provider);
    assert_eq!((counted(None), counted(Some(restored))), (Some(0), Some(3)));
}

/// B-168: of one connection of several a step concerns those who are led there: nobody else is counted as coming back, and nobody is invited who was
/// not at the provider before.
#[tokio::test]
async fn b_168_a_step_concerns_who_is_led_to_that_connection() {
    let world = World::new().await;
    world.apply(&two().replace("domain = \"north.example\"", "domain = \"north.example\"\nconnection = \"Okta\"")).await;
    let with = world.store.with_credential().await.unwrap().into_iter().collect();
    let step = async |name: &str, now: ConnectionState, to: ConnectionState| {
        let mut all = world.store.register().await.unwrap();
        all.connections.iter_mut().filter(|entry| entry.connection.name == name).for_each(|entry| entry.connection.state = now);
        let entry = all.connections.iter().find(|entry| entry.connection.name == name).unwrap();
        let one = crate::concerned::of_step(&all, &with, (entry, standing::Standing { state: to, outage: None }, None), NOW).unwrap();
        (one.at_provider_now, one.effect.at_provider, one.invited.join(" "), one.without_address)
    };
    use ConnectionState::{Draft, Enforced, Retired, Tested};
    let ann = "ann@north.example".to_owned();
    assert_eq!(step("Okta", Enforced, Retired).await, (3, 1, ann, 0), "cara goes on at the other one, ben has a password");
    assert_eq!(step("Entra", Enforced, Retired).await, (3, 2, String::new(), 1), "only cara is led there");
    assert_eq!(step("Okta", Tested, Draft).await, (1, 1, String::new(), 0), "nobody was there");
}

/// B-168: a domain that goes to another connection or is proved no longer, somebody on the exclusion list, a group with a rule of its own: whom that leads
/// elsewhere is counted like whom a step moves, and who comes back to a password and has none is invited. What leads nobody elsewhere is not told.
#[tokio::test]
async fn b_168_whatever_leads_people_elsewhere_is_counted() {
    let world = World::new().await;
    world.apply(&two()).await;
    let counted = async |text: &str, prune: bool| {
        let plan = world.plan(text, prune).await.unwrap();
        plan.concerned.iter().map(|one| (one.elsewhere, one.at_provider_now, one.effect.at_provider, one.invited.join(" "))).collect::<Vec<_>>()
    };
    let (ann, nobody) = ("ann@north.example".to_owned(), String::new());
    let with = |username: &str, line: &str| two().replace(&format!("username = \"{username}\""), &format!("username = \"{username}\"\n{line}"));
    let excluded = |username: &str| with(username, "rule = \"excluded\"");
    assert_eq!(counted(&excluded("ann@north.example"), false).await, [(1, 3, 2, ann.clone())]);
    assert_eq!(counted(&excluded("ben@north.example"), false).await, [(1, 3, 2, nobody.clone())], "with a password nobody needs a mail");
    assert_eq!(counted(&with("ben@north.example", "break_glass = true"), false).await, [(1, 3, 2, nobody.clone())]);
    assert_eq!(counted(&with("ann@north.example", "groups = [\"Field\"]"), false).await, [], "no rule names it");
    assert_eq!(counted(&with("ann@north.example", "given_name = \"Ann\""), false).await, []);
    let text = world.plan(&excluded("ann@north.example"), false).await.unwrap().to_text();
    assert!(text.contains("account 40817, once it is done (3 sign in at a provider now; 1 sign in elsewhere afterwards):"), "{text}");
    let ruled = two().replace("[[account.domain]]", "[[account.group_rule]]\ngroup = \"Field\"\nsso_mode = \"off\"\n[[account.domain]]");
    assert_eq!(counted(&ruled, false).await, [(0, 3, 3, nobody.clone())], "a rule is told of, also while nobody is in its group");
    world.apply(&ruled).await;
    let in_group = ruled.replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\ngroups = [\"Field\"]");
    assert_eq!(counted(&in_group, false).await, [(1, 3, 2, ann)]);
    let of_domain = ruled.replace("domain = \"north.example\"", "domain = \"north.example\"\nconnection = \"Okta\"");
    assert_eq!(counted(&of_domain, false).await, [(2, 3, 3, nobody.clone())], "ann and ben go to the other one; cara has no domain");
    world.apply(&of_domain).await;
    let undomained = of_domain.replace("[[account.domain]]\ndomain = \"north.example\"\nconnection = \"Okta\"\nverified = true\n", "");
    assert_eq!(counted(&undomained, false).await, [], "the file is silent about it");
    assert_eq!(counted(&undomained, true).await, [(2, 3, 3, nobody)]);
}

/// B-168: who comes back for good out of an outage, in which nobody signs in at the provider, is invited like anybody else; as long as the outage goes
/// on nobody is.
#[tokio::test]
async fn b_168_who_comes_back_out_of_an_outage_is_invited() {
    let world = World::new().await;
    world.apply(&on()).await;
    let mut present = world.store.register().await.unwrap();
    let back = ConnectionState::Enforced;
    (present.connections[0].connection.state, present.connections[0].connection.outage) = (ConnectionState::Outage, Some(homeward_discovery::Outage { until: NOW.plus(DAY), back }));
    world.store.put(&Register { connections: present.connections, ..Register::default() }, &[], NOW).await.unwrap();
    assert!(world.plan(&on(), false).await.unwrap().concerned.is_empty());
    let other = world.plan(&on().replace("sso_mode = \"redirect\"", "sso_mode = \"button\""), false).await.unwrap();
    assert!(other.concerned.len() == 1 && !other.invites(), "{}", other.to_text());
    let plan = world.plan(&on().replace("state = \"enforced\"", "state = \"retired\""), false).await.unwrap();
    let found: Vec<_> = plan.concerned.iter().map(|one| (one.at_provider_now, one.effect.without_password, one.invited.join(" "))).collect();
    assert_eq!(found, [(0, 2, "ann@north.example".to_owned())]);
}

/// A step that a file has taken is taken back like any other: within a day, once, and only while nothing else has moved the connection.
#[tokio::test]
async fn a_step_of_a_file_is_taken_back_within_a_day() {
    let world = World::new().await;
    world.apply(&on()).await;
    assert_eq!(undone(&world, NOW).await, Err(standing::UndoRefused::Nothing), "a connection that is new has taken no step");
    let off = on().replace("state = \"enforced\"", "state = \"retired\"");
    world.apply(&off.replace("name = \"Northwind\"", "name = \"North\"")).await;
    assert_eq!(connection(&world).await.state, ConnectionState::Retired);
    assert_eq!(undone(&world, NOW.plus(DAY)).await, Err(standing::UndoRefused::TooLate));
    assert_eq!(undone(&world, NOW.plus(DAY / 2)).await, Ok(true));
    assert_eq!(connection(&world).await.state, ConnectionState::Enforced);
    assert_eq!(undone(&world, NOW.plus(DAY / 2)).await, Err(standing::UndoRefused::Nothing), "once");
    // What moves nothing is no step.
    world.apply(&on().replace("name = \"Northwind\"", "name = \"Northwind Dental\"")).await;
    let id: ConnectionId = connection(&world).await.id;
    assert_eq!(world.store.last_step(id).await.unwrap(), None);
}

/// A file may lead people elsewhere by more than the step of a connection. Taken back alone, the step would bring nobody back whom the rest has moved: it is
/// refused, and the rest is named. What leads nobody elsewhere is no matter of the step.
#[tokio::test]
async fn a_step_is_not_taken_back_without_what_came_with_it() {
    let world = World::new().await;
    world.apply(&two()).await;
    let ways = |plan: &Plan| plan.concerned.iter().flat_map(|one| one.ways_back().collect::<Vec<_>>()).collect::<Vec<_>>();
    let off = two().replacen("state = \"enforced\"", "state = \"retired\"", 1);
    let plan = world.apply(&off.replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\ngroups = [\"Field\"]")).await;
    assert_eq!(ways(&plan), ["To take it back within 24 hours: homeward connection undo 40817 \"Entra\" --yes"]);
    assert_eq!(undone(&world, NOW).await, Ok(true));
    let with_more = off.replace("domain = \"north.example\"", "domain = \"north.example\"\nconnection = \"Okta\"").replace("username = \"cara\"", "username = \"cara\"\nrule = \"excluded\"");
    let plan = world.apply(&with_more).await;
    assert_eq!(ways(&plan), ["To take back what moved people of account 40817 (connections, 1 domain, what is said of 1 person): change it back in the file and apply that"]);
    let beside = standing::Beside { account: false, domains: 1, people: 1 };
    assert_eq!(undone(&world, NOW).await, Err(standing::UndoRefused::NotAlone(beside)));
    assert_eq!(connection(&world).await.state, ConnectionState::Retired);
    // With the account's own switch likewise.
    let back = with_more.replacen("state = \"retired\"", "state = \"enforced\"", 1).replace("sso_mode = \"redirect\"", "sso_mode = \"button\"");
    world.apply(&back).await;
    assert_eq!(undone(&world, NOW).await, Err(standing::UndoRefused::NotAlone(standing::Beside { account: true, domains: 0, people: 0 })));
}

/// A file may bring other settings with the step: taking the step back alone would lead people to settings that nobody has tested.
#[tokio::test]
async fn a_step_with_other_settings_is_not_taken_back_to_them() {
    let world = World::new().await;
    let with = |state: &str, host: &str| {
        let settings = format!("[account.connection.settings]\npreset = \"entra\"\n[account.connection.settings.protocol.saml]\nidp_entity_id = \"https://{host}\"\nsso_redirect = \"https://{host}/sso\"\n");
        on().replace("name = \"Entra\"\nstate = \"enforced\"\n", &format!("name = \"Entra\"\nstate = \"{state}\"\n{settings}"))
    };
    world.apply(&with("pilot", "one.example")).await;
    world.apply(&with("retired", "two.example")).await;
    assert_eq!(undone(&world, NOW).await, Ok(false));
    assert_eq!(connection(&world).await.state, ConnectionState::Retired);
    // The twin: the same settings.
    world.apply(&with("pilot", "two.example")).await;
    world.apply(&with("retired", "two.example")).await;
    assert_eq!(undone(&world, NOW).await, Ok(true));
    assert_eq!(connection(&world).await.state, ConnectionState::Pilot);
}
