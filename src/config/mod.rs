//! Settings: read once from the environment and an optional TOML file, checked at the start, never again.
//!
//! Every mistake is one sentence that names the setting and says what to write instead. Secrets are wrapped and never printed.
//! The environment wins over the file. A `TSUBAME_` variable nobody knows is a mistake too: most are typing errors.

mod mail;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

pub use mail::{MailProtection, MailRoute, SmtpRoute};

/// Everything the program is told from outside.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `TSUBAME_LISTEN`: where HTTP is served. TLS ends at the proxy before it.
    pub listen: SocketAddr,
    /// `TSUBAME_BASE_URL`: what stands before every link in a mail, without a slash at the end.
    pub base_url: BaseUrl,
    /// `DATABASE_URL`: `sqlite:PATH` or `postgres://…`. Secret, because it may carry a password.
    pub database_url: SecretString,
    /// `TSUBAME_KEYS`: the key ring, `id:base64[,id:base64…]`, the current key first.
    pub keys: SecretString,
    /// `TSUBAME_MAIL`: how mail leaves.
    pub mail: MailRoute,
    /// `TSUBAME_MAIL_FROM`: the sender's address.
    pub mail_from: String,
    /// `TSUBAME_TRUSTED_PROXIES`: how many proxies stand before the server; so many entries of `X-Forwarded-For` are believed.
    pub trusted_proxies: usize,
    /// `TSUBAME_FILING`: whether making the form files the application (`online`), or handing the printed form in does (`paper`, as the law has it today
    /// for people abroad, and the default).
    pub files_online: bool,
    /// `TSUBAME_WORKERS`: HTTP worker threads; 0 = one per processor.
    pub workers: usize,
    /// `TSUBAME_LOG`: what is logged, in the filter language of `tracing` (`info`, `tsubame=debug`).
    pub log: String,
    /// `TSUBAME_LOG_FORMAT`: whether the log is lines of JSON (`json`, the default) or lines to read (`text`).
    pub log_format: LogFormat,
    /// `TSUBAME_METRICS_LISTEN`: where figures for Prometheus are served; unset, they are not.
    pub metrics_listen: Option<SocketAddr>,
    /// `TSUBAME_IPAMJ_FONT`: where the font `IPAmjMincho` lies, for name characters that the built-in fonts lack; unset: where Debian puts it, if it
    /// is installed.
    pub name_font: Option<PathBuf>,
}

/// The address under which people reach the service: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads `https://host[:port]` (or `http://`, for loopback only, where no cookie can travel unprotected).
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let url = text.trim_end_matches('/');
        let (scheme, host) = url.split_once("://").unwrap_or(("", ""));
        let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        let is_safe = scheme == "https"
            || (scheme == "http"
                && is_loopback(host.rsplit_once(':').map_or(host, |(name, _)| name)));
        if is_host && is_safe {
            Ok(Self(url.to_owned()))
        } else {
            Err(ConfigError::invalid(
                "TSUBAME_BASE_URL",
                "write https://HOST, without a path (http:// is allowed for this machine alone)",
            ))
        }
    }

    /// The text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages travel over TLS, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host without the port: the right side of every Message-ID.
    pub fn host(&self) -> &str {
        let host = self.0.split_once("://").map_or("", |(_, host)| host);
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }
}

/// How lines of the log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One object of JSON a line, for machines.
    Json,
    /// For people.
    Text,
}

impl LogFormat {
    fn parse(written: Option<&str>) -> Result<Self, ConfigError> {
        match written {
            None | Some("json") => Ok(Self::Json),
            Some("text") => Ok(Self::Text),
            Some(_) => Err(ConfigError::invalid(
                "TSUBAME_LOG_FORMAT",
                "write json or text",
            )),
        }
    }
}

/// A mistake in the settings, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A setting without which nothing can start.
    #[error("{name} is not set: {remedy}.")]
    Missing {
        /// The setting.
        name: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A setting that cannot be read. The value itself is not repeated: it may be a secret.
    #[error("{name} cannot be used: {remedy}.")]
    Invalid {
        /// The setting.
        name: String,
        /// What to write instead.
        remedy: String,
    },
    /// A setting nobody knows.
    #[error("{name} is not a setting of tsubame; the settings are {known}.")]
    Unknown {
        /// As written.
        name: String,
        /// All that exist.
        known: String,
    },
}

impl ConfigError {
    /// `name` cannot be used; `remedy` says what to write.
    pub fn invalid(name: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Invalid {
            name: name.into(),
            remedy: remedy.into(),
        }
    }
}

const KNOWN: [&str; 14] = [
    "TSUBAME_LISTEN",
    "TSUBAME_BASE_URL",
    "DATABASE_URL",
    "TSUBAME_KEYS",
    "TSUBAME_MAIL",
    "TSUBAME_MAIL_FROM",
    "TSUBAME_TRUSTED_PROXIES",
    "TSUBAME_FILING",
    "TSUBAME_WORKERS",
    "TSUBAME_LOG",
    "TSUBAME_LOG_FORMAT",
    "TSUBAME_METRICS_LISTEN",
    "TSUBAME_IPAMJ_FONT",
    "TSUBAME_CONFIG",
];

/// Text settings by name, before they are checked.
#[derive(Debug, Clone, Default)]
pub struct Source(BTreeMap<String, String>);

