//! ADM-7: of two administrators at one page the second one is told who changed what, keeps what was typed, and writes nothing over unseen.

use homeward_portal::Role;
use homeward_testkit::{Browser, Page};

use super::{OWN, account, enter, give_role, lead, plain, world};

const ADMIN: &str = "admin@own.example";
const MIA: &str = "mia@own.example";

/// Sends a form of a page that was opened before.
async fn send(browser: &mut Browser, page: &Page, step: &str, form: &[(&str, &str)]) -> Page {
    let own = page.hidden("token");
    let mut fields = vec![("token", own.as_str())];
    fields.extend(form);
    browser.post(&format!("/portal/{OWN}/{step}"), &fields).await
}

/// ADM-6, ADM-7: the password policy and the colour.
#[tokio::test]
async fn adm_7_the_second_save_says_who_changed_what() {
    let broker = world().await;
    give_role(&broker, MIA, OWN, Role::Administrator).await;
    let (mut ada, mut mia) = (enter(&broker, ADMIN).await, enter(&broker, MIA).await);
    let both = async |page: &str, ada: &mut Browser, mia: &mut Browser| {
        let at = format!("/portal/{OWN}/{page}");
        (ada.get(&at).await, mia.get(&at).await)
    };
    let (hers, theirs) = both("passwords", &mut ada, &mut mia).await;
    let seen = theirs.hidden("seen");
    let saved = send(&mut ada, &hers, "passwords/save", &[("seen", &hers.hidden("seen")), ("profile", "classic"), ("days", "0"), ("history", "2")]).await;
    assert!(lead(&saved).ends_with("said=policy-saved"), "{}", saved.body);
    let late = send(&mut mia, &theirs, "passwords/save", &[("seen", &seen), ("profile", "classic"), ("days", "0"), ("history", "7")]).await;
    assert_eq!(late.status, 200);
    for words in ["Meanwhile:", "by admin@own.example", "history 2</code>", "value=\"7\""] {
        assert!(plain(&late).contains(words), "{words} in {}", late.body);
    }
    assert_eq!(account(&broker, OWN).await.policy.history, 2, "nothing is written over");
    let again = send(&mut mia, &late, "passwords/save", &[("seen", &late.hidden("seen")), ("profile", "classic"), ("days", "0"), ("history", "7")]).await;
    assert!(lead(&again).ends_with("said=policy-saved"), "now that it was seen: {}", again.body);
    assert_eq!(account(&broker, OWN).await.policy.history, 7);

    let (hers, theirs) = both("sign-in-page", &mut ada, &mut mia).await;
    assert!(lead(&send(&mut ada, &hers, "sign-in-page/save", &[("seen", &hers.hidden("seen")), ("colour", "#0b5a58")]).await).ends_with("said=colour-saved"));
    let late = send(&mut mia, &theirs, "sign-in-page/save", &[("seen", &theirs.hidden("seen")), ("colour", "#123a6b")]).await;
    assert!(late.status == 200 && plain(&late).contains("none → #0b5a58") && late.body.contains("value=\"#123a6b\""), "{}", late.body);
    assert_eq!(account(&broker, OWN).await.account.colour.unwrap().to_string(), "#0b5a58");
    assert!(lead(&send(&mut mia, &late, "sign-in-page/save", &[("seen", &late.hidden("seen")), ("colour", "#123a6b")]).await).ends_with("said=colour-saved"));
}

/// ADM-7: a step about a user that came too late leads to a page that says who was faster; whoever sees no Activity is told nothing of it.
#[tokio::test]
async fn adm_7_a_step_that_comes_too_late_says_who_was_faster() {
    let broker = world().await;
    give_role(&broker, MIA, OWN, Role::Security).await;
    let (mut ada, mut mia) = (enter(&broker, ADMIN).await, enter(&broker, MIA).await);
    let held = broker.user("plain@own.example", OWN).await.id;
    let at = format!("/portal/{OWN}/users/{held}");
    let (hers, theirs) = (ada.get(&at).await, mia.get(&at).await);
    assert!(lead(&send(&mut ada, &hers, &format!("users/{held}/suspend"), &[]).await).ends_with("said=suspended"));
    let to = lead(&send(&mut mia, &theirs, &format!("users/{held}/suspend"), &[]).await);
    assert!(to.ends_with("said=changed"));
    let page = mia.get(&to).await;
    assert!(plain(&page).contains("Meanwhile:") && plain(&page).contains("by admin@own.example") && page.body.contains("active → suspended"), "{}", page.body);
    assert!(!mia.get(&at).await.body.contains("Meanwhile:"), "the page by itself says nothing");
}
