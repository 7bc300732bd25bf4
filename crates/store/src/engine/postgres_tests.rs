use super::*;

fn mode(text: &str) -> Result<&'static str, AddressRefused> {
    Address::parse(text, None).map(|address| match address.options.get_ssl_mode() {
        PgSslMode::VerifyFull => "verified",
        PgSslMode::Disable => "none",
        PgSslMode::Prefer => "preferred",
        PgSslMode::Require => "required",
        PgSslMode::Allow | PgSslMode::VerifyCa => "other",
    })
}

/// What leaves the machine is encrypted for the server that is meant, whatever the address says; nothing else is an address.
#[test]
fn towards_another_machine_tls_is_verified() {
    assert_eq!(mode("postgres://homeward@db.example/homeward"), Ok("verified"));
    assert_eq!(mode("postgresql://homeward@192.0.2.7:6432/homeward?sslmode=verify-full&sslrootcert=/etc/ca.pem"), Ok("verified"));
    for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
        assert_eq!(mode(&format!("postgres://homeward@db.example/homeward?sslmode={weak}")), Err(AddressRefused::Unprotected), "{weak}");
        assert_eq!(mode(&format!("postgres://homeward@localhost.example/homeward?sslmode={weak}")), Err(AddressRefused::Unprotected), "{weak}");
    }
    assert_eq!(mode("postgres://homeward@localhost/homeward"), Ok("preferred"));
    assert_eq!(mode("postgres://homeward@[::1]/homeward"), Ok("preferred"));
    assert_eq!(mode("postgres://homeward@127.0.0.1/homeward?sslmode=require"), Ok("required"));
    assert_eq!(mode("postgres://homeward@localhost/homeward?host=/run/postgresql"), Ok("none"), "a socket");
    assert_eq!(mode("postgres://homeward@localhost/homeward?host=db.example&sslmode=disable"), Err(AddressRefused::Unprotected), "the parameter counts");
}

/// KS-01: a password stands in no configuration, and in no text that somebody sees.
#[test]
fn ks_01_no_password_in_an_address_or_in_a_text() {
    assert_eq!(mode("postgres://homeward:canary@db.example/homeward"), Err(AddressRefused::Password));
    assert_eq!(mode("postgres://homeward@db.example/homeward?password=canary"), Err(AddressRefused::Password));
    let address = Address::parse("postgres://homeward@db.example/homeward", Some("canary")).unwrap();
    for text in [format!("{address}"), format!("{address:?}")] {
        assert!(text.contains("db.example:5432") && !text.contains("canary"), "{text}");
    }
}

#[test]
fn what_does_not_read_is_refused() {
    for text in ["", "homeward.db", "mysql://homeward@db.example/homeward", "postgres://"] {
        assert!(mode(text).is_err(), "{text}");
    }
    assert_eq!(mode("postgres://homeward@db.example/"), Err(AddressRefused::NoDatabase));
    for parameter in ["passwort=x", "options=-csearch_path%3Devil", "hostaddr=192.0.2.1", "dbname=other"] {
        assert_eq!(mode(&format!("postgres://homeward@db.example/homeward?{parameter}")), Err(AddressRefused::Parameter), "{parameter}");
    }
}

#[test]
fn a_database_that_does_not_fit_is_refused_with_the_reason() {
    let fit = ServerState { version: 150_008, encoding: "UTF8".into(), follows: false, durable: true, tls: false, connections: 100 };
    assert_eq!(unfit(&fit), None);
    for (state, word) in [
        (ServerState { version: 140_011, ..fit.clone() }, "15 or newer"),
        (ServerState { encoding: "SQL_ASCII".into(), ..fit.clone() }, "UTF8"),
        (ServerState { follows: true, ..fit.clone() }, "follows"),
        (ServerState { durable: false, ..fit }, "fsync"),
    ] {
        assert!(unfit(&state).is_some_and(|why| why.contains(word)), "{word}");
    }
}
