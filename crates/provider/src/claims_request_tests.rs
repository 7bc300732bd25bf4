use homeward_model::ClientId;
use proptest::prelude::*;

use super::*;

fn client() -> Client {
    Client::new(ClientId::parse("app").unwrap(), "App")
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn claims_are_kept_that_we_have_and_that_the_client_may_have() {
    let text = r#"{"id_token":{"email":{"essential":true},"name":null,"favourite_colour":null},"userinfo":{"groups":null,"account_name":{"essential":false}},"x":1}"#;
    let asked = parse(text, &client()).unwrap();
    assert_eq!(asked.claims, ClaimsRequest { id_token: names(&["email", "name"]), userinfo: names(&["groups", "account_name"]) });
    assert_eq!((asked.subject, asked.acr), (None, vec![]));
    let mut narrow = client();
    narrow.scopes.remove("email");
    assert_eq!(parse(text, &narrow).unwrap().claims.id_token, names(&["name"]), "what its scopes do not open, claims do not either");
    assert!(parse("{}", &client()).unwrap().claims.is_empty());
}

/// OA-27: an essential `acr` with values is a demand; a voluntary one is a wish. `sub` with a value names the one person.
#[test]
fn oa_27_essential_values_are_demands() {
    let demands = parse(r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"u"}}}"#, &client()).unwrap();
    assert_eq!((demands.acr, demands.subject.as_deref()), (vec!["a".to_owned(), "b".to_owned()], Some("u")));
    let wish = parse(r#"{"id_token":{"acr":{"values":["a"]},"auth_time":{"essential":true}}}"#, &client()).unwrap();
    assert_eq!((wish.acr, wish.subject), (vec![], None));
    assert_eq!(parse(r#"{"id_token":{"acr":{"essential":true,"values":[7]}}}"#, &client()), Err(Malformed), "a demand that nothing can meet");
    assert_eq!(parse(r#"{"id_token":{"sub":{"value":"u"}},"userinfo":{"sub":{"value":"v"}}}"#, &client()), Err(Malformed));
}

/// OA-29: deep, long, doubled and crooked documents are refused; none of them costs anything.
#[test]
fn oa_29_crooked_documents_are_refused() {
    let deep = format!(r#"{{"id_token":{{"email":{}1{}}}}}"#, "[".repeat(3_000), "]".repeat(3_000));
    let deep_elsewhere = format!(r#"{{"x":{}1{}}}"#, r#"{"a":"#.repeat(1_000), "}".repeat(1_000));
    let many: String = (0..100).map(|n| format!(r#""c{n}":null,"#)).collect();
    let many = format!(r#"{{"id_token":{{{}"email":null}}}}"#, many);
    for bad in [
        "", "x", "[]", "null", "1", r#""a""#, r#"{"id_token":[]}"#, r#"{"id_token":{"email":true}}"#, r#"{"id_token":{"email":null,"email":null}}"#,
        r#"{"id_token":{},"id_token":{}}"#, r#"{"id_token":{"email":{"essential":"yes"}}}"#, r#"{"userinfo":{"a":{"values":"b"}}}"#, r#"{} {}"#, &deep, &many,
    ] {
        assert_eq!(parse(bad, &client()), Err(Malformed), "{}", &bad[..bad.len().min(60)]);
    }
    let _ = parse(&deep_elsewhere, &client());
    assert!(parse(r#"{"id_token":{"email":null}}"#, &client()).is_ok());
}

proptest! {
    /// OA-29: whatever stands there, nothing is opened but what the client may have.
    #[test]
    fn oa_29_nothing_opens_more_than_the_client_may_have(text in r#"\{("(id_token|userinfo)":\{("(sub|acr|email|x)":(null|\{"(value|values|essential)":(true|1|"a"|\["a"\])\}),?){0,4}\},?){0,2}\}|.{0,60}"#) {
        let mut client = client();
        client.scopes = ["openid".to_owned()].into();
        if let Ok(demands) = parse(&text, &client) {
            prop_assert!(demands.claims.is_empty());
        }
    }
}
