//! Keys that say that something personal stands under them, in the languages that forms and tables are made in.

use std::sync::LazyLock;

use trace::Text;

use super::WordSet;

/// What stands under a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The name of a person.
    Name,
    /// A postal address, or a part of one that says where.
    Address,
    /// A phone number, however written.
    Phone,
    /// The day a person was born.
    Birth,
    /// A number that an office gave a person.
    NationalId,
    /// An account number.
    Account,
}

/// Keys that are one word, or end in these words.
static PHRASES: &[(&[&str], Kind)] = &[
    (&["date", "of", "birth"], Kind::Birth),
    (&["dateofbirth"], Kind::Birth),
    (&["birth", "date"], Kind::Birth),
    (&["birthdate"], Kind::Birth),
    (&["birthday"], Kind::Birth),
    (&["dob"], Kind::Birth),
    (&["geburtsdatum"], Kind::Birth),
    (&["geburtstag"], Kind::Birth),
    (&["fecha", "nacimiento"], Kind::Birth),
    (&["fecha", "de", "nacimiento"], Kind::Birth),
    (&["data", "nascimento"], Kind::Birth),
    (&["data", "de", "nascimento"], Kind::Birth),
    (&["date", "naissance"], Kind::Birth),
    (&["date", "de", "naissance"], Kind::Birth),
    (&["data", "di", "nascita"], Kind::Birth),
    (&["geboortedatum"], Kind::Birth),
    (&["生年月日"], Kind::Birth),
    (&["出生日期"], Kind::Birth),
    (&["phone"], Kind::Phone),
    (&["phone", "number"], Kind::Phone),
    (&["phonenumber"], Kind::Phone),
    (&["phone", "no"], Kind::Phone),
    (&["telephone"], Kind::Phone),
    (&["tel"], Kind::Phone),
    (&["mobile"], Kind::Phone),
    (&["mobile", "number"], Kind::Phone),
    (&["cell"], Kind::Phone),
    (&["cellphone"], Kind::Phone),
    (&["whatsapp"], Kind::Phone),
    (&["fax"], Kind::Phone),
    (&["msisdn"], Kind::Phone),
    (&["telefon"], Kind::Phone),
    (&["telefonnummer"], Kind::Phone),
    (&["handy"], Kind::Phone),
    (&["telefono"], Kind::Phone),
    (&["teléfono"], Kind::Phone),
    (&["movil"], Kind::Phone),
    (&["celular"], Kind::Phone),
    (&["telefone"], Kind::Phone),
    (&["téléphone"], Kind::Phone),
    (&["cellulare"], Kind::Phone),
    (&["telefoon"], Kind::Phone),
    (&["телефон"], Kind::Phone),
    (&["電話"], Kind::Phone),
    (&["電話番号"], Kind::Phone),
    (&["电话"], Kind::Phone),
    (&["手机"], Kind::Phone),
    (&["전화번호"], Kind::Phone),
    (&["address"], Kind::Address),
    (&["street"], Kind::Address),
    (&["street", "address"], Kind::Address),
    (&["address", "line"], Kind::Address),
    (&["address1"], Kind::Address),
    (&["address2"], Kind::Address),
    (&["addr"], Kind::Address),
    (&["anschrift"], Kind::Address),
    (&["adresse"], Kind::Address),
    (&["strasse"], Kind::Address),
    (&["straße"], Kind::Address),
    (&["direccion"], Kind::Address),
    (&["dirección"], Kind::Address),
    (&["domicilio"], Kind::Address),
    (&["endereco"], Kind::Address),
    (&["endereço"], Kind::Address),
    (&["indirizzo"], Kind::Address),
    (&["adres"], Kind::Address),
    (&["адрес"], Kind::Address),
    (&["住所"], Kind::Address),
    (&["地址"], Kind::Address),
    (&["주소"], Kind::Address),
    (&["पता"], Kind::Address),
    (&["ssn"], Kind::NationalId),
    (&["social", "security", "number"], Kind::NationalId),
    (&["national", "id"], Kind::NationalId),
    (&["tax", "id"], Kind::NationalId),
    (&["passport"], Kind::NationalId),
    (&["passport", "number"], Kind::NationalId),
    (&["passport", "no"], Kind::NationalId),
    (&["drivers", "license"], Kind::NationalId),
    (&["driver", "license"], Kind::NationalId),
    (&["license", "number"], Kind::NationalId),
    (&["id", "card"], Kind::NationalId),
    (&["identity", "number"], Kind::NationalId),
    (&["cpf"], Kind::NationalId),
    (&["dni"], Kind::NationalId),
    (&["nif"], Kind::NationalId),
    (&["curp"], Kind::NationalId),
    (&["pesel"], Kind::NationalId),
    (&["bsn"], Kind::NationalId),
    (&["aadhaar"], Kind::NationalId),
    (&["nric"], Kind::NationalId),
    (&["personnummer"], Kind::NationalId),
    (&["codice", "fiscale"], Kind::NationalId),
    (&["iban"], Kind::Account),
    (&["account", "number"], Kind::Account),
    (&["bank", "account"], Kind::Account),
    (&["kontonummer"], Kind::Account),
    (&["routing", "number"], Kind::Account),
    (&["pan"], Kind::Account),
    (&["card", "number"], Kind::Account),
    (&["cardnumber"], Kind::Account),
];

