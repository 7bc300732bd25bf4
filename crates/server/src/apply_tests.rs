use std::path::PathBuf;

use super::*;
use homeward_discovery::{SsoMode, UserRule};
use homeward_model::{SystemRandom, random_token};

use crate::record;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

const FILE: &str = r#"
[[account]]
number = "40817"
name = "Northwind"
label = "North"
sso_mode = "button"
[account.password]
profile = "modern"
min = 20
max = 64
expires_after_days = 30
[[account.connection]]
name = "Entra"
[[account.domain]]
domain = "north.example"
verified = true
[[account.user]]
username = "ann@north.example"
[[account.user]]
username = "ben@north.example"
password_hash = "$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi"

[[application]]
client_id = "wiki"
name = "Wiki"
authentication = "none"
redirect_uris = ["https://wiki.example/cb"]
"#;

struct World {
    folder: PathBuf,
    store: Store,
}

impl World {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("homeward-apply-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        Self { store: Store::open(&folder.join("homeward.db")).await.unwrap(), folder }
    }
    async fn plan(&self, text: &str, prune: bool) -> Result<Plan, String> {
        let path = self.folder.join("accounts.toml");
        plan(&self.store, Source { path: &path, text, prune }, NOW, &SystemRandom).await
    }
    async fn apply(&self, text: &str) -> Plan {
        let plan = self.plan(text, false).await.unwrap();
        plan.carry_out(&self.store, NOW).await.unwrap();
        plan
    }
    async fn user(&self, name: &str) -> homeward_discovery::User {
        self.store.register().await.unwrap().users.into_iter().find(|u| u.username.typed() == name).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn entries(plan: &Plan) -> Vec<(Kind, String)> {
    plan.changes.iter().map(|c| (c.kind, c.entry.clone())).collect()
}

#[tokio::test]
async fn a_file_is_applied_once_and_the_second_time_there_is_nothing_to_do() {
    let world = World::new().await;
    let first = world.apply(FILE).await;
    let names: Vec<String> = entries(&first).into_iter().map(|(kind, entry)| format!("{kind:?} {entry}")).collect();
    assert_eq!(names, [
        "Added account 40817 (Northwind)",
        "Added connection \"Entra\" of account 40817",
        "Added domain north.example of account 40817",
        "Added user ann@north.example of account 40817",
        "Added user ben@north.example of account 40817",
        "Added application wiki (Wiki)",
        "Added password hash of user ben@north.example",
    ]);
    let second = world.plan(FILE, true).await.unwrap();
    assert!(second.is_empty(), "{}", second.to_text());
    assert_eq!(second.unchanged, 6);
    let entry = world.store.register().await.unwrap().accounts.remove(0);
    assert_eq!((entry.policy.min, entry.policy.max, entry.policy.expires_after_days, entry.policy.need_special), (20, Some(64), Some(30), None));
    assert!(entry.account.connection.is_some(), "the first connection is the account's");
}

#[tokio::test]
async fn only_what_differs_is_shown_and_changed() {
    let world = World::new().await;
    world.apply(FILE).await;
    let ann = world.user("ann@north.example").await;
    let changed = FILE.replace("sso_mode = \"button\"", "sso_mode = \"redirect\"").replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\nrule = \"excluded\"");
    let plan = world.plan(&changed, false).await.unwrap();
    assert_eq!(
        plan.to_text(),
        "  ~ account 40817 (Northwind)\n      account.sso_mode: button → redirect\n  ~ user ann@north.example of account 40817\n      rule: none → excluded\n  \
         account 40817, once it is done (0 sign in at a provider now):\n      2 active users: 0 sign in at the provider, 1 have a password that works, 1 have none\n\
         2 to change, 4 as they are"
    );
    plan.carry_out(&world.store, NOW).await.unwrap();
    let after = world.user("ann@north.example").await;
    assert_eq!((after.id, after.rule), (ann.id, Some(UserRule::Excluded)), "ids stay");
    assert_eq!(world.store.register().await.unwrap().accounts[0].account.sso_mode, SsoMode::Redirect);
}

#[tokio::test]
async fn profiles_can_be_mixed() {
    let world = World::new().await;
    world.apply("[[account]]\nnumber = \"1\"\nname = \"One\"\n[account.password]\nmax = 0\nneed_special = \"\"\nhistory = 3\n").await;
    let policy = world.store.register().await.unwrap().accounts.remove(0).policy;
    assert_eq!((policy.name.as_str(), policy.min, policy.max, policy.need_special, policy.history, policy.expires_after_days), ("classic", 8, None, None, 3, Some(90)));
}

/// B-103: what commands have changed since, the file does not undo by being silent.
#[tokio::test]
async fn a_suspended_user_stays_suspended_until_the_file_or_a_command_says_otherwise() {
    let world = World::new().await;
    world.apply(FILE).await;
    let suspended = homeward_discovery::User { state: UserState::Suspended, ..world.user("ann@north.example").await };
    world.store.put(&Register { users: vec![suspended], ..Register::default() }, &[], NOW).await.unwrap();
    let silent = world.plan(FILE, false).await.unwrap();
    assert!(silent.is_empty() && silent.notes[0].contains("ann@north.example stays suspended"), "{}", silent.to_text());
    let invited = FILE.replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\nstate = \"invited\"");
    assert!(world.plan(&invited, false).await.unwrap().is_empty(), "an invitation is a beginning and no way back");
    world.apply(&invited.replace("\"invited\"", "\"active\"")).await;
    assert_eq!(world.user("ann@north.example").await.state, UserState::Active);
}

