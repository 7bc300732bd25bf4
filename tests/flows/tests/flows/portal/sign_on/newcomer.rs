//! A test sign-in names somebody whom nobody of the account is: whoever may invite them is offered that by name.

use homeward_discovery::UserState;

use super::{Desk, idp, metadata};
use crate::portal::{OWN, enter, lead, plain};

const BRITTA: &str = "britta.simon@own.example";

/// ADM-12, B-103: "Nobody has this username" leads by name to the form for somebody new, whose name stands in no address; once invited, the same
/// test passes. Others see part of the name only, and no way to invite.
#[tokio::test]
async fn adm_12_who_is_unknown_in_a_test_is_invited_by_name() {
    let mut desk = Desk::add("other-saml").await;
    let idp = idp();
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    let page = desk.test_with(&idp, BRITTA).await;
    assert!(page.body.contains("Stopped at check 5 of 6") && page.body.contains(&format!("Invite {BRITTA}")), "{}", page.body);
    let mut help = enter(&desk.broker, "help@own.example").await;
    let others = help.get(&desk.at).await;
    assert!(others.body.contains("Stopped at check 5 of 6") && !others.body.contains("britta") && others.body.contains("b•••••@own.example"), "{}", others.body);
    let to = page.body.split("href=\"").find(|rest| rest.starts_with(&format!("/portal/{OWN}/users?add="))).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(!to.contains("britta") && to.ends_with("#add"), "{to}");
    let form = desk.ada.get(to.trim_end_matches("#add")).await;
    assert!(plain(&form).contains(&format!("value=\"{BRITTA}\"")) && form.body.contains("<details open"), "{}", form.body);
    let foreign = enter(&desk.broker, "chief@below.example").await.get(&to.trim_end_matches("#add").replace(OWN, crate::portal::BELOW)).await;
    assert!(foreign.status == 200 && !foreign.body.contains("britta"), "sealed for its account: {}", foreign.body);
    let token = form.hidden("token");
    assert!(lead(&desk.ada.post(&format!("/portal/{OWN}/users/add"), &[("token", &token), ("new-username", BRITTA)]).await).ends_with("said=added-invited"));
    desk.broker.change_user(BRITTA, OWN, |user| user.state = UserState::Active).await;
    let page = desk.test_with(&idp, BRITTA).await;
    assert!(page.body.contains("Passed all 6 checks") && !page.body.contains("Invite "), "the twin: {}", page.body);
}
