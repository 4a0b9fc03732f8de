//! Carries mails: to an SMTP server, into a spool folder, or into the demo's mailbox. Answers whether a failure may pass.

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::demo_mailbox::{self, DemoMailbox};
use super::message::{self, Parts};
use crate::config::{MailProtection, MailRoute, SmtpRoute};
use crate::storage::outbox::Mail;

/// A server that accepts the connection and then says nothing would hold a delivery for ever: lettre's own timeout covers the connection alone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Deliveries at once: one connection carries about 20 mails a second.
pub const CONNECTIONS: u32 = 4;

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
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
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
            MailRoute::Smtp(server) => Transport::Smtp(smtp(server)?),
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
        match &self.transport {
            Transport::Smtp(server) => {
                match tokio::time::timeout(self.patience, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(cause)) => Err(classified(&cause)),
                    Err(_elapsed) => Err(DeliveryError::Transient(
                        "the mail server did not answer in time".to_owned(),
                    )),
                }
            }
            Transport::Spool(folder) => {
                let name = format!("{}.eml", demo_mailbox::file_id(&mail.message_id));
                demo_mailbox::write_whole(folder, &name, &message.formatted())
                    .map_err(|cause| DeliveryError::Transient(cause.to_string()))
            }
            Transport::Demo(mailbox) => mailbox
                .put(mail, &message.formatted())
                .map_err(|cause| DeliveryError::Transient(cause.to_string())),
        }
    }
}

fn smtp(server: &SmtpRoute) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailerError> {
    let transport = match server.protection {
        MailProtection::Tls => {
            AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host).map_err(MailerError::Tls)?
        }
        MailProtection::StartTls => {
            AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&server.host)
                .map_err(MailerError::Tls)?
        }
        // The configuration allows it to this machine alone.
        MailProtection::None => {
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        }
    };
    let transport = match &server.login {
        Some((user, password)) => transport.credentials(Credentials::new(
            user.clone(),
            password.expose_secret().to_owned(),
        )),
        None => transport,
    };
    let pool = PoolConfig::new()
        .max_size(CONNECTIONS)
        .idle_timeout(Duration::from_secs(30));
    Ok(transport
        .port(server.port)
        .timeout(Some(Duration::from_secs(10)))
        .pool_config(pool)
        .build())
}

/// Only the server's "never" about this mail is final. Lost connections, TLS trouble and garbage are neither permanent nor transient for lettre, and
/// a refused login (53x) is our setting's fault, not the mail's.
fn classified(cause: &SmtpError) -> DeliveryError {
    let is_about_login = cause
        .status()
        .is_some_and(|code| (530..540).contains(&u16::from(code)));
    let reason = cause.to_string();
    if (cause.is_permanent() && !is_about_login) || cause.is_client() {
        DeliveryError::Permanent(reason)
    } else {
        DeliveryError::Transient(reason)
    }
}
