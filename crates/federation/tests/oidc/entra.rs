//! Microsoft Entra ID: OE-01 to OE-07.

use homeward_federation::{Preset, Wish};

use crate::{signing::{Token, keys}, world::{World, wish}};

const TENANT: &str = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";
const OTHER: &str = "0d3c2b1a-0000-4a52-9f0e-0c2b6a4d1e22";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OBJECT: &str = "11111111-2222-4333-8444-555555555555";

fn employee(t: &mut Token) {
    t.claims.text("tid", TENANT);
    t.claims.text("oid", OBJECT);
    t.claims.text("preferred_username", "alice@a.example");
    t.claims.text("ver", "2.0");
    t.claims.remove("email_verified");
}

async fn one_tenant() -> World {
    World::at(&format!("/{TENANT}/v2.0"), Preset::Entra).await
}

/// A connection for two tenants at the address of all organisations.
async fn many_tenants() -> World {
    let mut world = World::at("/organizations/v2.0", Preset::Entra).await;
    world.settings().tenants = vec![TENANT.to_owned()];
    let mut document = world.discovery();
    document.text("issuer", &format!("{}/{{tenantid}}/v2.0", world.provider.origin));
    world.publish(&document);
    world
}

/// OE-01, OE-02, OE-03: one tenant is pinned; the person is tenant and object, whatever the address says.
#[tokio::test]
async fn oe_01_oe_02_oe_03_one_tenant_is_pinned() {
    let world = one_tenant().await;
    let verified = world.sign_in(employee).await.unwrap();
    assert_eq!((verified.subject().kind.as_str(), verified.subject().value.as_str()), ("tid+oid", format!("{TENANT}/{OBJECT}").as_str()));
    assert_eq!(verified.subject().issuer, world.issuer());
    let origin = world.provider.origin.clone();
    world.refused("other tid", "id_token.tenant", |t| { employee(t); t.claims.text("tid", OTHER) }).await;
    let mut listed = one_tenant().await;
    listed.settings().tenants = vec![TENANT.to_owned(), OTHER.to_owned()];
    listed.refused("listed, but not the issuer's", "id_token.tenant", |t| { employee(t); t.claims.text("tid", OTHER) }).await;
    world.refused("no tid", "id_token.tenant_missing", |t| { employee(t); t.claims.remove("tid") }).await;
    world.refused("upper case", "id_token.tenant", |t| { employee(t); t.claims.text("tid", &TENANT.to_uppercase()) }).await;
    world.refused("other issuer", "id_token.issuer", |t| { employee(t); t.claims.text("iss", &format!("{origin}/{OTHER}/v2.0")) }).await;
    world.refused("version 1.0", "id_token.issuer", |t| { employee(t); t.claims.text("iss", &format!("https://sts.windows.net/{TENANT}/")) }).await;
    world.refused("no oid", "names.subject_missing", |t| { employee(t); t.claims.remove("oid") }).await;
    world.refused("oid of another form", "names.object_malformed", |t| { employee(t); t.claims.text("oid", "x/y") }).await;
    // OE-07: another address, the same person; the same address, another person.
    let renamed = world.sign_in(|t| { employee(t); t.claims.text("email", "new@a.example"); t.claims.text("preferred_username", "new@a.example") }).await.unwrap();
    assert_eq!(renamed.subject(), verified.subject());
    let reused = world.sign_in(|t| { employee(t); t.claims.text("oid", "99999999-2222-4333-8444-555555555555") }).await.unwrap();
    assert_ne!(reused.subject(), verified.subject());
}

