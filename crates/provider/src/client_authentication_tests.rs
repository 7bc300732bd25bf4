use super::*;
use crate::calls::basic;

fn by(header: &str) -> Caller<'_> {
    Caller { authorization: Some(header), network: "" }
}

proptest::proptest! {
    #[test]
    fn basic_headers_and_forms_never_panic(header in ".{0,80}", form in proptest::collection::vec((".{0,20}|client_(id|secret|assertion|assertion_type)", ".{0,60}"), 0..6)) {
        if let Ok(params) = Params::of(&form) {
            let _ = claimed(&by(&header), &params);
            let _ = claimed(&by(&format!("Basic {}", STANDARD.encode(&header))), &params);
            let _ = claimed(&Caller::default(), &params);
        }
        let _ = form_decoded(&header);
    }

    /// OT-07: whatever the secret, it arrives as it was sent.
    #[test]
    fn ot_07_any_secret_survives_form_encoding_and_basic(secret in ".{1,60}") {
        let header = basic("app.1~x", &secret);
        let claimed = claimed(&by(&header), &Params::of(&[]).unwrap()).unwrap();
        let Proof::Basic(arrived) = claimed.proof else { panic!("by Basic") };
        proptest::prop_assert_eq!((claimed.id.as_str(), arrived), ("app.1~x", secret));
    }
}
