//! Roles given and taken in the portal, and how administrators sign in.

use homeward_discovery::{UserRule, UserState};
use homeward_portal::Role;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OTHER, OWN, account, enter, lead, plain, token, world};

async fn post(browser: &mut Browser, number: &str, step: &str, form: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut fields = vec![("token", own.as_str())];
    fields.extend(form);
    browser.post(&format!("/portal/{number}/administrators/{step}"), &fields).await
}

async fn roles(broker: &TestBroker, name: &str, number: &str) -> Vec<Role> {
    let id = broker.user(name, number).await.id;
    broker.running().store.portal_roles().await.unwrap().into_iter().filter(|(user, ..)| user.id == id).map(|(.., role)| role).collect()
}

/// AD-02: an administrator gives and takes what they hold, and nothing wider; a forged field changes nothing. Each change is on record.
#[tokio::test]
async fn ad_02_an_administrator_gives_and_takes_what_they_hold() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let page = admin.get(&format!("/portal/{OWN}/administrators")).await;
    assert_eq!(page.heading(), "Administrators");
    for shown in ["op@own.example", "partner@own.example", "audit@own.example", "Installation operator"] {
        assert!(plain(&page).contains(shown), "{shown}");
    }
    assert!(page.body.contains("value=\"administrator\"") && !page.body.contains("value=\"operator\"") && !page.body.contains("value=\"partner\""), "no wider role is offered");
    for wider in ["operator", "partner", "root", ""] {
        assert!(lead(&post(&mut admin, OWN, "give", &[("name", "mia@own.example"), ("role", wider)]).await).ends_with("said=too-much"), "{wider}");
    }
    assert_eq!(roles(&broker, "mia@own.example", OWN).await, []);
    assert!(lead(&post(&mut admin, OWN, "give", &[("name", " MIA@own.example "), ("role", "helpdesk")]).await).ends_with("said=role-given"));
    assert_eq!(roles(&broker, "mia@own.example", OWN).await, [Role::Helpdesk]);
    assert!(lead(&post(&mut admin, OWN, "give", &[("name", "mia@own.example"), ("role", "helpdesk")]).await).ends_with("said=changed"));
    let mut mia = enter(&broker, "mia@own.example").await;
    assert_eq!(mia.get(&format!("/portal/{OWN}/users")).await.status, 200);
    assert_eq!(post(&mut mia, OWN, "give", &[("name", "plain@own.example"), ("role", "auditor")]).await.status, 403);
    let id = broker.user("mia@own.example", OWN).await.id;
    let by = broker.user("admin@own.example", OWN).await.id;
    let record = |detail: &str| format!("{detail} by {by}");
    let given = broker.running().store.audit_newest(&homeward_store::AuditFilter { event: Some("portal.role".into()), ..Default::default() }, 1).await.unwrap().remove(0);
    assert_eq!((given.user, given.detail), (Some(id), record("+helpdesk")));
    assert!(lead(&post(&mut admin, OWN, "take", &[("user", &id.to_string()), ("role", "helpdesk")]).await).ends_with("said=role-taken"));
    assert_eq!(roles(&broker, "mia@own.example", OWN).await, []);
    assert!(lead(&mia.get(&format!("/portal/{OWN}/users")).await).contains("/oauth2/authorize"), "at once");
    let taken = broker.running().store.audit_newest(&homeward_store::AuditFilter { event: Some("portal.role".into()), ..Default::default() }, 1).await.unwrap().remove(0);
    assert_eq!((taken.user, taken.detail), (Some(id), record("-helpdesk")));
}

/// AD-02: nobody changes their own roles, nor those of somebody wider; names that nobody has, and people who cannot sign in, get none.
#[tokio::test]
async fn ad_02_nobody_makes_themselves_more() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(lead(&post(&mut admin, OWN, "give", &[("name", "admin@own.example"), ("role", "security")]).await).ends_with("said=oneself"));
    for (name, role) in [("op@own.example", "operator"), ("partner@own.example", "partner")] {
        let id = broker.user(name, OWN).await.id.to_string();
        assert!(lead(&post(&mut admin, OWN, "take", &[("user", &id), ("role", role)]).await).ends_with("said=wider"), "{name}");
        assert!(lead(&post(&mut admin, OWN, "give", &[("name", name), ("role", "auditor")]).await).ends_with("said=wider"), "{name}");
        assert_eq!(roles(&broker, name, OWN).await.len(), 1);
    }
    let me = broker.user("admin@own.example", OWN).await.id.to_string();
    assert!(lead(&post(&mut admin, OWN, "take", &[("user", &me), ("role", "administrator")]).await).ends_with("said=oneself"));
    for (name, says) in [("nobody@own.example", "Nobody in this account has this username"), ("chief@below.example", "Nobody in this account has this username"), ("held@own.example", "This user cannot sign in")] {
        let page = post(&mut admin, OWN, "give", &[("name", name), ("role", "auditor")]).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains(&format!("value=\"{name}\"")) && page.body.contains("<title>Error: "), "{name}: {}", page.body);
        assert!(!page.body.contains("CANARY"));
    }
    assert!(lead(&post(&mut admin, OWN, "give", &[("name", "fresh@own.example"), ("role", "auditor")]).await).ends_with("said=role-given"), "the twin: also while invited");
    // Nobody without the right to roles has a form for them.
    let mut sec = enter(&broker, "sec@own.example").await;
    let page = sec.get(&format!("/portal/{OWN}/administrators")).await;
    assert!(page.status == 200 && !page.body.contains("/administrators/give") && !page.body.contains("/administrators/take") && !page.body.contains("/administrators/sign-in"));
}

