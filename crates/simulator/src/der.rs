//! Just enough DER to find the numbers in a key and the public key in a certificate (X.690).

/// One element: its tag, what is in it, and its bytes with tag and length.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// The tag byte.
    pub tag: u8,
    /// The contents.
    pub contents: &'a [u8],
    /// Tag, length and contents.
    pub whole: &'a [u8],
}

/// Takes the first element off `bytes`.
pub fn take<'a>(bytes: &mut &'a [u8]) -> Option<Element<'a>> {
    let all: &'a [u8] = bytes;
    let tag = *all.first()?;
    let first = usize::from(*all.get(1)?);
    let (length, head) = if first < 0x80 {
        (first, 2)
    } else {
        let count = first - 0x80;
        let digits = all.get(2..2 + count).filter(|_| count <= 4)?;
        (digits.iter().fold(0usize, |sum, digit| (sum << 8) | usize::from(*digit)), 2 + count)
    };
    let contents = all.get(head..head.checked_add(length)?)?;
    let whole = all.get(..head + length)?;
    *bytes = all.get(head + length..)?;
    Some(Element { tag, contents, whole })
}

/// The elements inside the one that `bytes` is.
pub fn inside(mut bytes: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut contents = take(&mut bytes)?.contents;
    let mut found = Vec::new();
    while !contents.is_empty() {
        found.push(take(&mut contents)?);
    }
    Some(found)
}

/// The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 section 4.1).
pub fn public_key_of(certificate: &[u8]) -> Option<Vec<u8>> {
    let signed = inside(certificate)?.first()?.whole;
    let fields = inside(signed)?;
    // The version is tagged [0] and may be missing; then: serial, algorithm, issuer, validity, subject, key.
    let skip = usize::from(fields.first()?.tag == 0xa0);
    fields.get(5 + skip).map(|field| field.whole.to_vec())
}

/// Modulus, public and private exponent of an RSA key in PKCS #8 (RFC 8017 appendix A.1.2).
pub fn rsa_numbers(pkcs8: &[u8]) -> Option<[Vec<u8>; 3]> {
    let key = inside(pkcs8)?.get(2)?.contents;
    let numbers = inside(key)?;
    Some([numbers.get(1)?.contents.to_vec(), numbers.get(2)?.contents.to_vec(), numbers.get(3)?.contents.to_vec()])
}

/// The bytes of a PEM block, or of bare base64.
pub fn from_pem(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let inner: String = text.lines().filter(|line| !line.starts_with("-----")).collect::<String>().split_whitespace().collect();
    STANDARD.decode(inner).ok()
}
