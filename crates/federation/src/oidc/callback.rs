//! What came to the callback address: a query or a form from a stranger's browser.

/// The parameters of an authorization response (RFC 6749 4.1.2, RFC 9207). Unverified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackParams {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) description: Option<String>,
    /// Something of the implicit or hybrid flow came, too. It is never asked for (OR-24).
    pub(crate) front_channel_token: bool,
}

/// Why parameters cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CallbackError {
    /// One stands twice.
    #[error("a parameter of the answer stands twice")]
    Twice,
    /// One is too long, or there are too many.
    #[error("the answer is too long")]
    TooLong,
    /// There is no `state`: nothing says which sign-in it belongs to.
    #[error("the answer does not say which sign-in it belongs to")]
    NoState,
}

/// Longest value, in bytes. Entra's codes have about 1,500.
const LONGEST: usize = 8_192;
/// Longest query.
const LONGEST_QUERY: usize = 16_384;

impl CallbackParams {
    /// Reads a raw query (`response_mode=query`) or form body (`form_post`).
    ///
    /// # Errors
    /// When a parameter stands twice, is too long, or `state` is missing.
    pub fn parse(raw: &str) -> Result<Self, CallbackError> {
        if raw.len() > LONGEST_QUERY {
            return Err(CallbackError::TooLong);
        }
        let mut found = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            if seen.len() >= 32 || name.len() > 100 || value.len() > LONGEST {
                return Err(CallbackError::TooLong);
            }
            if seen.iter().any(|known| *known == name) {
                return Err(CallbackError::Twice);
            }
            seen.push(name.clone().into_owned());
            // A parameter without a value counts as absent (RFC 6749 3.1).
            let value = Some(value.into_owned()).filter(|value| !value.is_empty());
            match name.as_ref() {
                "code" => found.code = value,
                "state" => found.state = value,
                "iss" => found.issuer = value,
                "error" => found.error = value,
                "error_description" => found.description = value,
                "id_token" | "access_token" | "token_type" | "expires_in" | "response" => found.front_channel_token = true,
                _ => {}
            }
        }
        if found.state.is_none() { Err(CallbackError::NoState) } else { Ok(found) }
    }
    /// The handle of the transaction.
    pub fn state(&self) -> &str {
        self.state.as_deref().unwrap_or_default()
    }
    /// What the provider says went wrong; unverified text, for the administrator.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// OR-02, OR-22: each parameter once, with a state.
    #[test]
    fn or_02_or_22_parameters_stand_once() {
        let good = CallbackParams::parse("code=c&state=s&iss=https%3A%2F%2Fidp.example&session_state=x").unwrap();
        assert_eq!((good.code.as_deref(), good.state(), good.issuer.as_deref()), (Some("c"), "s", Some("https://idp.example")));
        for twice in ["code=c&state=s&iss=a&iss=b", "code=a&code=b&state=s", "state=a&state=b", "state=s&x=1&x=1", "state=s&c%6fde=a&code=b"] {
            assert_eq!(CallbackParams::parse(twice), Err(CallbackError::Twice), "{twice}");
        }
        for none in ["", "code=c", "code=c&state="] {
            assert_eq!(CallbackParams::parse(none), Err(CallbackError::NoState), "{none}");
        }
        assert_eq!(CallbackParams::parse(&format!("state=s&code={}", "x".repeat(9_000))), Err(CallbackError::TooLong));
        assert!(CallbackParams::parse("state=s&id_token=x").unwrap().front_channel_token);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(raw in ".{0,300}") {
            if let Ok(found) = CallbackParams::parse(&raw) {
                prop_assert!(!found.state().is_empty());
            }
        }
    }
}
