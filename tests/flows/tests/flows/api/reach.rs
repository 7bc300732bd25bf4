//! What programs do since everything that the portal can do has an endpoint: usernames, setup links, the look of the sign-in pages, files.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_discovery::SsoMode;
use homeward_model::UserId;
use homeward_portal::tokens::Scope;
use homeward_store::{AuditFilter, audit::AuditRecord};
use homeward_testkit::TestBroker;
use reqwest::Method;
use serde_json::json;

use super::{Caller, json_of, names, problem};
use crate::portal::{
    BELOW, LOGO, OTHER, OWN, PASSWORD, account,
    matrix::{connection_of, link},
    path,
    setup_links::come_by,
    world,
};

async fn records(broker: &TestBroker, event: &str) -> Vec<AuditRecord> {
    broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 100).await.unwrap()
}

/// B-103, B-104, LH-09, OP-12: a program adds somebody, who is invited and stands where the answer says; what cannot be one is refused with its code,
/// and nobody is added without the scope or the right.
#[tokio::test]
async fn b_103_a_program_adds_a_user() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let users = format!("/accounts/{OWN}/users");
    for (body, status, code) in [
        (json!({ "username": "MIA@own.example" }), 409, "username.taken"),
        (json!({ "username": "new@canary-below.example" }), 409, "username.foreign"),
        (json!({ "username": "a b" }), 422, "username.malformed"),
        (json!({ "username": "m\u{456}a@own.example" }), 422, "username.mixed_scripts"),
        (json!({ "username": "0815" }), 422, "email.missing"),
        (json!({ "username": "0815", "email": "nobody" }), 422, "email.malformed"),
        (json!({ "username": "0815", "email": "chief@canary-below.example" }), 409, "email.foreign"),
        (json!({ "username": "britta@own.example", "given_name": "\u{202e}x" }), 422, "given_name.unfit"),
        (json!({ "username": "britta@own.example", "roles": ["administrator"] }), 400, "body.malformed"),
    ] {
        let page = admin.post(&users, Some(&body)).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code), "{body}");
    }
    assert!(records(&broker, "portal.user_added").await.is_empty());
    let narrow = Caller::of(&broker, "admin@own.example", OWN, &[Scope::UsersRead, Scope::UsersInvite, Scope::UsersWrite]).await;
    let wanted = json!({ "username": "britta@own.example", "email": "b@mail.example", "given_name": "Britta", "family_name": "Simon" });
    let lacks = narrow.post(&users, Some(&wanted)).await;
    assert_eq!((lacks.status, json_of(&lacks)["scope"].as_str()), (403, Some("users:add")));
    let help = Caller::whole(&broker, "help@own.example", OWN).await;
    assert_eq!(problem(&help.post(&users, Some(&wanted)).await), "portal.not_allowed");
    let made = admin.send(Method::POST, &users, &[("idempotency-key", "once")], Some(&wanted)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let (value, id) = (json_of(&made), broker.user("britta@own.example", OWN).await.id);
    assert_eq!((value["told"].as_str(), value["user"]["id"].as_str(), value["user"]["state"].as_str(), value["user"]["email"].as_str()), (Some("invited"), Some(id.to_string().as_str()), Some("invited"), Some("b@mail.example")));
    assert_eq!(made.header("location"), Some(format!("/api/v1{users}/{id}").as_str()));
    assert_eq!(admin.read(&format!("{users}/{id}")).await["user"], value["user"]);
    let again = admin.send(Method::POST, &users, &[("idempotency-key", "once")], Some(&wanted)).await;
    assert_eq!((again.status, again.body.as_str()), (201, made.body.as_str()), "the same key adds nobody twice");
    assert_eq!(broker.mails().await.iter().filter(|(to, ..)| to == "b@mail.example").count(), 1);
    let record = records(&broker, "portal.user_added").await.remove(0);
    assert!(record.user == Some(id) && record.detail.starts_with("b•••••@own.example invited [token "), "{}", record.detail);
    let mia = broker.user("mia@own.example", OWN).await.id;
    assert_eq!(narrow.post(&format!("{users}/{mia}/password-mail"), None).await.status, 204);
    assert!(broker.mails().await.iter().any(|(to, _, text)| to == "mia@own.example" && text.contains("/reset?token=")));
    let not_yet = narrow.post(&format!("{users}/{id}/password-mail"), None).await;
    assert_eq!((not_yet.status, problem(&not_yet).as_str()), (409, "changed"), "invited, not active");
}

