//! Plays the issuer over the real HTTP interface: asks for a batch, proves what it gets, "makes" the cards, sends the results. For the demonstration and for
//! tests; it knows nothing of the service but what the interface says.
//!
//! Which cards get a defect follows from a seed, the batch and the receipt number, so that a run can be repeated. The day of making is the day the batch was
//! signed, in Japan.

use std::time::Duration;

use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::card::{Card, PhotoSource, RowError, RowFormat};
use super::manifest::Manifest;
use super::package::results_package;
use super::result::ResultRecord;
use crate::clock::japan;
use crate::security::signing::{PublicKey, Signer, SigningError};

const MOST_BYTES: u64 = 512 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(60);

/// Who plays, and how.
#[derive(Debug)]
pub struct Simulator {
    agent: ureq::Agent,
    base_url: String,
    key: SecretString,
    signer: Signer,
    play: Play,
}

/// How the cards come out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Play {
    /// Of a hundred cards so many have a defect.
    pub defect_percent: u8,
    /// Another seed is another choice of those.
    pub seed: u64,
    /// How results are written: CSV, else JSON Lines.
    pub is_csv: bool,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Batches answered.
    pub batches: usize,
    /// Cards reported as made and shipped.
    pub made: usize,
    /// Cards reported as defective.
    pub defects: usize,
    /// Rows the service accepted.
    pub accepted: i64,
    /// Rows the service refused.
    pub refused: i64,
}

