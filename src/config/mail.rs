//! How mail leaves: a server over SMTP, a folder, or the demo's mailbox, from one setting.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{ConfigError, is_loopback};

/// How mail leaves the house.
#[derive(Debug, Clone)]
pub enum MailRoute {
    /// `smtp://…` or `smtps://…`.
    Smtp(SmtpRoute),
    /// `spool:FOLDER`: one `.eml` file for each mail.
    Spool(PathBuf),
    /// `mailbox:FOLDER`: the demo's own mailbox.
    Mailbox(PathBuf),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpRoute {
    /// Host name or address.
    pub host: String,
    /// Port: 465 for `smtps`, 587 otherwise, unless named.
    pub port: u16,
    /// How the connection is protected.
    pub protection: MailProtection,
    /// User name and password, when the server wants them.
    pub login: Option<(String, SecretString)>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailProtection {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// STARTTLS, required (`smtp://`).
    StartTls,
    /// None; allowed to loopback only (`smtp://127.0.0.1…`).
    None,
}

impl MailRoute {
    const REMEDY: &'static str =
        "write smtps://USER:PASSWORD@HOST[:PORT], smtp://HOST[:PORT] or spool:FOLDER";

    /// Reads the setting.
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let mistake = || ConfigError::invalid("TSUBAME_MAIL", Self::REMEDY);
        if let Some(folder) = text.strip_prefix("spool:") {
            return if folder.is_empty() {
                Err(mistake())
            } else {
                Ok(Self::Spool(PathBuf::from(folder)))
            };
        }
        if let Some(folder) = text.strip_prefix("mailbox:") {
            return if folder.is_empty() {
                Err(mistake())
            } else {
                Ok(Self::Mailbox(PathBuf::from(folder)))
            };
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(mistake)?;
        let (login, server) = rest
            .rsplit_once('@')
            .map_or((None, rest), |(login, server)| (Some(login), server));
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_invalid| mistake())?)),
            None => (server, None),
        };
        let (protection, usual_port) = match scheme {
            "smtps" => (MailProtection::Tls, 465),
            "smtp" if is_loopback(host) => (MailProtection::None, 25),
            "smtp" => (MailProtection::StartTls, 587),
            _ => return Err(mistake()),
        };
        if host.is_empty() || host.contains('/') {
            return Err(mistake());
        }
        let login = login
            .map(|login| Self::parse_login(login).ok_or_else(mistake))
            .transpose()?;
        Ok(Self::Smtp(SmtpRoute {
            host: host.to_owned(),
            port: port.unwrap_or(usual_port),
            protection,
            login,
        }))
    }

    fn parse_login(login: &str) -> Option<(String, SecretString)> {
        let (user, password) = login.split_once(':')?;
        let decoded = |text| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .ok()
                .map(std::borrow::Cow::into_owned)
        };
        Some((decoded(user)?, SecretString::from(decoded(password)?)))
    }
}
