//! Passwords that commands and drivers take without a key: `curl -u user:password`, `sshpass -p password`,
//! `mysql -ppassword`, `user:password@tcp(host)`.

use super::Pass;
use crate::rules::{Class, Rule, Severity};

pub(super) static COMMAND_PASSWORD: Rule = Rule {
    kind: "password",
    ..Rule::new(
        "command-password",
        Class::Secret,
        Severity::High,
        "manual pages of curl, wget, sshpass and mysql; go-sql-driver",
    )
};

/// What a sign says about where the password stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    /// A user, a colon and the password follow.
    UserAfter,
    /// The password follows.
    PasswordAfter,
    /// The password follows where a client of a database was called on the same line.
    DatabaseAfter,
    /// A user, a colon and the password stand before.
    UserBefore,
}

/// Signs, and what they say.
pub(super) const SIGNS: &[(&str, Sign)] = &[
    (" -u ", Sign::UserAfter),
    (" -u", Sign::UserAfter),
    (" --user ", Sign::UserAfter),
    (" --user=", Sign::UserAfter),
    ("sshpass -p ", Sign::PasswordAfter),
    ("sshpass -p", Sign::PasswordAfter),
    (" -p", Sign::DatabaseAfter),
    ("identified by ", Sign::PasswordAfter),
    ("@tcp(", Sign::UserBefore),
    ("@unix(", Sign::UserBefore),
];

/// Longest password that is read, in bytes.
const SIZE_BYTES_MAX: usize = 128;
/// How far before a sign the command may stand, in bytes.
const COMMAND_SIZE_BYTES: usize = 64;

/// Looks for the password of a sign that stands from `start` to `end`.
pub(super) fn find(pass: &mut Pass<'_>, sign: Sign, start: usize, end: usize) {
    if let Sign::UserBefore = sign {
        let before = pass.text.as_bytes().get(..start).unwrap_or_default();
        let size = before
            .iter()
            .rev()
            .take(SIZE_BYTES_MAX)
            .take_while(|byte| byte.is_ascii_graphic() && !b"\"'`<>".contains(byte))
            .count();
        let run = pass.text.get(start - size..start).unwrap_or_default();
        if let Some((_, password)) = run.split_once(':') {
            push(pass, start - password.len(), password.len());
        }
        return;
    }
    let rest = pass.text.get(end..).unwrap_or_default();
    let opened = rest.trim_start_matches(['"', '\'']);
    let word_start = end + rest.len() - opened.len();
    let size = opened
        .bytes()
        .take(SIZE_BYTES_MAX + 1)
        .take_while(|byte| byte.is_ascii_graphic() && !b"\"'`,;<>()|".contains(byte))
        .count();
    let word = opened.get(..size).unwrap_or_default();
    match sign {
        Sign::UserAfter => {
            if let Some((user, password)) = word.split_once(':')
                && !user.is_empty()
                && !password.starts_with('/')
            {
                push(pass, word_start + user.len() + 1, password.len());
            }
        }
        Sign::PasswordAfter => push(pass, word_start, size),
        Sign::DatabaseAfter => {
            let before = pass.before(start, COMMAND_SIZE_BYTES);
            let line = before.rsplit('\n').next().unwrap_or_default();
            if ["mysql", "mariadb", "mysqldump"]
                .iter()
                .any(|command| line.contains(command))
            {
                push(pass, word_start, size);
            }
        }
        Sign::UserBefore => {}
    }
}

/// Takes a word out, if it is no port, no word and no place for one.
fn push(pass: &mut Pass<'_>, start: usize, size: usize) {
    let Some(word) = pass.text.get(start..start + size) else {
        return;
    };
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let is_odd =
        has(|byte| !byte.is_ascii_alphanumeric()) || has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    if (5..=SIZE_BYTES_MAX).contains(&size)
        && is_odd
        && !word.starts_with(['$', '{', '<', '-'])
        && !super::keyed::is_placeholder(word)
    {
        pass.push_by_key(start..start + size, &COMMAND_PASSWORD);
    }
}
