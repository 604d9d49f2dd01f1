//! Addresses of machines that say where a person is: public IP addresses, and hardware addresses.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::Pass;
use crate::rules::{Class, Rule, Severity};

pub(super) static IP: Rule = Rule::new("ip-address", Class::Pii, Severity::Medium, "RFC 791, RFC 4291");
pub(super) static MAC: Rule = Rule::new("mac-address", Class::Pii, Severity::Medium, "IEEE 802");

/// Octets below this are as common in versions as they are rare in addresses.
const SMALL_OCTET: u8 = 26;
/// Words before an address, in lower case.
const WORDS: [&str; 9] = [
    "ip",
    "addr",
    "host",
    "client",
    "peer",
    "remote",
    "forwarded",
    "://",
    "server",
];
/// Longest text of an IPv6 address.
const V6_SIZE_BYTES_MAX: usize = 45;

/// Looks for an address in which a run is the first with a digit.
pub(super) fn find(pass: &mut Pass<'_>, run: Range<usize>) {
    match pass.byte(run.end) {
        Some(b'.') if run.len() <= 3 => v4(pass, run.start),
        Some(b':') if run.len() <= 4 => colons(pass, run.start),
        Some(b'-') if run.len() == 2 => mac(pass, run.start, b'-'),
        _ if pass.byte_before(run.start) == Some(b':') && run.len() <= 4 => colons(pass, run.start),
        _ => {}
    }
}

fn v4(pass: &mut Pass<'_>, start: usize) {
    let rest = pass.text.get(start..).unwrap_or_default();
    let size = rest
        .bytes()
        .take(16)
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let text = rest.get(..size).unwrap_or_default().trim_end_matches('.');
    let Ok(address) = text.parse::<Ipv4Addr>() else {
        return;
    };
    let end = start + text.len();
    let before = pass.byte_before(start);
    let is_free = before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b".-_".contains(&byte))
        && pass
            .byte(end)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(&byte));
    let near = pass.before(start, 16);
    let is_version =
        near.contains("version") || near.trim_end().ends_with(" v") || near.ends_with("release ");
    // Four small numbers are a version or a section, unless something says otherwise.
    let is_small = address.octets().iter().all(|octet| *octet < SMALL_OCTET);
    let is_meant = !is_small || WORDS.iter().any(|word| pass.before(start, 32).contains(word));
    if is_free && is_public_v4(address) && !is_version && is_meant {
        pass.push(start..end, &IP);
    }
}

/// Whether an address belongs to somebody: not private, local, reserved or of the documentation.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && matches!(second, 18 | 19);
    // Addresses of public resolvers are as good as names.
    let is_resolver = matches!(
        address.octets(),
        [8, 8, 8, 8] | [8, 8, 4, 4] | [1, 1, 1, 1] | [1, 0, 0, 1] | [9, 9, 9, 9]
    );
    let _ = third;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_unspecified()
        || address.is_broadcast()
        || first == 0
        || first >= 224
        || is_shared
        || is_benchmark
        || is_resolver)
}

/// An IPv6 or hardware address around a place.
fn colons(pass: &mut Pass<'_>, start: usize) {
    let bytes = pass.text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    let before = bytes.get(..start).unwrap_or_default();
    let start = start
        - before
            .iter()
            .rev()
            .take(V6_SIZE_BYTES_MAX)
            .take_while(|byte| is_part(byte))
            .count();
    // Seen already, from an earlier run of the same address.
    if pass.network_read_to > start {
        return;
    }
    let rest = bytes.get(start..).unwrap_or_default();
    let size = rest
        .iter()
        .take(V6_SIZE_BYTES_MAX + 1)
        .take_while(|byte| is_part(byte))
        .count();
    let end = start + size;
    pass.network_read_to = end;
    let is_free = pass
        .byte_before(start)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        && pass.byte(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let text = pass.text.get(start..end).unwrap_or_default();
    let text = text
        .strip_suffix(':')
        .filter(|text| !text.ends_with(':'))
        .unwrap_or(text);
    let leading = text.len()
        - text
            .strip_prefix(':')
            .filter(|text| !text.starts_with(':'))
            .map_or(text.len(), str::len);
    let text = text.get(leading..).unwrap_or_default();
    let range = start + leading..start + leading + text.len();
    if !is_free {
        return;
    }
    if is_mac(text, b':') {
        pass.push(range, &MAC);
    } else if text
        .parse::<Ipv6Addr>()
        .is_ok_and(|address| is_public_v6(&address))
    {
        pass.push(range, &IP);
    }
}

fn is_public_v6(address: &Ipv6Addr) -> bool {
    // Global unicast only; the documentation's ranges and short forms such as `::1` are nobody's.
    let segments = address.segments();
    let first = segments.first().copied().unwrap_or_default();
    let second = segments.get(1).copied().unwrap_or_default();
    (0x2000..0x4000).contains(&first)
        && !(first == 0x2001 && second == 0x0db8)
        && !(0x3fff..0x4000).contains(&first)
}

fn mac(pass: &mut Pass<'_>, start: usize, joint: u8) {
    let text = pass.text.get(start..start + 17).unwrap_or_default();
    let is_free = pass
        .byte_before(start)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != joint)
        && pass
            .byte(start + 17)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != joint);
    if is_free && is_mac(text, joint) {
        pass.push(start..start + 17, &MAC);
    }
}

/// Six pairs of hex digits, not all the same.
fn is_mac(text: &str, joint: u8) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(index, byte)| {
            if index % 3 == 2 {
                byte == joint
            } else {
                byte.is_ascii_hexdigit()
            }
        })
        && text
            .bytes()
            .any(|byte| byte.is_ascii_alphabetic() || joint == b':')
        && text.get(..2) != text.get(3..5)
}