/// B-095, B-096: a program reads the applications and chooses what a tile opens, when nobody has chosen another since.
#[tokio::test]
async fn b_095_a_program_chooses_the_default_application() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let at = format!("/accounts/{OWN}/applications");
    let list = admin.read(&at).await;
    assert_eq!(list["default_application"], json!(null));
    let of = |name: &str| list["items"].as_array().unwrap().iter().find(|item| item["name"] == name).cloned().unwrap_or_default();
    assert_eq!(of("Wiki"), json!({ "client_id": "wiki", "name": "Wiki", "kind": "web", "regions": [], "signs_in": "as_account", "can_be_default": true }));
    assert_eq!((of("Kiosk")["signs_in"].as_str(), of("Strong")["signs_in"].as_str(), of("Desk")["kind"].as_str(), of("Far")), (Some("password"), Some("second_factor"), Some("desktop"), json!(null)));
    let put = async |caller: &Caller, body: serde_json::Value| caller.send(Method::PUT, &format!("{at}/default"), &[], Some(&body)).await;
    for (body, status, code) in [
        (json!({ "client_id": "far" }), 422, "application.unknown"),
        (json!({ "client_id": "a b" }), 422, "application.unknown"),
        (json!({ "client_id": "late" }), 422, "application.no_start"),
        (json!({ "seen": "late", "client_id": "wiki" }), 409, "changed"),
        (json!({}), 409, "changed"),
    ] {
        let page = put(&admin, body.clone()).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code), "{body}");
    }
    let narrow = Caller::of(&broker, "admin@own.example", OWN, &[Scope::ApplicationsRead]).await;
    assert_eq!(problem(&put(&narrow, json!({ "client_id": "wiki" })).await), "portal.scope");
    assert!(records(&broker, "portal.applications").await.is_empty());
    assert_eq!(put(&admin, json!({ "client_id": "wiki" })).await.status, 204);
    assert_eq!(narrow.read(&at).await["default_application"], "wiki");
    assert!(records(&broker, "portal.applications").await[0].detail.starts_with("default: none → wiki [token "));
}

/// B-158: what was turned off is opened again by a program, which does not turn it on.
#[tokio::test]
async fn b_158_a_program_opens_a_connection_again() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let at = format!("/accounts/{OWN}/connections/{}", connection_of(&broker, OWN).await);
    let turn = async |to: &str| admin.send(Method::POST, &format!("{at}/turn"), &[("if-match", "*")], Some(&json!({ "to": to }))).await;
    assert_eq!(problem(&turn("draft").await), "changed", "it is one");
    assert_eq!(turn("retired").await.status, 200);
    assert_eq!(admin.read(&at).await["connection"]["state"], "retired");
    assert_eq!(turn("draft").await.status, 200);
    assert_eq!(admin.read(&at).await["connection"]["state"], "draft");
    let details: Vec<String> = records(&broker, "portal.connection").await.into_iter().map(|record| record.detail).collect();
    assert!(details[0].starts_with("retired → draft [token ") && details[1].starts_with("draft → retired [token "), "{details:?}");
}

