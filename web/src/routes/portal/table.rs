//! Every page and step of the portal with the action that it is. The door looks here: what does not stand in the table is answered by
//! nobody, whatever handler is registered (AD-01). The matrix of tests walks through it.

use homeward_portal::Action;

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Whether it is a step (POST) instead of a page (GET).
    pub step: bool,
    /// Its address; `{number}` is the account, `{user}` one of its users, `{connection}` one of its connections.
    pub pattern: &'static str,
    /// What it does.
    pub action: Action,
}

const fn page(pattern: &'static str, action: Action) -> Route {
    Route { step: false, pattern, action }
}

const fn step(pattern: &'static str, action: Action) -> Route {
    Route { step: true, pattern, action }
}

/// All routes inside an account.
pub const ROUTES: &[Route] = &[
    page("/portal/{number}", Action::Open),
    page("/portal/{number}/accounts", Action::ListAccounts),
    step("/portal/{number}/enter", Action::Enter),
    page("/portal/{number}/users", Action::ReadUsers),
    step("/portal/{number}/users/find", Action::ReadUsers),
    step("/portal/{number}/users/add", Action::AddUsers),
    page("/portal/{number}/users/{user}", Action::ReadUsers),
    page("/portal/{number}/users/{user}/why", Action::Explain),
    step("/portal/{number}/users/{user}/invite", Action::Invite),
    step("/portal/{number}/users/{user}/password-mail", Action::Invite),
    step("/portal/{number}/users/{user}/suspend", Action::ChangeState),
    step("/portal/{number}/users/{user}/resume", Action::ChangeState),
    step("/portal/{number}/users/{user}/end-sessions", Action::EndSessions),
    step("/portal/{number}/users/{user}/rename", Action::ChangeUsername),
    step("/portal/{number}/users/{user}/unlink", Action::Unlink),
    step("/portal/{number}/users/{user}/exclude", Action::ChangeExclusions),
    step("/portal/{number}/users/{user}/include", Action::ChangeExclusions),
    step("/portal/{number}/users/{user}/emergency", Action::ChangeEmergency),
    step("/portal/{number}/users/{user}/codes", Action::PrintCodes),
    step("/portal/{number}/users/{user}/no-emergency", Action::ChangeEmergency),
    page("/portal/{number}/exclusions", Action::ReadExclusions),
    step("/portal/{number}/exclusions/find", Action::ReadExclusions),
    step("/portal/{number}/exclusions/add", Action::ChangeExclusions),
    step("/portal/{number}/exclusions/remove", Action::ChangeExclusions),
    page("/portal/{number}/sign-on", Action::ReadSignOn),
    page("/portal/{number}/sign-on/new", Action::AddSignOn),
    step("/portal/{number}/sign-on/new/add", Action::AddSignOn),
    step("/portal/{number}/sign-on/new/azure", Action::ChangeSignOn),
    page("/portal/{number}/sign-on/{connection}", Action::ReadSignOn),
    page("/portal/{number}/sign-on/{connection}/answer", Action::ReadSignOn),
    step("/portal/{number}/sign-on/{connection}/azure", Action::ChangeSignOn),
    step("/portal/{number}/sign-on/{connection}/take", Action::ChangeSignOn),
    step("/portal/{number}/sign-on/{connection}/refuse", Action::ChangeSignOn),
    step("/portal/{number}/sign-on/{connection}/propose", Action::PrepareSignOn),
    step("/portal/{number}/sign-on/{connection}/accept", Action::ChangeSignOn),
    step("/portal/{number}/sign-on/{connection}/discard", Action::PrepareSignOn),
    step("/portal/{number}/sign-on/{connection}/test", Action::PrepareSignOn),
    step("/portal/{number}/sign-on/{connection}/mend", Action::PrepareSignOn),
    step("/portal/{number}/sign-on/{connection}/turn", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/outage", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/undo", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/pilot", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/unpilot", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/pilot-group", Action::SwitchSignOn),
    step("/portal/{number}/sign-on/{connection}/unpilot-group", Action::SwitchSignOn),
    page("/portal/{number}/setup-links", Action::ReadSetupLinks),
    step("/portal/{number}/setup-links/make", Action::MakeSetupLink),
    step("/portal/{number}/setup-links/end", Action::EndSetupLink),
    page("/portal/{number}/steps", Action::MailSteps),
    step("/portal/{number}/steps/mail", Action::MailSteps),
    page("/portal/{number}/services", Action::ReadServices),
    page("/portal/{number}/services/{connection}", Action::ReadServices),
    step("/portal/{number}/services/{connection}/propose", Action::PrepareServices),
    step("/portal/{number}/services/{connection}/accept", Action::ChangeServices),
    step("/portal/{number}/services/{connection}/discard", Action::PrepareServices),
    step("/portal/{number}/services/{connection}/consent", Action::ChangeServices),
    step("/portal/{number}/services/{connection}/link", Action::ChangeServices),
    step("/portal/{number}/services/{connection}/test", Action::PrepareServices),
    step("/portal/{number}/services/{connection}/end", Action::ChangeServices),
    page("/portal/{number}/domains", Action::ReadDomains),
    step("/portal/{number}/domains/add", Action::ProveDomains),
    step("/portal/{number}/domains/check", Action::ProveDomains),
    step("/portal/{number}/domains/give-up", Action::GiveUpDomains),
    step("/portal/{number}/domains/take-back", Action::GiveUpDomains),
    page("/portal/{number}/passwords", Action::ReadPasswords),
    step("/portal/{number}/passwords/save", Action::ChangePasswords),
    page("/portal/{number}/applications", Action::ReadApplications),
    step("/portal/{number}/applications/default", Action::ChangeApplications),
    page("/portal/{number}/sign-in-page", Action::ReadAppearance),
    step("/portal/{number}/sign-in-page/save", Action::ChangeAppearance),
    step("/portal/{number}/sign-in-page/contact", Action::ChangeContact),
    step("/portal/{number}/sign-in-page/logo", Action::ChangeAppearance),
    step("/portal/{number}/sign-in-page/use-logo", Action::ChangeAppearance),
    step("/portal/{number}/sign-in-page/remove-logo", Action::ChangeAppearance),
    page("/portal/{number}/administrators", Action::ReadRoles),
    step("/portal/{number}/administrators/give", Action::ChangeRoles),
    step("/portal/{number}/administrators/take", Action::ChangeRoles),
    step("/portal/{number}/administrators/sign-in", Action::ChangeRoles),
    page("/portal/{number}/api-tokens", Action::ReadTokens),
    step("/portal/{number}/api-tokens/make", Action::MakeTokens),
    step("/portal/{number}/api-tokens/end", Action::EndTokens),
    page("/portal/{number}/activity", Action::ReadActivity),
    page("/portal/{number}/activity/{reference}", Action::ReadActivity),
    step("/portal/{number}/activity/find", Action::ReadActivity),
    step("/portal/{number}/activity/csv", Action::ExportActivity),
    step("/portal/{number}/activity/jsonl", Action::ExportActivity),
];

/// The kinds of changes that a page shows, by its address: what somebody else may have done to it meanwhile (ADM-7).
pub(super) fn changes(pattern: &str) -> &'static [&'static str] {
    let place = pattern.trim_start_matches("/portal/{number}/").split('/').next().unwrap_or_default();
    match place {
        "users" => &[
            "portal.user", "portal.exclusion", "portal.username", "portal.unlinked", "portal.emergency", "portal.emergency_codes", "portal.emergency_ended", "portal.invited", "portal.sessions_ended", "portal.pilot",
        ],
        "exclusions" => &["portal.exclusion"],
        "sign-on" => &["portal.connection", "portal.pilot"],
        "setup-links" => &["portal.setup_link"],
        "services" => &["portal.service", "portal.consent_ended"],
        "domains" => &["portal.domain"],
        "passwords" => &["portal.passwords"],
        "applications" => &["portal.applications"],
        "sign-in-page" => &["portal.appearance"],
        "administrators" => &["portal.role", "portal.admin_sso"],
        "api-tokens" => &["portal.token"],
        _ => &[],
    }
}

/// The route of a request.
pub(super) fn find(step: bool, pattern: &str) -> Option<Route> {
    ROUTES.iter().find(|route| route.step == step && route.pattern == pattern).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step's page is its address without the last word: that is where the person lands after proving themselves once more.
    #[test]
    fn every_step_has_a_page_above_it() {
        for route in ROUTES.iter().filter(|route| route.step) {
            let (above, _) = route.pattern.rsplit_once('/').unwrap();
            assert!(find(false, above).is_some(), "{}", route.pattern);
        }
        for (place, route) in ROUTES.iter().enumerate() {
            assert!(!ROUTES[..place].iter().any(|other| (other.step, other.pattern) == (route.step, route.pattern)), "{}", route.pattern);
        }
    }
}
