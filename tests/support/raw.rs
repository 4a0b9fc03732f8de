//! Requests byte by byte, as no browser sends them.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: body.to_owned(),
        }
    }
}

/// A connection to the service.
pub(crate) fn connect(base_url: &str) -> TcpStream {
    try_connect(base_url).unwrap()
}

fn try_connect(base_url: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(base_url.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.set_write_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// Everything that comes back until the other side closes.
pub(crate) fn read_to_end(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A connection that is reset after the answer has still answered.
    let _ = stream.read_to_end(&mut bytes);
    Answer::read(&String::from_utf8_lossy(&bytes))
}

/// Sends `request` and reads what comes back. It should ask for the connection to be closed.
pub(crate) fn send(base_url: &str, request: &[u8]) -> Answer {
    let mut stream = connect(base_url);
    let mut writer = stream.try_clone().unwrap();
    let request = request.to_vec();
    // The server may answer, and stop listening, before it has been told everything.
    let writing = std::thread::spawn(move || writer.write_all(&request).is_ok());
    let answer = read_to_end(&mut stream);
    let _ = writing.join();
    answer
}

/// A request with these lines after the first, without a body.
pub(crate) fn request(base_url: &str, first_line: &str, headers: &[(&str, &str)]) -> Answer {
    with_body(base_url, first_line, headers, b"")
}

/// A request with a body and the length of it.
pub(crate) fn with_body(
    base_url: &str,
    first_line: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    send(base_url, &bytes_of(base_url, first_line, headers, body))
}

/// The answer to a request to a service that may be gone; none when it went before it had answered in full.
pub(crate) fn try_request(
    base_url: &str,
    first_line: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = try_connect(base_url).ok()?;
    stream
        .write_all(&bytes_of(base_url, first_line, headers, body))
        .ok()?;
    let answer = read_to_end(&mut stream);
    let is_whole = answer
        .header("content-length")
        .parse()
        .is_ok_and(|length: usize| answer.body.len() == length);
    is_whole.then_some(answer)
}

/// A request as bytes, with the length of its body.
pub(crate) fn bytes_of(
    base_url: &str,
    first_line: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!(
        "{first_line} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
        base_url.trim_start_matches("http://")
    );
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() {
        head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