/// B-172: a program that takes a step back is told when how it is offered was changed since and stays; and when it came back, too.
#[tokio::test]
async fn b_172_a_program_is_told_that_the_offer_stays() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let at = format!("/accounts/{OWN}/connections/{}", connection_of(&broker, OWN).await);
    let turn = async |body: serde_json::Value| assert_eq!(admin.send(Method::POST, &format!("{at}/turn"), &[("if-match", "*")], Some(&body)).await.status, 200, "{body}");
    let mode = async || account(&broker, OWN).await.account.sso_mode;
    turn(json!({ "mode": "button" })).await;
    for (since, stays, then) in [(None, false, SsoMode::Button), (Some("yes"), true, SsoMode::Redirect)] {
        turn(json!({ "to": "retired", "mode": "redirect" })).await;
        if since.is_some() {
            turn(json!({ "passwords_beside": true })).await;
        }
        let step = admin.read(&at).await["switches"]["undo"]["step"].clone();
        let undone = admin.post(&format!("{at}/undo"), Some(&json!({ "step": step }))).await;
        assert_eq!((undone.status, undone.body.as_str()), (200, format!("{{\"offer_stays\":{stays}}}").as_str()));
        assert_eq!((mode().await, admin.read(&at).await["connection"]["state"].as_str()), (then, Some("draft")));
    }
}

/// B-038, LH-09, OP-12: a program renames somebody whom it has seen; a name that is taken, another account's or none at all changes nothing.
#[tokio::test]
async fn b_038_a_program_changes_a_username() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let (ada, mia) = (broker.user("admin@own.example", OWN).await.id, broker.user("mia@own.example", OWN).await.id);
    let (user, rename) = (format!("/accounts/{OWN}/users/{mia}"), format!("/accounts/{OWN}/users/{mia}/rename"));
    for (name, status, code) in [("held@own.example", 409, "username.taken"), ("mia@canary-below.example", 409, "username.foreign"), ("a b", 422, "username.malformed"), ("m\u{456}a@own.example", 422, "username.mixed_scripts"), ("mia@own.example", 409, "changed")] {
        let page = admin.post(&rename, Some(&json!({ "username": name }))).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code), "{name}");
    }
    let seen = admin.get(&user).await.header("etag").unwrap().to_owned();
    let to = json!({ "username": "maria@own.example" });
    let other = admin.send(Method::POST, &rename, &[("if-match", "\"other\"")], Some(&to)).await;
    assert_eq!((other.status, problem(&other).as_str()), (412, "precondition.failed"));
    assert_eq!(broker.user("mia@own.example", OWN).await.id, mia);
    assert_eq!(admin.send(Method::POST, &rename, &[("if-match", &seen)], Some(&to)).await.status, 204);
    assert_eq!(broker.user("maria@own.example", OWN).await.id, mia);
    let record = records(&broker, "portal.username").await.remove(0);
    assert!(record.user == Some(mia) && record.detail.contains("[token ") && record.detail.ends_with(&format!("by {ada}")), "{}", record.detail);
    let oneself = admin.post(&format!("/accounts/{OWN}/users/{ada}/rename"), Some(&json!({ "username": "root@own.example" }))).await;
    assert_eq!((oneself.status, problem(&oneself).as_str()), (403, "oneself"));
}