/// Nobody takes the last administrator: not by the role, and not from below or above. With a second one it goes.
#[tokio::test]
async fn the_last_administrator_stays() {
    let broker = world().await;
    let mut partner = enter(&broker, "partner@own.example").await;
    let own = token(&mut partner).await;
    partner.post(&format!("/portal/{BELOW}/enter"), &[("token", &own)]).await;
    let chief = broker.user("chief@below.example", BELOW).await.id.to_string();
    let take = [("user", chief.as_str()), ("role", "administrator")];
    assert!(lead(&post(&mut partner, BELOW, "take", &take).await).ends_with("said=last-way-in"));
    assert_eq!(roles(&broker, "chief@below.example", BELOW).await, [Role::Administrator]);
    // One without a password is no way in.
    assert!(lead(&post(&mut partner, BELOW, "give", &[("name", "mia@below.example"), ("role", "administrator")]).await).ends_with("said=role-given"));
    assert!(lead(&post(&mut partner, BELOW, "take", &take).await).ends_with("said=last-way-in"));
    super::give_password(&broker, "mia@below.example", BELOW).await;
    assert!(lead(&post(&mut partner, BELOW, "take", &take).await).ends_with("said=role-taken"));
    assert!(lead(&post(&mut partner, BELOW, "give", &[("name", "mia@below.example"), ("role", "operator")]).await).ends_with("said=too-much"), "the installation's are made elsewhere");
}

/// B-164: administrators keep their password until the account says otherwise; then the provider lets them in, as long as somebody stays
/// who needs none. Back again, whoever came in by the provider is out.
#[tokio::test]
async fn b_164_the_account_lets_its_administrators_in_by_single_sign_on() {
    let broker = world().await;
    let mut chief = enter(&broker, "chief@other.example").await;
    let page = chief.get(&format!("/portal/{OTHER}/administrators")).await;
    assert!(page.body.contains("With their password here") && page.body.contains("value=\"on\""));
    let own = page.hidden("token");
    let switch = format!("/portal/{OTHER}/administrators/sign-in");
    assert!(lead(&chief.post(&switch, &[("token", &own), ("single-sign-on", "on")]).await).ends_with("said=last-way-in"), "the only one would depend on the provider");
    assert!(!account(&broker, OTHER).await.account.admin_sso);
    // Whoever comes to the portal with a name of the account is asked for a password; afterwards they are led to its provider.
    let way = |broker: &TestBroker| {
        let mut someone = broker.browser();
        async move {
            let page = someone.get("/portal").await;
            let page = someone.get(&lead(&page)).await;
            someone.identify(&page, "someone@canary-other.example").await
        }
    };
    let before = way(&broker).await.steady();
    broker.change_user("chief@other.example", OTHER, |user| user.rule = Some(UserRule::Excluded)).await;
    assert!(lead(&chief.post(&switch, &[("token", &own), ("single-sign-on", "on")]).await).ends_with("said=admin-sso-on"));
    assert!(account(&broker, OTHER).await.account.admin_sso);
    assert!(lead(&chief.post(&switch, &[("token", &own), ("single-sign-on", "on")]).await).ends_with("said=changed"), "once");
    assert_ne!(way(&broker).await.heading(), "Enter your password");
    // The one who stays cannot be taken off the list any more, nor suspended.
    let id = broker.user("chief@other.example", OTHER).await.id;
    let mut op = enter(&broker, "op@own.example").await;
    let own_op = token(&mut op).await;
    op.post(&format!("/portal/{OTHER}/enter"), &[("token", &own_op)]).await;
    for step in ["include", "suspend"] {
        assert!(lead(&op.post(&format!("/portal/{OTHER}/users/{id}/{step}"), &[("token", &own_op)]).await).ends_with("said=last-way-in"), "{step}");
    }
    assert_eq!(broker.user("chief@other.example", OTHER).await.state, UserState::Active);
    assert!(lead(&chief.post(&switch, &[("token", &own), ("single-sign-on", "off")]).await).ends_with("said=admin-sso-off"));
    let page = way(&broker).await;
    assert_eq!((page.heading(), page.steady()), ("Enter your password", before), "as it was");
    assert!(lead(&op.post(&format!("/portal/{OTHER}/users/{id}/include"), &[("token", &own_op)]).await).ends_with("said=included"), "the twin");
}
