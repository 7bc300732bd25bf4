//! A form with a file (RFC 7578): fields of text, each once (LH-12), and one file. What was said about the file, its name and its kind,
//! counts for nothing.

use std::{convert::Infallible, future::ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::{future::LocalBoxFuture, stream};
use multer::Multipart;

use crate::form::{Form, OwnForm, Trouble};

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 20;

/// What was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The fields.
    pub form: OwnForm,
    /// The file; empty when none was chosen.
    pub file: Bytes,
}

/// Reads a body of that kind.
async fn read(kind: &str, body: Bytes) -> Result<Sent, Trouble> {
    let boundary = multer::parse_boundary(kind).map_err(|_| Trouble::NotAForm)?;
    let mut parts = Multipart::new(stream::once(ready(Ok::<_, Infallible>(body))), boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.map_err(|_| Trouble::Malformed)? {
        let (name, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        let content = part.bytes().await.map_err(|_| Trouble::Malformed)?;
        if is_file {
            // Two files are two readings, so none.
            if file.replace(content).is_some() {
                return Err(Trouble::Malformed);
            }
            continue;
        }
        fields.push((name, String::from_utf8(content.into()).map_err(|_| Trouble::Malformed)?));
        if fields.len() > MOST_FIELDS {
            return Err(Trouble::Malformed);
        }
    }
    let form = Form(fields);
    if form.repeats() { Err(Trouble::Malformed) } else { Ok(Sent { form: OwnForm(form), file: file.unwrap_or_default() }) }
}

impl FromRequest for Sent {
    type Error = Trouble;
    type Future = LocalBoxFuture<'static, Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (kind, packed) = (header("content-type"), header("content-encoding").to_ascii_lowercase());
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !matches!(packed.as_str(), "" | "identity") {
                return Err(Trouble::NotAForm);
            }
            read(&kind, bytes.await.map_err(|_| Trouble::TooLarge)?).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XyZ";

    fn part(head: &str, content: &str) -> String {
        format!("--XyZ\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    }

    /// LH-12: fields and one file are read as they are; what stands twice, is no text, or does not end is refused.
    #[actix_web::test]
    async fn lh_12_fields_and_one_file_each_once() {
        let (field, file) = (part("name=\"token\"", "t"), part("name=\"picture\"; filename=\"../a.svg\"", "\u{1}\r\n--Xy"));
        let sent = read(KIND, Bytes::from(format!("{field}{file}--XyZ--\r\n"))).await.unwrap();
        assert_eq!((sent.form.get("token"), sent.form.get("picture"), &sent.file[..]), ("t", "", &b"\x01\r\n--Xy"[..]));
        let none = read(KIND, Bytes::from(format!("{field}--XyZ--\r\n"))).await.unwrap();
        assert!(none.file.is_empty() && none.form.get("token") == "t");
        for bad in [format!("{field}{field}--XyZ--"), format!("{file}{file}--XyZ--"), format!("{field}{file}"), part("name=\"a\"", "b").repeat(30) + "--XyZ--", "nothing".into()] {
            assert!(matches!(read(KIND, Bytes::from(bad.clone())).await, Err(Trouble::Malformed)), "{bad}");
        }
        let not_text = [field.as_bytes(), b"--XyZ\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\xff\r\n--XyZ--"].concat();
        assert!(matches!(read(KIND, Bytes::from(not_text)).await, Err(Trouble::Malformed)));
        for kind in ["", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed; boundary=XyZ"] {
            assert!(matches!(read(kind, Bytes::from(format!("{field}--XyZ--\r\n"))).await, Err(Trouble::NotAForm)), "{kind}");
        }
    }
}
