//! What `[application.session]` means: the row of the table of sessions for the kind of application, and what differs from it.

use std::time::Duration;

use homeward_discovery::ApplicationKind;
use homeward_provider::{AppVersion, SessionRule, SessionRules};

use crate::register_file::{RulePart, SessionPart};

/// The longest time there is a use for.
const LONGEST: Duration = Duration::from_secs(730 * 86_400);

/// The rules of an application.
pub(crate) fn rules(kind: ApplicationKind, part: &SessionPart) -> Result<SessionRules, String> {
    let table = match kind {
        ApplicationKind::Web | ApplicationKind::Extension => SessionRules::WEB,
        ApplicationKind::Desktop => SessionRules::DESKTOP,
        ApplicationKind::Mobile => SessionRules::MOBILE,
    };
    let device = matches!(kind, ApplicationKind::Desktop | ApplicationKind::Mobile);
    let both = RulePart { remember: part.remember, idle: part.idle.clone(), absolute: part.absolute.clone(), bind_version: part.bind_version };
    let make = |rule: SessionRule, own: &RulePart, place: &str| {
        let rule = with(rule, &both, device, "session")?;
        with(rule, own, device, place)
    };
    let minimum_version = part.minimum_version.as_ref().map(|text| {
        AppVersion::parse(text).ok_or_else(|| format!("session.minimum_version = \"{text}\": use numbers with dots, for example 214.100.3143.0"))
    });
    Ok(SessionRules {
        local: make(table.local, &part.local, "session.local")?,
        federated: make(table.federated, &part.federated, "session.federated")?,
        minimum_version: minimum_version.transpose()?,
    })
}

fn with(rule: SessionRule, part: &RulePart, device: bool, place: &str) -> Result<SessionRule, String> {
    // Whoever changes only whether it is remembered gets the times that belong to that.
    let base = match part.remember {
        Some(remember) if device && remember != rule.remember => if remember { SessionRule::DEVICE } else { SessionRule::EACH_TIME },
        Some(remember) => SessionRule { remember, ..rule },
        None => rule,
    };
    let time = |name: &str, text: &Option<String>, otherwise: Option<Duration>| match text {
        None => Ok(otherwise),
        Some(text) => match parse(text).filter(|time| (Duration::from_secs(60)..=LONGEST).contains(time)) {
            Some(time) => Ok(Some(time)),
            None => Err(format!("{place}.{name} = \"{text}\": use a number and m, h or d, from 1m to 730d, for example 15d")),
        },
    };
    let made = SessionRule {
        remember: base.remember,
        idle: time("idle", &part.idle, base.idle)?,
        absolute: time("absolute", &part.absolute, base.absolute)?,
        bind_version: part.bind_version.unwrap_or(base.bind_version),
    };
    match (made.idle, made.absolute) {
        (Some(idle), Some(absolute)) if idle > absolute => Err(format!("{place}: idle ({}) is more than absolute ({})", words(idle), words(absolute))),
        _ => Ok(made),
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
}

/// A time as one writes it in the file: `15d`, `12h`, `90m`.
pub(crate) fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        s if s >= 86_400 && s.is_multiple_of(86_400) => format!("{}d", s / 86_400),
        s if s >= 3_600 && s.is_multiple_of(3_600) => format!("{}h", s / 3_600),
        s => format!("{}m", s / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: ApplicationKind, text: &str) -> Result<SessionRules, String> {
        rules(kind, &toml::from_str(text).unwrap())
    }

    /// B-023, B-024, B-031: the table of [002], row by row.
    #[test]
    fn the_table_is_the_one_of_the_document() {
        let day = |n: u64| Some(Duration::from_secs(n * 86_400));
        for kind in [ApplicationKind::Web, ApplicationKind::Extension] {
            let web = read(kind, "").unwrap();
            assert_eq!((web.local.clone(), web.federated), (SessionRule::BROWSER, SessionRule::BROWSER));
            assert!(web.local.remember && web.local.idle.is_none());
        }
        let desktop = read(ApplicationKind::Desktop, "").unwrap();
        assert!(!desktop.local.remember && desktop.federated.remember, "B-023, B-031");
        let mobile = read(ApplicationKind::Mobile, "").unwrap();
        for rule in [&mobile.local, &mobile.federated, &desktop.federated] {
            assert_eq!((rule.remember, rule.idle, rule.absolute, rule.bind_version), (true, day(15), day(180), true));
        }
    }

    #[test]
    fn an_application_may_differ_as_a_whole_and_by_kind_of_proof() {
        let rules = read(ApplicationKind::Desktop, "remember = true\nminimum_version = \"2.1\"\n[local]\nidle = \"2d\"\nbind_version = false").unwrap();
        assert!(rules.local.remember && !rules.local.bind_version && rules.federated.bind_version);
        assert_eq!((rules.local.idle.map(words), rules.local.absolute.map(words)), (Some("2d".into()), Some("180d".into())));
        assert!(rules.admits(Some("2.1.0")) && rules.admits(Some("10.0")) && !rules.admits(Some("2.0.9")) && !rules.admits(None) && !rules.admits(Some("2.x")));
        let each = read(ApplicationKind::Mobile, "remember = false").unwrap();
        assert_eq!(each.local, SessionRule::EACH_TIME);
        let web = read(ApplicationKind::Web, "idle = \"20m\"").unwrap();
        assert_eq!((web.local.idle.map(words), web.local.absolute), (Some("20m".into()), None));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        for (text, part) in [
            ("idle = \"15\"", "session.idle = \"15\": use a number"),
            ("idle = \"d\"", "use a number"),
            ("idle = \"-1d\"", "use a number"),
            ("idle = \"ü\"", "use a number"),
            ("idle = \"0m\"", "from 1m to 730d"),
            ("absolute = \"9999999999999999999d\"", "from 1m to 730d"),
            ("[federated]\nidle = \"200d\"", "session.federated: idle (200d) is more than absolute (180d)"),
            ("minimum_version = \"new\"", "numbers with dots"),
        ] {
            let error = read(ApplicationKind::Mobile, text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
