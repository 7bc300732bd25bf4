//! The last way into an account's portal, and to the operator's pages, stays whatever a file says.

use super::*;

/// No file takes the last operator, the last administrator of an account or its last break-glass user, by a word or because it is silent
/// about them; with a second one it does. Whoever suspends an account means its administrators, too.
#[tokio::test]
async fn a_file_does_not_take_the_last_way_in() {
    let mut world = World::new().await;
    let text = FILE.replace("username = \"ben@north.example\"", "username = \"ben@north.example\"\nbreak_glass = true");
    world.apply(&text).await;
    let keys = homeward_sealing::Sealer::new(homeward_sealing::RootKey::generate(1, &SystemRandom), vec![]).macs("audit");
    world.store = world.store.clone().with_audit_keys(keys);
    let ben = world.user("ben@north.example").await;
    let role = |role| (ben.id, role, record::Deed::role(&ben, "+".into()).line("ok", NOW));
    let (id, administrator, line) = role(homeward_portal::Role::Administrator);
    assert!(world.store.give_portal_role(id, administrator, &line).await.unwrap());
    let without = FILE.split("[[account.user]]\nusername = \"ben").next().unwrap().to_owned();
    let off = text.replace("break_glass = true", "break_glass = false");
    let held = text.replace("break_glass = true", "break_glass = true\nstate = \"suspended\"");
    for (what, text, prune) in [("pruned", &without, true), ("no break-glass user", &off, false), ("suspended", &held, false)] {
        let error = world.plan(text, prune).await.unwrap().carry_out(&world.store, NOW).await.unwrap_err();
        assert!(error.contains("account 40817") && error.contains("homeward admin create"), "{what}: {error}");
        assert_eq!(world.user("ben@north.example").await, ben, "{what}");
    }
    // The account as a whole may be taken out of use, as long as it is not the operator's.
    let elsewhere = "[[account]]\nnumber = \"50000\"\nname = \"Elsewhere\"\n";
    let (id, operator, line) = role(homeward_portal::Role::Operator);
    assert!(world.store.give_portal_role(id, operator, &line).await.unwrap());
    let error = world.plan(elsewhere, true).await.unwrap().carry_out(&world.store, NOW).await.unwrap_err();
    assert!(error.contains("account 40817"), "{error}");
    // With somebody else who has a password, the same file is carried out.
    let cara = text.replace("[[application]]", "[[account]]\nnumber = \"50000\"\nname = \"Elsewhere\"\n[[account.user]]\nusername = \"cara@else.example\"\npassword_hash = \"$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi\"\n\n[[application]]");
    world.apply(&cara).await;
    let cara = world.user("cara@else.example").await;
    assert!(world.store.give_portal_role(cara.id, operator, &record::Deed::role(&cara, "+".into()).line("ok", NOW)).await.unwrap());
    let kept = format!("{elsewhere}[[account.user]]\nusername = \"cara@else.example\"\n");
    world.plan(&kept, true).await.unwrap().carry_out(&world.store, NOW).await.unwrap();
    let accounts = world.store.register().await.unwrap().accounts;
    let states: Vec<_> = accounts.iter().map(|entry| (entry.account.number.as_str(), entry.account.state)).collect();
    assert_eq!(states, [("40817", AccountState::Suspended), ("50000", AccountState::Active)]);
}

/// One file exchanges the break-glass user, whose password comes along; without a password that one is no way in.
#[tokio::test]
async fn a_file_exchanges_the_break_glass_user() {
    let world = World::new().await;
    let text = FILE.replace("username = \"ben@north.example\"", "username = \"ben@north.example\"\nbreak_glass = true");
    world.apply(&text).await;
    let ben = world.user("ben@north.example").await;
    let cara = |hash: &str| text.replace("break_glass = true", "break_glass = false").replace("[[application]]", &format!("[[account.user]]\nusername = \"cara@north.example\"\nbreak_glass = true\n{hash}\n\n[[application]]"));
    let error = world.plan(&cara(""), false).await.unwrap().carry_out(&world.store, NOW).await.unwrap_err();
    assert!(error.contains("account 40817"), "{error}");
    assert_eq!(world.user("ben@north.example").await, ben);
    let with = cara("password_hash = \"$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi\"");
    world.plan(&with, false).await.unwrap().carry_out(&world.store, NOW).await.unwrap();
    assert_eq!((world.user("ben@north.example").await.break_glass, world.user("cara@north.example").await.break_glass), (false, true));
}

/// A provider that is new in a file may be the only way for administrators from then on, so it is asked about as well. In a suspended account
/// nobody comes in, and nobody is kept there for that.
#[tokio::test]
async fn a_file_takes_the_last_way_in_by_no_new_provider() {
    let mut world = World::new().await;
    let text = "[[account]]\nnumber = \"60000\"\nname = \"South\"\nsso_mode = \"button\"\nadmin_sso = true\n[[account.user]]\nusername = \"dora@south.example\"\nbreak_glass = false\n\
        password_hash = \"$2b$12$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi\"\n";
    world.apply(text).await;
    let keys = homeward_sealing::Sealer::new(homeward_sealing::RootKey::generate(1, &SystemRandom), vec![]).macs("audit");
    world.store = world.store.clone().with_audit_keys(keys);
    let dora = world.user("dora@south.example").await;
    let line = record::Deed::role(&dora, "+".into()).line("ok", NOW);
    assert!(world.store.give_portal_role(dora.id, homeward_portal::Role::Administrator, &line).await.unwrap());
    let provider = format!("{text}[[account.connection]]\nname = \"Entra\"\nstate = \"draft\"\n");
    let error = world.plan(&provider, false).await.unwrap().carry_out(&world.store, NOW).await.unwrap_err();
    assert!(error.contains("account 60000"), "{error}");
    assert!(world.store.register().await.unwrap().connections.is_empty());
    // The twin: somebody who needs no provider.
    let glass = |text: &str| text.replace("break_glass = false", "break_glass = true");
    world.plan(&glass(&provider), false).await.unwrap().carry_out(&world.store, NOW).await.unwrap();
    // Emergency access is given up only where nobody comes in anyway.
    let suspended = |text: &str| text.replace("name = \"South\"", "name = \"South\"\nstate = \"suspended\"");
    assert!(world.plan(&provider, false).await.unwrap().carry_out(&world.store, NOW).await.is_err());
    world.plan(&suspended(&glass(&provider)), false).await.unwrap().carry_out(&world.store, NOW).await.unwrap();
    world.plan(&suspended(&provider), false).await.unwrap().carry_out(&world.store, NOW).await.unwrap();
    assert!(!world.user("dora@south.example").await.break_glass);
}
