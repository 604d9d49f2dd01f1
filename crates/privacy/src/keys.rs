//! Keys and what is made with them: tokens, fingerprints, shape tokens.
//!
//! One root key, kept outside the data directory by the binary, is the parent of all. A key is never used for
//! two purposes, workspaces or tenants: each has its own, derived. Nothing made here can be turned back into
//! the value, and without the key not even a dictionary of all values finds one.

use blake3::Hasher;
use compact_str::format_compact;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use trace::{Text, WorkspaceId};

/// Bytes of every key.
const KEY_SIZE_BYTES: usize = 32;
/// What a root key begins with in its text form.
const ROOT_KEY_PREFIX: &str = "everyframe-root-1:";
/// Version of the token keys. Only an explicit change of token keys raises it.
const TOKEN_KEY_VERSION: u32 = 1;
/// Letters of a token's body: base 32, so 100 bits.
pub(crate) const TOKEN_BODY_SIZE_BYTES: usize = 20;
/// Alphabet of a token's body.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Why a text is not a root key. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not begin as a root key does; give the whole line of the key file.
    #[error("a root key begins with {ROOT_KEY_PREFIX}")]
    Prefix,
    /// It is cut or has other characters than hex digits.
    #[error("a root key has 64 hex digits after its prefix")]
    Digits,
    /// Its bytes are all the same: a sample, not a key.
    #[error("this is a sample key; make one with random bytes")]
    Sample,
}

/// The key above all others of an installation. Wiped from memory when dropped; never printed by `Debug`.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; KEY_SIZE_BYTES]>);

impl RootKey {
    /// Makes a key from a source of randomness, which the caller brings: this crate does no IO.
    ///
    /// # Errors
    /// Whatever the source of randomness answers.
    pub fn generate<E>(fill: impl FnOnce(&mut [u8; KEY_SIZE_BYTES]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = Zeroizing::new([0; KEY_SIZE_BYTES]);
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the text form, as it stands in the key file; white space around it does not matter.
    ///
    /// # Errors
    /// [`Error`] says which rule the text broke.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text.trim().strip_prefix(ROOT_KEY_PREFIX).ok_or(Error::Prefix)?;
        if digits.len() != 2 * KEY_SIZE_BYTES {
            return Err(Error::Digits);
        }
        let mut bytes = Zeroizing::new([0; KEY_SIZE_BYTES]);
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| Error::Digits)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| Error::Digits)?;
        }
        if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
            return Err(Error::Sample);
        }
        Ok(Self(bytes))
    }

    /// The text form, for the key file. Wiped when dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(ROOT_KEY_PREFIX.len() + 2 * KEY_SIZE_BYTES));
        text.push_str(ROOT_KEY_PREFIX);
        for byte in self.0.iter() {
            text.push_str(&format_compact!("{byte:02x}"));
        }
        text
    }

    /// Names the key without giving it away: written beside what was made with it.
    #[must_use]
    pub fn key_id(&self) -> Text {
        let mut id = Text::const_new("root-");
        for byte in derived(&self.0, "everyframe 2026 root key id").iter().take(8) {
            id.push_str(&format_compact!("{byte:02x}"));
        }
        id
    }

    /// The bytes, for deriving keys.
    #[must_use]
    pub fn bytes(&self) -> &[u8; KEY_SIZE_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "RootKey({})", self.key_id())
    }
}

/// The keys of one purpose, below the root key.
#[derive(Clone)]
pub struct Keys(Zeroizing<[u8; KEY_SIZE_BYTES]>);

impl Keys {
    /// Derives the keys of a context, such as `gate`; another context gives unrelated keys.
    #[must_use]
    pub fn derive(root: &[u8; KEY_SIZE_BYTES], context: &str) -> Self {
        let mut hasher = Hasher::new_derive_key("everyframe 2026 gate keys");
        hasher.update(root).update(context.as_bytes());
        Self(Zeroizing::new(hasher.finalize().into()))
    }

    /// The keys of a workspace as a whole: for ids that join records which may not name their tenant.
    #[must_use]
    pub fn workspace(&self, workspace_id: &WorkspaceId) -> ScopeKeys {
        ScopeKeys::new(self.scope("workspace", workspace_id, None))
    }

    /// The keys of one tenant of a workspace; `None` for work that names no tenant.
    #[must_use]
    pub fn tenant(&self, workspace_id: &WorkspaceId, tenant_id: Option<&str>) -> ScopeKeys {
        ScopeKeys::new(self.scope("tenant", workspace_id, tenant_id))
    }

    /// The key of the in-memory cache of cleared twins.
    pub(crate) fn twins(&self) -> Zeroizing<[u8; KEY_SIZE_BYTES]> {
        derived(&self.0, "everyframe 2026 cleared twins")
    }

    fn scope(
        &self,
        level: &str,
        workspace_id: &WorkspaceId,
        tenant_id: Option<&str>,
    ) -> Zeroizing<[u8; KEY_SIZE_BYTES]> {
        let mut hasher = Hasher::new_keyed(&self.0);
        update_part(&mut hasher, level.as_bytes());
        update_part(&mut hasher, workspace_id.as_str().as_bytes());
        match tenant_id {
            Some(tenant_id) => update_part(hasher.update(&[1]), tenant_id.as_bytes()),
            None => update_part(hasher.update(&[0]), &[]),
        }
        Zeroizing::new(hasher.finalize().into())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Keys(▨)")
    }
}

/// The keys of one workspace or one tenant in it, one per purpose.
pub struct ScopeKeys {
    token: Hmac<Sha256>,
    shape: Zeroizing<[u8; KEY_SIZE_BYTES]>,
    fingerprint: Zeroizing<[u8; KEY_SIZE_BYTES]>,
}

