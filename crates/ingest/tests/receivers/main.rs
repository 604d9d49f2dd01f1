//! Black-box tests: a server on a free port, clients that speak the wire format, a log that remembers.

#[cfg(test)]
mod client;
#[cfg(test)]
mod events;
#[cfg(test)]
mod grpc;
#[cfg(test)]
mod http;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod log;
#[cfg(test)]
mod odd;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod scores;
#[cfg(test)]
mod server;
