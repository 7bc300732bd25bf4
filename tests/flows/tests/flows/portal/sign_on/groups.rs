//! Groups of the pilot (B5): each says whom it moves before it is added, moves exactly those, and leaves as it came.

use homeward_discovery::{ConnectionState, SsoMode, User, UserRule};
use homeward_store::register::Register;
use homeward_model::Clock;

use super::{Desk, MIA};
use crate::portal::{OWN, lead, plain};

const KEPT: &str = "kept@own.example";
const TWIN: &str = "twin@many.example";

impl Desk {
    async fn groups_of(&self, name: &str, groups: &[&str]) {
        let user = self.broker.user(name, OWN).await;
        let user = User { groups: groups.iter().map(|group| (*group).to_owned()).collect(), ..user };
        self.broker.running().store.put(&Register { users: vec![user], ..Register::default() }, &[], self.broker.clock.now()).await.unwrap();
    }
    async fn group(&mut self, step: &str, group: &str) -> String {
        let done = lead(&self.step(step, &[("group", group)]).await);
        done.rsplit_once("?said=").map(|(_, said)| said.trim_end_matches("#pilot").to_owned()).unwrap()
    }
    /// Whether she signs in at the provider, by the rules that the sign-in asks.
    async fn leads_mia(&mut self) -> bool {
        let mia = self.broker.user(MIA, OWN).await.id;
        let page = self.ada.get(&format!("/portal/{OWN}/users/{mia}/why")).await;
        assert_eq!(page.status, 200);
        page.body.contains("has Single Sign-On by the connection")
    }
}

/// B5, ADM-9: a group has its numbers beside its name before it is added; then its people sign in at the provider, and those who keep a
/// password keep it. It stands in Activity and is told; out of the pilot they are back at their passwords.
#[tokio::test]
async fn a_group_of_the_pilot_moves_those_whom_it_said() {
    let (mut desk, _) = Desk::tested().await;
    assert!(!desk.page().await.body.contains("A group to add"), "nobody is in a group");
    assert_eq!(desk.group("pilot-group", "sales").await, "group-unknown");
    for (name, groups) in [(MIA, &["sales", "staff"][..]), (KEPT, &["sales"]), (TWIN, &["<b>&Co"])] {
        desk.groups_of(name, groups).await;
    }
    assert_eq!(desk.broker.user(KEPT, OWN).await.rule, Some(UserRule::Excluded));
    let page = desk.page().await;
    for words in ["sales: 2 people, of whom the pilot moves 1", "staff: 1 person, of whom the pilot moves 1", "&lt;b&gt;&amp;Co: 1 person"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert_eq!(desk.group("pilot-group", "sales").await, "pilot");
    assert_eq!(desk.group("pilot-group", "sales").await, "changed", "it is in it");
    assert!(!desk.leads_mia().await, "nothing is on");
    lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await);
    assert_eq!(desk.state().await, ConnectionState::Pilot);
    let page = desk.page().await;
    assert!(page.body.contains("1 of 10 people") && page.body.contains("groups: 1"), "{}", page.body);
    assert!(plain(&page).contains("staff: 1 person, of whom the pilot moves 0"), "she is in it already");
    assert!(desk.leads_mia().await, "by the group");
    let list = desk.ada.get(&format!("/portal/{OWN}")).await;
    assert!(list.body.contains('1') && list.status == 200);
    let told = desk.broker.mails().await;
    assert!(told.iter().any(|(_, subject, text)| subject == "Single Sign-On was switched" && text.contains("sales: none → pilot")), "{told:?}");
    assert_eq!(desk.group("unpilot-group", "sales").await, "pilot");
    assert_eq!(desk.group("unpilot-group", "sales").await, "changed");
    assert!(!desk.leads_mia().await);
    let account = crate::portal::account(&desk.broker, OWN).await.account;
    assert!(account.pilot_groups.is_empty() && account.sso_mode == SsoMode::Button);
}
