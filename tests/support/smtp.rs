//! An SMTP server that behaves, or misbehaves in one chosen way.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How the server misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// "Try later" for the recipient.
    RecipientLater,
    /// "No such user".
    RecipientNever,
    /// "Try later" after the text.
    DataLater,
    /// "Never" after the text.
    DataNever,
    /// "Closing" instead of a greeting.
    Busy,
    /// Wants a login first.
    WantsLogin,
    /// Hangs up before the greeting.
    DropsGreeting,
    /// Hangs up after the text without taking it.
    DropsData,
    /// Takes the mail and hangs up without saying so.
    TakesAndDrops,
    /// Takes the mail, says so, and then says nothing more.
    TakesAndHangs,
    /// Speaks another language.
    Garbage,
    /// Says nothing.
    Hangs,
}

/// A server on a free port of this machine.
pub(crate) struct SmtpServer {
    /// Its port.
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Mutex<Fault>,
    taken: Mutex<Vec<String>>,
    is_closed: AtomicBool,
}

impl SmtpServer {
    /// Starts a server with this fault.
    pub(crate) fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            fault: Mutex::new(fault),
            taken: Mutex::default(),
            is_closed: AtomicBool::new(false),
        });
        let served = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                let served = served.clone();
                std::thread::spawn(move || converse(&stream, &served));
            }
        });
        Self { port, shared }
    }

    /// Behaves otherwise from the next connection on.
    pub(crate) fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// The mails it took, as they came.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.shared.taken.lock().unwrap().clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        // Wakes the listener, which then closes its port.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// One connection. An error means that the other side has gone.
fn converse(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    let fault = *shared.fault.lock().unwrap();
    let mut writer = stream;
    let mut lines = BufReader::new(stream).lines();
    match fault {
        Fault::DropsGreeting => return Ok(()),
        Fault::Hangs => {
            std::thread::sleep(Duration::from_secs(5));
            return Ok(());
        }
        Fault::Busy => return writer.write_all(b"421 4.3.2 closing\r\n"),
        Fault::Garbage => writer.write_all(b"good day to you\r\n")?,
        _ => writer.write_all(b"220 test ESMTP\r\n")?,
    }
    while let Some(line) = lines.next().transpose()? {
        let command = line.to_ascii_uppercase();
        if command == "DATA" {
            writer.write_all(b"354 go\r\n")?;
            let mut text = String::new();
            while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push_str("\r\n");
            }
            if matches!(
                fault,
                Fault::None | Fault::TakesAndDrops | Fault::TakesAndHangs
            ) {
                shared.taken.lock().unwrap().push(text);
            }
            if matches!(fault, Fault::DropsData | Fault::TakesAndDrops) {
                return Ok(());
            }
        }
        if command == "QUIT" && fault == Fault::TakesAndHangs {
            std::thread::sleep(Duration::from_secs(5));
        }
        writer.write_all(answer(&command, fault).as_bytes())?;
        if command == "QUIT" {
            return Ok(());
        }
    }
    Ok(())
}

fn answer(command: &str, fault: Fault) -> &'static str {
    match (command.split([' ', ':']).next().unwrap_or_default(), fault) {
        ("EHLO", _) => "250-test\r\n250-8BITMIME\r\n250 PIPELINING\r\n",
        ("MAIL", Fault::WantsLogin) => "530 5.7.0 authentication required\r\n",
        ("RCPT", Fault::RecipientLater) => "450 4.2.1 try later\r\n",
        ("RCPT", Fault::RecipientNever) => "550 5.1.1 no such user\r\n",
        ("DATA", Fault::DataLater) => "451 4.3.0 greylisted\r\n",
        ("DATA", Fault::DataNever) => "554 5.7.1 refused\r\n",
        ("DATA", _) => "250 2.0.0 queued\r\n",
        ("QUIT", _) => "221 bye\r\n",
        _ => "250 ok\r\n",
    }
}
