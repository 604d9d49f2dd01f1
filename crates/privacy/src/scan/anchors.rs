//! Anchors: one automaton over all literal texts that any rule begins with.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::{Pass, codes, command, keyed, mail, people, phone, tokens, url};
use crate::rules::phrases::PHRASES;
use crate::rules::tokens::TOKENS;

/// What to do at an anchor.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    /// Match this token of the family.
    Token(usize),
    /// A key of a secret may be here.
    Keyword,
    /// A mail address may be around here.
    At,
    /// A mail address may be spelled out around here.
    SpokenAt,
    /// A phrase beside which a name, an address or a date of birth stands.
    Phrase(usize),
    /// A password of a command or a driver may stand beside it.
    Command(command::Sign),
    /// A URL begins before, its authority after.
    Url,
}

/// Parts of keys, in lower case. Longer keys are read around them.
const KEYWORDS: &[&str] = &[
    "pass",
    "pwd",
    "pw",
    "secret",
    "token",
    "apikey",
    "key",
    "auth",
    "cookie",
    "sess",
    "sid",
    "cred",
    "sig",
    "csrf",
    "xsrf",
    "bearer",
    "jwt",
    "pin",
    "otp",
    "cvv",
    "cvc",
    "hmac",
    "nonce",
    "salt",
    "mnemonic",
    "seed",
    "code",
    "assertion",
    "kennwort",
    "contrase",
    "clave",
    "senha",
    "mdp",
    "wachtwoord",
    "senord",
    "adgangskode",
    "salasana",
    "hasło",
    "haslo",
    "heslo",
    "jelsz",
    "parola",
    "ifre",
    "пароль",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "पासवर्ड",
    "geheimnis",
    "wagwoord",
    "fjal",
    "المرور",
    "السر",
    "парола",
    "contrasenya",
    "lozinka",
    "лозинка",
    "kodeord",
    "parool",
    "salas",
    "κωδικ",
    "πρόσβασης",
    "συνθηματ",
    "סיסמ",
    "lykilor",
    "sandi",
    "laluan",
    "parole",
    "slapta",
    "عبور",
    "گذرواژه",
    "geslo",
    "รหัส",
    "khẩu",
    "পাসওয়ার্ড",
    "கடவுச்சொல்",
    "zugang",
    "passw",
    "暗証番号",
    "暗号",
    "암호",
    "비번",
    "密钥",
    "密鑰",
    "秘钥",
    "秘密鍵",
    "令牌",
    "トークン",
    "토큰",
    "токен",
    "ключ",
    "секрет",
    "jeton",
    "segre",
    "schl",
    "sleutel",
    "nyckel",
    "anahtar",
    "psk",
    "chave",
    "chiave",
    "klucz",
    "clé",
    " api",
    "consumer",
    "name",
    "phone",
    "tel",
    "mobile",
    "cell",
    "whatsapp",
    "handy",
    "movil",
    "móvil",
    "celular",
    "телефон",
    "電話",
    "电话",
    "手机",
    "전화",
    "address",
    "addr",
    "street",
    "anschrift",
    "stra",
    "direcc",
    "domicil",
    "endere",
    "indirizz",
    "adres",
    "адрес",
    "住所",
    "地址",
    "주소",
    "birth",
    "dob",
    "geburt",
    "nacim",
    "nascim",
    "naiss",
    "nascita",
    "geboorte",
    "生年月日",
    "出生日期",
    "ssn",
    "social",
    "national",
    "tax",
    "passport",
    "license",
    "cpf",
    "dni",
    "nif",
    "curp",
    "pesel",
    "bsn",
    "aadhaar",
    "nric",
    "personnummer",
    "fiscale",
    "iban",
    "account",
    "card",
    "konto",
    "recipient",
    "customer",
    "contact",
    "patient",
    "employee",
    "passenger",
    "payee",
    "beneficiary",
    "nombre",
    "apellid",
    "nom",
    "naam",
    "nazwisk",
    "imie",
    "imię",
    "jmeno",
    "jméno",
    "příjmení",
    "nume",
    "isim",
    "soyad",
    "nama",
    "nimi",
    "namn",
    "navn",
    "имя",
    "фамил",
    "фио",
    "氏名",
    "名前",
    "姓名",
    "이름",
    "성명",
    "नाम",
    "destinat",
    "kunde",
    "klient",
    "assignee",
    "driver",
    "guest",
    "student",
    "cardholder",
    "sender",
    "receiver",
    "member",
    "owner",
];

