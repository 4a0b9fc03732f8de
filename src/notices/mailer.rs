//! Carries mails: to an SMTP server, into a spool folder, or into the demo's mailbox. Answers whether a failure may pass.

use std::path::PathBuf;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::demo_mailbox::{self, DemoMailbox};
use super::message::{self, Parts};
use crate::config::{MailProtection, MailRoute, SmtpRoute};
use crate::storage::outbox::Mail;

/// A server that accepts the connection and then says nothing would hold a delivery for ever: lettre's own timeout covers the connection alone.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the server may take to say good-bye to a mail it has taken.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why a mail was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It may go later: the server is away, busy, slow, or refuses us rather than the mail.
    #[error("{0}")]
    Transient(String),
    /// It will never go.
    #[error("{0}")]
    Permanent(String),
}

/// Why there is no mailer.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The TLS settings cannot be used.
    #[error("the mail server's name cannot be used for TLS: {0}")]
    Tls(#[source] SmtpError),
    /// The folder cannot be used.
    #[error("the mail folder {} cannot be used: {cause}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// Carries mails along one route.
#[derive(Debug)]
pub struct Mailer {
    from: String,
    transport: Transport,
    patience: Duration,
}

#[derive(Debug)]
enum Transport {
    Smtp(Box<SmtpServer>),
    Spool(PathBuf),
    Demo(DemoMailbox),
}

impl Mailer {
    /// A mailer along `route`, with the sender's address `from`. No connection is made yet.
    pub fn new(route: &MailRoute, from: &str) -> Result<Self, MailerError> {
        let folder_error = |folder: &PathBuf| {
            let folder = folder.clone();
            move |cause| MailerError::Folder { folder, cause }
        };
        let transport = match route {
            MailRoute::Smtp(server) => Transport::Smtp(Box::new(SmtpServer::new(server)?)),
            MailRoute::Spool(folder) => {
                std::fs::create_dir_all(folder).map_err(folder_error(folder))?;
                Transport::Spool(folder.clone())
            }
            MailRoute::Mailbox(folder) => {
                Transport::Demo(DemoMailbox::open(folder).map_err(folder_error(folder))?)
            }
        };
        Ok(Self {
            from: from.to_owned(),
            transport,
            patience: PATIENCE,
        })
    }

    /// Waits no longer than `patience` for a delivery (tests of a server that hangs).
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Delivers a mail. Needs a tokio runtime with time and input/output.
    pub async fn deliver(&self, mail: &Mail) -> Result<(), DeliveryError> {
        let message = message::build(&Parts::of_stored(&self.from, mail))
            .map_err(|cause| DeliveryError::Permanent(cause.to_string()))?;
        let file_error = |cause: std::io::Error| DeliveryError::Transient(cause.to_string());
        match &self.transport {
            Transport::Smtp(server) => self.hand_over(server, &message).await,
            Transport::Spool(folder) => {
                let name = format!("{}.eml", demo_mailbox::file_id(&mail.message_id));
                demo_mailbox::write_whole(folder, &name, &message.formatted()).map_err(file_error)
            }
            Transport::Demo(mailbox) => mailbox.put(mail, &message.formatted()).map_err(file_error),
        }
    }

    async fn hand_over(&self, server: &SmtpServer, message: &Message) -> Result<(), DeliveryError> {
        match tokio::time::timeout(self.patience, server.send(message)).await {
            Ok(Ok(mut connection)) => {
                // The mail is taken; what the server says now changes nothing.
                let _ = tokio::time::timeout(FAREWELL, connection.abort()).await;
                Ok(())
            }
            Ok(Err(cause)) => Err(classified(&cause)),
            Err(_elapsed) => Err(DeliveryError::Transient(
                "the mail server did not answer in time".to_owned(),
            )),
        }
    }
}

/// A mail server and how it wants to be spoken to. Each mail has a connection of its own: one that was kept may be dead without saying so.
struct SmtpServer {
    route: SmtpRoute,
    hello: ClientId,
    tls: Option<TlsParameters>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SmtpServer({}:{} {:?})",
            self.route.host, self.route.port, self.route.protection
        )
    }
}

impl SmtpServer {
    fn new(route: &SmtpRoute) -> Result<Self, MailerError> {
        let tls = match route.protection {
            // The configuration allows it to this machine alone.
            MailProtection::None => None,
            MailProtection::Tls | MailProtection::StartTls => {
                Some(TlsParameters::new(route.host.clone()).map_err(MailerError::Tls)?)
            }
        };
        Ok(Self {
            route: route.clone(),
            hello: ClientId::default(),
            tls,
        })
    }

    /// Hands a message over; answers the connection, to be closed.
    async fn send(&self, message: &Message) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.route.host.trim_matches(['[', ']']), self.route.port);
        let is_wrapped = self.route.protection == MailProtection::Tls;
        let from_the_first_byte = self.tls.clone().filter(|_| is_wrapped);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            None,
            &self.hello,
            from_the_first_byte,
            None,
        )
        .await?;
        if let Some(tls) = self.tls.clone().filter(|_| !is_wrapped) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some((user, password)) = &self.route.login {
            let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &login).await?;
        }
        connection
            .send(message.envelope(), &message.formatted())
            .await?;
        Ok(connection)
    }
}

/// Only the server's "never" about this mail is final. Lost connections, TLS trouble and garbage are neither permanent nor transient for lettre, and
/// a refused login (53x) is our setting's fault, not the mail's.
fn classified(cause: &SmtpError) -> DeliveryError {
    let is_about_login = cause
        .status()
        .is_some_and(|code| (530..540).contains(&u16::from(code)));
    let reason = cause.to_string();
    if cause.is_permanent() && !is_about_login {
        DeliveryError::Permanent(reason)
    } else {
        DeliveryError::Transient(reason)
    }
}
