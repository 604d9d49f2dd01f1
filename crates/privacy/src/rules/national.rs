//! National numbers of persons, with the forms they are written in and their check digits.
//!
//! Source of each form: the public description by the office that gives the number. In a form, `9` is a digit,
//! `A` a letter, `X` either, `K` a digit or the letter of its check; all else stands for itself.

use super::{Class, Rule, Severity};
use crate::checks::national::{self as check, Check};

/// How much a number proves itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Proof {
    /// Only context can tell: no check digit, or none that excludes enough.
    Context,
    /// The form with its separators and the check are enough; digits alone need context.
    Form,
    /// The check excludes 98 of 100: no context is needed.
    Check,
}

/// One national number.
pub(crate) struct National {
    pub(crate) rule: Rule,
    pub(crate) forms: &'static [&'static str],
    pub(crate) check: Check,
    pub(crate) proof: Proof,
    /// Words near it that name it, in lower case.
    pub(crate) words: &'static [&'static str],
}

/// Words that announce a national number of any country.
pub(crate) static WORDS_OF_ALL: &[&str] = &[
    "national id", "national_id", "nationalid", "identity number", "identity card", "id number", "id_number", "idnumber",
    "id card", "tax id", "tax_id", "taxid", "tax number", "tax_number", "taxpayer", "social security", "citizen", "passport",
    "personal number", "personal code", "identification", "identifikation", "steuer", "insurance number", "identitet",
    "identité", "identidad", "identidade", "identità", "document number", "documento", "ssn", "national number", "gov id",
];

const fn national(
    id: &'static str,
    source: &'static str,
    forms: &'static [&'static str],
    check: Check,
    proof: Proof,
    words: &'static [&'static str],
) -> National {
    National { rule: Rule::new(id, Class::Pii, Severity::High, source), forms, check, proof, words }
}

use Proof::{Check as ByCheck, Context, Form};

