//! The colour and the logo of the sign-in pages: readable or refused, a picture or refused, and seen only once the account is known.

use homeward_model::{Clock, Logo, LogoId};
use homeward_portal::logo::{picture::Picture, ports::Logos};
use homeward_store::{AuditFilter, register::Register};
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, LOGO, OTHER, OWN, account, enter, lead, token, world};

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

/// One pixel more than a logo may be wide.
const WIDE: &[u8] = include_bytes!("wide.png");

/// What stands for the logo where it is not seen.
const ALT: &str = "Own Organisation";

async fn offer(browser: &mut Browser, file: (&str, &[u8])) -> Page {
    offer_as(browser, ALT, file).await
}

async fn offer_as(browser: &mut Browser, alt: &str, file: (&str, &[u8])) -> Page {
    let own = token(browser).await;
    browser.upload(&format!("/portal/{OWN}/sign-in-page/logo"), &[("token", &own), ("alt", alt)], file).await
}

async fn take(browser: &mut Browser, step: &str, (logo, alt): (&str, &str)) -> Page {
    let own = token(browser).await;
    browser.post(&format!("/portal/{OWN}/sign-in-page/{step}"), &[("token", &own), ("logo", logo), ("alt", alt)]).await
}

/// The name in the address that an upload leads to.
fn name_in(page: &Page) -> String {
    let to = lead(page);
    to.split("logo=").nth(1).unwrap_or_else(|| panic!("{to} {}", page.body)).split('#').next().unwrap().to_owned()
}

async fn details(broker: &TestBroker) -> Vec<String> {
    let lines = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.appearance".into()), ..AuditFilter::default() }, 10).await.unwrap();
    lines.into_iter().map(|line| line.detail).collect()
}

