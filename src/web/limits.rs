//! Bounds for one source: how many requests of one address may be in flight, how slowly a body may arrive, how long one request may take.
//!
//! A slow body would otherwise hold its connection for ever, and one machine could hold them all. A bad line is no attack: the pace asked of a body
//! lets a photo of 5 MB through in the three minutes a line of 256 kbit/s needs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv6Addr};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use futures_util::{StreamExt, stream};

use super::app::App;
use super::errors::AppError;

/// An embassy's whole waiting room may share one address.
const IN_FLIGHT_PER_SOURCE: u32 = 200;
/// By then an answer has begun to leave.
const ANSWER_IS_ON_THE_WAY: Duration = Duration::from_secs(2);

/// How long the server waits for what a visitor sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// The head of a request must have arrived by then.
    pub head: Duration,
    /// A body may take so long, whatever it brings.
    pub body_grace: Duration,
    /// And beyond that, one second for each so many bytes that have arrived.
    pub body_bytes_per_second: u32,
    /// Nothing takes longer than this, from the first byte of the head to the answer.
    pub request: Duration,
}

impl Deadlines {
    /// What visitors meet: the largest photo at 128 kbit/s still arrives.
    pub const USUAL: Self = Self {
        head: Duration::from_secs(5),
        body_grace: Duration::from_secs(20),
        body_bytes_per_second: 16 * 1024,
        request: Duration::from_secs(600),
    };

    fn of(request: &HttpRequest) -> Self {
        request.app_data::<Self>().copied().unwrap_or(Self::USUAL)
    }

    /// How long after its beginning a body of which `bytes` have arrived may still go on.
    fn for_body(&self, bytes: usize) -> Duration {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.body_grace
            + Duration::from_secs(1)
                * bytes
                    .checked_div(self.body_bytes_per_second)
                    .unwrap_or_default()
    }
}

/// The body of `request`, which ends with an error when it arrives too slowly; [`broken_body`] tells that error apart.
pub fn paced(request: &HttpRequest, payload: &mut Payload) -> Payload {
    let deadlines = Deadlines::of(request);
    let begun = tokio::time::Instant::now();
    let chunks = stream::unfold(
        (payload.take(), 0_usize),
        move |(mut payload, arrived)| async move {
            match tokio::time::timeout_at(begun + deadlines.for_body(arrived), payload.next()).await
            {
                Ok(Some(Ok(chunk))) => {
                    let arrived = arrived + chunk.len();
                    Some((Ok(chunk), (payload, arrived)))
                }
                Ok(Some(Err(error))) => Some((Err(error), (Payload::None, arrived))),
                Ok(None) => None,
                Err(_elapsed) => Some((
                    Err(PayloadError::Io(ErrorKind::TimedOut.into())),
                    (Payload::None, arrived),
                )),
            }
        },
    );
    Payload::Stream {
        payload: chunks.fuse().boxed_local(),
    }
}

/// Why a body could not be read to its end.
pub fn broken_body(error: &PayloadError) -> AppError {
    match error {
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => AppError::TooSlow,
        _ => AppError::Malformed,
    }
}

/// Requests in flight for each source.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashMap<IpAddr, u32>>>);

/// One request in flight; counts back when it ends, however it ends.
#[derive(Debug)]
struct Passage {
    counts: InFlight,
    source: IpAddr,
}

impl InFlight {
    fn enter(&self, source: IpAddr) -> Option<Passage> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(source).or_insert(0);
        if *count >= IN_FLIGHT_PER_SOURCE {
            return None;
        }
        *count += 1;
        Some(Passage {
            counts: self.clone(),
            source,
        })
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.source);
            }
        }
    }
}

/// A body of unknown length, kept until its answer is on the way. One that is let go before that is read to its end first, for as long as it takes, and
/// its connection with it.
struct HeldBody(Rc<RefCell<Payload>>);

impl HeldBody {
    fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let held = Rc::new(RefCell::new(request.take_payload()));
        let lent = held.clone();
        let chunks = stream::poll_fn(move |context| lent.borrow_mut().poll_next_unpin(context));
        request.set_payload(Payload::Stream {
            payload: chunks.boxed_local(),
        });
        Some(Self(held))
    }

    fn let_go_after(self, time: Duration) {
        actix_web::rt::spawn(async move {
            tokio::time::sleep(time).await;
            drop(self.0);
        });
    }
}

/// Lets a request pass unless its source already has too many in flight, and ends it when it takes too long.
pub async fn bound(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let passage = match request.app_data::<InFlight>() {
        Some(counts) => Some(
            counts
                .enter(source_of(request.request()))
                .ok_or(AppError::TooMany(5))?,
        ),
        None => None,
    };
    let deadline = Deadlines::of(request.request()).request;
    let body = HeldBody::of(&mut request);
    let response = tokio::time::timeout(deadline, next.call(request)).await;
    if let Some(body) = body {
        body.let_go_after(ANSWER_IS_ON_THE_WAY);
    }
    drop(passage);
    response.map_err(|_elapsed| AppError::TooSlow)?
}

/// Where a request comes from: the address the innermost trusted proxy saw. Of an IPv6 address the network (/64) counts, because one household has
/// all of it.
pub fn source_of(request: &HttpRequest) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |address| address.ip());
    let proxies = App::of(request).trusted_proxies();
    let forwarded = (proxies > 0)
        .then(|| forwarded_for(request, proxies))
        .flatten();
    network_of(forwarded.unwrap_or(peer))
}

fn forwarded_for(request: &HttpRequest, proxies: usize) -> Option<IpAddr> {
    let entries: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    entries
        .len()
        .checked_sub(proxies)
        .and_then(|index| entries.get(index))
        .and_then(|entry| entry.parse().ok())
}

fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            if let Some(mapped) = address.to_ipv4_mapped() {
                IpAddr::V4(mapped)
            } else {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_photo_arrives_over_a_bad_line_and_a_body_that_stands_still_does_not() {
        let at_bytes_per_second = |rate: u64, bytes: u64| Duration::from_secs(bytes / rate);
        let pace = |bytes: u64| Deadlines::USUAL.for_body(usize::try_from(bytes).unwrap());
        for arrived in [1, 300_000, 5_000_000, 8_388_608] {
            assert!(
                at_bytes_per_second(17_000, arrived) < pace(arrived),
                "{arrived}"
            );
            assert!(pace(arrived) < Deadlines::USUAL.request, "{arrived}");
        }
        assert!(at_bytes_per_second(100, 300_000) > pace(300_000));
        assert_eq!(pace(0), Duration::from_secs(20));
    }

    #[test]
    fn a_household_counts_as_one() {
        let one = network_of("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(one, network_of("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(one, network_of("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(
            network_of("::ffff:192.0.2.1".parse().unwrap()),
            "192.0.2.1".parse::<IpAddr>().unwrap()
        );
    }

    #[test]
    fn a_source_with_too_many_requests_waits_until_one_has_ended() {
        let counts = InFlight::default();
        let source = "192.0.2.1".parse().unwrap();
        let mut passages: Vec<_> = (0..IN_FLIGHT_PER_SOURCE)
            .map(|_| counts.enter(source).unwrap())
            .collect();
        assert!(counts.enter(source).is_none());
        assert!(counts.enter("192.0.2.2".parse().unwrap()).is_some());
        passages.pop();
        assert!(counts.enter(source).is_some());
        drop(passages);
        assert!(counts.0.lock().unwrap().is_empty());
    }
}
