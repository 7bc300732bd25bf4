//! Everything that the portal can do, a program can do, too, or it stands here why not: the two tables side by side.

use super::{ENDPOINTS, Endpoint};
use crate::routes::portal::table::ROUTES;

/// How a program does what a route of the portal does.
enum Reach {
    /// By these endpoints.
    By(&'static [&'static str]),
    /// Not at all: it is a person's, and why.
    Person(&'static str),
}

use Reach::{By, Person};

const ENTERED: &str = "a token with accounts:enter is in every account that its maker may enter, and its first use of a day is on record there";
const BROWSER: &str = "it leads the person's own browser to the provider and back";
const CODES: &str = "a code signs somebody in, and goes from the page to paper";
const TOKENS: &str = "no token makes another one";

/// Every route of the portal, pages first where they have steps, in the order of its table.
const REACHES: &[(&str, Reach)] = &[
    ("GET /portal/{number}", By(&["account", "ownToken"])),
    ("GET /portal/{number}/accounts", By(&["listAccounts"])),
    ("POST /portal/{number}/enter", Person(ENTERED)),
    ("GET /portal/{number}/users", By(&["listUsers"])),
    ("POST /portal/{number}/users/find", By(&["searchUsers"])),
    ("POST /portal/{number}/users/add", By(&["addUser"])),
    ("GET /portal/{number}/users/{user}", By(&["user", "listSessions"])),
    ("GET /portal/{number}/users/{user}/why", By(&["whyNot"])),
    ("POST /portal/{number}/users/{user}/invite", By(&["inviteUser"])),
    ("POST /portal/{number}/users/{user}/password-mail", By(&["mailPassword"])),
    ("POST /portal/{number}/users/{user}/suspend", By(&["suspendUser"])),
    ("POST /portal/{number}/users/{user}/resume", By(&["resumeUser"])),
    ("POST /portal/{number}/users/{user}/end-sessions", By(&["endSessions"])),
    ("POST /portal/{number}/users/{user}/rename", By(&["renameUser"])),
    ("POST /portal/{number}/users/{user}/unlink", By(&["unlinkUser"])),
    ("POST /portal/{number}/users/{user}/exclude", By(&["excludeUser"])),
    ("POST /portal/{number}/users/{user}/include", By(&["includeUser"])),
    ("POST /portal/{number}/users/{user}/emergency", By(&["giveEmergency"])),
    ("POST /portal/{number}/users/{user}/codes", Person(CODES)),
    ("POST /portal/{number}/users/{user}/no-emergency", By(&["takeEmergency"])),
    ("GET /portal/{number}/exclusions", By(&["listExclusions"])),
    ("POST /portal/{number}/exclusions/find", By(&["listExclusions"])),
    ("POST /portal/{number}/exclusions/add", By(&["excludeUsers"])),
    ("POST /portal/{number}/exclusions/remove", By(&["includeUser"])),
    ("GET /portal/{number}/sign-on", By(&["listConnections"])),
    ("GET /portal/{number}/sign-on/new", By(&["addConnection"])),
    ("POST /portal/{number}/sign-on/new/add", By(&["addConnection"])),
    ("POST /portal/{number}/sign-on/new/azure", Person(BROWSER)),
    ("GET /portal/{number}/sign-on/{connection}", By(&["connection", "proposal", "published"])),
    ("GET /portal/{number}/sign-on/{connection}/answer", By(&["wholeAnswer"])),
    ("POST /portal/{number}/sign-on/{connection}/azure", Person(BROWSER)),
    ("POST /portal/{number}/sign-on/{connection}/take", By(&["acceptPublished"])),
    ("POST /portal/{number}/sign-on/{connection}/refuse", By(&["refusePublished"])),
    ("POST /portal/{number}/sign-on/{connection}/propose", By(&["propose"])),
    ("POST /portal/{number}/sign-on/{connection}/accept", By(&["acceptProposal"])),
    ("POST /portal/{number}/sign-on/{connection}/discard", By(&["discardProposal"])),
    ("POST /portal/{number}/sign-on/{connection}/test", Person(BROWSER)),
    ("POST /portal/{number}/sign-on/{connection}/mend", By(&["propose"])),
    ("POST /portal/{number}/sign-on/{connection}/turn", By(&["turn"])),
    ("POST /portal/{number}/sign-on/{connection}/outage", By(&["outage"])),
    ("POST /portal/{number}/sign-on/{connection}/undo", By(&["undo"])),
    ("POST /portal/{number}/sign-on/{connection}/pilot", By(&["addToPilot"])),
    ("POST /portal/{number}/sign-on/{connection}/unpilot", By(&["leavePilot"])),
    ("POST /portal/{number}/sign-on/{connection}/pilot-group", By(&["addPilotGroup"])),
    ("POST /portal/{number}/sign-on/{connection}/unpilot-group", By(&["removePilotGroup"])),
    ("GET /portal/{number}/setup-links", By(&["listSetupLinks", "setupLink"])),
    ("POST /portal/{number}/setup-links/make", By(&["makeSetupLink"])),
    ("POST /portal/{number}/setup-links/end", By(&["endSetupLink"])),
    ("GET /portal/{number}/steps", By(&["mailSteps"])),
    ("POST /portal/{number}/steps/mail", By(&["mailSteps"])),
    ("GET /portal/{number}/services", By(&["listServices"])),
    ("GET /portal/{number}/services/{connection}", By(&["service", "serviceProposal", "servicePeople"])),
    ("POST /portal/{number}/services/{connection}/propose", By(&["proposeService"])),
    ("POST /portal/{number}/services/{connection}/accept", By(&["acceptServiceProposal"])),
    ("POST /portal/{number}/services/{connection}/discard", By(&["discardServiceProposal"])),
    ("POST /portal/{number}/services/{connection}/consent", Person(BROWSER)),
    ("POST /portal/{number}/services/{connection}/link", By(&["consentLink"])),
    ("POST /portal/{number}/services/{connection}/test", By(&["testToken"])),
    ("POST /portal/{number}/services/{connection}/end", By(&["endConsent"])),
    ("GET /portal/{number}/domains", By(&["listDomains", "domain", "listGivenUpDomains"])),
    ("POST /portal/{number}/domains/add", By(&["addDomain"])),
    ("POST /portal/{number}/domains/check", By(&["checkDomain"])),
    ("POST /portal/{number}/domains/give-up", By(&["giveUpDomain"])),
    ("POST /portal/{number}/domains/take-back", By(&["takeDomainBack"])),
    ("GET /portal/{number}/passwords", By(&["passwordPolicy", "passwordPeople"])),
    ("POST /portal/{number}/passwords/save", By(&["changePasswordPolicy"])),
    ("GET /portal/{number}/applications", By(&["listApplications"])),
    ("POST /portal/{number}/applications/default", By(&["setDefaultApplication"])),
    ("GET /portal/{number}/sign-in-page", By(&["appearance"])),
    ("POST /portal/{number}/sign-in-page/save", By(&["changeAppearance"])),
    ("POST /portal/{number}/sign-in-page/contact", By(&["changeContact"])),
    ("POST /portal/{number}/sign-in-page/logo", By(&["changeLogo"])),
    ("POST /portal/{number}/sign-in-page/use-logo", By(&["changeLogo"])),
    ("POST /portal/{number}/sign-in-page/remove-logo", By(&["removeLogo"])),
    ("GET /portal/{number}/administrators", By(&["listAdministrators"])),
    ("POST /portal/{number}/administrators/give", By(&["giveRole"])),
    ("POST /portal/{number}/administrators/take", By(&["takeRole"])),
    ("POST /portal/{number}/administrators/sign-in", By(&["administratorSignIn"])),
    ("GET /portal/{number}/api-tokens", By(&["listTokens"])),
    ("POST /portal/{number}/api-tokens/make", Person(TOKENS)),
    ("POST /portal/{number}/api-tokens/end", By(&["endToken"])),
    ("GET /portal/{number}/activity", By(&["listActivity"])),
    ("GET /portal/{number}/activity/{reference}", By(&["refusedAnswer"])),
    ("POST /portal/{number}/activity/find", By(&["searchActivity"])),
    ("POST /portal/{number}/activity/csv", By(&["exportActivity"])),
    ("POST /portal/{number}/activity/jsonl", By(&["exportActivity"])),
];

