//! The colour of the sign-in pages: readable or refused, and seen only once the account is known.

use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page};

use super::{OWN, account, enter, lead, token, world};

async fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut form = vec![("token", own.as_str())];
    form.extend(fields);
    browser.post(&format!("/portal/{OWN}/sign-in-page/save"), &form).await
}

/// BRA-1: a colour on which text cannot be read is refused with its ratio, and the nearest one that can is offered and passes; what is
/// previewed is not saved. On record with who, before and after.
#[tokio::test]
async fn bra_1_an_unreadable_colour_is_refused_with_the_nearest_that_passes() {
    let broker = world().await;
    let mut ada = enter(&broker, "admin@own.example").await;
    for (typed, says) in [("#808080", "a contrast of 4.02 : 1, and 4.50 : 1 is the least"), ("red", "Enter a colour like #0b5a58"), ("#fff; } *", "Enter a colour like")] {
        let page = save(&mut ada, &[("colour", typed), ("do", "save")]).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: ") && page.body.contains("aria-invalid=\"true\""), "{typed}: {}", page.body);
    }
    let page = save(&mut ada, &[("colour", "#808080"), ("do", "save")]).await;
    let nearest = page.body.split("name=\"nearest\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = save(&mut ada, &[("colour", "#123a6b"), ("do", "preview")]).await;
    assert!(page.status == 200 && page.body.contains("Not saved yet") && page.body.contains("/assets/colour/123a6b-sample.css"), "{}", page.body);
    assert_eq!(account(&broker, OWN).await.account.colour, None, "nothing is saved yet");
    assert!(lead(&save(&mut ada, &[("colour", "#808080"), ("nearest", &nearest)]).await).ends_with("said=colour-saved"), "the twin: {nearest}");
    assert_eq!(account(&broker, OWN).await.account.colour.unwrap().to_string(), nearest);
    assert!(lead(&save(&mut ada, &[("colour", ""), ("do", "save")]).await).ends_with("said=colour-saved"));
    assert_eq!(account(&broker, OWN).await.account.colour, None);
    let admin = broker.user("admin@own.example", OWN).await.id;
    let lines = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.appearance".into()), ..AuditFilter::default() }, 10).await.unwrap();
    let details: Vec<&str> = lines.iter().map(|line| line.detail.as_str()).collect();
    assert_eq!(details, [format!("{nearest} → none by {admin}"), format!("none → {nearest} by {admin}")]);
}

/// BRA-3, BRA-4, HD-14: before the account is known no page has its colour; once it may be named the page has, and the product's name stays under it. The
/// policy of content is the one of every page, and nothing stands inline.
#[tokio::test]
async fn bra_3_the_colour_is_seen_once_the_account_is_known() {
    let broker = world().await;
    let mut ada = enter(&broker, "admin@own.example").await;
    assert!(lead(&save(&mut ada, &[("colour", "#123a6b"), ("do", "save")]).await).ends_with("said=colour-saved"));
    let mut mia = broker.browser();
    let page = mia.open("wiki", "").await;
    assert!(!page.body.contains("/assets/colour/"));
    let page = mia.identify(&page, "mia@own.example").await;
    assert!(!page.body.contains("/assets/colour/"), "nobody is proved yet: {}", page.body);
    mia.sign_in("wiki", "mia@own.example", super::PASSWORD).await;
    let page = mia.get("/account").await;
    assert!(page.body.contains("href=\"/assets/colour/123a6b.css\"") && page.body.contains("Unified Sign In"), "{}", page.body);
    let plain = broker.browser().get("/signin").await;
    assert_eq!(page.header("content-security-policy"), plain.header("content-security-policy"));
    assert!(plain.header("content-security-policy").unwrap().contains("style-src 'self'; ") && !page.body.contains("style=") && !page.body.contains("<style"));
    let css = mia.get("/assets/colour/123a6b.css").await;
    assert!(css.status == 200 && css.body.contains("--primary:#123a6b") && css.header("content-type") == Some("text/css; charset=utf-8"), "{}", css.body);
    for none in ["808080", "123A6B", "123a6b;x", "x"] {
        assert_eq!(mia.get(&format!("/assets/colour/{none}.css")).await.status, 404, "{none}");
    }
}