/// OP-09, OP-10: a program takes away whom a provider means by a user whom it has seen; that signs the person out everywhere, nobody else,
/// and is on record with the token. Nobody does it to themselves, to somebody with a wider role or of another account.
#[tokio::test]
async fn op_10_a_program_takes_a_link_away() {
    let broker = world().await;
    let store = &broker.running().store;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let of = async |name: &str, number: &str| broker.user(name, number).await.id;
    let (ada, mia, plain) = (of("admin@own.example", OWN).await, of("mia@own.example", OWN).await, of("plain@own.example", OWN).await);
    let (wider, foreign) = (of("op@own.example", OWN).await, of("mia@below.example", BELOW).await);
    let provider = connection_of(&broker, OWN).await;
    let (mut hers, mut other) = (broker.browser(), broker.browser());
    hers.sign_in("wiki", "mia@own.example", PASSWORD).await;
    other.sign_in("wiki", "plain@own.example", PASSWORD).await;
    for user in [mia, plain, ada, wider] {
        assert!(link(&broker, OWN, user).await);
    }
    assert!(link(&broker, BELOW, foreign).await);
    let (user, unlink) = (format!("/accounts/{OWN}/users/{mia}"), |user: UserId| format!("/accounts/{OWN}/users/{user}/unlink"));
    let shown = admin.get(&user).await;
    assert_eq!(json_of(&shown)["linked"][0]["provider"], "Own Provider");
    let seen = shown.header("etag").unwrap().to_owned();
    let records_before = broker.audit_records().await;
    let blind = admin.post(&unlink(mia), None).await;
    assert_eq!((blind.status, problem(&blind).as_str()), (428, "precondition.required"));
    for (who, tag, status, code) in [(mia, "\"other\"", 412, "precondition.failed"), (ada, "*", 403, "oneself"), (wider, "*", 403, "wider_role"), (foreign, "*", 404, "not_found")] {
        let page = admin.send(Method::POST, &unlink(who), &[("if-match", tag)], None).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code));
    }
    for user in [mia, plain, ada, wider, foreign] {
        assert_eq!(store.links_of(user).await.unwrap().len(), 1);
    }
    assert_eq!((hers.open("wiki", "").await.status, broker.audit_records().await), (303, records_before));
    assert_eq!(admin.send(Method::POST, &unlink(mia), &[("if-match", &seen)], None).await.status, 204);
    assert_eq!((store.links_of(mia).await.unwrap(), hers.open("wiki", "").await.status), (vec![], 200));
    assert_eq!((store.links_of(plain).await.unwrap(), other.open("wiki", "").await.status), (vec![provider], 303), "nobody else");
    let record = records(&broker, "portal.unlinked").await.remove(0);
    assert!(record.user == Some(mia) && record.detail.starts_with("Own Provider [token ") && record.detail.ends_with(&format!("by {ada}")), "{}", record.detail);
    assert_eq!(admin.read(&user).await["linked"], json!([]));
    let again = admin.send(Method::POST, &unlink(mia), &[("if-match", "*")], None).await;
    assert_eq!((again.status, problem(&again).as_str()), (409, "changed"), "there is none any more");
    // A token without the scope, and a maker without the right.
    let narrow = Caller::of(&broker, "admin@own.example", OWN, &[Scope::UsersRead, Scope::UsersWrite, Scope::UsersRename]).await;
    let lacks = narrow.send(Method::POST, &unlink(plain), &[("if-match", "*")], None).await;
    assert_eq!((lacks.status, json_of(&lacks)["scope"].as_str()), (403, Some("users:unlink")));
    let sec = Caller::whole(&broker, "sec@own.example", OWN).await;
    assert_eq!(problem(&sec.send(Method::POST, &unlink(plain), &[("if-match", "*")], None).await), "portal.not_allowed");
    assert_eq!(store.links_of(plain).await.unwrap(), vec![provider]);
}

