use std::time::Duration;

use homeward_discovery::{Disclosure, UserState};
use homeward_testkit::{Browser, Page, TestBroker};
use reqwest::Method;

async fn ask(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await
}

/// Link and code of the newest mail to somebody.
async fn mail(broker: &TestBroker, to: &str) -> (String, String) {
    let mails = broker.mails().await;
    let (_, _, text) = mails.iter().rev().find(|(t, subject, _)| t == to && !subject.contains("changed")).unwrap_or_else(|| panic!("no mail to {to}"));
    let link = text.split_whitespace().find(|w| w.starts_with("http")).unwrap().to_owned();
    let code = text.split("Code: ").nth(1).map(|c| c.chars().take(7).collect()).unwrap_or_default();
    (link, code)
}

fn path(link: &str) -> String {
    link.strip_prefix("http://homeward.localhost").unwrap_or_else(|| panic!("{link}")).to_owned()
}

async fn set(browser: &mut Browser, page: &Page, new: &str) -> Page {
    browser.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", new), ("repeat", new)]).await
}

/// FOR-1 to FOR-4, LR-07, LR-08, LR-10, LR-16: the link, opened many times, then used once; it signs nobody in.
#[tokio::test]
async fn lr_07_a_link_survives_being_opened_and_works_once() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    assert_eq!(ask(&mut ann, "ann@north.example").await.heading(), "Check your email");
    let (link, _) = mail(&broker, "ann@north.example").await;
    for _ in 0..10 {
        let mut scanner = broker.browser();
        let first = scanner.get(&path(&link)).await;
        assert_eq!((first.status, first.header("location")), (303, Some("/reset")), "LR-08: the token leaves the address");
        assert!(scanner.get("/reset").await.heading().starts_with("Reset the password for a•••••@north.example"));
        assert_eq!(scanner.send(Method::HEAD, &path(&link), &[], None).await.status, 303);
        assert_eq!(scanner.send(Method::HEAD, "/reset", &[], None).await.status, 200, "nor does HEAD use it up");
    }
    let mut phone = broker.browser();
    phone.get(&path(&link)).await;
    phone.get("/reset").await;
    let page = phone.post("/reset", &[]).await;
    assert_eq!(page.heading(), "Choose a new password");
    let again = set(&mut phone, &page, "Kranich7!").await;
    assert!(again.body.contains("you have not just used"), "LP-10");
    let done = set(&mut phone, &page, "Reiher-99x").await;
    assert_eq!(done.heading(), "Your password was changed");
    assert!(!phone.cookies.contains_key("__Host-session"), "LR-10, LR-16: nobody is signed in by it");
    assert!(phone.sign_in("wiki", "ann@north.example", "Reiher-99x").await.contains("code="));
    let mut late = broker.browser();
    late.get(&path(&link)).await;
    let over = late.get("/reset").await;
    assert_eq!(over.heading(), "That link does not work any more");
    assert!(over.body.contains("name=\"username\" value=\"ann@north.example\""), "FOR-4: the username is kept");
    let mut guess = link.clone();
    let last = if guess.ends_with('A') { "B" } else { "A" };
    guess.replace_range(guess.len() - 1.., last);
    late.get(&path(&guess)).await;
    let over = late.get("/reset").await;
    assert_eq!(over.heading(), "That link does not work any more");
    assert!(!over.body.contains("ann@"), "and told to nobody who has not the link");
}

/// FOR-4: an invitation that is over says where a new one comes from.
#[tokio::test]
async fn an_old_invitation_says_where_a_new_one_comes_from() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut new = broker.browser();
    ask(&mut new, "new@north.example").await;
    let (link, _) = mail(&broker, "new@north.example").await;
    new.get(&path(&link)).await;
    assert!(new.get("/invitation").await.heading().starts_with("Welcome"));
    broker.clock.wait(Duration::from_secs(7 * 86_400));
    new.get(&path(&link)).await;
    let over = new.get("/invitation").await;
    assert!(over.body.contains("a new invitation") && over.body.contains("value=\"new@north.example\""), "{}", over.body);
}

/// LR-03: fifty at once, one success.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lr_03_fifty_uses_of_one_link_have_one_success() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    ask(&mut ann, "ann@north.example").await;
    let (link, _) = mail(&broker, "ann@north.example").await;
    ann.get(&path(&link)).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let mut browser = ann.clone();
            tokio::spawn(async move { browser.post("/reset", &[]).await.heading().to_owned() })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        good += usize::from(task.await.unwrap() == "Choose a new password");
    }
    assert_eq!(good, 1);
}

