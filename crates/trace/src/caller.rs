//! What a caller says of its own trace, `traceparent` (W3C Trace Context 3.2). Anybody can send one.

use crate::{TraceId, id::bytes};

/// A span of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its trace.
    pub trace: TraceId,
    /// Its span.
    pub span: [u8; 8],
    /// Whether the caller keeps it.
    pub is_kept: bool,
}

impl Caller {
    /// Reads the header. What is not exactly one is none.
    pub fn parse(header: &str) -> Option<Self> {
        // A later version may have more behind it.
        if header.len() > 256 {
            return None;
        }
        let mut parts = header.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let [version] = bytes(version)?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        let [flags] = bytes(flags)?;
        let span = bytes(span).filter(|span| *span != [0; 8])?;
        Some(Self { trace: TraceId::parse(trace)?, span, is_kept: flags & 1 == 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_or_is_none() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let read = Caller::parse(good).unwrap();
        assert_eq!((read.trace.to_string().as_str(), read.span, read.is_kept), ("0af7651916cd43dd8448eb211c80319c", [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31], true));
        assert!(!Caller::parse(&good.replace("-01", "-00")).unwrap().is_kept);
        assert!(Caller::parse(&format!("01{}-what-comes", &good[2..])).is_some(), "a later version");
        for wrong in [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", &good.to_uppercase(), &format!("ff{}", &good[2..]), &format!("{good}-x"), &format!(" {good}"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-ann@north.example-b7ad6b7169203331-01",
        ] {
            assert_eq!(Caller::parse(wrong), None, "{wrong}");
        }
    }
}
