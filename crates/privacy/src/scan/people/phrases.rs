//! Phrases with which people introduce themselves, others, and where they live.

use super::{ADDRESS, BIRTH, NAME, address, birth, name};
use crate::scan::{Pass, Surface};

/// What stands beside a phrase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Beside {
    /// A name after it; one word is enough.
    Name,
    /// A name of two words or more after it.
    FullName,
    /// A title: the name begins with it.
    Title,
    /// A name of two words or more after it, in the name of a span only.
    NameInName,
    /// A name on the line after it.
    SignedName,
    /// A name before it.
    NameBefore,
    /// A full name before it.
    FullNameBefore,
    /// A name in a script without capitals after it, up to the word that ends it.
    NameUntil(&'static str),
    /// An address after it.
    Address,
    /// A date after it.
    Birth,
}

use Beside::{
    Address, Birth, FullName, FullNameBefore, Name, NameBefore, NameInName, NameUntil, SignedName, Title,
};

/// A phrase and what stands beside it.
pub(in crate::scan) struct Phrase {
    /// In lower case as far as it is ASCII; found in any case.
    pub(in crate::scan) text: &'static str,
    beside: Beside,
}

const fn phrase(text: &'static str, beside: Beside) -> Phrase {
    Phrase { text, beside }
}

/// The phrases. Source: phrase books; none is taken from anybody's data.
pub(in crate::scan) static PHRASES: &[Phrase] = &[
    phrase("my name is ", Name),
    phrase("my name's ", Name),
    phrase("name is ", FullName),
    phrase("this is ", FullName),
    phrase("i am ", FullName),
    phrase("i'm ", FullName),
    phrase("speaking with ", FullName),
    phrase("on behalf of ", FullName),
    phrase("mein name ist ", Name),
    phrase("ich bin ", FullName),
    phrase("ich heiße ", Name),
    phrase("ich heisse ", Name),
    phrase("je m'appelle ", Name),
    phrase("mon nom est ", Name),
    phrase("je suis ", FullName),
    phrase("me llamo ", Name),
    phrase("mi nombre es ", Name),
    phrase("soy ", FullName),
    phrase("meu nome é ", Name),
    phrase("o meu nome é ", Name),
    phrase("me chamo ", Name),
    phrase("chamo-me ", Name),
    phrase("sou ", FullName),
    phrase("mi chiamo ", Name),
    phrase("il mio nome è ", Name),
    phrase("sono ", FullName),
    phrase("mijn naam is ", Name),
    phrase("ik ben ", FullName),
    phrase("ik heet ", Name),
    phrase("jag heter ", Name),
    phrase("mitt namn är ", Name),
    phrase("jeg heter ", Name),
    phrase("jeg hedder ", Name),
    phrase("mit navn er ", Name),
    phrase("nimeni on ", Name),
    phrase("nazywam się ", Name),
    phrase("mam na imię ", Name),
    phrase("jmenuji se ", Name),
    phrase("volám sa ", Name),
    phrase("mă numesc ", Name),
    phrase("numele meu este ", Name),
    phrase("a nevem ", Name),
    phrase("benim adım ", Name),
    phrase("adım ", Name),
    phrase("ismim ", Name),
    phrase("меня зовут ", Name),
    phrase("мене звати ", Name),
    phrase("με λένε ", Name),
    phrase("nama saya ", Name),
    phrase("tên tôi là ", Name),
    phrase("tôi là ", FullName),
    phrase("pangalan ko ay ", Name),
    phrase("मेरा नाम ", NameUntil("है")),
    phrase("मैं ", NameUntil("हूँ")),
    phrase("我叫", NameUntil("，")),
    phrase("我是", NameUntil("，")),
    phrase("我的名字是", NameUntil("，")),
    phrase("제 이름은 ", NameUntil("입니다")),
    phrase("저는 ", NameUntil("입니다")),
    phrase("私の名前は", NameUntil("です")),
    phrase("私は", NameUntil("です")),
    phrase("と申します", NameBefore),
    phrase("といいます", NameBefore),
    phrase("様から", NameBefore),
    phrase("さんから", NameBefore),
    phrase(" rang from", FullNameBefore),
    phrase(" called from", FullNameBefore),
    phrase(" phoned", FullNameBefore),
    phrase("mr. ", Title),
    phrase("mrs. ", Title),
    phrase("ms. ", Title),
    phrase("dr. ", Title),
    phrase("mr ", Title),
    phrase("mrs ", Title),
    phrase("ms ", Title),
    phrase("miss ", Title),
    phrase("herr ", Title),
    phrase("herrn ", Title),
    phrase("frau ", Title),
    phrase("monsieur ", Title),
    phrase("madame ", Title),
    phrase("mme ", Title),
    phrase("señor ", Title),
    phrase("señora ", Title),
    phrase("sra. ", Title),
    phrase("sr. ", Title),
    phrase("signor ", Title),
    phrase("signora ", Title),
    phrase("patient ", FullName),
    phrase("passenger ", FullName),
    phrase("customer ", FullName),
    phrase("dear ", FullName),
    phrase("bonjour ", FullName),
    phrase("chat with ", NameInName),
    phrase("call with ", NameInName),
    phrase("lookup ", NameInName),
    phrase("for ", NameInName),
    phrase("regards,", SignedName),
    phrase("sincerely,", SignedName),
    phrase("cheers,", SignedName),
    phrase("best,", SignedName),
    phrase("grüßen", SignedName),
    phrase("cordialement,", SignedName),
    phrase("saludos,", SignedName),
    phrase("atenciosamente,", SignedName),
    phrase("lives at ", Address),
    phrase("live at ", Address),
    phrase("living at ", Address),
    phrase("resides at ", Address),
    phrase("address is ", Address),
    phrase("ship to ", Address),
    phrase("ship it to ", Address),
    phrase("shipped to ", Address),
    phrase("deliver to ", Address),
    phrase("delivered to ", Address),
    phrase("send it to ", Address),
    phrase("anschrift: ", Address),
    phrase("anschrift ist ", Address),
    phrase("adresse: ", Address),
    phrase("adresse ist ", Address),
    phrase("adresse est ", Address),
    phrase("wohnhaft in ", Address),
    phrase("wohne in ", Address),
    phrase("habite au ", Address),
    phrase("domicilié au ", Address),
    phrase("livrer au ", Address),
    phrase("paquete a ", Address),
    phrase("envíe a ", Address),
    phrase("dirección es ", Address),
    phrase("dirección: ", Address),
    phrase("vivo en ", Address),
    phrase("endereço é ", Address),
    phrase("endereço: ", Address),
    phrase("moro na ", Address),
    phrase("moro em ", Address),
    phrase("indirizzo è ", Address),
    phrase("indirizzo: ", Address),
    phrase("abito in ", Address),
    phrase("woon op ", Address),
    phrase("adres: ", Address),
    phrase("adres is ", Address),
    phrase("mieszkam przy ", Address),
    phrase("bor på ", Address),
    phrase("адрес: ", Address),
    phrase("住所は", Address),
    phrase("住所：", Address),
    phrase("地址是", Address),
    phrase("地址：", Address),
    phrase("주소는 ", Address),
    phrase("पता ", Address),
    phrase("was born", Birth),
    phrase("born on", Birth),
    phrase("date of birth", Birth),
    phrase("geboren am", Birth),
    phrase("geb. am", Birth),
    phrase("né le", Birth),
    phrase("née le", Birth),
    phrase("nací el", Birth),
    phrase("nacido el", Birth),
    phrase("nacida el", Birth),
    phrase("nasci em", Birth),
    phrase("nascido em", Birth),
    phrase("nato il", Birth),
    phrase("nata il", Birth),
    phrase("geboren op", Birth),
    phrase("född den", Birth),
    phrase("født den", Birth),
    phrase("urodzon", Birth),
    phrase("narozen", Birth),
    phrase("родил", Birth),
    phrase("doğum tarih", Birth),
    phrase("生年月日は", Birth),
    phrase("出生于", Birth),
    phrase("생년월일", Birth),
    phrase("जन्म", Birth),
];

