//! Whether a key that a connection trusts already has signed metadata (SAML Metadata 3).

use homeward_model::Timestamp;

use crate::saml::{
    guard::{self, Root},
    settings::SamlSettings,
    signature::{TrustedKeys, verified_bytes},
};

/// The text that was signed, when a trusted key signed the whole; `None` in every other case. It is as strict as with an answer, and
/// nothing else of the document is to be read.
pub fn signed_text(bytes: &[u8], settings: &SamlSettings, now: Timestamp) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let keys = TrustedKeys::of(settings, now).ok()?;
    let guarded = guard::check(bytes, Root::Metadata, keys.sha1()).ok()?;
    guarded.over_root.as_ref()?;
    verified_bytes(&guarded, &keys).ok()
}