/// The family.
pub(crate) static NATIONAL: &[National] = &[
    national("us-ssn", "ssa.gov", &["999-99-9999", "999 99 9999", "999999999"], check::us_ssn, Form, &["ssn", "social", "itin", "seguro social"]),
    national("ca-sin", "canada.ca", &["999-999-999", "999 999 999", "999999999"], check::ca_sin, Context, &["sin", "social insurance", "assurance sociale"]),
    national("mx-curp", "gob.mx", &["AAAA999999AAAAAAXX"], check::mx_curp, ByCheck, &["curp"]),
    national("br-cpf", "gov.br", &["999.999.999-99", "99999999999", "999999999-99"], check::br_cpf, ByCheck, &["cpf"]),
    national("br-cnpj", "gov.br", &["99.999.999/9999-99", "99999999999999"], check::br_cnpj, ByCheck, &["cnpj"]),
    national("ar-cuit", "afip.gob.ar", &["99-99999999-9", "99999999999"], check::ar_cuit, Form, &["cuit", "cuil"]),
    national("cl-rut", "registrocivil.cl", &["99.999.999-K", "9.999.999-K", "99999999-K", "9999999-K"], check::cl_rut, Form, &["rut", "run"]),
    national("ec-cedula", "registrocivil.gob.ec", &["999999999-9", "9999999999"], check::ec_cedula, Context, &["cédula", "cedula"]),
    national("uk-nino", "gov.uk", &["AA 99 99 99 A", "AA999999A", "AA 999999 A", "AA-99-99-99-A", "AA 999999A"], check::uk_nino, ByCheck, &["insurance", "nino"]),
    national("uk-nhs", "digital.nhs.uk", &["999 999 9999", "999-999-9999", "9999999999"], check::uk_nhs, Context, &["nhs", "health"]),
    national("ie-pps", "gov.ie", &["9999999A", "9999999AA"], check::ie_pps, Form, &["pps", "ppsn"]),
    national("de-tax-id", "bzst.de", &["99999999999", "99 999 999 999"], check::de_tax_id, ByCheck, &["steuer", "idnr", "tin"]),
    national("fr-nir", "insee.fr", &["999999999999999", "9 99 99 99 999 999 99", "9 99 99 9X 999 999 99", "99999 9X 999 999 99", "999999X99999999"], check::fr_nir, ByCheck, &["sécurité", "securite", "nir", "insee", "sociale"]),
    national("es-nif", "interior.gob.es", &["99999999A", "99999999-A", "A9999999A", "A-9999999-A", "99.999.999-A"], check::es_nif, ByCheck, &["dni", "nif", "nie"]),
    national("it-codice-fiscale", "agenziaentrate.gov.it", &["AAAAAAXXAXXAXXXA", "AAA AAA XXAXX AXXXA"], check::it_codice_fiscale, ByCheck, &["codice fiscale"]),
    national("pt-nif", "portaldasfinancas.gov.pt", &["999999999", "999 999 999"], check::pt_nif, Context, &["nif", "contribuinte", "fiscal"]),
    national("nl-bsn", "rvig.nl", &["999999999", "9999.99.999", "999 999 999"], check::nl_bsn, Context, &["bsn", "burgerservice", "sofi"]),
    national("be-national", "ibz.rrn.fgov.be", &["99.99.99-999.99", "99999999999", "999999-999-99"], check::be_national, ByCheck, &["rijksregister", "registre national", "niss", "insz"]),
    national("ch-ahv", "ahv-iv.ch", &["999.9999.9999.99", "9999999999999"], check::ch_ahv, ByCheck, &["ahv", "avs"]),
    national("at-svnr", "sozialversicherung.at", &["9999 999999", "9999-999999", "9999999999"], check::at_svnr, Form, &["svnr", "sozialversicherung", "sv-nummer", "versicherungsnummer"]),
    national("se-personnummer", "skatteverket.se", &["999999-9999", "99999999-9999", "999999+9999", "9999999999", "999999999999"], check::se_personnummer, Form, &["personnummer", "samordningsnummer", "pnr"]),
    national("no-fodselsnummer", "skatteetaten.no", &["999999 99999", "99999999999"], check::no_fodselsnummer, ByCheck, &["fødselsnummer", "fodselsnummer", "personnummer", "d-nummer"]),
    national("dk-cpr", "cpr.dk", &["999999-9999", "9999999999"], check::dk_cpr, Context, &["cpr", "personnummer"]),
    national("fi-hetu", "dvv.fi", &["999999-999X", "999999A999X", "999999+999X"], check::fi_hetu, Form, &["hetu", "henkilötunnus"]),
    national("pl-pesel", "gov.pl", &["99999999999"], check::pl_pesel, ByCheck, &["pesel"]),
    national("cz-rodne-cislo", "mvcr.cz", &["999999/9999", "9999999999"], check::cz_rodne_cislo, Form, &["rodné", "rodne", "rč", "r.č"]),
    national("ro-cnp", "hub.mai.gov.ro", &["9999999999999"], check::ro_cnp, ByCheck, &["cnp", "numeric personal"]),
    national("bg-egn", "grao.bg", &["9999999999"], check::bg_egn, Context, &["егн", "egn"]),
    national("gr-amka", "amka.gr", &["99999999999"], check::gr_amka, ByCheck, &["αμκα", "amka"]),
    national("hr-oib", "oib.hr", &["99999999999"], check::hr_oib, Context, &["oib"]),
    national("si-emso", "e-uprava.gov.si", &["9999999999999"], check::yu_jmbg, ByCheck, &["emšo", "emso", "jmbg", "matični"]),
    national("baltic-code", "riigiteataja.ee, registrucentras.lt", &["99999999999"], check::baltic, ByCheck, &["isikukood", "asmens kodas"]),
    national("lv-code", "pmlp.gov.lv", &["999999-99999", "99999999999"], check::lv_code, Form, &["personas kods"]),
    national("hu-taj", "neak.gov.hu", &["999 999 999", "999-999-999", "999999999"], check::hu_taj, Context, &["taj"]),
    national("tr-tckn", "nvi.gov.tr", &["99999999999"], check::tr_tckn, ByCheck, &["kimlik", "tckn", "t.c."]),
    national("ru-snils", "sfr.gov.ru", &["999-999-999 99", "99999999999"], check::ru_snils, ByCheck, &["снилс", "snils"]),
    national("ru-inn", "nalog.gov.ru", &["999999999999"], check::ru_inn, ByCheck, &["инн"]),
    national("ua-rnokpp", "tax.gov.ua", &["9999999999"], check::ua_rnokpp, Context, &["рнокпп", "іпн", "ідентифікаційний"]),
    national("il-teudat-zehut", "gov.il", &["999999999", "99999999-9"], check::il_teudat_zehut, Context, &["תעודת זהות", "ת.ז", "teudat", "zehut"]),
    national("za-id", "dha.gov.za", &["9999999999999", "999999 9999 99 9", "999999 9999 999"], check::za_id, ByCheck, &["rsa id", "sa id", "id no"]),
    national("in-aadhaar", "uidai.gov.in", &["9999 9999 9999", "9999-9999-9999", "999999999999"], check::in_aadhaar, Form, &["aadhaar", "aadhar", "आधार", "uidai", "uid"]),
    national("in-pan", "incometax.gov.in", &["AAAAA9999A"], check::in_pan, Context, &["pan", "permanent account", "पैन"]),
    national("cn-ric", "gov.cn", &["99999999999999999K"], check::cn_ric, ByCheck, &["身份证", "身份證", "公民身份"]),
    national("tw-id", "ris.gov.tw", &["A999999999"], check::tw_id, Form, &["身分證", "身份證"]),
    national("hk-id", "immd.gov.hk", &["A999999(X)", "A999999X"], check::hk_id, Context, &["hkid", "身份證", "hong kong id"]),
    national("sg-nric", "ica.gov.sg", &["A9999999A"], check::sg_nric, Form, &["nric", "fin"]),
    national("kr-rrn", "mois.go.kr", &["999999-9999999", "9999999999999"], check::kr_rrn, Form, &["주민등록", "주민번호", "rrn"]),
    national("jp-my-number", "digital.go.jp", &["999999999999", "9999 9999 9999", "9999-9999-9999"], check::jp_my_number, Context, &["マイナンバー", "個人番号", "my number", "mynumber"]),
    national("th-id", "bora.dopa.go.th", &["9-9999-99999-99-9", "9 9999 99999 99 9", "9999999999999"], check::th_id, Form, &["บัตรประชาชน", "เลขประจำตัว", "thai id"]),
    national("my-nric", "jpn.gov.my", &["999999-99-9999", "999999999999"], check::my_nric, Form, &["mykad", "nric", "kad pengenalan"]),
    national("id-nik", "dukcapil.kemendagri.go.id", &["9999999999999999"], check::id_nik, Context, &["nik", "ktp", "kependudukan"]),
    national("au-tfn", "ato.gov.au", &["999 999 999", "999-999-999", "999999999"], check::au_tfn, Context, &["tfn", "tax file"]),
    national("au-medicare", "servicesaustralia.gov.au", &["9999 99999 9", "9999-99999-9", "9999999999"], check::au_medicare, Form, &["medicare"]),
    national("nz-ird", "ird.govt.nz", &["99-999-999", "999-999-999", "999999999", "99999999"], check::nz_ird, Context, &["ird"]),
];
