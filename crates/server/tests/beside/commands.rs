//! Commands on the database of a broker that runs.

use std::{
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use homeward_testkit::Browser;
use serde_json::json;

use crate::installation::{ANN, BEN, Installation, REGISTER, text, tokens};

/// Commands of every kind beside a broker that signs people in all the while: nobody fails, and what a command did counts at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_work_beside_a_running_broker() {
    let here = Installation::new();
    let done = Arc::new(AtomicBool::new(false));
    let (address, stop) = (here.address, done.clone());
    let crowd = tokio::spawn(async move {
        let mut count = 0;
        while !stop.load(Ordering::Relaxed) || count < 3 {
            let mut ben = Browser::new(address);
            // From many places, so that the limits are no matter here.
            ben.from = format!("198.51.100.{}", count % 250);
            let mut told = tokens(&mut ben, BEN).await;
            for _ in 0..20 {
                let (status, next) = ben.refresh("wiki", text(&told, "refresh_token")).await;
                assert_eq!(status, 200, "{next}");
                told = next;
            }
            count += 1;
        }
        count
    });
    let mut ann = here.browser();
    let first = tokens(&mut ann, ANN).await;

    let looked = here.good(&["doctor"]);
    let findings = looked.as_array().unwrap();
    assert!(findings.len() >= 12 && findings.iter().all(|finding| finding["good"] == true), "{looked:#}");
    here.good(&["backup", here.path("backup.db").to_str().unwrap()]);

    let sessions = here.good(&["session", "list", ANN.0, "--account", "40817"]);
    assert!(sessions.as_array().unwrap().iter().any(|entry| entry["kind"] == "application" && entry["client_id"] == "wiki"), "{sessions}");
    here.good(&["session", "end", ANN.0, "--account", "40817", "--all"]);
    let (status, refused) = ann.refresh("wiki", text(&first, "refresh_token")).await;
    assert_eq!((status, text(&refused, "error")), (400, "invalid_grant"), "over with the next request");
    assert_eq!(ann.who(text(&first, "access_token")).await, None);
    assert_eq!(ann.open("wiki", "").await.heading(), "Sign in to Wiki");

    let fr = here.good(&["account", "set", "40817", "--language", "fr"]);
    assert_eq!((text(&fr["account"], "language"), &here.good(&["account", "show", "40817"])), ("fr", &fr));
    assert!(here.refused(&["account", "set", "40817", "--language", "xx"]).contains("is none of en, de, fr, es"));
    assert_eq!(here.good(&["account", "set", "40817", "--language", "none"])["account"]["language"], serde_json::Value::Null);

    assert_eq!((&fr["users"], &fr["connections"], &fr["domains"], &fr["parent"]), (&json!({ "active": 2, "invited": 0, "suspended": 0, "deprovisioned": 0 }), &json!([]), &json!([]), &json!(null)));
    let person = here.good(&["user", "show", ANN.0, "--account", "40817"]);
    assert_eq!((text(&person, "account_number"), text(&person, "account_name"), text(&person["password"], "state"), &person["linked"]), ("40817", "Northwind", "set", &json!([])));
    let explained = here.good(&["explain", ANN.0, "--app", "wiki"]);
    assert_eq!(["username", "client_id", "application", "disclosure"].map(|name| text(&explained, name)), [ANN.0, "wiki", "Wiki", "open"]);
    assert_eq!((&explained["accounts_looked_at"], text(&explained["home"], "home"), explained["rules"].as_array().unwrap().len()), (&json!(1), "password", 7));
    assert!(text(&explained, "outcome").contains("the password of Northwind (account 40817) counts"), "{explained}");

    assert_eq!(here.good(&["key", "list"]).as_array().unwrap().len(), 3);
    let made = here.good(&["key", "rotate", "--algorithm", "ES256"]);
    let kid = text(&made[0], "kid").to_owned();
    let mut published = String::new();
    while !published.contains(&kid) {
        // Somebody who asks for a mail wakes the worker, which also looks at the keys; without it this takes a quarter of a minute.
        let page = ann.get("/forgot").await;
        ann.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
        published = ann.get("/oauth2/jwks").await.body;
    }

    let case = text(&refused, "case");
    let found = here.good(&["audit", "list", "--case", case]);
    assert_eq!((found.as_array().unwrap().len(), text(&found[0], "outcome")), (1, "client.invalid_grant"));
    let verified = here.good(&["audit", "verify"]);
    let again = here.good(&["audit", "verify", "--checkpoint", text(&verified, "checkpoint")]);
    assert!(again["whole"] == true && again["records"].as_i64() >= verified["records"].as_i64());
    here.good(&["audit", "export", "--to", here.path("audit.jsonl").to_str().unwrap()]);
    assert_eq!(std::fs::metadata(here.path("audit.jsonl")).unwrap().permissions().mode() & 0o777, 0o600, "who signed in is nobody else's matter");
    assert!(std::fs::read_to_string(here.path("audit.jsonl")).unwrap().lines().count() as i64 >= verified["records"].as_i64().unwrap());
    done.store(true, Ordering::Relaxed);
    assert!(crowd.await.unwrap() >= 3, "nobody who signed in meanwhile failed");
}

