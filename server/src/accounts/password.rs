//! Password hashing.

/// Hashes passwords.
#[derive(Default)]
pub struct Passwords;
