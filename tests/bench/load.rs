//! The load: connections that each ask for the next page as soon as the last one has come.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{is_whole, status_of};

/// Connections at once.
pub(crate) const CONNECTIONS: usize = 20;
const THREADS: usize = 2;

/// What a time under load showed.
pub(crate) struct Load {
    /// Answers in each second.
    pub(crate) rate: f64,
    /// How long each answer took, in ms.
    pub(crate) latencies: Vec<f64>,
}

/// A percentile of sorted figures.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a position in a list"
)]
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().checked_sub(1).expect("something was measured");
    sorted[(last as f64 * share).round() as usize]
}

/// Keeps all connections busy with `request` for `time`.
pub(crate) fn run(address: SocketAddr, request: &str, time: Duration) -> Load {
    let request: &'static [u8] = request.as_bytes().to_vec().leak();
    let end = Instant::now() + time;
    let begun = Instant::now();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| std::thread::spawn(move || on_one_thread(address, request, end)))
        .collect();
    let latencies: Vec<f64> = threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    let elapsed = begun.elapsed().as_secs_f64();
    let answers = f64::from(u32::try_from(latencies.len()).unwrap());
    Load {
        rate: answers / elapsed,
        latencies,
    }
}

fn on_one_thread(address: SocketAddr, request: &'static [u8], end: Instant) -> Vec<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connections = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS / THREADS {
            connections.spawn(on_one_connection(address, request, end));
        }
        connections.join_all().await.into_iter().flatten().collect()
    })
}

async fn on_one_connection(address: SocketAddr, request: &'static [u8], end: Instant) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut received = vec![0; 256 * 1024];
    let mut latencies = Vec::with_capacity(100_000);
    loop {
        let begun = Instant::now();
        if begun >= end {
            return latencies;
        }
        stream.write_all(request).await.unwrap();
        let mut length = 0;
        while !is_whole(&received[..length]) {
            let more = stream.read(&mut received[length..]).await.unwrap();
            assert!(more > 0, "the server hung up");
            length += more;
        }
        assert_eq!(status_of(&received[..length]), 200);
        latencies.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
}