#[tokio::test]
async fn prune_takes_out_of_use_and_deletes_nothing() {
    let world = World::new().await;
    let other = format!("{FILE}\n[[account]]\nnumber = \"50210\"\nname = \"Contoso\"\n[[account.user]]\nusername = \"dana@contoso.example\"\n");
    world.apply(&other).await;
    let less = FILE.split("[[account.connection]]").next().unwrap();
    assert!(world.plan(less, false).await.unwrap().is_empty() || world.plan(less, false).await.unwrap().changes.iter().all(|c| c.kind != Kind::Retired), "without prune nothing goes");
    let plan = world.plan(less, true).await.unwrap();
    let retired: Vec<String> = entries(&plan).into_iter().filter(|(kind, _)| *kind == Kind::Retired).map(|(_, entry)| entry).collect();
    assert_eq!(retired, [
        "account 50210 (Contoso)",
        "connection \"Entra\" of account 40817",
        "domain north.example of account 40817",
        "user ann@north.example of account 40817",
        "user ben@north.example of account 40817",
        "application wiki (Wiki)",
    ]);
    plan.carry_out(&world.store, NOW).await.unwrap();
    let after = world.store.register().await.unwrap();
    assert_eq!((after.accounts.len(), after.users.len(), after.applications.len()), (2, 3, 1), "every record is still there");
    assert!(after.users.iter().filter(|u| u.username.typed().ends_with("north.example")).all(|u| u.state == UserState::Deprovisioned));
    assert_eq!(world.user("dana@contoso.example").await.state, UserState::Active, "suspended with the account");
    assert!(world.plan(less, true).await.unwrap().is_empty(), "the second time there is nothing to do");
}

/// B-004, LP-08: hashes of another system come in with the users, never over a password that is there.
#[tokio::test]
async fn lp_08_a_hash_is_imported_for_users_without_a_password_only() {
    let world = World::new().await;
    world.apply(FILE).await;
    let other = FILE.replace("WvvTPHKwdBJ3uk0Z37EMR", "XvvTPHKwdBJ3uk0Z37EMR");
    assert!(world.plan(&other, false).await.unwrap().is_empty());
    for (hash, part) in [("plain-text", "password_hash: the hash is in no known format"), ("$2b$31$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi", "too much work")] {
        let text = FILE.replace("$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi", hash);
        let error = world.plan(&text, false).await.unwrap_err();
        assert!(error.contains("account 40817: user ben@north.example") && error.contains(part), "{error}");
        assert!(!error.contains(hash), "a hash is not echoed");
    }
}

