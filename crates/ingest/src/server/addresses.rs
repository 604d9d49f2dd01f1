//! How many connections there are, in all and by address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits::ConnectionLimits;

/// The connections there are. Clones count together.
#[derive(Clone, Debug)]
pub(super) struct Addresses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connections_max: usize,
    per_address_max: usize,
    counts: Mutex<Counts>,
}

#[derive(Default, Debug)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one connection; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        Self(Arc::new(Inner {
            connections_max: limits.connections_max,
            per_address_max: limits.connections_per_address_max,
            counts: Mutex::default(),
        }))
    }

    /// A place for one more connection; `None` if there are too many.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let held = counts.by_address.get(&address).copied().unwrap_or(0);
        if counts.all >= self.0.connections_max || held >= self.0.per_address_max {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, held + 1);
        Some(Place {
            addresses: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self
            .addresses
            .0
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        let held = counts.by_address.get(&self.address).copied().unwrap_or(0);
        if held <= 1 {
            counts.by_address.remove(&self.address);
        } else {
            counts.by_address.insert(self.address, held - 1);
        }
    }
}

/// What counts as one address: one of IPv4; for IPv6 the /64, as whoever has one address there has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let high = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(high))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(connections_max: usize, connections_per_address_max: usize) -> Addresses {
        Addresses::new(&ConnectionLimits {
            connections_max,
            connections_per_address_max,
            ..ConnectionLimits::default()
        })
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let addresses = addresses(3, 2);
        let (near, far): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "10.0.0.1".parse().unwrap());
        let first = addresses.enter(near).unwrap();
        let _second = addresses.enter("::ffff:127.0.0.1".parse().unwrap()).unwrap();
        assert!(addresses.enter(near).is_none());
        let _third = addresses.enter(far).unwrap();
        assert!(addresses.enter(far).is_none(), "there are three in all");
        drop(first);
        assert!(addresses.enter(near).is_some());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let addresses = addresses(10, 1);
        let _first = addresses.enter("2001:db8::1".parse().unwrap()).unwrap();
        assert!(addresses.enter("2001:db8::2".parse().unwrap()).is_none());
        assert!(addresses.enter("2001:db8:0:1::1".parse().unwrap()).is_some());
    }
}