/// LR-17: the code, five tries, and no word about which of wrong, used and old it was.
#[tokio::test]
async fn lr_17_a_code_has_five_tries() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    let page = ask(&mut ann, "ann@north.example").await;
    let (_, code) = mail(&broker, "ann@north.example").await;
    let right = ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &format!(" {code} "))]).await;
    assert_eq!(right.heading(), "Choose a new password");
    let used = ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    let page = ask(&mut ann, "ann@north.example").await;
    let (_, code) = mail(&broker, "ann@north.example").await;
    let other = if code.starts_with('0') { "100000" } else { "000000" };
    for _ in 0..5 {
        let wrong = ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", other)]).await;
        assert_eq!(wrong.steady(), used.steady(), "wrong and used look the same");
    }
    let too_late = ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    assert_eq!(too_late.heading(), "Check your email");
}

/// LR-17, LR-12: whoever asks for somebody's mail and types wrong codes takes the code away, and not the link beside it, which works once.
#[tokio::test]
async fn lr_17_wrong_codes_leave_the_link() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut mallory = broker.browser();
    let page = ask(&mut mallory, "ann@north.example").await;
    let (link, code) = mail(&broker, "ann@north.example").await;
    let other = if code.starts_with('0') { "100000" } else { "000000" };
    let kind = async |browser: &mut Browser, code: &str| browser.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", code)]).await.heading().to_owned();
    for _ in 0..5 {
        assert_eq!(kind(&mut mallory, other).await, "Check your email");
    }
    assert_eq!(broker.audit(1).await[0].0, "password.reset reset.wrong_code");
    assert_eq!(kind(&mut mallory, &code).await, "Check your email", "five tries: the right code comes too late");
    let mut ann = broker.browser();
    ann.get(&path(&link)).await;
    let chosen = ann.post("/reset", &[]).await;
    assert_eq!(chosen.heading(), "Choose a new password");
    assert_eq!(ann.post("/reset", &[]).await.heading(), "That link does not work any more", "once");
    assert_eq!(set(&mut ann, &chosen, "Reiher-99x").await.heading(), "Your password was changed");
}

/// FOR-1, LR-17: names that get no mail have a decoy. Its tries are counted like anybody's, so that a wrong code costs one and the
/// same write, and its pages are the same.
#[tokio::test]
async fn lr_17_a_wrong_code_tells_nothing_of_the_name() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut seen = Vec::new();
    for name in ["ann@north.example", "sam@many.example", "gone@north.example", "kim@tailspin.example", "nobody@north.example"] {
        let mut browser = broker.browser();
        let page = ask(&mut browser, name).await;
        let ctx = &broker.running().context;
        let selector = ctx.mail_requests.claim(1, ctx.now()).await.unwrap().remove(0).selector;
        broker.clock.wait(Duration::from_secs(61));
        broker.mails().await;
        let (mut pages, mut tries) = (Vec::new(), Vec::new());
        for _ in 0..6 {
            let answer = browser.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", "wrong")]).await;
            pages.push((answer.status, answer.steady().replace(name, "NAME")));
            tries.push(ctx.resets.find(&selector, ctx.now()).await.unwrap().map(|found| found.tries));
        }
        assert_eq!(tries, [Some(1), Some(2), Some(3), Some(4), Some(5), Some(5)], "{name}");
        seen.push((name, pages));
    }
    let (_, ann) = &seen[0];
    assert!(ann[0].0 == 200 && ann[0].1.contains("aria-invalid=\"true\""));
    for (name, pages) in &seen[1..] {
        assert_eq!(pages, ann, "{name}");
    }
}