/// Words for the name of a person that need no other beside them.
static NAMES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "firstname",
        "lastname",
        "fullname",
        "surname",
        "forename",
        "givenname",
        "familyname",
        "middlename",
        "nachname",
        "vorname",
        "nombre",
        "nombres",
        "apellido",
        "apellidos",
        "nom",
        "prenom",
        "prénom",
        "nome",
        "sobrenome",
        "apelido",
        "cognome",
        "naam",
        "voornaam",
        "achternaam",
        "nazwisko",
        "imie",
        "imię",
        "jmeno",
        "jméno",
        "prijmeni",
        "příjmení",
        "nume",
        "prenume",
        "isim",
        "soyisim",
        "soyad",
        "nama",
        "etunimi",
        "sukunimi",
        "förnamn",
        "efternamn",
        "navn",
        "имя",
        "фамилия",
        "отчество",
        "фио",
        "氏名",
        "名前",
        "お名前",
        "姓名",
        "이름",
        "성명",
        "नाम",
        "cardholder",
        "accountholder",
        "username_full",
        "payee",
        "ansprechpartner",
    ])
});

/// Words that make `name` the name of a person; most are a person by themselves.
static PERSONS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "customer",
        "client",
        "user",
        "full",
        "first",
        "last",
        "given",
        "family",
        "middle",
        "maiden",
        "legal",
        "recipient",
        "contact",
        "patient",
        "employee",
        "guest",
        "holder",
        "sender",
        "receiver",
        "member",
        "passenger",
        "driver",
        "beneficiary",
        "cardholder",
        "applicant",
        "student",
        "teacher",
        "doctor",
        "buyer",
        "seller",
        "traveler",
        "traveller",
        "subscriber",
        "tenant_contact",
        "person",
        "people",
        "shipping",
        "billing",
        "account",
        "owner",
        "manager",
        "assignee",
        "reporter",
        "requester",
        "caller",
        "visitor",
        "attendee",
        "candidate",
        "signer",
        "signatory",
        "witness",
        "spouse",
        "parent",
        "child",
        "mother",
        "father",
        "kunde",
        "empfänger",
        "empfaenger",
        "cliente",
        "destinatario",
        "destinatário",
        "client",
        "destinataire",
        "klant",
        "klient",
        "author",
        "nurse",
        "physician",
        "resident",
        "debtor",
        "borrower",
        "insured",
        "policyholder",
        "claimant",
    ])
});

/// Words after a person that make the key one about something else: `user_agent`, `customer_id`.
static OTHERS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "id",
        "ids",
        "agent",
        "type",
        "status",
        "count",
        "email",
        "mail",
        "url",
        "uri",
        "service",
        "key",
        "code",
        "group",
        "role",
        "tier",
        "plan",
        "segment",
        "number",
        "no",
        "ref",
        "reference",
        "link",
        "tool",
        "model",
        "level",
        "score",
        "notes",
        "note",
        "message",
        "prompt",
        "input",
        "query",
        "question",
        "request",
        "response",
        "history",
        "data",
        "info",
        "details",
        "list",
        "at",
        "date",
        "time",
        "since",
        "locale",
        "language",
        "lang",
        "timezone",
        "currency",
        "country",
        "class",
        "version",
    ])
});

/// Last words of all keys that say something.
static LAST_WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    let phrases = PHRASES.iter().filter_map(|(phrase, _)| phrase.last().copied());
    let names = NAMES.words().chain(PERSONS.words());
    WordSet::new(phrases.chain(names).chain(["name", "names"]))
});

/// What a key, read as words, says about its value; `None` if nothing personal.
pub(crate) fn kind_of(words: &[Text]) -> Option<Kind> {
    let last = words.last()?;
    if !LAST_WORDS.contains(last) {
        return None;
    }
    let ends = |phrase: &[&str]| {
        words.len() >= phrase.len()
            && words
                .iter()
                .rev()
                .zip(phrase.iter().rev())
                .all(|(left, right)| left == right)
    };
    if let Some((_, kind)) = PHRASES.iter().find(|(phrase, _)| ends(phrase)) {
        // `ip_address`, `email_address`, `wallet_address` are no postal ones.
        let is_postal = !words.iter().any(|word| {
            matches!(
                word.as_str(),
                "ip" | "email"
                    | "mail"
                    | "mac"
                    | "wallet"
                    | "web"
                    | "memory"
                    | "server"
                    | "host"
                    | "contract"
                    | "bind"
                    | "listen"
                    | "peer"
                    | "remote"
                    | "net"
                    | "client"
            )
        });
        return (*kind != Kind::Address || is_postal).then_some(*kind);
    }
    if NAMES.contains(last) {
        return Some(Kind::Name);
    }
    let is_person = |word: &Text| PERSONS.contains(word);
    if last == "name" || last == "names" {
        return Some(Kind::Name);
    }
    (is_person(last) && !OTHERS.contains(last)).then_some(Kind::Name)
}

/// Whether a key names a person so surely that any value with the form of a name is one: `customer_name`, not
/// `name`, which tools and models have, too.
pub(crate) fn is_sure(words: &[Text]) -> bool {
    match words {
        [.., person, last] if last == "name" || last == "names" => PERSONS.contains(person),
        [.., last] => NAMES.contains(last),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::keys::words;

    #[test]
    fn keys_say_what_stands_under_them() {
        for (key, expected) in [
            ("customer_name", Some(Kind::Name)),
            ("fullName", Some(Kind::Name)),
            ("recipient", Some(Kind::Name)),
            ("shipping_address", Some(Kind::Address)),
            ("ip_address", None),
            ("mobile", Some(Kind::Phone)),
            ("date_of_birth", Some(Kind::Birth)),
            ("user_agent", None),
            ("customer_id", None),
            ("tool_name", Some(Kind::Name)),
        ] {
            assert_eq!(kind_of(&words(key)), expected, "{key}");
        }
        let is_sure = |key| is_sure(&words(key));
        assert!(is_sure("customer_name") && !is_sure("tool_name") && !is_sure("name"));
    }
}