/// B-095: the default application that is set stays where the file is silent, and is another one where the file says so.
#[tokio::test]
async fn b_095_a_silent_file_leaves_the_default_application() {
    let world = World::new().await;
    let default = async |world: &World| world.store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "40817").unwrap().default_application;
    world.apply(FILE).await;
    assert_eq!(default(&world).await, None);
    let chosen = FILE.replace("label = \"North\"", "label = \"North\"\ndefault_application = \"wiki\"");
    world.apply(&chosen).await;
    assert_eq!(default(&world).await.as_deref(), Some("wiki"));
    assert!(world.plan(FILE, false).await.unwrap().is_empty());
    world.apply(FILE).await;
    assert_eq!(default(&world).await.as_deref(), Some("wiki"));
}

#[tokio::test]
async fn whoever_is_to_be_invited_stands_in_the_plan_until_a_mail_is_written() {
    let world = World::new().await;
    let text = FILE.replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\ninvite = true");
    let plan = world.apply(&text).await;
    assert!(plan.invites() && entries(&plan).iter().any(|(_, entry)| entry == "invitation for user ann@north.example"));
    assert_eq!(world.user("ann@north.example").await.state, UserState::Invited);
    let again = world.plan(&text, false).await.unwrap();
    assert_eq!(entries(&again), [(Kind::Added, "invitation for user ann@north.example".to_owned())], "no mail was written yet");
    let stored = homeward_local_credential::reset::make(
        homeward_local_credential::reset::Purpose { word: homeward_local_credential::reset::INVITATION, user: world.user("ann@north.example").await.id, credential_version: 0, asker: homeward_local_credential::Asker::Own },
        None,
        homeward_local_credential::reset::INVITATION_LIFETIME,
        NOW,
        &SystemRandom,
    );
    ResetStore::put(&world.store, &stored.stored, NOW).await.unwrap();
    assert!(world.plan(&text, false).await.unwrap().is_empty());
}

/// A switch that leads nowhere is said at once, and not when the first person signs out.
#[tokio::test]
async fn signing_out_there_needs_an_address() {
    let world = World::new().await;
    let with = |more: &str| {
        FILE.replace(
            "name = \"Entra\"",
            &format!(
                "name = \"Entra\"\n[account.connection.settings]\npreset = \"entra\"\nsign_out_there = \"offer\"\n[account.connection.settings.protocol.saml]\n\
                 idp_entity_id = \"https://idp.example\"\nsso_redirect = \"https://idp.example/sso\"\n{more}"
            ),
        )
    };
    let plan = world.plan(&with(""), false).await.unwrap();
    assert!(plan.notes.iter().any(|note| note.contains("has no single logout address")), "{:?}", plan.notes);
    let plan = world.plan(&with("slo_redirect = \"https://idp.example/slo\"\n"), false).await.unwrap();
    assert!(plan.notes.iter().all(|note| !note.contains("single logout")), "{:?}", plan.notes);
}

#[tokio::test]
async fn a_secret_is_added_beside_the_one_before_and_never_shown() {
    let world = World::new().await;
    let confidential = FILE.replace("authentication = \"none\"", "");
    let plan = world.apply(&confidential).await;
    assert!(plan.notes[0].contains("homeward application secret wiki"), "{:?}", plan.notes);
    let with = confidential.replace("name = \"Wiki\"", "name = \"Wiki\"\nsecret_file = \"wiki.secret\"");
    assert!(world.plan(&with, false).await.unwrap_err().contains("wiki.secret"));
    let secrets = ["a", "b"].map(|letter| letter.repeat(40));
    for (count, secret) in secrets.iter().enumerate() {
        std::fs::write(world.folder.join("wiki.secret"), format!("{secret}\n")).unwrap();
        let plan = world.apply(&with).await;
        assert!(plan.to_text().contains("client.secrets changes") && !plan.to_text().contains(secret), "{}", plan.to_text());
        let client = &world.store.register().await.unwrap().applications[0].client;
        assert!(client.secrets.len() == count + 1 && client.secrets[0].fits(secret));
        assert!(world.plan(&with, false).await.unwrap().is_empty());
    }
    std::fs::write(world.folder.join("wiki.secret"), "short").unwrap();
    assert!(world.plan(&with, false).await.unwrap_err().contains("fewer than 32 characters"));
}

