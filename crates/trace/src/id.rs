//! The id of a trace.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Sixteen bytes, not all of them zero (W3C Trace Context 3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// From bytes that were drawn by chance.
    pub fn new(mut bytes: [u8; 16]) -> Self {
        if bytes == [0; 16] {
            bytes = [1; 16];
        }
        Self(bytes)
    }
    /// Of a sign-in: from the SHA-256 of the random id that its stages carry. The id itself is not found from it.
    pub fn of_sign_in(hash: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(hash) {
            *to = *from;
        }
        Self::new(bytes)
    }
    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
    /// Whether this trace is one of the share that is kept: the same answer at every hop and on every node.
    pub fn is_sampled(&self, share: f64) -> bool {
        if share >= 1.0 {
            return true;
        }
        // The last seven bytes are the random ones of W3C Trace Context level 2.
        let number = self.0.iter().skip(9).fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
        #[expect(clippy::cast_precision_loss, reason = "both are 56 bits; what a share of traces is needs no more than 53 of them")]
        let place = number as f64 / (1u64 << 56) as f64;
        place < share
    }
    /// From 32 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(bytes(text)?)).filter(|id| id.0 != [0; 16])
    }
}

/// Bytes of hexadecimal digits in lower case.
pub(crate) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (to, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *to = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(bytes)
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no id of a trace"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = TraceId::new(*b"\x00\x01\x7f\x80\xff567890abcde");
        assert_eq!(id.to_string(), "00017f80ff3536373839306162636465");
        assert_eq!(TraceId::parse(&id.to_string()), Some(id));
        for wrong in ["", "00000000000000000000000000000000", "0AF7651916CD43DD8448EB211C80319C", "0af7651916cd43dd8448eb211c80319", "0af7651916cd43dd8448eb211c80319cc", "0af7651916cd43dd8448eb211c8031 c"] {
            assert_eq!(TraceId::parse(wrong), None, "{wrong}");
        }
        assert!(TraceId::parse("0af7651916cd43dd8448eb211c80319c").is_some());
    }

    #[test]
    fn the_share_is_about_what_was_asked_for() {
        let ids = (0..=255u8).flat_map(|high| (0..16u8).map(move |low| [0, 0, 0, 0, 0, 0, 0, 0, 9, high, low << 4, 0, 0, 0, 0, 0]));
        let all: Vec<TraceId> = ids.map(TraceId::new).collect();
        let kept = |share: f64| all.iter().filter(|id| id.is_sampled(share)).count();
        assert_eq!((kept(1.0), kept(0.25), kept(0.0), all.len()), (4096, 1024, 0, 4096));
    }
}