/// OE-01: for many tenants the token's issuer is the template with its own tenant, and the tenant is on the list.
#[tokio::test]
async fn oe_01_the_template_is_filled_with_a_listed_tenant() {
    let mut world = many_tenants().await;
    let issuer = |world: &World, tenant: &str| format!("{}/{tenant}/v2.0", world.provider.origin);
    let own = issuer(&world, TENANT);
    let verified = world.sign_in(|t| { employee(t); t.claims.text("iss", &own) }).await.unwrap();
    assert_eq!((verified.subject().issuer.as_str(), verified.subject().value.as_str()), (own.as_str(), format!("{TENANT}/{OBJECT}").as_str()));
    let template = issuer(&world, "{tenantid}");
    let organizations = world.issuer();
    for (tenant, named, code) in [
        (OTHER, issuer(&world, OTHER), "id_token.tenant"), (CONSUMERS, issuer(&world, CONSUMERS), "id_token.tenant"), (TENANT, issuer(&world, OTHER), "id_token.issuer"), (OTHER, own.clone(), "id_token.tenant"),
        (TENANT, template.clone(), "id_token.issuer"), (TENANT, organizations, "id_token.issuer"), ("{tenantid}", template, "id_token.tenant"),
    ] {
        world.refused(&format!("{tenant} {named}"), code, |t| { employee(t); t.claims.text("tid", tenant); t.claims.text("iss", &named) }).await;
    }
    world.settings().tenants.push(OTHER.to_owned());
    let there = issuer(&world, OTHER);
    let verified = world.sign_in(|t| { employee(t); t.claims.text("tid", OTHER); t.claims.text("iss", &there) }).await.unwrap();
    assert_eq!(verified.subject().value, format!("{OTHER}/{OBJECT}"));
    // A document with a template of another host is not this issuer's.
    let other = many_tenants().await;
    let mut document = other.discovery();
    document.text("issuer", "https://evil.example/{tenantid}/v2.0");
    other.publish(&document);
    assert!(other.party.look(&other.connection, crate::world::now()).await.unwrap_err().code == "provider.issuer_differs");
}

