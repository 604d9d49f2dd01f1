//! Receivers for OTLP over gRPC and HTTP and for JSON lines: limits, back-pressure, the way to the gate.