fn endpoint(name: &str) -> &'static Endpoint {
    ENDPOINTS.iter().find(|endpoint| endpoint.name == name).unwrap_or_else(|| panic!("there is no endpoint {name}"))
}

/// AD-01: a route that the portal gets has an endpoint of the same action, or a reason; and no endpoint does what the portal cannot.
#[test]
fn ad_01_what_the_portal_can_do_the_api_can_do_or_it_says_why_not() {
    let names: Vec<String> = ROUTES.iter().map(|route| format!("{} {}", if route.step { "POST" } else { "GET" }, route.pattern)).collect();
    let lines: Vec<&str> = REACHES.iter().map(|(name, _)| *name).collect();
    assert_eq!(lines, names, "add the route with the endpoints that do the same, or with the reason why a program does not");
    for (route, (name, reach)) in ROUTES.iter().zip(REACHES) {
        match reach {
            By(endpoints) => {
                assert!(!endpoints.is_empty() && endpoints.iter().all(|name| endpoint(name).action == route.action), "{name} is another action");
                assert!(endpoints.iter().any(|name| !route.step || !endpoint(name).is_reading() || route.pattern.ends_with("/find")), "{name} is a step");
            }
            Person(why) => assert!(why.len() > 20, "{name}"),
        }
    }
    for endpoint in ENDPOINTS {
        let there = REACHES.iter().any(|(_, reach)| matches!(reach, By(names) if names.contains(&endpoint.name)));
        assert!(there, "{} is in no page of the portal", endpoint.name);
    }
}