/// ADM-13: a program makes a link, which stands in that answer only, works, lists without its secret, and is ended by hand; no key asks for
/// it a second time.
#[tokio::test]
async fn adm_13_a_program_makes_a_setup_link_that_is_shown_once() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let (links, connection) = (format!("/accounts/{OWN}/setup-links"), connection_of(&broker, OWN).await.to_string());
    let wanted = json!({ "connection": connection, "hours": 4, "email": "kim@outside.example", "language": "de" });
    let keyed = admin.send(Method::POST, &links, &[("idempotency-key", "k")], Some(&wanted)).await;
    assert_eq!((keyed.status, problem(&keyed).as_str()), (400, "idempotency.not_here"));
    assert!(records(&broker, "portal.setup_link").await.is_empty());
    let made = admin.post(&links, Some(&wanted)).await;
    let value = json_of(&made);
    let (address, reference) = (value["address"].as_str().unwrap(), value["link"]["reference"].as_str().unwrap());
    assert_eq!((made.status, value["mailed_to"].as_str(), value["link"]["state"].as_str()), (201, Some("kim@outside.example"), Some("works")));
    assert_eq!(made.header("location"), Some(format!("/api/v1{links}/{reference}").as_str()));
    let token = address.split("token=").nth(1).unwrap();
    for page in [admin.get(&links).await, admin.get(&format!("{links}/{reference}")).await, admin.get(&format!("/accounts/{OWN}/activity")).await] {
        assert!(page.status == 200 && page.body.contains(reference) && !page.body.contains(token), "{}", page.body);
    }
    let mut kim = come_by(&broker, &path(address)).await;
    assert_eq!(kim.get(&format!("/portal/{OWN}/sign-on/{connection}")).await.status, 200);
    assert!(json_of(&admin.get(&format!("{links}/{reference}")).await)["opened_at"].is_string());
    let record = records(&broker, "portal.setup_link").await.pop().unwrap();
    assert!(record.detail.starts_with(reference) && record.detail.contains("[token "), "{}", record.detail);
    // Nobody of another account ends it, and none is named in another way.
    for (name, number) in [("chief@below.example", BELOW), ("chief@other.example", OTHER)] {
        let chief = Caller::whole(&broker, name, number).await;
        for (method, path) in [(Method::GET, format!("/accounts/{number}/setup-links/{reference}")), (Method::DELETE, format!("/accounts/{number}/setup-links/{reference}")), (Method::DELETE, format!("{links}/{reference}"))] {
            assert_eq!(chief.send(method, &path, &[], None).await.status, 404, "{path}");
        }
    }
    assert_eq!(admin.send(Method::DELETE, &format!("{links}/{}", reference.to_lowercase()), &[], None).await.status, 404);
    assert_eq!(kim.get(&format!("/portal/{OWN}/sign-on")).await.status, 200, "it still works");
    assert_eq!(admin.send(Method::DELETE, &format!("{links}/{reference}"), &[], None).await.status, 204);
    assert_eq!(kim.get(&format!("/portal/{OWN}/sign-on")).await.status, 403, "ended");
    let again = admin.send(Method::DELETE, &format!("{links}/{reference}"), &[], None).await;
    assert_eq!((again.status, problem(&again).as_str()), (409, "changed"), "once");
    assert_eq!(admin.read(&format!("{links}/{reference}")).await["state"], "ended");
}

/// AD-02, ADM-13: a link works for somebody else, so a token needs every scope that a link opens; the link's time ends with the token's.
#[tokio::test]
async fn ad_02_a_token_gives_no_more_by_a_link_than_it_may_itself() {
    let broker = world().await;
    let links = format!("/accounts/{OWN}/setup-links");
    let all = [Scope::SetupLinksMake, Scope::SignOnRead, Scope::SignOnPrepare, Scope::SignOnAccept, Scope::DomainsRead, Scope::DomainsWrite];
    for missing in &all[1..] {
        let scopes: Vec<Scope> = all.iter().copied().filter(|scope| scope != missing).collect();
        let caller = Caller::of(&broker, "admin@own.example", OWN, &scopes).await;
        let page = caller.post(&links, Some(&json!({ "hours": 4 }))).await;
        assert_eq!((page.status, problem(&page).as_str(), json_of(&page)["scope"].as_str()), (403, "portal.scope", Some(missing.word())));
        assert!(json_of(&page)["case"].is_string(), "AU-01: it has a reference");
    }
    let refused = records(&broker, "portal.refused").await;
    assert!(refused.iter().any(|record| record.outcome == "portal.scope" && record.detail.starts_with("POST /api/v1/accounts/{number}/setup-links [token ")), "and is on record");
    assert!(records(&broker, "portal.setup_link").await.is_empty());
    let caller = Caller::of(&broker, "admin@own.example", OWN, &all).await;
    let made = caller.post(&links, Some(&json!({ "hours": 4 }))).await;
    assert_eq!(made.status, 201, "the twin: {}", made.body);
    assert_eq!(json_of(&made)["link"]["connection"], json!(null));
    for (body, status, code) in [
        (json!({ "hours": 337 }), 400, "body.malformed"),
        (json!({ "hours": 4, "email": "nobody" }), 422, "setup_link.email"),
        (json!({ "hours": 4, "connection": connection_of(&broker, OTHER).await.to_string() }), 422, "setup_link.connection"),
    ] {
        let page = caller.post(&links, Some(&body)).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code), "{body}");
    }
    // An hour before the token is over.
    broker.clock.wait(Duration::from_secs(90 * 86_400 - 3_600));
    let late = json_of(&caller.post(&links, Some(&json!({ "hours": 300 }))).await);
    let listed = Caller::whole(&broker, "admin@own.example", OWN).await.read(&links).await;
    assert_eq!(late["link"], listed["items"][0]);
    let hour = json_of(&caller.post(&links, Some(&json!({ "hours": 1 }))).await);
    assert_eq!(late["link"]["expires_at"], hour["link"]["expires_at"], "an hour from now, and no later");
}

