//! A small HTTP/1.1 client that keeps its connection and costs little beside the server it measures.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    received: Vec<u8>,
    request: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        Ok(Self {
            stream,
            address,
            received: Vec::with_capacity(64 * 1024),
            request: Vec::new(),
        })
    }

    /// Gets a page; `headers` are whole lines, each with its line end.
    pub(crate) fn get(&mut self, path: &str, headers: &str) -> io::Result<Answer> {
        self.request.clear();
        write!(
            self.request,
            "GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n",
            self.address
        )?;
        self.exchange()
    }

    /// Posts a form as a browser does.
    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &str,
        kind: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        self.request.clear();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{headers}\r\n",
            self.address,
            body.len()
        )?;
        self.request.extend_from_slice(body);
        self.exchange()
    }

    fn exchange(&mut self) -> io::Result<Answer> {
        self.stream.write_all(&self.request)?;
        self.received.clear();
        let (head, length) = loop {
            if let Some(found) = head_of(&self.received) {
                break found;
            }
            self.read_more()?;
        };
        while self.received.len() < head + length {
            self.read_more()?;
        }
        let text = String::from_utf8_lossy(&self.received[..head]).into_owned();
        Ok(Answer {
            status: status_of(&self.received),
            head: text,
            body: self.received[head..head + length].to_vec(),
        })
    }

    fn read_more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 8 * 1024];
        match self.stream.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            length => {
                self.received.extend_from_slice(&chunk[..length]);
                Ok(())
            }
        }
    }
}

/// The length of the head with its empty line, and of the body, once the head is complete.
pub(crate) fn head_of(received: &[u8]) -> Option<(usize, usize)> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let name = b"content-length: ";
    let digits = received[..end]
        .windows(name.len())
        .position(|window| window == name)
        .map_or(&[][..], |at| &received[at + name.len()..end]);
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Some((end, length))
}

/// Whether an answer has come whole: by its length, or by the last of its chunks when it was compressed on the way.
pub(crate) fn is_whole(received: &[u8]) -> bool {
    head_of(received).is_some_and(|(head, body)| {
        let is_chunked = received[..head]
            .windows(26)
            .any(|window| window == b"transfer-encoding: chunked");
        if is_chunked {
            received.ends_with(b"\r\n0\r\n\r\n")
        } else {
            received.len() >= head + body
        }
    })
}

/// The status of an answer that has begun.
pub(crate) fn status_of(received: &[u8]) -> u16 {
    received[9..12]
        .iter()
        .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
}

impl Answer {
    /// Every header with this name, written in lower case.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().filter_map(move |line| {
            line.split_once(": ")
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers("location").next()
    }

    /// The hidden fields of the page's forms.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let page = self.text();
        let fields = page.split("<input type=\"hidden\" name=\"").skip(1);
        let field = |rest: &str| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split_once('"')?.0.to_owned()))
        };
        fields.filter_map(field).collect()
    }
}

/// A form body.
pub(crate) fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
        .into_bytes()
}

/// A form body with one file.
pub(crate) fn form_with_file(fields: &[(String, String)], file: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----bench-boundary";
    let mut head = String::new();
    for (name, value) in fields {
        write!(
            head,
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    write!(head, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"photo.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n").unwrap();
    let mut body = head.into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