/// KS-03: a new root key comes and the old one goes, by command, around restarts; what still needs the old one is named until nothing does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_03_the_root_key_changes_by_command() {
    let mut here = Installation::new();
    let before = tokens(&mut here.browser(), ANN).await;
    assert!(here.refused(&["key", "remove-root", "1", "--yes"]).contains("is the present one"));
    assert!(here.refused(&["key", "rotate-root"]).contains("--yes"));
    assert_eq!(here.good(&["key", "rotate-root", "--yes"])["root_key"], 2);
    let needed = here.refused(&["key", "remove-root", "1", "--yes"]);
    for what in ["3 signing keys", "have not started with the newer root key", "1 passwords"] {
        assert!(needed.contains(what), "{what} in {needed}");
    }
    assert_eq!(tokens(&mut here.browser(), ANN).await["token_type"], "bearer", "the broker that runs goes on");
    here.stop();
    here.serve();
    let needed = here.refused(&["key", "remove-root", "1", "--yes"]);
    assert!(!needed.contains("signing keys") && needed.contains("2 refresh tokens") && needed.contains("1 passwords"), "{needed}");
    let doctor = here.good(&["doctor"]);
    let root = doctor.as_array().unwrap().iter().find(|finding| finding["what"] == "root key").unwrap();
    assert!(text(root, "says").contains("root key 1 is still needed by"), "{root}");
    assert!(here.refused(&["key", "remove-root", "1", "--keep-pepper", "--end"]).contains("Say --yes"), "nothing needs it but passwords and those tokens");
    let mut holder = here.browser();
    assert_eq!(holder.who(text(&before, "access_token")).await, Some((ANN.0.into(), "40817".into())), "nothing has ended yet");
    let removed = here.good(&["key", "remove-root", "1", "--keep-pepper", "--end", "--yes"]);
    assert_eq!((&removed["kept"], &removed["ended"]), (&serde_json::json!(["audit", "pepper"]), &serde_json::json!(2)));
    assert_eq!(holder.who(text(&before, "access_token")).await, None, "at once, at a broker that still has the old key");
    let file = std::fs::read_to_string(here.path("root.key")).unwrap();
    let starts: Vec<&str> = file.lines().map(|line| line.rsplit_once(':').unwrap().0).collect();
    assert_eq!(starts, ["2", "1:audit", "1:pepper"]);
    here.stop();
    here.serve();
    let after = tokens(&mut here.browser(), ANN).await;
    let mut browser = here.browser();
    assert_eq!(browser.who(text(&after, "access_token")).await, Some((ANN.0.into(), "40817".into())), "a password that was peppered before");
    assert_eq!(browser.refresh("wiki", text(&before, "refresh_token")).await.0, 400);
    assert_eq!(here.good(&["audit", "verify"])["whole"], true);
    let looked = here.good(&["doctor"]);
    assert!(looked.as_array().unwrap().iter().all(|finding| finding["good"] == true), "{looked:#}");
}