/// Why the simulator stopped.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The service could not be reached.
    #[error(transparent)]
    Http(#[from] ureq::Error),
    /// The service answered with an error.
    #[error("{path} was answered with {status}: {text}")]
    Answer {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// The body.
        text: String,
    },
    /// What came is not what the manifest says.
    #[error("{batch}: {problem}")]
    Unproven {
        /// Which batch.
        batch: String,
        /// What does not agree.
        problem: &'static str,
    },
    /// Not JSON as described.
    #[error("an answer cannot be read")]
    Json(#[from] serde_json::Error),
    /// A key cannot be used, or a signature is wrong.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The results cannot be written.
    #[error(transparent)]
    Rows(#[from] RowError),
    /// The results were not applied in time.
    #[error("the results were not applied within a minute")]
    Impatient,
}

#[derive(Debug, Deserialize)]
struct BatchList {
    batches: Vec<BatchLine>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct BatchLine {
    batch: String,
    waiting: i64,
}

#[derive(Debug, Deserialize)]
struct KeyList {
    keys: Vec<KeyLine>,
}

#[derive(Debug, Deserialize)]
struct KeyLine {
    key_id: String,
    public_key: String,
}

#[derive(Debug, Deserialize)]
struct FileLine {
    results: String,
    state: String,
    accepted: i64,
    refused: i64,
}

impl Simulator {
    /// A simulator that speaks to `base_url` with a program's key and signs as `signer`.
    pub fn new(base_url: &str, key: SecretString, signer: Signer, play: Play) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        Self {
            agent,
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            signer,
            play,
        }
    }

    /// One round: whatever waits is made.
    pub fn round(&self) -> Result<Round, SimulatorError> {
        self.ask_for_batch()?;
        let keys: KeyList = self.get_json("/exchange/v1/keys")?;
        let mut round = Round::default();
        let mut after = String::new();
        loop {
            let list: BatchList = self.get_json(&format!("/exchange/v1/batches?after={after}"))?;
            for line in list.batches.iter().filter(|line| line.waiting > 0) {
                self.answer_batch(&line.batch, &keys, &mut round)?;
            }
            match list.next {
                Some(next) => after = next,
                None => return Ok(round),
            }
        }
    }

    fn answer_batch(
        &self,
        batch: &str,
        keys: &KeyList,
        round: &mut Round,
    ) -> Result<(), SimulatorError> {
        let (manifest, cards) = self.fetch(batch, keys)?;
        let today = manifest.issued_at.to_zoned(japan()).date().to_string();
        let (mut results, mut shipped) = (Vec::new(), Vec::new());
        for card in &cards {
            let record = ResultRecord {
                batch: batch.to_owned(),
                receipt: card.receipt.clone(),
                ..ResultRecord::default()
            };
            if let Some(code) = self.defect_of(card) {
                results.push(ResultRecord {
                    result: "defect".to_owned(),
                    defect: Some(code.to_owned()),
                    note: Some("見本の不備です".to_owned()),
                    ..record
                });
                continue;
            }
            results.push(ResultRecord {
                result: "made".to_owned(),
                made_on: Some(today.clone()),
                ..record.clone()
            });
            shipped.push(ResultRecord {
                result: "shipped".to_owned(),
                shipped_on: Some(today.clone()),
                carrier: Some("見本便".to_owned()),
                tracking: Some(format!("{batch}-{}", card.register_office)),
                ..record
            });
        }
        round.batches += 1;
        round.made += shipped.len();
        round.defects += results.len() - shipped.len();
        results.extend(shipped);
        self.send(&manifest, &results, round)
    }

    /// Fetches a batch and proves it: signature, hash and number of rows, and each photo.
    fn fetch(&self, batch: &str, keys: &KeyList) -> Result<(Manifest, Vec<Card>), SimulatorError> {
        let unproven = |problem| SimulatorError::Unproven {
            batch: batch.to_owned(),
            problem,
        };
        let file = |name: &str| self.get(&format!("/exchange/v1/batches/{batch}/files/{name}"));
        let bytes = file("manifest.json")?;
        let signature = file("manifest.sig")?;
        let manifest: Manifest = serde_json::from_slice(&bytes)?;
        let key = keys
            .keys
            .iter()
            .find(|key| key.key_id == manifest.key_id)
            .ok_or_else(|| unproven("the key is unknown"))?;
        PublicKey::parse(&key.public_key)?.verify(&bytes, &String::from_utf8_lossy(&signature))?;
        let mut cards = Vec::new();
        for entry in &manifest.files {
            let rows = file(&entry.name)?;
            if HEXLOWER.encode(&Sha256::digest(&rows)) != entry.sha256 {
                return Err(unproven("a file has another hash"));
            }
            if entry.name == "cards.jsonl" {
                for line in rows
                    .split(|byte| *byte == b'\n')
                    .filter(|line| !line.is_empty())
                {
                    cards.push(serde_json::from_slice::<Card>(line)?);
                }
            }
        }
        if i32::try_from(cards.len()) != Ok(manifest.rows) {
            return Err(unproven("the number of rows differs"));
        }
        for card in cards.iter().filter(|card| card.photo == PhotoSource::File) {
            let path = format!("/exchange/v1/batches/{batch}/photos/{}.jpg", card.receipt);
            let hash = HEXLOWER.encode(&Sha256::digest(self.get(&path)?));
            if card.photo_sha256.as_ref() != Some(&hash) {
                return Err(unproven("a photo has another hash"));
            }
        }
        Ok((manifest, cards))
    }

    fn send(
        &self,
        manifest: &Manifest,
        results: &[ResultRecord],
        round: &mut Round,
    ) -> Result<(), SimulatorError> {
        let format = if self.play.is_csv {
            RowFormat::Csv
        } else {
            RowFormat::JsonLines
        };
        let package = results_package(
            &format!("results of {}", manifest.name),
            results,
            format,
            &self.signer,
            manifest.issued_at,
        )?;
        let path = "/exchange/v1/results";
        let answer = self
            .agent
            .post(format!("{}{path}", self.base_url))
            .header("authorization", self.bearer())
            .header("content-type", "application/x-tar")
            .send(&package[..])?;
        let mut file: FileLine = serde_json::from_slice(&body_of(path, answer)?)?;
        let mut waited = Duration::ZERO;
        while file.state != "done" {
            if waited >= PATIENCE {
                return Err(SimulatorError::Impatient);
            }
            let pause = Duration::from_millis(200);
            std::thread::sleep(pause);
            waited += pause;
            file = self.get_json(&format!("{path}/{}", file.results))?;
        }
        round.accepted += file.accepted;
        round.refused += file.refused;
        Ok(())
    }

    fn ask_for_batch(&self) -> Result<(), SimulatorError> {
        let path = "/exchange/v1/batches";
        let answer = self
            .agent
            .post(format!("{}{path}", self.base_url))
            .header("authorization", self.bearer())
            .send_empty()?;
        body_of(path, answer).map(drop)
    }

    fn get_json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, SimulatorError> {
        Ok(serde_json::from_slice(&self.get(path)?)?)
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, SimulatorError> {
        let answer = self
            .agent
            .get(format!("{}{path}", self.base_url))
            .header("authorization", self.bearer())
            .call()?;
        body_of(path, answer)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key.expose_secret())
    }

    fn defect_of(&self, card: &Card) -> Option<&'static str> {
        let text = format!("{} {} {}", self.play.seed, card.batch, card.receipt);
        let digest = Sha256::digest(text.as_bytes());
        let mut bytes = digest.iter().copied();
        let (draw, which) = (bytes.next()?, bytes.next()?);
        let is_defect = u16::from(draw) * 100 < u16::from(self.play.defect_percent) * 256;
        is_defect.then_some(if which % 2 == 0 { "PH07" } else { "D99" })
    }
}

fn body_of(
    path: &str,
    mut answer: ureq::http::Response<ureq::Body>,
) -> Result<Vec<u8>, SimulatorError> {
    let status = answer.status().as_u16();
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(MOST_BYTES)
        .read_to_vec()?;
    if status < 400 {
        Ok(bytes)
    } else {
        Err(SimulatorError::Answer {
            path: path.to_owned(),
            status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}