/// Looks beside a phrase.
pub(in crate::scan) fn find(pass: &mut Pass<'_>, index: usize, start: usize, end: usize) {
    let Some(phrase) = PHRASES.get(index) else {
        return;
    };
    let is_word = phrase.text.starts_with(|first: char| first.is_ascii_alphabetic());
    if is_word
        && pass
            .byte_before(start)
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
    {
        return;
    }
    let before = pass.text.get(..start).unwrap_or_default();
    let after = pass.text.get(end..).unwrap_or_default();
    match phrase.beside {
        Name => push_name(pass, end, name::leading(after), 1),
        FullName => push_name(pass, end, name::leading(after), 2),
        NameInName if pass.surface == Surface::Name => push_name(pass, end, name::leading(after), 2),
        NameInName => {}
        Title => {
            let name = name::leading(after);
            let is_capital = pass
                .text
                .get(start..)
                .is_some_and(|text| text.starts_with(char::is_uppercase));
            if name::count(name) >= 1 && is_capital {
                pass.push(start..end + name.len(), &NAME);
            }
        }
        SignedName => {
            let line = after.trim_start_matches([' ', '\r', '\n', ',']);
            let skipped = after.len() - line.len();
            let first = line.lines().next().unwrap_or_default();
            let name = name::leading(first);
            if skipped > 0 && skipped <= 6 && name.len() == first.trim_end().len() {
                push_name(pass, end + skipped, name, 1);
            }
        }
        NameBefore => {
            let name = run_before(before);
            push_name(pass, start - name.len(), name, 1);
        }
        FullNameBefore => {
            let name = name::trailing(before);
            push_name(pass, start - name.len(), name, 2);
        }
        NameUntil(last) => {
            let size = after.char_indices().find(|(index, letter)| {
                *index > 60
                    || matches!(
                        letter,
                        '，' | '。' | ',' | '.' | '\n' | '"' | '।' | '、' | '!' | '！'
                    )
            });
            let clause = after
                .get(..size.map_or(after.len(), |(index, _)| index))
                .unwrap_or_default();
            let clause = clause
                .find(last)
                .and_then(|at| clause.get(..at))
                .unwrap_or(clause)
                .trim_end();
            if clause.chars().count() <= 24 && clause.split(' ').count() <= 4 {
                push_name(pass, end, clause, 1);
            }
        }
        Address => {
            let address = address::leading(after);
            if address::is_likely(address) {
                pass.push(end..end + address.len(), &ADDRESS);
            }
        }
        Birth => {
            if let Some((from, to)) = birth::leading(after) {
                pass.push(end + from..end + to, &BIRTH);
            }
        }
    }
}

fn push_name(pass: &mut Pass<'_>, start: usize, name: &str, words: usize) {
    let has_capitals = name
        .chars()
        .any(|letter| letter.is_lowercase() || letter.is_uppercase());
    if name::count(name) >= words
        || (!has_capitals && name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2)
    {
        pass.push(start..start + name.len(), &NAME);
    }
}

/// The run of letters of a wide script that a text ends with, one space allowed within.
fn run_before(text: &str) -> &str {
    let is_wide = |letter: char| letter > '\u{2e80}' && letter.is_alphabetic();
    let mut spaces = 0;
    let mut start = text.len();
    for (index, letter) in text.char_indices().rev().take(16) {
        spaces += usize::from(letter == ' ');
        if !(is_wide(letter) || letter == ' ' && spaces <= 1) {
            break;
        }
        start = index;
    }
    text.get(start..).unwrap_or_default().trim_start()
}
