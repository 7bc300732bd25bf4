//! What a connection may be called.

use serde_json::json;

use super::{ADMIN, Desk, lead};
use crate::{api::Caller, portal::OWN};

/// LR-14: the name of a connection stands on sign-in pages and in mails to people outside, so it is one line that is seen, and no web address; what was typed
/// stays in its field. By a program it is the same.
#[tokio::test]
async fn lr_14_the_name_of_a_connection_leads_nowhere() {
    let mut desk = Desk::new().await;
    let program = Caller::whole(&desk.broker, ADMIN, OWN).await;
    let token = desk.ada.get(&format!("/portal/{OWN}/sign-on/new")).await.hidden("token");
    let add = format!("/portal/{OWN}/sign-on/new/add");
    for (name, says) in [
        ("Reset at evil.example", "Leave web addresses out"), ("https://evil.example/x", "Leave web addresses out"), ("evil\u{3002}example", "Leave web addresses out"),
        ("Ok\u{202e}ta", "characters that can be seen"), ("Ok\u{200b}ta", "characters that can be seen"), ("Ok\nta", "characters that can be seen"),
    ] {
        let page = desk.ada.post(&add, &[("token", &token), ("product", "okta-saml"), ("name", name)]).await;
        assert!(page.status == 200 && page.body.contains("<title>Error: ") && page.body.contains("aria-describedby=\"name-hint name-error\"") && page.body.contains(says), "{name}: {}", page.body);
        assert!(page.body.contains(&format!("name=\"name\" type=\"text\" value=\"{name}\"")), "what was typed stays: {}", page.body);
        let page = program.post(&format!("/accounts/{OWN}/connections"), Some(&json!({ "product": "okta-saml", "name": name }))).await;
        assert!(page.status == 422 && page.body.contains("connection.name_unfit") && page.body.contains(says), "{}", page.body);
    }
    assert!(desk.changes().await.is_empty());
    let made = program.post(&format!("/accounts/{OWN}/connections"), Some(&json!({ "product": "okta-saml", "name": "Okta (No. 2), Söhne & Co." }))).await;
    assert_eq!(made.status, 201, "the twin: {}", made.body);
    assert!(lead(&desk.ada.post(&add, &[("token", &token), ("product", "okta-saml"), ("name", " Okta v2.0 ")]).await).ends_with("?said=added#give"));
    assert_eq!(desk.changes().await.len(), 2);
}
