use super::*;

/// All made from the same password by other implementations: libargon2, OpenSSL (scrypt, PBKDF2, SHA-512) and libxcrypt.
const OF_KRANICH: [&str; 12] = [
    "$argon2d$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$aQN5PqtjOgzMxWPCABOX6arNafRGATNQEGamsSiUh68",
    "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$Pd4rVTCHxwScXzN4FEMECPNjXCYglZM7YUEoiswvU74",
    "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$eab0ttILzp1ETB94OOsV1zoTR67GVRYn3hBKcftFsCY",
    "$argon2id$v=16$m=256,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$XvJZfEAncoyHM42QQ4hvYAqmmA7z1lvtB4J0Zk3JPcg",
    "$argon2id$m=256,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$XvJZfEAncoyHM42QQ4hvYAqmmA7z1lvtB4J0Zk3JPcg",
    "$scrypt$ln=10,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$3AP0KNWnN1PgDYbbmokaMxv0yVRSA+J7aiBaIcQ32kk",
    "$pbkdf2-sha256$i=1000,l=32$c29tZXNhbHRzb21lc2FsdA$S4Ll05vfxtf4pxIJu0liZAVdjHHX+Cf8hTMQwxRLAVQ",
    "$pbkdf2-sha512$i=1000,l=64$c29tZXNhbHRzb21lc2FsdA$jAaOX8mJpmYDyWIBJnw0+QHCh8H5AsCsvbEZs+mLrNMz67vfFO6KhIQlEIsq08XNUpQ2goZ1prkVkWtKFAQskw",
    "{SSHA512}OEWzEBK2egPWtF7zet8DJluC9YfCbW0Tf4uVCv5C3J2vRTloTpTJ9oLSUAVkrM3sGEr7xMRgA+tLqBbonPvTcHNvbWVzYWx0c29tZXNhbHQ=",
    "$2a$04$abcdefghijklmnopqrstuu2BdN28v850PfkWUsDOLvuhoyaiOU9BK",
    "$2b$04$abcdefghijklmnopqrstuu2BdN28v850PfkWUsDOLvuhoyaiOU9BK",
    "$2y$04$abcdefghijklmnopqrstuu2BdN28v850PfkWUsDOLvuhoyaiOU9BK",
];

const SALT: &str = "c2FsdHNhbHRzYWx0";
const SUM: &str = "yAjqYSMyL2pO2QCTj42kzCPSGPg6RKXzV8G6WkNuJqI";

fn p(text: &str) -> Password {
    Password::parse(text).unwrap()
}

/// B-004: what other systems wrote verifies the right password and no other.
#[test]
fn every_known_format_verifies_the_right_password_and_no_other() {
    for hash in OF_KRANICH {
        assert!(import_foreign(hash).is_ok(), "{hash}");
        assert!(verify_foreign(&p("Kranich7!"), hash), "{hash}");
        for wrong in ["Kranich8!", "kranich7!", "Kranich7! ", "Kranich7"] {
            assert!(!verify_foreign(&p(wrong), hash), "{hash} {wrong}");
        }
    }
}

