//! The demo's mailbox: mails end in a folder, where the demo's page and the tests read them. Two files for each mail: `.eml` as sent, `.json` for
//! reading. It is chosen by `TSUBAME_MAIL=mailbox:FOLDER` and never used otherwise.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::storage::outbox::Mail;

/// A delivered mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoMail {
    /// The Message-ID without its brackets and host: the name of its files.
    pub id: String,
    /// The notice's code.
    pub notice: String,
    /// Where it went.
    pub to: String,
    /// `ja` or `en`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// When it was written.
    pub written_at: Timestamp,
}

/// A folder of delivered mails.
#[derive(Debug, Clone)]
pub struct DemoMailbox {
    folder: PathBuf,
}

impl DemoMailbox {
    /// The mailbox in `folder`, which is made if it does not exist.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    /// Delivered mails, the latest first. A file that is not a mail is passed over.
    pub fn list(&self) -> std::io::Result<Vec<DemoMail>> {
        let mut mails = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                mails.extend(
                    fs::read(&path)
                        .ok()
                        .and_then(|bytes| serde_json::from_slice::<DemoMail>(&bytes).ok()),
                );
            }
        }
        mails.sort_by(|one, other| (other.written_at, &other.id).cmp(&(one.written_at, &one.id)));
        Ok(mails)
    }

    /// One delivered mail, by its id.
    pub fn find(&self, id: &str) -> std::io::Result<Option<DemoMail>> {
        Ok(self.list()?.into_iter().find(|mail| mail.id == id))
    }

    pub(super) fn put(&self, mail: &Mail, message: &[u8]) -> std::io::Result<()> {
        let id = file_id(&mail.message_id);
        let delivered = DemoMail {
            id: id.clone(),
            notice: mail.notice.as_str().to_owned(),
            to: mail.recipient.clone(),
            language: mail.language.clone(),
            subject: mail.subject.clone(),
            text: mail.text_body.clone(),
            html: mail.html_body.clone(),
            written_at: mail.created_at,
        };
        write_whole(&self.folder, &format!("{id}.eml"), message)?;
        // The JSON comes last: a mail that can be listed is whole.
        write_whole(
            &self.folder,
            &format!("{id}.json"),
            &serde_json::to_vec_pretty(&delivered)?,
        )
    }
}

/// The left side of a Message-ID, as a file name.
pub(super) fn file_id(message_id: &str) -> String {
    message_id
        .trim_start_matches('<')
        .split('@')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// Writes a file so that nobody ever sees half of it, readable for its owner alone.
pub(super) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = folder.join(format!(".{name}"));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))
}