/// BRA-2, AD-11: what is no picture of the three formats, is too long, too large or damaged is refused in its field, and nothing is kept; the same
/// picture whole is the twin, whatever its file is called.
#[tokio::test]
async fn ad_11_what_is_no_picture_is_refused_in_its_field() {
    let broker = world().await;
    let mut ada = enter(&broker, "admin@own.example").await;
    let (long, before) = ([LOGO, &vec![0; 50 * 1024][..]].concat(), details(&broker).await);
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (name, file, says) in [
        ("logo.png", &b""[..], "Choose a picture"),
        ("logo.png", svg, "This is an SVG. Export it as PNG"),
        ("logo.png", b"<html><script>alert(1)</script>", "neither PNG nor JPEG nor WebP"),
        ("logo.png", b"GIF89a\x01\x00\x01\x00\x80\x00\x00;", "neither PNG nor JPEG nor WebP"),
        ("logo.png", &LOGO[..LOGO.len() / 2], "cannot be read"),
        ("logo.png", WIDE, "larger than 2,000 × 2,000 pixels"),
        ("logo.png", &long, "longer than 50 KB"),
    ] {
        let page = offer(&mut ada, (name, file)).await;
        assert!(page.status == 200 && page.body.contains("<title>Error: ") && page.body.contains("aria-describedby=\"picture-hint picture-error\""), "{says}: {} {}", page.status, page.body);
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    let more = offer(&mut ada, ("logo.png", &vec![0; 600 * 1024])).await;
    assert_eq!(more.status, 413, "more than anybody reads");
    assert!(more.body.contains("send less: a smaller picture") && more.body.contains("href=\"/portal\"") && !more.body.contains("href=\"/signin\""), "ERR-1: what to do, and the way on: {}", more.body);
    assert_eq!(details(&broker).await, before, "nothing is kept");
    let page = offer(&mut ada, ("<svg onload=alert(1)>.svg", LOGO)).await;
    assert_eq!((page.status, name_in(&page).len()), (303, 64), "the twin");
}

/// BRA-2: a text that stands for the logo is required: one line that is seen, of at most 120 characters. What was typed stays in its field.
#[tokio::test]
async fn bra_2_a_logo_needs_a_text() {
    let broker = world().await;
    let mut ada = enter(&broker, "admin@own.example").await;
    let called = account(&broker, OWN).await.account.name;
    let page = ada.get(&format!("/portal/{OWN}/sign-in-page")).await;
    assert!(page.body.contains(&format!("name=\"alt\" type=\"text\" value=\"{called}\"")), "the account's name is proposed: {}", page.body);
    let before = details(&broker).await;
    for (typed, says) in [("", "Enter what a screen reader says"), (" \t", "Enter what a screen reader says"), (&"x".repeat(121), "at most 120 characters"), ("Own\u{202e}Organisation", "characters that can be seen"), ("a\u{200b}b", "characters that can be seen")] {
        let page = offer_as(&mut ada, typed, ("logo.png", LOGO)).await;
        assert!(page.status == 200 && page.body.contains("<title>Error: ") && page.body.contains("aria-describedby=\"alt-hint alt-error\"") && page.body.contains(says), "{typed}: {} {}", page.status, page.body);
        assert!(page.body.contains(&format!("value=\"{}\"", typed.trim())) && !page.body.contains("picture-error"), "{typed}");
    }
    let both = offer_as(&mut ada, "", ("logo.png", b"")).await;
    assert!(both.body.contains("Choose a picture") && both.body.contains("Enter what a screen reader says"));
    let own = token(&mut ada).await;
    let without = ada.upload(&format!("/portal/{OWN}/sign-in-page/logo"), &[("token", &own)], ("logo.png", LOGO)).await;
    assert!(without.body.contains("Enter what a screen reader says"), "a form without the field is one with nothing in it");
    assert_eq!(details(&broker).await, before, "nothing is kept");
    for fits in ["<b>\"Own\" & Söhne</b>", &"x".repeat(120)] {
        assert_eq!(offer_as(&mut ada, fits, ("logo.png", LOGO)).await.status, 303, "the twin: {fits}");
    }
}

/// BRA-2: the text alone is changed without a file; it waits in the sample, and is used as it was looked at. A logo from before there were texts is called as
/// its account is, until somebody writes one.
#[tokio::test]
async fn bra_2_the_text_of_a_logo_is_changed_alone() {
    let broker = world().await;
    let mut ada = enter(&broker, "admin@own.example").await;
    let name = name_in(&offer(&mut ada, ("logo.png", LOGO)).await);
    assert!(lead(&take(&mut ada, "use-logo", (&name, "Another text")).await).ends_with("said=changed"), "not the text that waits");
    assert!(account(&broker, OWN).await.account.logo.is_none());
    assert!(lead(&take(&mut ada, "use-logo", (&name, ALT)).await).ends_with("said=logo-saved"), "the twin");
    assert_eq!(name_in(&offer_as(&mut ada, "Söhne & Co.", ("", b"")).await), name, "the picture stays");
    let alt = |page: &Page, text: &str| page.body.matches(&format!("/assets/logo/{name}.png\" alt=\"{text}\"")).count();
    let waits = ada.get(&format!("/portal/{OWN}/sign-in-page?logo={name}")).await;
    assert!(alt(&waits, "Söhne &amp; Co.") == 2 && waits.body.contains("Not saved yet"), "{}", waits.body);
    let plain = ada.get(&format!("/portal/{OWN}/sign-in-page")).await;
    assert_eq!((alt(&plain, ALT), account(&broker, OWN).await.account.logo.unwrap().alt.unwrap().as_str()), (2, ALT), "it waits");
    assert!(lead(&take(&mut ada, "use-logo", (&name, "Söhne & Co.")).await).ends_with("said=logo-saved"));
    let mut mia = broker.browser();
    mia.sign_in("wiki", "mia@own.example", super::PASSWORD).await;
    assert_eq!(alt(&mia.get("/account").await, "Söhne &amp; Co."), 1);
    // As a version without texts has left it.
    let mut entry = account(&broker, OWN).await;
    let called = entry.account.name.clone();
    entry.account.logo = entry.account.logo.map(|logo| Logo { alt: None, ..logo });
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert_eq!(alt(&mia.get("/account").await, &called), 1);
}

/// BRA-2, BRA-3, BRA-4, AD-11: a picture is sent, looked at, used and removed, each on record by whom; people see it once their account is known and no
/// sooner, with its text. A file that is something else, too, is only a picture where it is served from.
#[tokio::test]
async fn ad_11_a_logo_is_looked_at_used_and_removed() {
    let broker = world().await;
    let store = &broker.running().store;
    let mut ada = enter(&broker, "admin@own.example").await;
    let polyglot = [LOGO, &b"<script>alert(1)</script>"[..]].concat();
    let name = name_in(&offer(&mut ada, ("logo.png", &polyglot)).await);
    let own = account(&broker, OWN).await.account;
    assert_eq!(name, Picture::read(LOGO).unwrap().id(own.id).to_string(), "only the picture is left of it");
    let image = format!("<img class=\"logo\" src=\"/assets/logo/{name}.png\" alt=\"{ALT}\" width=\"240\" height=\"60\">");
    let page = ada.get(&format!("/portal/{OWN}/sign-in-page?logo={name}")).await;
    assert!(page.body.matches(&image).count() == 2 && page.body.contains("Not saved yet") && page.body.contains("Use this logo"), "{}", page.body);
    let plain = ada.get(&format!("/portal/{OWN}/sign-in-page")).await;
    assert!(!plain.body.contains(&name) && account(&broker, OWN).await.account.logo.is_none(), "it waits");
    assert!(lead(&take(&mut ada, "use-logo", (&name, ALT)).await).ends_with("said=logo-saved"));
    assert!(lead(&take(&mut ada, "use-logo", (&name, ALT)).await).ends_with("said=changed"), "it is so already");
    let mut mia = broker.browser();
    let first = mia.open("wiki", "").await;
    let second = mia.identify(&first, "mia@own.example").await;
    assert!(!first.body.contains("/assets/logo/") && !second.body.contains("/assets/logo/"), "nobody is proved yet");
    mia.sign_in("wiki", "mia@own.example", super::PASSWORD).await;
    let own = mia.get("/account").await;
    assert!(own.body.contains(&image) && own.body.contains("Unified Sign In"), "{}", own.body);
    assert_eq!(own.header("content-security-policy"), first.header("content-security-policy"), "the policy of every page");
    let served = broker.browser().get(&format!("/assets/logo/{name}.png")).await;
    assert_eq!((served.status, served.header("content-type"), served.header("x-content-type-options")), (200, Some("image/png"), Some("nosniff")));
    assert_eq!(served.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(served.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'; sandbox"));
    assert_eq!(served.header("content-disposition"), Some("inline; filename=\"logo.png\""));
    assert!(served.body.contains("IHDR") && !served.body.contains("script"));
    let unknown = if name.ends_with('0') { "1" } else { "0" };
    for other in [name.to_uppercase(), format!("{}{unknown}", &name[..63]), "..%2F..%2Fetc%2Fpasswd".into(), String::new()] {
        assert_eq!(mia.get(&format!("/assets/logo/{other}.png")).await.status, 404, "{other}");
    }
    assert!(lead(&take(&mut ada, "remove-logo", ("", "")).await).ends_with("said=logo-removed"));
    assert!(account(&broker, OWN).await.account.logo.is_none() && store.png(LogoId::parse(&name).unwrap()).await.unwrap().is_none(), "it is gone");
    assert!(!mia.get("/account").await.body.contains("/assets/logo/"));
    let (by, short) = (broker.user("admin@own.example", OWN).await.id, &name[..12]);
    let logo = format!("{short} (240 × 60) “{ALT}”");
    assert_eq!(details(&broker).await, [format!("logo: {logo} → none by {by}"), format!("logo: none → {logo} by {by}"), format!("a logo to look at: {logo} by {by}")]);
}

/// MT-01, BRA-2: nobody uses a picture that only another account has, not even by its name; whoever sends it may.
#[tokio::test]
async fn mt_01_a_picture_of_another_account_is_none() {
    let broker = world().await;
    let store = &broker.running().store;
    let mut ada = enter(&broker, "admin@own.example").await;
    let name = name_in(&offer(&mut ada, ("logo.png", LOGO)).await);
    for (who, number) in [("chief@below.example", BELOW), ("chief@other.example", OTHER)] {
        let mut chief = enter(&broker, who).await;
        let page = chief.get(&format!("/portal/{number}/sign-in-page?logo={name}")).await;
        assert!(page.status == 200 && !page.body.contains(&name), "{who}");
        let own = chief.get(&format!("/portal/{number}/sign-in-page")).await.hidden("token");
        let page = chief.post(&format!("/portal/{number}/sign-in-page/use-logo"), &[("token", &own), ("logo", &name), ("alt", ALT)]).await;
        assert!(lead(&page).ends_with("said=changed"));
        assert!(account(&broker, number).await.account.logo.is_none(), "{who}");
        // Nothing of it was touched, and the twin.
        let page = chief.upload(&format!("/portal/{number}/sign-in-page/logo"), &[("token", &own), ("alt", ALT)], ("logo.png", LOGO)).await;
        let theirs = name_in(&page);
        assert_ne!(theirs, name, "a name is the account's own");
        assert!(lead(&chief.post(&format!("/portal/{number}/sign-in-page/use-logo"), &[("token", &own), ("logo", &theirs), ("alt", ALT)]).await).ends_with("said=logo-saved"));
        let page = chief.post(&format!("/portal/{number}/sign-in-page/remove-logo"), &[("token", &own)]).await;
        assert!(lead(&page).ends_with("said=logo-removed"));
        assert!(store.png(LogoId::parse(&theirs).unwrap()).await.unwrap().is_none() && store.png(LogoId::parse(&name).unwrap()).await.unwrap().is_some(), "the one of the first account stays");
    }
    assert!(lead(&take(&mut ada, "use-logo", (&name, ALT)).await).ends_with("said=logo-saved"));
    // A form of another page's, and one without a token.
    for fields in [&[][..], &[("token", "x")]] {
        let page = ada.upload(&format!("/portal/{OWN}/sign-in-page/logo"), fields, ("logo.png", LOGO)).await;
        assert!(lead(&page).ends_with("?said=again"), "AD-09");
    }
}
