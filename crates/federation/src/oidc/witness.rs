//! What a test sign-in by OpenID Connect has seen on its way, for an administrator to read afterwards: the ID token as it came and whether a key
//! of the provider vouches for it, and what the userinfo endpoint said. A sign-in has no witness.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::json::{self, Object};
use crate::whole::{Document, DocumentKind, Whole, claims};

/// Longest token that is shown, in bytes.
const LONGEST: usize = 65_536;

/// The witness of one answer.
#[derive(Default)]
pub(crate) struct Witness {
    token: OnceLock<Zeroizing<String>>,
    signed: OnceLock<()>,
    more: OnceLock<Object>,
}

impl Witness {
    /// This came from the token endpoint.
    pub fn came(&self, token: &str) {
        let _ = self.token.set(Zeroizing::new(token.to_owned()));
    }
    /// A key of the provider vouches for it.
    pub fn is_signed(&self) {
        let _ = self.signed.set(());
    }
    /// This came from the userinfo endpoint.
    pub fn also(&self, more: &Object) {
        let _ = self.more.set(more.clone());
    }
    /// What it has seen; `None` when no token came that could be read.
    pub fn whole(&self) -> Option<Whole> {
        let token = self.token.get().filter(|token| token.len() <= LONGEST)?;
        let mut parts = token.split('.');
        let is_signed = self.signed.get().is_some();
        let mut document = |kind| -> Option<Document> {
            let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
            Some(claims::document(kind, &json::read_object(&bytes).ok()?, is_signed))
        };
        let (header, payload) = (document(DocumentKind::Header)?, document(DocumentKind::Claims)?);
        // It came from the provider itself, and nobody has signed it.
        let more = self.more.get().map(|more| claims::document(DocumentKind::UserInfo, more, false));
        Some(Whole { documents: [header, payload].into_iter().chain(more).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whole::tests::read;

    #[test]
    fn a_witness_shows_the_token_and_whether_it_is_signed() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256","kid":"1"}"#), part(r#"{"iss":"https://idp.example","sub":"mia@right.example"}"#));
        for is_signed in [true, false] {
            let witness = Witness::default();
            witness.came(&token);
            if is_signed {
                witness.is_signed();
            }
            let whole = witness.whole().unwrap();
            assert_eq!((whole.is_signed(), whole.documents.len()), (is_signed, 2));
            assert!(read(&whole.documents[0]).contains("\"alg\": \"RS256\""));
            assert!(read(&whole.documents[1]).contains("\"sub\": \"m•••••@right.example\"") && !read(&whole.documents[1]).contains("mia@"));
        }
        for bad in ["", "x", "e30", "e30.!!", "e30.W10", &"x".repeat(LONGEST + 1)] {
            let witness = Witness::default();
            witness.came(bad);
            assert_eq!(witness.whole(), None);
        }
        assert_eq!(Witness::default().whole(), None);
    }

    #[test]
    fn what_the_userinfo_endpoint_said_is_signed_by_nobody() {
        let witness = Witness::default();
        witness.came("e30.e30.");
        witness.is_signed();
        witness.also(serde_json::json!({ "name": "Mia Finch" }).as_object().unwrap());
        let whole = witness.whole().unwrap();
        assert_eq!(whole.documents.iter().map(|document| document.kind).collect::<Vec<_>>(), [DocumentKind::Header, DocumentKind::Claims, DocumentKind::UserInfo]);
        assert_eq!(read(&whole.documents[2]), "- {\n-   \"name\": \"M•••••\"\n- }\n");
    }
}
