//! Both readers against each other, against real captures, and against hostile bodies.

mod answers;
mod captures;
mod equality;
mod hostile;
mod limits;
pub(crate) mod sample;
