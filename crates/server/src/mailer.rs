//! Mail over SMTP.

use async_trait::async_trait;
use homeward_mail::{Carrier, Queued};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header::HeaderName, header::HeaderValue},
    transport::smtp::authentication::Credentials,
};

use crate::settings::{Mail, MailTls};

/// Hands mails to the configured server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
    reply_to: Option<String>,
}

impl Smtp {
    /// Prepares the connection; it is opened at the first mail.
    pub fn new(mail: &Mail) -> Result<Self, String> {
        let relay = |built: Result<_, lettre::transport::smtp::Error>| built.map_err(|e| format!("[mail] host: {e}"));
        let mut builder = match mail.tls {
            MailTls::Tls => relay(AsyncSmtpTransport::<Tokio1Executor>::relay(&mail.host))?,
            MailTls::Starttls => relay(AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&mail.host))?,
            MailTls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host),
        };
        if let (Some(user), Some(file)) = (&mail.username, &mail.password_file) {
            let password = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            builder = builder.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
        }
        let transport = builder.port(mail.port).timeout(Some(std::time::Duration::from_secs(20))).build();
        Ok(Self { transport, from: mail.from.clone(), reply_to: mail.reply_to.clone() })
    }

    fn message(&self, mail: &Queued) -> Result<Message, String> {
        let address = |text: &str| text.parse().map_err(|e| format!("an address does not read: {e}"));
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(mail.rendered.sender.clone()), address(&self.from)?))
            .to(Mailbox::new(None, address(mail.to.as_str())?))
            .subject(mail.rendered.subject.clone())
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(Mailbox::new(None, address(reply_to)?));
        }
        let parts = MultiPart::alternative_plain_html(mail.rendered.text.clone(), mail.rendered.html.clone());
        builder.multipart(parts).map_err(|e| e.to_string())
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn send(&self, mail: &Queued) -> Result<(), String> {
        self.transport.send(self.message(mail)?).await.map(|_| ()).map_err(|e| e.to_string())
    }
}