struct Automaton {
    automaton: AhoCorasick,
    anchors: Vec<Anchor>,
}

static AUTOMATON: LazyLock<Option<Automaton>> = LazyLock::new(|| {
    let mut patterns: Vec<Cow<'static, str>> = Vec::new();
    let mut anchors = Vec::new();
    for (index, token) in TOKENS.iter().enumerate() {
        for anchor in token.anchors {
            patterns.push(Cow::Borrowed(anchor));
            anchors.push(Anchor::Token(index));
        }
    }
    for keyword in KEYWORDS {
        patterns.push(Cow::Borrowed(keyword));
        anchors.push(Anchor::Keyword);
        if let Some(text) = at_start_of_sentence(keyword) {
            patterns.push(Cow::Owned(text));
            anchors.push(Anchor::Keyword);
        }
    }
    for sign in mail::SPOKEN {
        patterns.push(Cow::Borrowed(sign));
        anchors.push(Anchor::SpokenAt);
    }
    for (index, phrase) in PHRASES.iter().enumerate() {
        patterns.push(Cow::Borrowed(phrase.text));
        anchors.push(Anchor::Phrase(index));
        // The automaton ignores the case of ASCII only.
        if let Some(text) = at_start_of_sentence(phrase.text) {
            patterns.push(Cow::Owned(text));
            anchors.push(Anchor::Phrase(index));
        }
    }
    for (sign, says) in command::SIGNS {
        patterns.push(Cow::Borrowed(sign));
        anchors.push(Anchor::Command(*says));
    }
    patterns.push(Cow::Borrowed("@"));
    anchors.push(Anchor::At);
    patterns.push(Cow::Borrowed("://"));
    anchors.push(Anchor::Url);
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(patterns.iter().map(|pattern| pattern.as_bytes()))
        .ok()?;
    Some(Automaton { automaton, anchors })
});

/// A phrase with a capital, where its first letter has one that is not ASCII.
fn at_start_of_sentence(text: &str) -> Option<String> {
    let first = text.chars().next().filter(|first| !first.is_ascii())?;
    let capital: String = first.to_uppercase().collect();
    let rest = text.get(first.len_utf8()..)?;
    (!capital.starts_with(first)).then(|| capital + rest)
}

/// Whether the rules could be compiled. Where they could not, nothing may be let through.
pub(super) fn is_ready() -> bool {
    AUTOMATON.is_some() && tokens::is_ready() && codes::is_ready() && phone::is_ready() && people::is_ready()
}

/// Looks at every anchor of the text.
pub(super) fn find(pass: &mut Pass<'_>, opaque: &[Range<usize>]) {
    let Some(rules) = AUTOMATON.as_ref() else {
        return;
    };
    // Keys are read once, however many keywords stand in them.
    let mut read_to = 0;
    let mut from = 0;
    for inside in opaque {
        find_in(pass, rules, from..inside.start, &mut read_to);
        from = inside.end;
    }
    find_in(pass, rules, from..pass.text.len(), &mut read_to);
}

fn find_in(pass: &mut Pass<'_>, rules: &Automaton, range: Range<usize>, read_to: &mut usize) {
    let input = Input::new(pass.text).range(range);
    for hit in rules.automaton.find_overlapping_iter(input) {
        match rules.anchors.get(hit.pattern().as_usize()) {
            Some(Anchor::Token(index)) => tokens::find(pass, *index, hit.range()),
            Some(Anchor::Keyword) if hit.end() > *read_to => *read_to = keyed::find(pass, hit.range()),
            Some(Anchor::SpokenAt) => mail::find_spoken(pass, hit.start(), hit.end()),
            Some(Anchor::Phrase(index)) => people::find(pass, *index, hit.start(), hit.end()),
            Some(Anchor::Command(sign)) => command::find(pass, *sign, hit.start(), hit.end()),
            Some(Anchor::At) => mail::find(pass, hit.start()),
            Some(Anchor::Url) => url::find(pass, hit.end()),
            _ => {}
        }
    }
}
