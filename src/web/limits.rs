//! Bounds for one source: how many requests of one address may be in flight, and how long one request may take.
//!
//! A slow body would otherwise hold its connection for ever, and one machine could hold them all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};

use super::app::App;
use super::errors::AppError;

/// An embassy's whole waiting room may share one address.
const IN_FLIGHT_PER_SOURCE: u32 = 200;
/// A photo over a bad line takes its time; nothing takes longer.
const REQUEST_DEADLINE: Duration = Duration::from_secs(150);

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
        Some(Passage { counts: self.clone(), source })
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

/// Lets a request pass unless its source already has too many in flight, and ends it when it takes too long.
pub async fn bound(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let passage = match request.app_data::<InFlight>() {
        Some(counts) => Some(counts.enter(source_of(request.request())).ok_or(AppError::TooMany(5))?),
        None => None,
    };
    let response = tokio::time::timeout(REQUEST_DEADLINE, next.call(request)).await.map_err(|_elapsed| AppError::TooSlow)?;
    drop(passage);
    response
}

/// Where a request comes from: the address the innermost trusted proxy saw. Of an IPv6 address the network (/64) counts, because one household has
/// all of it.
pub fn source_of(request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |address| address.ip());
    let proxies = App::of(request).trusted_proxies();
    let forwarded = (proxies > 0).then(|| forwarded_for(request, proxies)).flatten();
    network_of(forwarded.unwrap_or(peer))
}

fn forwarded_for(request: &HttpRequest, proxies: usize) -> Option<IpAddr> {
    let entries: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim).collect();
    entries.len().checked_sub(proxies).and_then(|index| entries.get(index)).and_then(|entry| entry.parse().ok())
}

fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => if let Some(mapped) = address.to_ipv4_mapped() { IpAddr::V4(mapped) } else {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_counts_as_one() {
        let one = network_of("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(one, network_of("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(one, network_of("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(network_of("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn a_source_with_too_many_requests_waits_until_one_has_ended() {
        let counts = InFlight::default();
        let source = "192.0.2.1".parse().unwrap();
        let mut passages: Vec<_> = (0..IN_FLIGHT_PER_SOURCE).map(|_| counts.enter(source).unwrap()).collect();
        assert!(counts.enter(source).is_none());
        assert!(counts.enter("192.0.2.2".parse().unwrap()).is_some());
        passages.pop();
        assert!(counts.enter(source).is_some());
        drop(passages);
        assert!(counts.0.lock().unwrap().is_empty());
    }
}