impl ScopeKeys {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the parent key is wiped when this returns"
    )]
    fn new(parent: Zeroizing<[u8; KEY_SIZE_BYTES]>) -> Self {
        // HMAC takes a key of one block; a shorter one is filled with zeros, as its definition says.
        let mut block = Zeroizing::new([0; 64]);
        for (byte, from) in block
            .iter_mut()
            .zip(derived(&parent, "everyframe 2026 token").iter())
        {
            *byte = *from;
        }
        Self {
            token: Hmac::new(&(*block).into()),
            shape: derived(&parent, "everyframe 2026 shape"),
            fingerprint: derived(&parent, "everyframe 2026 fingerprint"),
        }
    }

    /// A token in place of a value: `email_k1_…`, HMAC-SHA-256 over kind and value, 100 bits kept. Equal
    /// values of one kind have equal tokens within the scope of the key.
    #[must_use]
    pub fn token(&self, kind: &str, value: &str) -> Text {
        let mut mac = self.token.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut token = format_compact!("{kind}_k{TOKEN_KEY_VERSION}_");
        push_base32(&mut token, &digest);
        token
    }

    /// The token of one leaf of a shape: 100 bits, without prefix.
    #[must_use]
    pub fn shape_token(&self, kind: &str, value: &[u8]) -> Text {
        let mut hasher = Hasher::new_keyed(&self.shape);
        update_part(&mut hasher, kind.as_bytes());
        let digest: [u8; 32] = hasher.update(value).finalize().into();
        let mut token = Text::default();
        push_base32(&mut token, &digest);
        token
    }

    /// A keyed fingerprint over parts, each told apart from its neighbours.
    #[must_use]
    pub fn fingerprint(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = Hasher::new_keyed(&self.fingerprint);
        for part in parts {
            update_part(&mut hasher, part);
        }
        hasher.finalize().into()
    }
}

impl std::fmt::Debug for ScopeKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ScopeKeys(▨)")
    }
}

/// Whether a text is a token as [`ScopeKeys::token`] writes it: `kind_k1_` and twenty letters.
pub(crate) fn is_token(text: &str) -> bool {
    let Some((head, body)) = text.rsplit_once('_') else {
        return false;
    };
    let Some((kind, version)) = head.rsplit_once("_k") else {
        return false;
    };
    body.len() == TOKEN_BODY_SIZE_BYTES
        && body.bytes().all(|byte| BASE32.contains(&byte))
        && (1..=3).contains(&version.len())
        && version.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=24).contains(&kind.len())
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-')
}

/// Whether a run of letters is the body of a token within a longer text: `…_k1_` stands before it.
pub(crate) fn is_token_body(before: &str, run: &str) -> bool {
    let Some(head) = before.strip_suffix('_') else {
        return false;
    };
    let version = head.len()
        - head
            .trim_end_matches(|letter: char| letter.is_ascii_digit())
            .len();
    run.len() == TOKEN_BODY_SIZE_BYTES
        && run.bytes().all(|byte| BASE32.contains(&byte))
        && (1..=3).contains(&version)
        && head
            .get(..head.len() - version)
            .is_some_and(|head| head.ends_with("_k"))
}

fn derived(parent: &[u8; KEY_SIZE_BYTES], context: &str) -> Zeroizing<[u8; KEY_SIZE_BYTES]> {
    Zeroizing::new(blake3::derive_key(context, parent))
}

/// Feeds a part with its length before it, so that no two lists of parts read the same.
fn update_part(hasher: &mut Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
}

fn push_base32(token: &mut Text, digest: &[u8; 32]) {
    let mut bits = 0_u32;
    let mut bit_count = 0_u32;
    let mut digest = digest.iter();
    for _ in 0..TOKEN_BODY_SIZE_BYTES {
        if bit_count < 5 {
            bits = (bits << 8) | u32::from(digest.next().copied().unwrap_or_default());
            bit_count += 8;
        }
        bit_count -= 5;
        let letter = BASE32
            .get(((bits >> bit_count) & 31) as usize)
            .copied()
            .unwrap_or(b'a');
        token.push(char::from(letter));
        bits &= (1 << bit_count) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::derive(&[7; 32], "gate")
    }

    #[test]
    fn tokens_join_within_a_tenant_and_never_across() {
        let workspace_id = WorkspaceId::new("w");
        let first = keys().tenant(&workspace_id, Some("a")).token("user", "u-1");
        assert_eq!(
            first,
            keys().tenant(&workspace_id, Some("a")).token("user", "u-1")
        );
        assert!(is_token(&first), "{first}");
        for other in [
            keys().tenant(&workspace_id, Some("b")).token("user", "u-1"),
            keys().tenant(&workspace_id, None).token("user", "u-1"),
            keys()
                .tenant(&WorkspaceId::new("v"), Some("a"))
                .token("user", "u-1"),
            keys().workspace(&workspace_id).token("user", "u-1"),
            keys().tenant(&workspace_id, Some("a")).token("id", "u-1"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn a_root_key_reads_back_and_is_never_printed() {
        let key = RootKey::generate(|bytes| {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(index).unwrap();
            }
            Ok::<(), ()>(())
        })
        .unwrap();
        let read = RootKey::parse(&key.to_text()).unwrap();
        assert_eq!(read.bytes(), key.bytes());
        assert_eq!(read.key_id(), key.key_id());
        assert!(!format!("{key:?}").contains("0102"));
        assert_eq!(RootKey::parse("hunter2").unwrap_err(), Error::Prefix);
        let sample = format!("{ROOT_KEY_PREFIX}{}", "0".repeat(64));
        assert_eq!(RootKey::parse(&sample).unwrap_err(), Error::Sample);
    }
}
