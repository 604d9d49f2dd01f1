//! People say who they are and how they are reached in many languages; code and products look alike and stay.

use privacy::{Surface, scan};

/// The texts that are found in a text, in order.
fn found(text: &str) -> Vec<(&'static str, &str)> {
    scan(text, Surface::Content, None, &[])
        .into_iter()
        .map(|found| (found.rule.id, text.get(found.range()).unwrap_or_default()))
        .collect()
}

#[test]
fn people_are_found_in_the_languages_they_speak() {
    for (text, name, phone) in [
        (
            "Buongiorno, mi chiamo Ada Conti, richiamatemi al 347 1234567.",
            "Ada Conti",
            "347 1234567",
        ),
        (
            "Goedemiddag, mijn naam is Joost de Wit, bel 06 12345678.",
            "Joost de Wit",
            "06 12345678",
        ),
        (
            "Nazywam się Ewa Nowak, mój numer to 601 234 567.",
            "Ewa Nowak",
            "601 234 567",
        ),
        (
            "Hej, jag heter Elsa Lind, ring 070-123 45 67.",
            "Elsa Lind",
            "070-123 45 67",
        ),
        (
            "Hei, jeg heter Kari Moen, du når meg på 412 34 567.",
            "Kari Moen",
            "412 34 567",
        ),
        (
            "Hei, nimeni on Aino Laine, puh. 040 1234567.",
            "Aino Laine",
            "040 1234567",
        ),
        (
            "Merhaba, benim adım Elif Kaya, telefonum 0532 123 45 67.",
            "Elif Kaya",
            "0532 123 45 67",
        ),
        (
            "Меня зовут Анна Котова, мой телефон 8 912 345-67-89.",
            "Анна Котова",
            "8 912 345-67-89",
        ),
        (
            "Мене звати Олена Мороз, телефон 067 123 45 67.",
            "Олена Мороз",
            "067 123 45 67",
        ),
        (
            "Jmenuji se Jana Malá, telefon 601 234 567.",
            "Jana Malá",
            "601 234 567",
        ),
        (
            "Mă numesc Ion Popa, telefon 0721 234 567.",
            "Ion Popa",
            "0721 234 567",
        ),
        (
            "A nevem Kis Anna, a telefonszámom 20/123-4567.",
            "Kis Anna",
            "20/123-4567",
        ),
        (
            "Με λένε Ελένη Παππά, τηλέφωνο 6912345678.",
            "Ελένη Παππά",
            "6912345678",
        ),
        (
            "Nama saya Budi Santoso, nomor HP 0812-3456-7890.",
            "Budi Santoso",
            "0812-3456-7890",
        ),
        (
            "Tôi tên là Lê Minh, điện thoại 0912 345 678.",
            "Lê Minh",
            "0912 345 678",
        ),
        (
            "제 이름은 김민수입니다. 전화 010-1234-5678",
            "김민수",
            "010-1234-5678",
        ),
        ("您好，我叫王小明，电话13812345678。", "王小明", "13812345678"),
        ("שמי דנה לוי, טלפון 052-1234567", "דנה לוי", "052-1234567"),
        (
            "Zovem se Ana Horvat, broj 091 234 5678.",
            "Ana Horvat",
            "091 234 5678",
        ),
    ] {
        let found = found(text);
        assert!(found.contains(&("person-name", name)), "{text}: {found:?}");
        assert!(found.contains(&("phone", phone)), "{text}: {found:?}");
    }
}

#[test]
fn phone_numbers_are_taken_with_their_extension() {
    assert_eq!(
        found("call (212) 555-4183 x427 now"),
        [("phone", "(212) 555-4183 x427")]
    );
    assert_eq!(found("ring 472-708-4959x970."), [("phone", "472-708-4959x970")]);
}

#[test]
fn code_and_products_that_look_alike_stay() {
    for text in [
        "if username is None or password is None:\\n    return",
        "passwd = conn_params.get('password', '')",
        "password = self.cleaned_data[\"new_password1\"]",
        "print(f\"auth: {p2.auth}\")",
        "AssertionError: 'datet[38 chars]zinfo'",
        "{\"email\": \"\", \"items\": [{\"name\": \"Bluetooth Speaker\", \"product_id\": \"42\", \"price\": 9}]}",
        "def f(args,\n    signature,\n    join=\"inner\",\n):",
        "PyERFA 2.0.0.3 and RFC7231 section 7.1.1.1",
        "0 365 730 1095 1460 1825 6935 7300 7665 8030 8395",
        "Fifth Floor, Boston, MA 02110-1301 USA",
        "(269.16 - 272.33) + (249.01 - 251.20)",
        "documentation_options.js?v=2389946f",
        "Set-Cookie: messages=\"\"; expires=Thu",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn national_numbers_are_found_by_form_by_check_and_by_name() {
    assert_eq!(
        found("holder 784-1990-1234567-6 signed"),
        [("ae-emirates-id", "784-1990-1234567-6")]
    );
    assert_eq!(
        found("her CNIC is 35202-1234567-8 now"),
        [("pk-cnic", "35202-1234567-8")]
    );
    assert_eq!(found("kennitala: 120174-3399"), [("is-kennitala", "120174-3399")]);
    assert_eq!(found("shipment 120174-3397 left"), []);
}
