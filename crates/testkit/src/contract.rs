//! What every implementation of the ports has to pass.