/// OT-36: a new secret leaves the one before valid, so that nobody is interrupted; one that is made alone leaves none, at once, at a broker that runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_36_a_secret_that_got_out_is_refused_at_once() {
    let here = Installation::new();
    let mut program = here.browser();
    let make = |more: &[&str]| text(&here.good(&[&["application", "secret", "intranet"], more].concat()), "client_secret").to_owned();
    let [first, second] = [make(&[]), make(&[])];
    assert_eq!(answer(&mut program, &first).await, (400, "invalid_grant".into()), "while the application changes it both are right");
    assert_eq!(answer(&mut program, &second).await, (400, "invalid_grant".into()));
    let third = make(&["--alone"]);
    assert_eq!(answer(&mut program, &second).await, (401, "invalid_client".into()));
    assert_eq!(answer(&mut program, &first).await, (401, "invalid_client".into()));
    assert_eq!(answer(&mut program, &third).await, (400, "invalid_grant".into()));
    assert_eq!(here.good(&["application", "show", "intranet"])["client"]["secrets"], 1);
    let lines = here.good(&["audit", "list", "--event", "operator.application"]);
    let done: Vec<(&str, &str)> = lines.as_array().unwrap().iter().map(|line| (text(line, "application"), text(line, "detail"))).collect();
    assert_eq!(done, [("intranet", "new secret alone"), ("intranet", "new secret"), ("intranet", "new secret")]);
}

/// What the token endpoint says to a program with this secret, and a refresh token that is none.
async fn answer(program: &mut Browser, secret: &str) -> (u16, String) {
    let body = format!("grant_type=refresh_token&refresh_token=none&client_id=intranet&client_secret={secret}");
    let page = program.send_body("/oauth2/token", "application/x-www-form-urlencoded", &body).await;
    let told: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    (page.status, text(&told, "error").to_owned())
}

/// SM-06: of two commands that change the same person at once neither undoes the other.
#[test]
fn sm_06_two_commands_at_once_undo_nothing_of_each_other() {
    let here = Installation::new();
    let change = |word: &str| here.good(&["user", word, ANN.0, "--account", "40817"]);
    for _ in 0..6 {
        std::thread::scope(|both| {
            both.spawn(|| change("exclude"));
            both.spawn(|| change("suspend"));
        });
        let ann = here.good(&["user", "show", ANN.0, "--account", "40817"]);
        assert_eq!((text(&ann, "state"), text(&ann, "rule")), ("suspended", "excluded"));
        change("include");
        change("resume");
    }
    let lines = here.good(&["audit", "list", "--event", "operator.user", "--limit", "100"]);
    let done = lines.as_array().unwrap().iter().filter(|line| line["outcome"] == "ok").count();
    let failed = lines.as_array().unwrap().iter().filter(|line| line["outcome"] == "failed").count();
    assert_eq!(done - failed, 24, "each was done once, and every try that was in vain is on record: {lines:#}");
}

/// `apply --json` shows what would change and asks nobody; with `--yes` it is done.
#[test]
fn apply_for_programs_asks_nobody() {
    let here = Installation::new();
    std::fs::write(here.path("other.toml"), "[[account]]\nnumber = \"40817\"\nname = \"Northwind Traders\"\n").unwrap();
    let file = here.path("other.toml");
    let apply = ["apply", file.to_str().unwrap(), "--json"];
    for more in [&[][..], &["--dry-run"]] {
        let out = here.run(&[&apply[..], more].concat());
        assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).as_ref()), (Some(3), ""));
        let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert!(told["applied"] == false && told["changes"].to_string().contains("Northwind Traders") && text(&told, "says").contains("--yes"), "{told}");
    }
    let name = || here.good(&["account", "show", "40817"])["account"]["name"].clone();
    assert_eq!(name(), "Northwind");
    let told = here.good(&[&apply[..2], &["--yes"]].concat());
    assert!(told["applied"] == true && told["says"] == "Done.", "{told}");
    assert_eq!(name(), "Northwind Traders");
}