/// LR-04, LR-05: a new request, a change of password, and fifteen minutes end a reset; an invitation is no reset.
#[tokio::test]
async fn lr_04_and_lr_05_a_reset_ends_with_time_and_with_what_it_was_for() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    let open = async |link: &str| {
        let mut browser = broker.browser();
        browser.get(&path(link)).await;
        let place = if link.contains("/invitation") { "/invitation" } else { "/reset" };
        browser.get(place).await.heading().starts_with("Reset the password") || browser.get(place).await.heading().starts_with("Welcome")
    };
    ask(&mut ann, "ann@north.example").await;
    let (first, _) = mail(&broker, "ann@north.example").await;
    assert!(open(&first).await);
    ask(&mut ann, "ann@north.example").await;
    let (second, _) = mail(&broker, "ann@north.example").await;
    assert!(!open(&first).await && open(&second).await, "the newer one ends the older one");
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let page = ann.get("/changepassword").await;
    ann.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Kranich7!"), ("new", "Reiher-99x"), ("repeat", "Reiher-99x")]).await;
    assert!(!open(&second).await, "the password was changed meanwhile");
    ask(&mut ann, "ann@north.example").await;
    let (third, _) = mail(&broker, "ann@north.example").await;
    broker.clock.wait(Duration::from_secs(899));
    assert!(open(&third).await);
    broker.clock.wait(Duration::from_secs(1));
    assert!(!open(&third).await, "fifteen minutes");
    broker.change_user("ann@north.example", "40817", |u| u.state = UserState::Suspended).await;
    ask(&mut ann, "eve@north.example").await;
    let (eves, _) = mail(&broker, "eve@north.example").await;
    assert!(open(&eves).await);
    broker.change_user("eve@north.example", "40817", |u| u.state = UserState::Suspended).await;
    assert!(!open(&eves).await, "LR-10: a suspended user has no way back by it");
}

/// LR-06, LR-11, LH-11: links are built from the configuration, mail goes to the stored mailbox, and a reset ends everything.
#[tokio::test]
async fn lr_06_and_lr_11_hosts_are_not_believed_and_sessions_die() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut there = broker.browser();
    let address = there.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = there.redeem("wiki", &address).await;
    let mut mallory = broker.browser();
    let page = mallory.get("/forgot").await;
    let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", "ANN@north.example")]);
    let evil = [
        ("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https"), ("forwarded", "host=evil.example"),
        ("x-original-host", "evil.example"), ("sec-fetch-site", "same-origin"),
    ];
    let page = mallory.send(Method::POST, "/forgot/send", &evil, Some(&form)).await;
    assert_eq!(page.heading(), "Check your email");
    let (link, code) = mail(&broker, "ann@north.example").await;
    assert!(link.starts_with("http://homeward.localhost/reset?token="), "{link}");
    assert!(broker.mails().await.iter().all(|(_, _, text)| !text.contains("evil.example")));
    let page = mallory.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    set(&mut mallory, &page, "Reiher-99x").await;
    assert_eq!(there.open("wiki", "").await.heading(), "Sign in to Wiki");
    assert_eq!(there.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
}

/// LR-12, DS-14: three an hour and no more, without a word, whether the password is kept here or at the organisation.
#[tokio::test]
async fn lr_12_mailboxes_are_not_flooded() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    for name in ["ann@north.example", "dana@contoso.example"] {
        let got = async || broker.mails().await.iter().filter(|(to, ..)| to == name).count();
        for place in 0..9 {
            let mut mallory = broker.browser();
            mallory.from = format!("198.51.100.{place}");
            assert_eq!(ask(&mut mallory, name).await.heading(), "Check your email");
        }
        assert_eq!(got().await, 3, "{name}");
        broker.clock.wait(Duration::from_secs(3601));
        ask(&mut broker.browser(), name).await;
        assert_eq!(got().await, 4, "{name}");
    }
    let mut flood = broker.browser();
    flood.from = "203.0.113.7".into();
    let mut status = Vec::new();
    for number in 0..22 {
        status.push(ask(&mut flood, &format!("user{number}@north.example")).await.status);
    }
    assert_eq!(status.iter().filter(|s| **s == 429).count(), 2, "one network asks twenty times an hour");
}

/// B-062, LP-17: for a person of an identity provider the page is the same, and the mail explains without a token.
#[tokio::test]
async fn lp_17_the_organisations_user_gets_a_mail_that_explains() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut dana = broker.browser();
    let page = ask(&mut dana, "dana@contoso.example").await;
    let other = ask(&mut dana, "nobody@contoso.example").await;
    let without = |page: &Page| page.steady().replace("dana", "nobody");
    assert_eq!(without(&page), without(&other));
    let mails = broker.mails().await;
    let (_, subject, text) = mails.iter().find(|(to, ..)| to == "dana@contoso.example").unwrap();
    assert_eq!(subject, "Your organisation keeps your password");
    assert!(!text.contains("token") && text.contains("Contoso"));
}

