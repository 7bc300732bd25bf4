//! Stop 1: what to register at Microsoft, in the words of its console, with the address to give there (B-127 to B-137).

use homeward_portal::services::Service;
use maud::{Markup, html};

use crate::screens::portal::{frame::Frame, parts::copied};

/// Fields of the console, and what to choose there; names, never translated.
const CHOICES: [(&str, &str); 3] = [
    ("Supported account types", "Accounts in this organizational directory only (Single tenant)"),
    ("Redirect URI › Select a platform", "Public client/native (mobile & desktop)"),
    ("API permissions › Add a permission › Microsoft Graph", "Delegated permissions"),
];
/// What tells that an address is the person's own, where no sign-in at the same tenant does.
const CLAIM: (&str, &str) = ("Manifest › optionalClaims › idToken", "xms_edov");

pub(super) fn register(frame: &Frame<'_>, service: &Service) -> Markup {
    let t = frame.chrome.text;
    let choices = CHOICES.into_iter().chain(service.needs_claim.then_some(CLAIM));
    html! {
        section class="panel" id="register" aria-labelledby="v1" {
            h2 id="v1" { (t.s("service-register")) }
            p { (t.s("service-register-text")) " " span translate="no" { "App registrations › New registration" } }
            (copied(("our-redirect-uri", "Redirect URI"), &service.entered.redirect_uri))
            p class="hint" { (t.s("service-redirect-hint")) }
            details open[!service.is_set_up] {
                summary { (t.s("setup-choose")) }
                dl class="choices" {
                    @for (field, choice) in choices { div { dt lang="en" translate="no" { (field) } dd lang="en" translate="no" { (choice) } } }
                }
            }
        }
    }
}
