//! JSON over HTTP: wire types, errors, the routes people and programs read by.