/// LP-08: a hash that asks for too much work is refused with a reason that names it; its neighbour within the bounds is taken.
#[test]
fn lp_08_hostile_hash_strings_are_refused() {
    let import = |head: &str| import_foreign(&format!("{head}${SALT}${SUM}"));
    for good in [
        "$argon2id$v=19$m=65536,t=3,p=4",
        "$argon2i$v=16$m=65536,t=3,p=4",
        "$argon2id$v=19$m=262144,t=4,p=16",
        "$scrypt$ln=17,r=8,p=1",
        "$scrypt$ln=14,r=8,p=5",
        "$pbkdf2-sha256$i=600000,l=32",
        "$pbkdf2-sha256$i=600000",
    ] {
        assert!(import(good).is_ok(), "{good}");
    }
    for costly in [
        "$argon2id$v=19$m=4194304,t=3,p=4",
        "$argon2id$v=19$m=65536,t=1000000000,p=4",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1",
        "$argon2id$v=19$m=65536,t=3,p=255",
        "$argon2id$v=19$m=262144,t=5,p=1",
        "$scrypt$ln=30,r=8,p=1",
        "$scrypt$ln=63,r=4294967295,p=1",
        "$scrypt$ln=64,r=8,p=1",
        "$scrypt$ln=17,r=8,p=5",
        "$pbkdf2-sha256$i=99999999,l=32",
    ] {
        let error = import(costly).unwrap_err();
        assert!(matches!(error, ImportError::Cost(_)), "{costly}: {error:?}");
        assert!(error.to_string().contains("too much work"), "{error}");
    }
    let bcrypt = OF_KRANICH[10];
    assert!(import_foreign(&bcrypt.replace("$04$", "$14$")).is_ok());
    assert_eq!(import_foreign(&bcrypt.replace("$04$", "$31$")), Err(ImportError::Cost("bcrypt cost 31".into())));
}

/// LP-08: a wrong version, a missing hash, parameters that are missing, unknown or impossible.
#[test]
fn lp_08_hashes_that_could_never_be_verified_are_refused() {
    let import = |head: &str| import_foreign(&format!("{head}${SALT}${SUM}"));
    for bad in [
        "$argon2id$v=99$m=65536,t=3,p=4",
        "$argon2id$v=19",
        "$argon2id$v=19$m=65536,t=3",
        "$argon2id$v=19$m=65536,t=0,p=4",
        "$argon2id$v=19$m=7,t=1,p=1",
        "$argon2id$v=19$m=65536,t=3,p=4,keyid=AAAA",
        "$argon2xx$v=19$m=65536,t=3,p=4",
        "$scrypt$v=1$ln=16,r=8,p=1",
        "$scrypt$ln=16,r=0,p=1",
        "$scrypt$ln=16,r=8",
        "$pbkdf2-sha256$l=32",
        "$pbkdf2-sha256$i=600000,l=64",
        "$pbkdf2-sha1$i=600000,l=32",
        "$md5$x=1",
        // What stands twice: the bounds would look at the first, and the last be computed.
        "$argon2id$v=19$m=65536,t=3,p=4,m=65536",
        "$scrypt$ln=14,r=8,p=1,p=5",
        "$scrypt$ln=1,p=1,p=2222222222,r=8",
        "$pbkdf2-sha256$i=600000,i=600000",
        "$pbkdf2-sha256$i=600000,l=32,l=32",
    ] {
        assert_eq!(import(bad), Err(ImportError::Format), "{bad}");
    }
    for bad in [
        format!("$argon2id$v=19$m=65536,t=3,p=4${SALT}"),
        format!("$argon2id$v=19$m=65536,t=3,p=4${SALT}$AAAAAAAAAAAAAA"),
        "$2b$04$short".to_owned(),
        "{SSHA512}AAAA".to_owned(),
        "{SSHA512}".to_owned(),
    ] {
        assert_eq!(import_foreign(&bad), Err(ImportError::Incomplete), "{bad}");
    }
    let faulty_bcrypt = OF_KRANICH[10].replace("$2b$", "$2x$");
    let short_salt = format!("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA${SUM}");
    for bad in ["", "$", "plain text", &short_salt, &"x".repeat(600), &faulty_bcrypt] {
        assert_eq!(import_foreign(bad), Err(ImportError::Format), "{bad}");
    }
}

/// LP-03: bcrypt reads 72 bytes and forgets the rest; a password that only begins right is wrong.
#[test]
fn lp_03_bcrypt_truncates_nothing_here() {
    let of_72 = bcrypt::hash("x".repeat(72), 4).unwrap();
    assert!(verify_foreign(&p(&"x".repeat(72)), &of_72));
    assert!(!verify_foreign(&p(&"x".repeat(73)), &of_72));
}