/// BRA-1: a program changes the colour that it has seen; one on which text cannot be read is refused with the nearest that passes.
#[tokio::test]
async fn bra_1_a_program_changes_the_colour_that_it_has_seen() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let at = format!("/accounts/{OWN}/sign-in-page");
    let shown = admin.get(&at).await;
    assert_eq!(json_of(&shown), json!({ "colour": null, "logo": null, "contact": null }));
    let seen = shown.header("etag").unwrap().to_owned();
    let put = async |tag: &str, colour: serde_json::Value| {
        let tags = [("if-match", tag)];
        admin.send(Method::PUT, &at, if tag.is_empty() { &[] } else { &tags }, Some(&json!({ "colour": colour }))).await
    };
    for (tag, colour, status, code) in [("", json!("#123a6b"), 428, "precondition.required"), ("\"other\"", json!("#123a6b"), 412, "precondition.failed"), (&seen, json!("red"), 422, "colour.malformed"), (&seen, json!("#808080"), 422, "colour.unreadable")] {
        let page = put(tag, colour).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code));
    }
    assert!(account(&broker, OWN).await.account.colour.is_none() && records(&broker, "portal.appearance").await.is_empty());
    assert_eq!(put(&seen, json!("#123a6b")).await.status, 204);
    assert_eq!(admin.read(&at).await, json!({ "colour": "#123a6b", "logo": null, "contact": null }));
    assert_eq!(put(&seen, json!(null)).await.status, 412, "somebody has changed it meanwhile");
    let now = admin.get(&at).await.header("etag").unwrap().to_owned();
    assert_eq!(put(&now, json!(null)).await.status, 204);
    assert!(account(&broker, OWN).await.account.colour.is_none());
    let record = records(&broker, "portal.appearance").await.remove(0);
    assert!(record.detail.starts_with("#123a6b → none [token "), "{}", record.detail);
}

/// BRA-2: a program changes the logo with its text and removes it by what it has seen; what is no picture, or comes without a text that can stand for it, is
/// refused by its code and changes nothing.
#[tokio::test]
async fn bra_2_a_program_changes_the_logo() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let (page, logo) = (format!("/accounts/{OWN}/sign-in-page"), format!("/accounts/{OWN}/sign-in-page/logo"));
    let seen = async || admin.get(&page).await.header("etag").unwrap().to_owned();
    let put = async |tag: &str, picture: &str, alt: &str| admin.send(Method::PUT, &logo, &[("if-match", tag)], Some(&json!({ "picture": picture, "alt": alt }))).await;
    let (first, svg, long) = (seen().await, STANDARD.encode("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), STANDARD.encode([LOGO, &vec![0; 50 * 1024 - LOGO.len()][..]].concat()));
    let cut = STANDARD.encode(&LOGO[..60]);
    for (tag, picture, alt, status, code) in [
        (first.as_str(), "§", "Own", 422, "logo.not_base64"),
        (&first, &svg, "Own", 422, "logo.svg"),
        (&first, &STANDARD.encode("GIF89a"), "Own", 422, "logo.kind"),
        (&first, &cut, "Own", 422, "logo.damaged"),
        (&first, &long, " ", 422, "logo.alt_unfit"),
        (&first, &long, "O\u{202e}wn", 422, "logo.alt_unfit"),
        (&first, &long, &"x".repeat(121), 422, "logo.alt_unfit"),
        ("\"other\"", &long, "Own", 412, "precondition.failed"),
    ] {
        let page = put(tag, picture, alt).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, code));
    }
    for body in [json!({ "picture": long }), json!({ "picture": long, "alt": "" }), json!({ "picture": "A".repeat(68_269), "alt": "Own" })] {
        let page = admin.send(Method::PUT, &logo, &[("if-match", &first)], Some(&body)).await;
        assert_eq!(problem(&page), "body.malformed");
    }
    assert!(account(&broker, OWN).await.account.logo.is_none() && records(&broker, "portal.appearance").await.is_empty());
    assert_eq!(put(&first, &long, " Own Organisation ").await.status, 204, "the longest there is");
    let shown = admin.read(&page).await;
    assert_eq!((shown["logo"]["width"].as_u64(), shown["logo"]["height"].as_u64(), shown["logo"]["alt"].as_str()), (Some(240), Some(60), Some("Own Organisation")));
    let picture = broker.browser().get(shown["logo"]["path"].as_str().unwrap()).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert_eq!(put(&first, &STANDARD.encode(LOGO), "Own").await.status, 412, "another look is there now");
    assert_eq!(put(&seen().await, &STANDARD.encode(LOGO), "Own Organisation").await.status, 204, "the same picture again");
    assert_eq!(put(&seen().await, &STANDARD.encode(LOGO), "Own").await.status, 204, "and with another text");
    let again = admin.read(&page).await;
    assert_eq!((again["logo"]["alt"].as_str(), &again["logo"]["path"]), (Some("Own"), &shown["logo"]["path"]));
    let removed = admin.send(Method::DELETE, &logo, &[("if-match", &seen().await)], None).await;
    assert_eq!((removed.status, admin.read(&page).await["logo"].clone()), (204, json!(null)));
    let again = admin.send(Method::DELETE, &logo, &[("if-match", &seen().await)], None).await;
    assert_eq!((again.status, problem(&again).as_str()), (409, "changed"));
    let records = records(&broker, "portal.appearance").await;
    assert!(records.len() == 5 && records.iter().all(|record| record.detail.contains("[token ")), "{records:?}");
}