impl Source {
    /// What the environment says, over what the file named by `TSUBAME_CONFIG` says.
    pub fn from_environment() -> Result<Self, ConfigError> {
        let environment: BTreeMap<String, String> = std::env::vars()
            .filter(|(name, _)| {
                name == "DATABASE_URL"
                    || name.starts_with("TSUBAME_") && !name.starts_with("TSUBAME_TEST_")
            })
            .collect();
        let Some(path) = environment.get("TSUBAME_CONFIG") else {
            return Self::from_pairs(environment);
        };
        let file = std::fs::read_to_string(path).map_err(|error| {
            ConfigError::invalid(
                "TSUBAME_CONFIG",
                format!("the file {path} cannot be read ({error})"),
            )
        })?;
        let mut settings = Self::pairs_of_toml(&file)?;
        settings.extend(environment);
        Self::from_pairs(settings)
    }

    /// Settings by name, for the demo and for tests.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ConfigError> {
        let settings: BTreeMap<String, String> = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        match settings.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            Some(name) => Err(ConfigError::Unknown {
                name: name.clone(),
                known: KNOWN.join(", "),
            }),
            None => Ok(Self(settings)),
        }
    }

    fn pairs_of_toml(file: &str) -> Result<BTreeMap<String, String>, ConfigError> {
        let table: toml::Table = file.parse().map_err(|error: toml::de::Error| {
            ConfigError::invalid(
                "TSUBAME_CONFIG",
                format!("the file is not TOML ({})", error.message()),
            )
        })?;
        let text_of = |value: toml::Value| match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let name_of = |key: String| {
            if key == "database_url" {
                "DATABASE_URL".to_owned()
            } else {
                format!("TSUBAME_{}", key.to_uppercase())
            }
        };
        Ok(table
            .into_iter()
            .map(|(key, value)| (name_of(key), text_of(value)))
            .collect())
    }

    /// Sets `name` unless something else did.
    #[must_use]
    pub fn or(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0
            .entry(name.to_owned())
            .or_insert_with(|| value.into());
        self
    }

    /// A setting as written, before it is checked.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn need(&self, name: &'static str, remedy: &'static str) -> Result<&str, ConfigError> {
        self.get(name).ok_or(ConfigError::Missing { name, remedy })
    }

    fn number(&self, name: &'static str, largest: usize) -> Result<usize, ConfigError> {
        match self.get(name).map(str::parse) {
            None => Ok(0),
            Some(Ok(number)) if number <= largest => Ok(number),
            Some(_) => Err(ConfigError::invalid(
                name,
                format!("write a number from 0 to {largest}"),
            )),
        }
    }
}

impl Settings {
    /// Checks every setting; the first mistake is the answer.
    pub fn check(source: &Source) -> Result<Self, ConfigError> {
        let listen_text = source.get("TSUBAME_LISTEN").unwrap_or("127.0.0.1:8080");
        let listen: SocketAddr = listen_text.parse().map_err(|_invalid| {
            ConfigError::invalid(
                "TSUBAME_LISTEN",
                "write an address and a port, such as 127.0.0.1:8080",
            )
        })?;
        let base_url = source.need("TSUBAME_BASE_URL", "write the address under which people reach the service, such as https://card.example.jp")?;
        let database_url = source.need(
            "DATABASE_URL",
            "write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
        )?;
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            return Err(ConfigError::invalid(
                "DATABASE_URL",
                "write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
            ));
        }
        let keys = source.need(
            "TSUBAME_KEYS",
            "write id:base64 with 32 random bytes (tsubame keys makes one)",
        )?;
        let mail = source.need(
            "TSUBAME_MAIL",
            "write smtps://USER:PASSWORD@HOST, smtp://HOST or spool:FOLDER",
        )?;
        let mail_from = source.need(
            "TSUBAME_MAIL_FROM",
            "write the sender's address, such as no-reply@card.example.jp",
        )?;
        Ok(Self {
            listen,
            base_url: BaseUrl::parse(base_url)?,
            database_url: SecretString::from(database_url),
            keys: SecretString::from(keys),
            mail: MailRoute::parse(mail)?,
            mail_from: checked_sender(mail_from)?,
            trusted_proxies: source.number("TSUBAME_TRUSTED_PROXIES", 5)?,
            files_online: files_online(source.get("TSUBAME_FILING"))?,
            workers: source.number("TSUBAME_WORKERS", 256)?,
            log: source.get("TSUBAME_LOG").unwrap_or("info").to_owned(),
            log_format: LogFormat::parse(source.get("TSUBAME_LOG_FORMAT"))?,
            metrics_listen: metrics_listen(source.get("TSUBAME_METRICS_LISTEN"))?,
            name_font: source.get("TSUBAME_IPAMJ_FONT").map(PathBuf::from),
        })
    }

    /// The database's address, for the one place that opens it.
    pub fn database_url(&self) -> &str {
        self.database_url.expose_secret()
    }
}

fn checked_sender(address: &str) -> Result<String, ConfigError> {
    let is_address = address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_plain = address.is_ascii()
        && !address.contains(|c: char| c.is_ascii_control() || c.is_whitespace());
    if is_address && is_plain {
        Ok(address.to_owned())
    } else {
        Err(ConfigError::invalid(
            "TSUBAME_MAIL_FROM",
            "write one plain address, such as no-reply@card.example.jp",
        ))
    }
}

fn files_online(written: Option<&str>) -> Result<bool, ConfigError> {
    match written {
        None | Some("paper") => Ok(false),
        Some("online") => Ok(true),
        Some(_) => Err(ConfigError::invalid(
            "TSUBAME_FILING",
            "write paper or online",
        )),
    }
}

fn metrics_listen(written: Option<&str>) -> Result<Option<SocketAddr>, ConfigError> {
    let address = written.map(str::parse).transpose();
    address.map_err(|_invalid: std::net::AddrParseError| {
        ConfigError::invalid(
            "TSUBAME_METRICS_LISTEN",
            "write an address and a port, such as 127.0.0.1:9464",
        )
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
