//! Usernames, domains, mailboxes, account names, passwords: nothing panics, and a key is its own key.
#![no_main]

use homeward_model::{AccountHint, DomainName, EmailAddress, Password, Username};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(username) = Username::parse(text) {
        let again = Username::parse(username.key()).expect("a key reads");
        assert_eq!(again.key(), username.key());
        let _ = username.masked();
    }
    if let Ok(domain) = DomainName::parse(text) {
        assert_eq!(DomainName::parse(domain.as_str()).as_ref().map(DomainName::as_str), Ok(domain.as_str()));
        let _ = domain.to_unicode();
    }
    if let Ok(address) = EmailAddress::parse(text) {
        assert!(!address.as_str().contains(['\r', '\n', ',', ';', ' ']));
    }
    let _ = AccountHint::parse(text);
    if let Ok(password) = Password::parse(text) {
        assert_eq!(Password::parse(password.reveal()).as_ref(), Ok(&password));
    }
});