/// AD-10, AU-08: the file that a program takes is the one of the portal, of its own account only, and who took it is on record.
#[tokio::test]
async fn ad_10_a_program_takes_activity_away() {
    let broker = world().await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    assert_eq!(admin.post(&format!("/accounts/{OWN}/users/{mia}/suspend"), None).await.status, 204);
    let at = format!("/accounts/{OWN}/activity/export");
    let csv = admin.post(&at, Some(&json!({ "format": "csv", "username": "mia@own.example" }))).await;
    assert_eq!((csv.status, csv.header("content-type"), csv.header("content-disposition")), (200, Some("text/csv; charset=utf-8"), Some(format!("attachment; filename=\"activity-{OWN}.csv\"").as_str())));
    assert_eq!((csv.header("cache-control"), csv.header("x-content-type-options")), (Some("no-store"), Some("nosniff")));
    let lines: Vec<&str> = csv.body.lines().collect();
    assert!(lines[0] == "time,event,result,user,by,application,reference,network,detail" && lines[1..].iter().all(|line| line.contains("\"mia@own.example\"")) && csv.body.contains("\"portal.user\""), "{}", csv.body);
    let jsonl = admin.post(&at, Some(&json!({ "format": "jsonl", "kind": "changes" }))).await;
    let events: Vec<String> = jsonl.body.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].as_str().unwrap().to_owned()).collect();
    assert!(jsonl.status == 200 && events.iter().filter(|event| *event == "portal.exported").count() == 2 && !jsonl.body.contains("CANARY"), "{events:?}");
    let listed = names(&admin.read(&format!("/accounts/{OWN}/activity?kind=changes&limit=200")).await, "event");
    assert_eq!(events, listed);
    assert!(records(&broker, "portal.exported").await.iter().all(|record| record.detail.starts_with("[token ")));
    for body in [json!({}), json!({ "format": "xml" }), json!({ "format": "csv", "limit": 1 })] {
        assert_eq!(problem(&admin.post(&at, Some(&body)).await), "body.malformed", "{body}");
    }
    let help = Caller::whole(&broker, "help@own.example", OWN).await;
    assert_eq!(problem(&help.post(&at, Some(&json!({ "format": "csv" }))).await), "portal.not_allowed");
    assert_eq!(records(&broker, "portal.exported").await.len(), 2);
}