/// OE-01: a key that is published for one issuer vouches for no other (Storm-0558).
#[tokio::test]
async fn oe_01_keys_speak_for_their_issuer() {
    for (named, good) in [(CONSUMERS, false), (OTHER, false), (TENANT, true), ("{tenantid}", true)] {
        let world = many_tenants().await;
        let at = |tenant: &str| format!("{}/{tenant}/v2.0", world.provider.origin);
        world.publish_keys(&[keys().ec.jwk("ec", &format!(r#","issuer":"{}""#, at(named)))]);
        let result = world.sign_in(|t| { employee(t); t.claims.text("iss", &at(TENANT)) }).await;
        match result {
            Ok(verified) => assert!(good && verified.subject().value == format!("{TENANT}/{OBJECT}"), "{named}"),
            Err(failure) => assert!(!good && failure.code == "signature.key_issuer", "{named}: {failure:?}"),
        }
    }
}

/// OE-04: nOAuth. An address at Entra is proved by `xms_edov`, exactly true, and by nothing else.
#[tokio::test]
async fn oe_04_addresses_are_proved_by_xms_edov_only() {
    let world = one_tenant().await;
    let victim = |t: &mut Token| { employee(t); t.claims.text("email", "victim@b.example") };
    for raw in [None, Some("false"), Some("\"1\""), Some("1"), Some("\"true\""), Some("\"True\""), Some("null"), Some("[true]")] {
        let verified = world.sign_in(|t| { victim(t); if let Some(raw) = raw { t.claims.set("xms_edov", raw) } }).await.unwrap();
        assert_eq!((verified.email_proved(), verified.subject().value.as_str()), (false, format!("{TENANT}/{OBJECT}").as_str()), "{raw:?}");
    }
    let verified = world.sign_in(|t| { victim(t); t.claims.set("email_verified", "true") }).await.unwrap();
    assert!(!verified.email_proved(), "email_verified is not Entra's word");
    assert!(world.sign_in(|t| { employee(t); t.claims.set("xms_edov", "true") }).await.unwrap().email_proved());
}

/// OE-05: guests stay out unless they are let in, and their address is never proved.
#[tokio::test]
async fn oe_05_guests_stay_out_unless_let_in() {
    let mut world = one_tenant().await;
    let guests: [(&str, &str); 5] = [("acct", "1"), ("acct", "\"1\""), ("idp", "\"https://sts.windows.net/0d3c2b1a-0000-4a52-9f0e-0c2b6a4d1e22/\""), ("upn", "\"mallory_evil.example#EXT#@a.onmicrosoft.com\""), ("preferred_username", "\"x#ext#@a.example\"")];
    for (name, raw) in guests {
        world.refused(name, "allowed.guest", |t| { employee(t); t.claims.set(name, raw) }).await;
    }
    assert_eq!(world.sign_in(|t| { employee(t); t.claims.set("acct", "0") }).await.unwrap().subject().value, format!("{TENANT}/{OBJECT}"));
    world.settings().guests = true;
    for (name, raw) in guests {
        let verified = world.sign_in(|t| { employee(t); t.claims.set(name, raw); t.claims.set("xms_edov", "true") }).await.unwrap();
        assert_eq!((verified.subject().value.as_str(), verified.email_proved()), (format!("{TENANT}/{OBJECT}").as_str(), false));
    }
}

/// OE-06: groups that did not fit into the token are not lost in silence.
#[tokio::test]
async fn oe_06_groups_are_not_lost_in_silence() {
    let mut world = one_tenant().await;
    let overage = |t: &mut Token| { employee(t); t.claims.set("_claim_names", r#"{"groups":"src1"}"#); t.claims.set("_claim_sources", r#"{"src1":{"endpoint":"http://127.0.0.1:1/"}}"#) };
    assert_eq!(world.sign_in(overage).await.unwrap().subject().value, format!("{TENANT}/{OBJECT}"), "nobody needs groups here");
    world.connection.settings.mapping.groups = Some("groups".to_owned());
    world.refused("overage", "names.groups_overage", overage).await;
    world.refused("hasgroups", "names.groups_overage", |t| { employee(t); t.claims.set("hasgroups", "true") }).await;
    let verified = world.sign_in(|t| { employee(t); t.claims.set("groups", r#"["g1","g2"]"#) }).await.unwrap();
    assert_eq!(verified.values("groups"), ["g1", "g2"]);
}

/// OE-01, OR-16: Entra's tokens of version 2.0 have no `amr`. A second factor that was required is asked for by an authentication context and proved by an
/// `acrs` with this very one; what is absent proves nothing, and neither does a context that nobody has set.
#[tokio::test]
async fn a_second_factor_at_entra_is_an_authentication_context() {
    let mut world = one_tenant().await;
    let strong = || Wish { second_factor: true, ..wish() };
    let with = |acrs: &'static str| move |t: &mut Token| { employee(t); t.claims.set("acrs", acrs) };
    assert_eq!(world.sign_in_for(strong(), employee).await.unwrap_err().code, "allowed.second_factor");
    assert_eq!(world.sign_in_for(strong(), with(r#"["c1"]"#)).await.unwrap_err().code, "allowed.second_factor", "nobody has said what c1 means");
    assert_eq!(world.begin(strong()).await.parameter("claims"), None);
    world.settings().second_factor.authentication_context = Some("c1".to_owned());
    assert_eq!(world.begin(strong()).await.parameter("claims").as_deref(), Some(r#"{"id_token":{"acrs":{"essential":true,"value":"c1"}}}"#));
    assert_eq!(world.begin(wish()).await.parameter("claims"), None, "nobody requires it");
    for said in [r#"["c1"]"#, r#""c1""#, r#"["c2","c1"]"#] {
        let verified = world.sign_in_for(strong(), with(said)).await.unwrap();
        assert!(world.connection.settings.is_second_factor(&verified), "{said}");
        assert_eq!(verified.subject().value, format!("{TENANT}/{OBJECT}"));
    }
    for said in [r#"["c2"]"#, r#"["c11"]"#, r#"["C1"]"#, r#"[]"#, r#"["c1",1]"#, r#"{"c1":true}"#, r#""c1 c2""#, "null"] {
        assert_eq!(world.sign_in_for(strong(), with(said)).await.unwrap_err().code, "allowed.second_factor", "{said}");
        let unasked = world.sign_in(with(said)).await.unwrap();
        assert!(!world.connection.settings.is_second_factor(&unasked), "{said}");
    }
    assert_eq!(world.sign_in_for(strong(), employee).await.unwrap_err().code, "allowed.second_factor");
    assert!(!world.connection.settings.is_second_factor(&world.sign_in(employee).await.unwrap()));
}
