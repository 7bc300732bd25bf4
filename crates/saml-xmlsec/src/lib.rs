//! The second opinion on a SAML signature. The only crate of ours with `unsafe`, because xmlsec is C.