/// B-103, B-169, LP-14, LR-05: an invitation sets the first password; it is no reset, and works once.
#[tokio::test]
async fn an_invitation_sets_the_first_password() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let user = broker.user("new@north.example", "40817").await;
    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, user.id).await.unwrap());
    let (link, _) = mail(&broker, "new@north.example").await;
    assert!(link.starts_with("http://homeward.localhost/invitation?token="));
    let mut new = broker.browser();
    new.get(&path(&link)).await;
    assert!(new.get("/invitation").await.heading().starts_with("Welcome"));
    let page = new.post("/invitation", &[]).await;
    assert_eq!(page.heading(), "Choose your password");
    assert_eq!(set(&mut new, &page, "Reiher-99x").await.heading(), "Your password is set");
    assert_eq!(broker.user("new@north.example", "40817").await.state, UserState::Active);
    let address = new.sign_in("wiki", "new@north.example", "Reiher-99x").await;
    let (_, tokens) = new.redeem("wiki", &address).await;
    assert_eq!(new.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "new@north.example");
    let mut late = broker.browser();
    late.get(&path(&link)).await;
    assert_eq!(late.get("/invitation").await.heading(), "That link does not work any more");
    assert!(!homeward_signin::usecase::mailroom::invite(&broker.running().context, user.id).await.unwrap(), "nobody is invited twice");
}

/// OP-07, LR-03, LR-05: an invitation that was altered, whose user may not come any more, or that was used sets nobody's password; who is signed in
/// in that browser stays who they are.
#[tokio::test]
async fn op_07_an_invitation_is_its_users_once() {
    const NEW: &str = "new@north.example";
    let broker = TestBroker::start(Disclosure::Closed).await;
    let user = broker.user(NEW, "40817").await;
    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, user.id).await.unwrap());
    let (link, _) = mail(&broker, NEW).await;
    let follows = async |browser: &mut Browser, link: &str| {
        browser.get(&path(link)).await;
        browser.post("/invitation", &[]).await
    };
    let changed = |at: usize| {
        let old = link.as_bytes()[at];
        format!("{}{}{}", &link[..at], if old == b'A' { 'B' } else { 'A' }, &link[at + 1..])
    };
    let token = link.find("token=").unwrap() + "token=".len();
    for at in [token, token + 30, link.len() - 2] {
        let page = follows(&mut broker.browser(), &changed(at)).await;
        assert_eq!(page.heading(), "That link does not work any more", "character {at}");
    }
    let state = async |state| broker.change_user(NEW, "40817", |user| user.state = state).await;
    state(UserState::Suspended).await;
    assert_eq!(follows(&mut broker.browser(), &link).await.heading(), "That link does not work any more");
    state(UserState::Invited).await;
    let user = broker.user(NEW, "40817").await;
    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, user.id).await.unwrap());
    let (link, _) = mail(&broker, NEW).await;
    // Ann follows it in her own browser.
    let mut ann = broker.browser();
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    let page = follows(&mut ann, &link).await;
    assert_eq!(page.heading(), "Choose your password");
    assert!(page.body.contains(NEW), "{}", page.body);
    assert_eq!(set(&mut ann, &page, "Reiher-99x").await.heading(), "Your password is set");
    let address = ann.open("wiki", "&prompt=none").await.header("location").unwrap().to_owned();
    let (_, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "ann@north.example", "she stays who she is");
    let mut new = broker.browser();
    let address = new.sign_in("wiki", NEW, "Reiher-99x").await;
    let (_, tokens) = new.redeem("wiki", &address).await;
    assert_eq!(new.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, NEW);
    assert_eq!(follows(&mut broker.browser(), &link).await.heading(), "That link does not work any more", "once");
}

/// LR-10, OP-07: whoever is suspended after the invitation was followed is given no password, and has none when they are invited again.
#[tokio::test]
async fn lr_10_an_invitation_ends_with_its_user_on_the_last_page_too() {
    const NEW: &str = "new@north.example";
    let broker = TestBroker::start(Disclosure::Closed).await;
    let user = broker.user(NEW, "40817").await;
    let ctx = &broker.running().context;
    assert!(homeward_signin::usecase::mailroom::invite(ctx, user.id).await.unwrap());
    let (link, _) = mail(&broker, NEW).await;
    let mut new = broker.browser();
    new.get(&path(&link)).await;
    let page = new.post("/invitation", &[]).await;
    assert_eq!(page.heading(), "Choose your password");
    for state in [UserState::Suspended, UserState::Deprovisioned, UserState::Active] {
        broker.change_user(NEW, "40817", |user| user.state = state).await;
        assert_eq!(set(&mut new, &page, "Reiher-99x").await.heading(), "Sign in", "{state:?}");
        assert!(ctx.credentials.of_users(&[user.id]).await.unwrap().is_empty(), "{state:?}: no password is stored");
    }
    broker.change_user(NEW, "40817", |user| user.state = UserState::Invited).await;
    assert_eq!(set(&mut new, &page, "Reiher-99x").await.heading(), "Your password is set");
}

