//! Anchors: one automaton over all literal texts that any rule begins with.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::{Pass, codes, keyed, mail, people, phone, tokens, url};
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
    let mut patterns: Vec<&str> = Vec::new();
    let mut anchors = Vec::new();
    for (index, token) in TOKENS.iter().enumerate() {
        for anchor in token.anchors {
            patterns.push(anchor);
            anchors.push(Anchor::Token(index));
        }
    }
    for keyword in KEYWORDS {
        patterns.push(keyword);
        anchors.push(Anchor::Keyword);
    }
    for sign in mail::SPOKEN {
        patterns.push(sign);
        anchors.push(Anchor::SpokenAt);
    }
    for (index, phrase) in people::PHRASES.iter().enumerate() {
        patterns.push(phrase.text);
        anchors.push(Anchor::Phrase(index));
    }
    patterns.push("@");
    anchors.push(Anchor::At);
    patterns.push("://");
    anchors.push(Anchor::Url);
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&patterns)
        .ok()?;
    Some(Automaton { automaton, anchors })
});

/// Whether the rules could be compiled. Where they could not, nothing may be let through.
pub(super) fn is_ready() -> bool {
    AUTOMATON.is_some() && tokens::is_ready() && codes::is_ready() && phone::is_ready()
}

/// Looks at every anchor of the text.
pub(super) fn find(pass: &mut Pass<'_>) {
    let Some(rules) = AUTOMATON.as_ref() else {
        return;
    };
    let text = pass.text;
    // Keys are read once, however many keywords stand in them.
    let mut read_to = 0;
    for hit in rules.automaton.find_overlapping_iter(Input::new(text)) {
        match rules.anchors.get(hit.pattern().as_usize()) {
            Some(Anchor::Token(index)) => tokens::find(pass, *index, hit.range()),
            Some(Anchor::Keyword) if hit.end() > read_to => read_to = keyed::find(pass, hit.range()),
            Some(Anchor::SpokenAt) => mail::find_spoken(pass, hit.start(), hit.end()),
            Some(Anchor::Phrase(index)) => people::find(pass, *index, hit.start(), hit.end()),
            Some(Anchor::At) => mail::find(pass, hit.start()),
            Some(Anchor::Url) => url::find(pass, hit.end()),
            _ => {}
        }
    }
}