#[tokio::test]
async fn what_does_not_hold_is_named_with_its_place() {
    let world = World::new().await;
    for (from, to, part) in [
        ("name = \"Northwind\"", "nmae = \"Northwind\"", "accounts.toml:4: \"nmae\" is no key here; did you mean \"name\"?"),
        ("number = \"40817\"", "number = \"0\"", "accounts.toml:3: an account number has"),
        ("username = \"ben@", "username = \"ANN@", "user ANN@north.example: stands twice"),
        ("label = \"North\"", "parent = \"99\"", "account 40817: its parent 99 is neither"),
        ("label = \"North\"", "connection_default = \"Okta\"", "there is no connection \"Okta\""),
        ("label = \"North\"", "default_application = \"crm\"", "crm is neither in the file nor registered"),
        ("min = 20", "min = 4", "the least length is below 8"),
        ("profile = \"modern\"", "profile = \"modem\"", "use \"classic\" or \"modern\""),
        ("https://wiki.example/cb", "http://wiki.example/cb", "use https"),
        ("https://wiki.example/cb", "com.example.wiki:/cb", "is for kind = \"desktop\", \"mobile\" or \"extension\""),
        ("authentication = \"none\"", "authentication = \"none\"\nrequire_pkce = false", "cannot do without PKCE"),
        ("authentication = \"none\"", "authentication = \"none\"\naccess_minutes = 60", "use 1 to 10"),
        ("authentication = \"none\"", "authentication = \"none\"\nscopes = [\"admin\"]", "\"admin\" means nothing here"),
        ("username = \"ann@north.example\"", "username = \"ann\"\ninvite = true", "invite = true needs an email"),
        ("username = \"ann@north.example\"", "username = \"ann@north.example\"\ninvite = true\nstate = \"active\"", "goes with state = \"invited\""),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = world.plan(&FILE.replace(from, to), false).await.unwrap_err();
        assert!(error.contains("accounts.toml") && error.contains(part), "{error}");
    }
    let native = FILE.replace("https://wiki.example/cb\"]", "com.example.wiki:/cb\"]\nkind = \"mobile\"");
    assert!(native != FILE && world.plan(&native, false).await.is_ok());
    assert!(world.store.register().await.unwrap().accounts.is_empty());
}

/// LR-14: names of accounts and connections stand in mails: a new one is one line that is seen as it is, and no web address. One that is there stays, since a
/// connection by another name would be another connection.
#[tokio::test]
async fn lr_14_a_new_name_is_seen_and_leads_nowhere() {
    let world = World::new().await;
    for (from, to, part) in [
        ("name = \"Northwind\"", "name = \"northwind.example/login\"", "account 40817: the name looks like a web address"),
        ("name = \"Northwind\"", "name = \"North\\u202Ewind\"", "account 40817: the name has characters that nobody sees"),
        ("name = \"Northwind\"", "name = \"\"", "account 40817: there is no name"),
        ("name = \"Entra\"", "name = \"https://entra.example\"", "connection \"https://entra.example\": the name looks like a web address"),
        ("name = \"Entra\"", "name = \"En\\u200Btra\"", "the name has characters that nobody sees"),
        ("name = \"Entra\"", "name = \"Entra \"", "the name begins or ends with a space"),
        ("name = \"Entra\"", &format!("name = \"{}\"", "E".repeat(61)), "the name has more than 60 characters"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = world.plan(&FILE.replace(from, to), false).await.unwrap_err();
        assert!(error.contains("accounts.toml") && error.contains(part), "{error}");
    }
    world.apply(FILE).await;
    let mut present = world.store.register().await.unwrap();
    present.accounts[0].account.name = "northwind.example".into();
    present.connections[0].connection.name = "entra.example".into();
    world.store.put(&Register { accounts: present.accounts, connections: present.connections, ..Register::default() }, &[], NOW).await.unwrap();
    let as_it_is = FILE.replace("name = \"Northwind\"", "name = \"northwind.example\"").replace("name = \"Entra\"", "name = \"entra.example\"");
    assert!(world.plan(&as_it_is, false).await.unwrap().is_empty(), "what is there stays");
    world.apply(&FILE.replace("name = \"Northwind\"", "name = \"Northwind & Söhne (Nord)\"").replace("name = \"Entra\"", &format!("name = \"{}\"", "E".repeat(60)))).await;
}

/// The file that newcomers see holds, and every example in the documentation, too.
#[tokio::test]
async fn the_examples_in_the_repository_apply() {
    let world = World::new().await;
    // The public key that the example of `private_key_jwt` names (the one of RFC 7517 A.1).
    let jwks = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1","alg":"ES256"}]}"#;
    std::fs::write(world.folder.join("ledger.jwks.json"), jwks).unwrap();
    for (name, text) in [("README.md", include_str!("../../../README.md")), ("docs/applications.md", include_str!("../../../docs/applications.md")), ("docs/accounts.md", include_str!("../../../docs/accounts.md"))] {
        let blocks: Vec<&str> = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert!(!blocks.is_empty(), "{name}");
        for block in blocks {
            let plan = world.plan(&block.replace("secret_file", "# secret_file"), false).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!plan.is_empty(), "{name}");
        }
    }
    world.apply(include_str!("../../../deploy/demo.toml")).await;
}