/// A restore says where everything is that was there before.
#[test]
fn a_restore_says_what_is_where() {
    let mut here = Installation::new();
    let (file, backup) = (here.path("homeward.db"), here.path("backup.db"));
    here.good(&["backup", backup.to_str().unwrap()]);
    here.stop();
    let done = here.good(&["restore", backup.to_str().unwrap(), "--yes"]);
    assert_eq!((text(&done, "file"), &done["left"], &done["notes"]), (file.to_str().unwrap(), &json!([]), &json!([])));
    let kept = text(&done, "kept").to_owned();
    assert!(std::path::Path::new(&kept).is_file() && kept.contains("homeward.db.before-"), "{kept}");
}

/// B-164, LH-16: no preset takes the last administrator who can come in without a provider, and no suspension the last operator. A try is on record. The
/// twins: a preset that lets passwords work, a user with emergency access, a second operator; whoever suspends an account means its own administrators, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b_164_no_command_about_an_account_takes_the_last_way_in() {
    let (here, south) = (Installation::new(), "60000");
    let apply = |emergency: bool| {
        let file = here.path("south.toml");
        let hash = REGISTER.split("password_hash = ").nth(1).unwrap().lines().next().unwrap();
        let user = format!("[[account.user]]\nusername = \"dora@south.example\"\nbreak_glass = {emergency}\npassword_hash = {hash}\n");
        std::fs::write(&file, format!("[[account]]\nnumber = \"{south}\"\nname = \"South\"\nadmin_sso = true\n[[account.connection]]\nname = \"Entra\"\nstate = \"draft\"\n{user}")).unwrap();
        here.good(&["apply", file.to_str().unwrap(), "--yes"]);
    };
    let show = |number: &str| here.good(&["account", "show", number]);
    let preset = |word: &'static str| ["account", "preset", word, "--account", south, "--yes"];
    let lost = |number: &str, arguments: &[&str]| {
        let before = show(number);
        let said = here.refused(arguments);
        assert!(said.contains(&format!("account {number}: afterwards no operator, no administrator of it")), "{arguments:?}: {said}");
        assert_eq!(show(number), before, "{arguments:?}");
        let newest = here.good(&["audit", "list", "--event", "operator.account", "--limit", "1"]);
        assert_eq!(text(&newest[0], "outcome"), "failed", "{newest}");
    };
    apply(false);
    here.good(&["admin", "create", "dora@south.example", "--account", south, "--role", "administrator"]);
    for word in ["cloudlink", "elevate"] {
        lost(south, &preset(word));
    }
    assert_eq!(here.good(&preset("micloud"))["done"], true, "her password works beside the provider");
    lost(south, &preset("cloudlink"));
    apply(true);
    assert_eq!(here.good(&preset("cloudlink"))["done"], true, "she has emergency access");
    let kept = show(south);
    assert_eq!((text(&kept["account"], "sso_mode"), text(&kept["account"], "allow_local")), ("button", "no"));

    here.good(&["admin", "create", ANN.0, "--account", "40817", "--role", "operator"]);
    lost("40817", &["account", "suspend", "40817"]);
    assert_eq!(tokens(&mut here.browser(), ANN).await["token_type"], "bearer", "nobody is shut out");
    let set = |word: &str, number: &str| text(&here.good(&["account", word, number])["account"], "state").to_owned();
    assert_eq!(set("suspend", south), "suspended", "its own administrator may be shut out");
    assert_eq!(set("resume", south), "active");
    here.good(&["admin", "create", "dora@south.example", "--account", south, "--role", "operator"]);
    assert_eq!(set("suspend", "40817"), "suspended", "another operator can come in");
    let mut ann = here.browser();
    let page = ann.open("wiki", "").await;
    assert_eq!(ann.identify(&page, ANN.0).await.status, 403);
    lost(south, &["account", "suspend", south]);
    assert_eq!(set("resume", "40817"), "active");
    assert_eq!(set("suspend", south), "suspended", "the other one again");
}
