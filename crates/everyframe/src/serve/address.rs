//! Addresses to listen on. Until there is authentication, loopback ones only.

use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::failure::{Failure, Result};

/// Listens on an address of this machine that only this machine can reach.
pub(super) async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener> {
    if !address.ip().is_loopback() {
        return Err(Failure::new(
            "address_not_loopback",
            format!("{address} can be reached by other machines, and this version has no authentication"),
        )
        .hint(format!(
            "use {option} 127.0.0.1:{}; to receive from other machines, put an OpenTelemetry Collector or a tunnel with authentication in front",
            address.port()
        )));
    }
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new("cannot_listen", format!("cannot listen on {address}")).because(&error);
        match error.kind() {
            ErrorKind::AddrInUse => failure.hint(format!(
                "another program, perhaps another Everyframe, uses this port: stop it, or choose a port with {option} 127.0.0.1:PORT (0 takes a free one)"
            )),
            ErrorKind::PermissionDenied => {
                failure.hint(format!("ports below 1024 need privileges: choose another one with {option}"))
            }
            _ => failure.hint(format!("choose another address with {option}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_others_can_reach_is_refused() {
        for address in ["0.0.0.0:0", "[::]:0", "192.168.1.7:4318"] {
            let failure = listen(address.parse().unwrap(), "--http").await.unwrap_err();
            assert_eq!(failure.code(), "address_not_loopback");
            assert!(
                failure.to_string().contains("hint: use --http 127.0.0.1:"),
                "{failure}"
            );
        }
    }

    #[tokio::test]
    async fn an_occupied_port_says_what_to_do() {
        let first = listen("127.0.0.1:0".parse().unwrap(), "--http").await.unwrap();
        let failure = listen(first.local_addr().unwrap(), "--grpc").await.unwrap_err();
        assert_eq!(failure.code(), "cannot_listen");
        assert!(
            failure.to_string().contains("choose a port with --grpc"),
            "{failure}"
        );
    }
}
