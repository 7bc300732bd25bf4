//! Domains under which anybody gets a mailbox. Whoever could show a record there is their provider, and no account: a claim would
//! lead everybody's customers to one organisation's sign-in.

use homeward_model::DomainName;

/// Providers with one domain, or a few.
const DOMAINS: &[&str] = &[
    "126.com", "163.com", "adelphia.net", "alice.it", "arcor.de", "att.net", "bellsouth.net", "bigpond.com", "bluewin.ch", "btinternet.com", "charter.net",
    "comcast.net", "cox.net", "daum.net", "duck.com", "earthlink.net", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "gmail.com",
    "googlemail.com", "hanmail.net", "hey.com", "hushmail.com", "icloud.com", "inbox.lv", "juno.com", "laposte.net", "libero.it", "mac.com", "mail.com",
    "mail.de", "mail.ee", "mail.ru", "mailbox.org", "mailfence.com", "me.com", "msn.com", "naver.com", "nate.com", "o2.pl", "optonline.net", "orange.fr",
    "pm.me", "posteo.de", "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rediffmail.com", "rogers.com", "sbcglobal.net",
    "seznam.cz", "sfr.fr", "sina.com", "sky.com", "sohu.com", "t-online.de", "telefonica.net", "terra.es", "tuta.com", "tutanota.com", "verizon.net",
    "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "xs4all.nl", "yeah.net",
];

/// Providers with a domain in every country: `yahoo.co.uk`, `hotmail.fr`.
const EVERYWHERE: &[&str] = &["aol", "gmx", "hotmail", "live", "outlook", "rocketmail", "yahoo", "yandex", "ymail"];

/// Whether anybody gets a mailbox there.
pub fn is_everybodys(domain: &DomainName) -> bool {
    let name = domain.as_str();
    let national = |rest: &str| match rest.split_once('.') {
        None => rest.len() <= 3,
        Some((second, country)) => ["co", "com"].contains(&second) && country.len() == 2,
    };
    DOMAINS.contains(&name) || name.split_once('.').is_some_and(|(first, rest)| EVERYWHERE.contains(&first) && national(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LH-08: domains of mailboxes that anybody gets are nobody's.
    #[test]
    fn everybodys_domains_are_known_and_others_are_not() {
        let is = |typed: &str| is_everybodys(&DomainName::parse(typed).unwrap());
        for typed in ["gmail.com", "GMail.com.", "yahoo.co.uk", "yahoo.com.br", "hotmail.fr", "outlook.com", "gmx.net", "web.de", "live.com"] {
            assert!(is(typed), "{typed}");
        }
        for typed in ["northwind.example", "live.example", "gmail.com.northwind.example", "notgmail.com", "outlook.northwind.com", "yahoo.northwind.example", "mail.northwind.de"] {
            assert!(!is(typed), "{typed}");
        }
    }
}
