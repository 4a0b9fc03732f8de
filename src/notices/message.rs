//! The mail as the server gets it. Built once before it is written down: what cannot be built never reaches the outbox.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use crate::domain::email::EmailAddress;
use crate::i18n::Lang;
use crate::storage::outbox::{Mail, NewMail};

/// Why a mail cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// An address that no mail server would take.
    #[error("the address cannot be used in a mail")]
    Address,
    /// A control character in a header.
    #[error("{0} holds a control character")]
    Control(&'static str),
    /// The mail library refused it.
    #[error("the mail could not be built: {0}")]
    Refused(String),
    /// No randomness for a Message-ID.
    #[error("no randomness")]
    Random,
}

/// What a mail is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    from: &'a str,
    to: &'a str,
    lang: Lang,
    reply_to: Option<&'a str>,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
    message_id: &'a str,
    at: Timestamp,
}

impl<'a> Parts<'a> {
    /// Of a mail that is to be written down.
    pub(super) fn of_new(from: &'a str, mail: &NewMail<'a>, at: Timestamp) -> Self {
        Self {
            from,
            to: mail.recipient,
            lang: Lang::parse(mail.language).unwrap_or_default(),
            reply_to: mail.reply_to,
            subject: mail.subject,
            text: mail.text_body,
            html: mail.html_body,
            message_id: mail.message_id,
            at,
        }
    }

    /// Of a mail of the outbox.
    pub(super) fn of_stored(from: &'a str, mail: &'a Mail) -> Self {
        Self {
            from,
            to: &mail.recipient,
            lang: Lang::parse(&mail.language).unwrap_or_default(),
            reply_to: mail.reply_to.as_deref(),
            subject: &mail.subject,
            text: &mail.text_body,
            html: &mail.html_body,
            message_id: &mail.message_id,
            at: mail.created_at,
        }
    }
}

/// A new Message-ID: random, so that it says nothing and never comes twice.
pub(super) fn new_message_id(host: &str) -> Result<String, MessageError> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|_none| MessageError::Random)?;
    Ok(format!(
        "<{}@{host}>",
        data_encoding::HEXLOWER.encode(&random)
    ))
}

/// Builds the mail. lettre panics on some malformed names, so the build is fenced.
pub(super) fn build(parts: &Parts<'_>) -> Result<Message, MessageError> {
    for (name, text) in [
        ("the subject", parts.subject),
        ("the Message-ID", parts.message_id),
        ("the address", parts.to),
    ] {
        if text.chars().any(char::is_control) {
            return Err(MessageError::Control(name));
        }
    }
    let built = catch_unwind(AssertUnwindSafe(|| assemble(parts)));
    built.unwrap_or_else(|_panic| {
        Err(MessageError::Refused(
            "it cannot be written as a mail".to_owned(),
        ))
    })
}

fn assemble(parts: &Parts<'_>) -> Result<Message, MessageError> {
    let service = match parts.lang {
        Lang::Ja => "国外マイナンバーカード",
        Lang::En => "My Number Card Abroad",
    };
    let mut message = Message::builder()
        .from(Mailbox::new(Some(service.to_owned()), address(parts.from)?))
        .to(Mailbox::new(None, address(parts.to)?))
        .date(SystemTime::from(parts.at))
        .message_id(Some(parts.message_id.to_owned()))
        .subject(parts.subject)
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    if let Some(reply_to) = parts.reply_to {
        message = message.reply_to(Mailbox::new(None, address(reply_to)?));
    }
    let body = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, parts.text)?)
        .singlepart(part(ContentType::TEXT_HTML, parts.html)?);
    message
        .multipart(body)
        .map_err(|cause| MessageError::Refused(cause.to_string()))
}

fn address(text: &str) -> Result<lettre::Address, MessageError> {
    let address = EmailAddress::parse(text).map_err(|_refused| MessageError::Address)?;
    address
        .as_str()
        .parse()
        .map_err(|_refused| MessageError::Address)
}

/// Quoted-printable, which every mail program reads and a person still can.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, MessageError> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_text| MessageError::Refused("the text cannot be encoded".to_owned()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}