/// B-126, B-135, B-137: delegated access stands in a file, too; what cannot be is named with its fix, and where a later file is silent it stays.
#[tokio::test]
async fn delegated_access_is_applied_and_stays() {
    const SETTINGS: &str = r#"name = "Entra"
[account.connection.settings]
preset = "entra"
[account.connection.settings.protocol.oidc]
issuer = "https://login.microsoftonline.com/7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11/v2.0"
client_id = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2"
"#;
    const DELEGATED: &str = r#"[account.connection.settings.delegated]
tenant = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11"
application = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2"
redirect_uri = "https://signin.example/ClientOAuth"
permissions = ["Calendars.Read"]
"#;
    let world = World::new().await;
    let full = FILE.replace("name = \"Entra\"\n", &format!("{SETTINGS}{DELEGATED}"));
    for (from, to, part) in [
        ("https://signin.example/ClientOAuth", "http://signin.example/ClientOAuth", "begins with https://"),
        ("[\"Calendars.Read\"]", "[\"Mail.Send\"]", "application permissions cannot be used"),
        ("application = \"4478d65c-ffd6-463f-8d37-63ab9ecb80f2\"", "application = \"7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11\"", "the Object ID is neither"),
        ("authentication = \"none\"\n", "authentication = \"none\"\ndelegated = [\"Calendars.Read\"]\n", "cannot prove who it is"),
        ("authentication = \"none\"\n", "delegated = [\"Everything\"]\n", "is no delegated permission"),
    ] {
        assert!(full.contains(from), "{from}");
        let error = world.plan(&full.replace(from, to), false).await.err().unwrap();
        assert!(error.contains(part), "{error}");
    }
    world.apply(&full).await;
    world.apply(&FILE.replace("name = \"Entra\"\n", SETTINGS)).await;
    let all = world.store.register().await.unwrap();
    let kept = all.connections[0].settings.as_ref().unwrap().delegated.as_ref().unwrap();
    assert_eq!((kept.redirect_uri.as_str(), kept.host.as_str()), ("https://signin.example/ClientOAuth", "login.microsoftonline.com"));
}

/// SM-06: whoever looks at a plan for some minutes writes nothing over that was changed meanwhile, and is told what it was; what the plan does not
/// touch may change, and a plan that was read again is carried out.
#[tokio::test]
async fn a_plan_does_not_write_over_what_was_changed_after_it_was_read() {
    let world = World::new().await;
    world.apply(FILE).await;
    let wanted = FILE.replace("sso_mode = \"button\"", "sso_mode = \"redirect\"").replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\ngiven_name = \"Ann\"");
    let read = world.plan(&wanted, false).await.unwrap();
    assert_eq!(entries(&read), [(Kind::Changed, "account 40817 (Northwind)".to_owned()), (Kind::Changed, "user ann@north.example of account 40817".to_owned())]);
    let ann = homeward_discovery::User { rule: Some(UserRule::Excluded), ..world.user("ann@north.example").await };
    world.store.put(&Register { users: vec![ann], ..Register::default() }, &[], NOW).await.unwrap();
    let error = read.carry_out(&world.store, NOW).await.unwrap_err();
    assert!(error.contains("user a•••••@north.example was changed meanwhile"), "{error}");
    let present = world.store.register().await.unwrap();
    assert_eq!(present.accounts[0].account.sso_mode, SsoMode::Button, "nothing of the plan is written");
    assert_eq!(world.user("ann@north.example").await.rule, Some(UserRule::Excluded), "the exclusion list stays as it is");
    let again = world.plan(&wanted.replace("given_name = \"Ann\"", "given_name = \"Ann\"\nrule = \"excluded\""), false).await.unwrap();
    let ben = homeward_discovery::User { given_name: "Ben".into(), ..world.user("ben@north.example").await };
    world.store.put(&Register { users: vec![ben], ..Register::default() }, &[], NOW).await.unwrap();
    again.carry_out(&world.store, NOW).await.unwrap();
    assert_eq!(world.user("ben@north.example").await.given_name, "Ben", "the plan did not touch him");
    assert_eq!(world.store.register().await.unwrap().accounts[0].account.sso_mode, SsoMode::Redirect);
}

