//! A decoded batch is handed to the write port as it is.

use privacy::WritePort;
use trace::span::Decoded;

fn store(port: &dyn WritePort, decoded: Decoded) {
    drop(port.append(decoded));
}

fn main() {}
