//! Numbers of central and eastern Europe.

use super::Proof::{Check as ByCheck, Context, Form};
use super::{National, national};
use crate::checks::national::eastern_europe as check;

pub(super) static NATIONAL: &[National] = &[
    national(
        "pl-pesel",
        "gov.pl",
        &["99999999999"],
        check::pl_pesel,
        ByCheck,
        &["pesel"],
    ),
    national(
        "cz-rodne-cislo",
        "mvcr.cz",
        &["999999/9999", "9999999999"],
        check::cz_rodne_cislo,
        Form,
        &["rodné", "rodne", "rč", "r.č"],
    ),
    national(
        "ro-cnp",
        "hub.mai.gov.ro",
        &["9999999999999"],
        check::ro_cnp,
        ByCheck,
        &["cnp", "numeric personal"],
    ),
    national(
        "bg-egn",
        "grao.bg",
        &["9999999999"],
        check::bg_egn,
        Context,
        &["егн", "egn"],
    ),
    national(
        "gr-amka",
        "amka.gr",
        &["99999999999"],
        check::gr_amka,
        ByCheck,
        &["αμκα", "amka"],
    ),
    national(
        "hr-oib",
        "oib.hr",
        &["99999999999"],
        check::hr_oib,
        Context,
        &["oib"],
    ),
    national(
        "si-emso",
        "e-uprava.gov.si",
        &["9999999999999"],
        check::yu_jmbg,
        ByCheck,
        &["emšo", "emso", "jmbg", "matični"],
    ),
    national(
        "hu-taj",
        "neak.gov.hu",
        &["999 999 999", "999-999-999", "999999999"],
        check::hu_taj,
        Context,
        &["taj"],
    ),
    national(
        "ru-snils",
        "sfr.gov.ru",
        &["999-999-999 99", "99999999999"],
        check::ru_snils,
        ByCheck,
        &["снилс", "snils"],
    ),
    national(
        "ru-inn",
        "nalog.gov.ru",
        &["999999999999"],
        check::ru_inn,
        ByCheck,
        &["инн"],
    ),
    national(
        "ua-rnokpp",
        "tax.gov.ua",
        &["9999999999"],
        check::ua_rnokpp,
        Context,
        &["рнокпп", "іпн", "ідентифікаційний"],
    ),
];
