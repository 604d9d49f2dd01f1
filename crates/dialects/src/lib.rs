//! What others send, read into the vocabulary of Everyframe: OTLP and each convention in use.