/// What commands, the portal and people themselves change stays where the file is silent about it; a word of the file changes it, `none` as well.
#[tokio::test]
async fn what_the_file_does_not_say_of_a_user_stays() {
    let world = World::new().await;
    world.apply(FILE).await;
    let ann = world.user("ann@north.example").await;
    assert_eq!(ann.email.as_ref().map(|email| email.as_str()), Some("ann@north.example"), "of somebody new the username");
    let email = homeward_model::EmailAddress::parse("ann@elsewhere.example").ok();
    let changed = homeward_discovery::User { rule: Some(UserRule::Excluded), email, given_name: "Ann".into(), family_name: "Miller".into(), ..ann };
    world.store.put(&Register { users: vec![changed.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let silent = world.plan(FILE, false).await.unwrap();
    assert!(silent.is_empty(), "{}", silent.to_text());
    let says = |words: &str| FILE.replace("username = \"ann@north.example\"", &format!("username = \"ann@north.example\"\n{words}"));
    let of = |plan: &Plan| plan.changes.iter().map(Change::to_text).collect::<Vec<_>>();
    let other = world.apply(&says("given_name = \"Anna\"")).await;
    assert_eq!(of(&other), ["  ~ user ann@north.example of account 40817\n      given_name: Ann → Anna"]);
    let off = world.apply(&says("rule = \"none\"\nfamily_name = \"\"")).await;
    assert_eq!(of(&off), ["  ~ user ann@north.example of account 40817\n      family_name: Miller → \"\"\n      rule: excluded → none"]);
    let after = homeward_discovery::User { rule: None, given_name: "Anna".into(), family_name: String::new(), ..changed };
    assert_eq!(world.user("ann@north.example").await, after);
    assert!(world.plan(&says("rule = \"nobody\""), false).await.is_err());
}

/// ADM-16: each account that a file touches has a line of its own, with both values of settings, and nothing of anybody's person.
#[tokio::test]
async fn adm_16_each_account_has_its_line() {
    let world = World::new().await;
    let added = world.plan(FILE, false).await.unwrap().told();
    assert_eq!(added.iter().map(|deed| deed.detail.as_str()).collect::<Vec<_>>(), ["by a file: account added; connection \"Entra\" added; domain north.example added; users: 2 added; passwords: 1 given"]);
    world.apply(FILE).await;
    let changed = FILE.replace("sso_mode = \"button\"", "sso_mode = \"redirect\"").replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\ngiven_name = \"CANARY\"");
    let told = world.plan(&changed, false).await.unwrap().told();
    let [deed] = &told[..] else { panic!("{} lines", told.len()) };
    assert_eq!((deed.event, deed.account, deed.user), ("operator.account", Some(world.store.register().await.unwrap().accounts[0].account.id), None));
    assert_eq!(deed.detail, "by a file: account account.sso_mode: button → redirect; users: 1 changed (given_name)");
    assert!(world.plan(FILE, false).await.unwrap().told().is_empty(), "nothing is touched");
    let given = FILE.replace("username = \"ann@north.example\"", "username = \"ann@north.example\"\npassword_hash = \"$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi\"");
    let told = world.plan(&given, false).await.unwrap().told();
    assert_eq!(told.iter().map(|deed| deed.detail.as_str()).collect::<Vec<_>>(), ["by a file: passwords: 1 given"], "a way in is told");
}

#[path = "apply_concerned_tests.rs"]
mod concerned;
#[path = "apply_links_tests.rs"]
mod links;

#[path = "apply_way_in_tests.rs"]
mod way_in;
