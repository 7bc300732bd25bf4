//! Genuine messages, changed anywhere.

/// Changes a message as the bytes say: places, lengths and what is put there.
pub fn by(message: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = message.as_bytes().to_vec();
    for step in bytes.chunks(6) {
        let [high, low, take, rest @ ..] = step else { continue };
        let at = (usize::from(*high) << 8 | usize::from(*low)) % (out.len() + 1);
        let end = (at + usize::from(*take % 16)).min(out.len());
        out.splice(at..end, rest.iter().copied());
    }
    out
}