/// LP-12: reminders do not depend on the days from which the pages warn.
#[tokio::test]
async fn lp_12_reminders_have_days_of_their_own() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    let register = broker.running().store.register().await.unwrap();
    let mut entry = register.accounts.into_iter().find(|entry| entry.account.number.as_str() == "40817").unwrap();
    entry.policy.warn_days = 3;
    let register = homeward_store::register::Register { accounts: vec![entry], ..Default::default() };
    broker.running().store.put(&register, &[], ctx.now()).await.unwrap();
    broker.clock.wait(Duration::from_secs(72 * 86_400));
    for _ in 0..18 {
        broker.clock.wait(Duration::from_secs(86_400));
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
    }
    let told: Vec<String> = broker.mails().await.into_iter().filter(|(to, ..)| to == "ann@north.example").map(|(_, subject, _)| subject).collect();
    assert_eq!(told, [14, 7, 1].map(|days| format!("Your password expires in {days} day{}", if days == 1 { "" } else { "s" })));
}

/// LP-12: reminders at 14, 7 and 1 days, each once; to whom the limit comes nearer than that, by the next of them.
#[tokio::test]
async fn lp_12_reminders_go_out_once_each() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    let told = async |name: &str| {
        let mails = broker.mails().await.into_iter().filter(|(to, ..)| to == name);
        mails.map(|(_, subject, text)| { assert!(text.contains("http://homeward.localhost/changepassword")); subject }).collect::<Vec<_>>()
    };
    for _ in 0..12 {
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
        broker.clock.wait(Duration::from_secs(86_400));
    }
    assert_eq!(told("soon@north.example").await, ["Your password expires in 6 days", "Your password expires in 1 day"]);
    // Ann's has 75 days left now: nobody hears of it before the first mark.
    broker.clock.wait(Duration::from_secs(60 * 86_400));
    homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
    assert_eq!(told("ann@north.example").await, Vec::<String>::new(), "15 days before");
    for _ in 0..15 {
        broker.clock.wait(Duration::from_secs(86_400));
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
    }
    assert_eq!(told("ann@north.example").await, [14, 7, 1].map(|days| format!("Your password expires in {days} day{}", if days == 1 { "" } else { "s" })));
}

/// LP-12: each account's own policy says when its people are reminded: one that lasts ten days begins with all of them at once, and one that never ends has none.
#[tokio::test]
async fn lp_12_reminders_follow_the_policy_of_each_account() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    let mut entries = broker.running().store.register().await.unwrap().accounts;
    for entry in &mut entries {
        entry.policy.expires_after_days = Some(10).filter(|_| entry.account.number.as_str() == "40817");
    }
    broker.running().store.put(&homeward_store::register::Register { accounts: entries, ..Default::default() }, &[], ctx.now()).await.unwrap();
    let ann = ctx.credentials.of_users(&[broker.user("ann@north.example", "40817").await.id]).await.unwrap().remove(0);
    broker.running().store.set_credential(&homeward_local_credential::StoredCredential { changed_at: ctx.now(), ..ann }, ctx.now()).await.unwrap();
    for _ in 0..100 {
        homeward_signin::usecase::mailroom::remind(ctx).await.unwrap();
        broker.clock.wait(Duration::from_secs(86_400));
    }
    let mails = broker.mails().await;
    let told = |name: &str| mails.iter().filter(|(to, ..)| to == name).map(|(_, subject, _)| subject.clone()).collect::<Vec<_>>();
    assert_eq!(told("ann@north.example"), ["Your password expires in 10 days", "Your password expires in 7 days", "Your password expires in 1 day"]);
    // The password of 40817 alone: of those of 50210 and 60333 nobody hears.
    assert_eq!(told("sam@many.example"), ["Your password expires in 7 days", "Your password expires in 1 day"]);
    assert_eq!(told("kim@tailspin.example"), Vec::<String>::new());
}
