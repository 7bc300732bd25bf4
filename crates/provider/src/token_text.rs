//! Access and refresh tokens: not stored, authenticated by a MAC. What they stand for is looked up at every use (OT-19).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{GrantId, Random, Timestamp};
use homeward_sealing::Mac;

const ACCESS: &str = "hwa_";
const REFRESH: &str = "hwr_";
const TAG: usize = 32;

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub grant: GrantId,
    pub expires: Timestamp,
    /// Which of the grant's scopes, in their order; a refresh may ask for fewer.
    pub scopes: u32,
}

/// What a refresh token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refresh {
    pub grant: GrantId,
    pub generation: u32,
}

impl Access {
    pub fn write(&self, mac: &Mac, random: &dyn Random) -> String {
        let mut serial = [0; 8];
        random.fill(&mut serial);
        let body = [
            &self.grant.as_uuid().as_bytes()[..],
            &self.expires.seconds().to_be_bytes(),
            &self.scopes.to_be_bytes(),
            &serial,
        ]
        .concat();
        write(ACCESS, mac, body)
    }
    pub fn read(mac: &Mac, text: &str) -> Option<Self> {
        let body = read(ACCESS, mac, text, 36)?;
        Some(Self {
            grant: grant(&body)?,
            expires: Timestamp::from_seconds(i64::from_be_bytes(body.get(16..24)?.try_into().ok()?)),
            scopes: u32::from_be_bytes(body.get(24..28)?.try_into().ok()?),
        })
    }
}

impl Refresh {
    /// The same grant and generation give the same token: a lost answer can be given again.
    pub fn write(&self, mac: &Mac) -> String {
        let body = [&self.grant.as_uuid().as_bytes()[..], &self.generation.to_be_bytes()].concat();
        write(REFRESH, mac, body)
    }
    pub fn read(mac: &Mac, text: &str) -> Option<Self> {
        let body = read(REFRESH, mac, text, 20)?;
        Some(Self { grant: grant(&body)?, generation: u32::from_be_bytes(body.get(16..20)?.try_into().ok()?) })
    }
}

fn grant(body: &[u8]) -> Option<GrantId> {
    uuid(body.get(..16)?).map(GrantId::from_uuid)
}

fn uuid(bytes: &[u8]) -> Option<uuid::Uuid> {
    uuid::Uuid::from_slice(bytes).ok()
}

fn write(kind: &str, mac: &Mac, body: Vec<u8>) -> String {
    let tag = mac.sign(&[kind.as_bytes(), &body]);
    format!("{kind}{}", URL_SAFE_NO_PAD.encode([&body[..], &tag].concat()))
}

fn read(kind: &str, mac: &Mac, text: &str, length: usize) -> Option<Vec<u8>> {
    let mut raw = URL_SAFE_NO_PAD.decode(text.strip_prefix(kind)?).ok()?;
    if raw.len() != length.checked_add(TAG)? {
        return None;
    }
    let tag = raw.split_off(length);
    mac.verify(&[kind.as_bytes(), &raw], &tag).then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;

    /// OT-19: every truncation and every changed character is refused; one kind is never the other.
    #[test]
    fn ot_19_a_token_is_right_in_one_form_only() {
        let mac = Mac::new(&[1; 32]);
        let grant = GrantId::generate(&SystemRandom);
        let access = Access { grant, expires: Timestamp::from_seconds(7), scopes: 5 };
        let refresh = Refresh { grant, generation: 3 };
        let texts = [access.write(&mac, &SystemRandom), refresh.write(&mac)];
        assert_eq!(Access::read(&mac, &texts[0]), Some(access));
        assert_eq!(Refresh::read(&mac, &texts[1]), Some(refresh));
        assert_eq!(Refresh::read(&Mac::new(&[2; 32]), &texts[1]), None);
        let read = |text: &str| Access::read(&mac, text).is_some() || Refresh::read(&mac, text).is_some();
        for text in &texts {
            for cut in 0..text.len() {
                assert!(!read(&text[..cut]) && !read(&text[text.len() - cut..]), "{cut}");
                for other in (b'0'..=b'z').chain(*b"+/=-. ") {
                    let mut bytes = text.clone().into_bytes();
                    if std::mem::replace(&mut bytes[cut], other) != other {
                        assert!(!read(&String::from_utf8(bytes).unwrap()), "byte {cut} as {other}");
                    }
                }
            }
            assert!(!read(&format!("{text}A")) && !read(&format!("{text}=")));
        }
        assert!(Refresh::read(&mac, &texts[0].replace("hwa_", "hwr_")).is_none());
        assert_ne!(access.write(&mac, &SystemRandom), access.write(&mac, &SystemRandom));
        assert_eq!(refresh.write(&mac), refresh.write(&mac));
    }

    proptest::proptest! {
        /// OT-19: what we write is read as it was meant; what strangers write is nothing.
        #[test]
        fn ot_19_tokens_are_read_as_they_were_written(id in proptest::prelude::any::<u128>(), expires in proptest::prelude::any::<i64>(), bits in proptest::prelude::any::<u32>(), text in ".{0,140}|hw[ar]_[A-Za-z0-9_-]{0,140}") {
            let mac = Mac::new(&[1; 32]);
            let grant = GrantId::from_uuid(uuid::Uuid::from_u128(id));
            let access = Access { grant, expires: Timestamp::from_seconds(expires), scopes: bits };
            let refresh = Refresh { grant, generation: bits };
            proptest::prop_assert_eq!(Access::read(&mac, &access.write(&mac, &SystemRandom)), Some(access));
            proptest::prop_assert_eq!(Refresh::read(&mac, &refresh.write(&mac)), Some(refresh));
            proptest::prop_assert!(Access::read(&mac, &text).is_none() && Refresh::read(&mac, &text).is_none());
        }
    }
}
