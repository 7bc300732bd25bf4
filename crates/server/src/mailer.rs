//! Mail over SMTP.

use async_trait::async_trait;
use homeward_mail::{Carrier, Queued};
use homeward_sealing::sha256;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header::HeaderName, header::HeaderValue},
    transport::smtp::{authentication::Credentials, extension::ClientId},
};

use crate::settings::{Mail, MailTls, environment, secret_file};

/// How long one command to the mail server may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// Hands mails to the configured server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    reply_to: Option<Address>,
    own_name: String,
}

/// The password for the mail server, when there is one.
///
/// # Errors
/// A sentence that names file or variable.
fn password(mail: &Mail) -> Result<Option<String>, String> {
    match (&mail.password_file, &mail.password_env) {
        (Some(file), _) => secret_file(file).map(Some).map_err(|e| format!("[mail] password_file: {e}")),
        (None, Some(name)) => environment(name).map(Some).map_err(|e| format!("[mail] password_env: {e}")),
        (None, None) => Ok(None),
    }
}

impl Smtp {
    /// Prepares the connection; it is opened at the first mail. `own_name` is the name we say in EHLO.
    pub fn new(mail: &Mail, own_name: &str) -> Result<Self, String> {
        let relay = |built: Result<_, lettre::transport::smtp::Error>| built.map_err(|e| format!("[mail] host: {e}"));
        let mut builder = match mail.tls {
            MailTls::Required => relay(AsyncSmtpTransport::<Tokio1Executor>::relay(&mail.host))?,
            MailTls::Starttls => relay(AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&mail.host))?,
            MailTls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host),
        };
        if let (Some(user), Some(password)) = (&mail.username, password(mail)?) {
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        let builder = builder.hello_name(ClientId::Domain(own_name.to_owned()));
        let transport = builder.port(mail.port).timeout(Some(PATIENCE)).build();
        let address = |key: &str, text: &str| text.parse::<Address>().map_err(|e| format!("[mail] {key} = \"{text}\": {e}"));
        let reply_to = mail.reply_to.as_deref().map(|text| address("reply_to", text)).transpose()?;
        Ok(Self { transport, from: address("from", &mail.from)?, reply_to, own_name: own_name.to_owned() })
    }

    /// Whether the mail server answers, with the protection that is set.
    pub async fn reach(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it does not answer as a mail server".into()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The same for every try: a mail that was sent twice because nobody learned of the first time is one to its reader.
    fn message_id(&self, mail: &Queued) -> String {
        let hash = sha256([mail.to.as_str(), mail.rendered.text.as_str()].join("\n").as_bytes());
        let word: String = hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        format!("<{}.{word}@{}>", mail.id, self.own_name)
    }

    fn message(&self, mail: &Queued) -> Result<Message, String> {
        let to = mail.to.as_str().parse::<Address>().map_err(|e| format!("an address does not read: {e}"))?;
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(mail.rendered.sender.clone()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(mail.rendered.subject.clone())
            .message_id(Some(self.message_id(mail)))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(Mailbox::new(None, reply_to.clone()));
        }
        let parts = MultiPart::alternative_plain_html(mail.rendered.text.clone(), mail.rendered.html.clone());
        builder.multipart(parts).map_err(|e| e.to_string())
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn send(&self, mail: &Queued) -> Result<(), String> {
        let sent = self.transport.send(self.message(mail)?).await;
        sent.map(|_| ()).map_err(|error| {
            // An answer of the mail server may name the recipient; its code may not.
            let why = error.status().map_or_else(|| error.to_string(), |code| format!("the mail server answered {code}"));
            tracing::warn!(mail = mail.id, tries = mail.tries, why, "a mail did not go out");
            error.to_string()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_mail::Rendered;
    use homeward_model::EmailAddress;

    fn queued(text: &str) -> Queued {
        let rendered = Rendered { sender: "Product, Account".into(), subject: "Ärger\u{301} & mehr".into(), text: text.into(), html: format!("<p>{text}</p>") };
        Queued { id: 7, to: EmailAddress::parse("ann@example.org").unwrap(), rendered, tries: 0 }
    }

    fn smtp(tls: MailTls) -> Smtp {
        let mail = Mail {
            host: "127.0.0.1".into(),
            port: 25,
            tls,
            username: None,
            password_file: None,
            password_env: None,
            from: "signin@example.com".into(),
            reply_to: Some("help@example.com".into()),
        };
        Smtp::new(&mail, "signin.example.com").unwrap()
    }

    /// LR-14: one recipient, headers without line breaks of ours, both parts, and the mark of a machine.
    #[tokio::test]
    async fn a_mail_has_two_parts_one_recipient_and_an_id_that_lasts_over_tries() {
        let raw = |text: &str| String::from_utf8(smtp(MailTls::None).message(&queued(text)).unwrap().formatted()).unwrap();
        let mail = raw("Hello");
        let id = |mail: &str| mail.lines().find(|l| l.starts_with("Message-ID: ")).unwrap().to_owned();
        for part in ["To: ann@example.org\r\n", "Reply-To: help@example.com", "Auto-Submitted: auto-generated", "text/plain", "text/html", "<signin@example.com>"] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
        assert_eq!(mail.matches("\r\nTo: ").count() + usize::from(mail.starts_with("To: ")), 1);
        assert_eq!(id(&mail), id(&raw("Hello")));
        assert_ne!(id(&mail), id(&raw("Other")));
        assert!(id(&mail).ends_with("@signin.example.com>"));
    }

    #[tokio::test]
    async fn a_password_that_is_not_there_is_named() {
        let missing = Mail { username: Some("u".into()), password_file: Some("/nowhere/smtp.password".into()), ..Mail {
            host: "m.example".into(), port: 465, tls: MailTls::Required, username: None, password_file: None, password_env: None, from: "a@s.example".into(), reply_to: None,
        } };
        let error = Smtp::new(&missing, "s.example").err().unwrap();
        assert!(error.contains("[mail] password_file: /nowhere/smtp.password"), "{error}");
    }
}
