//! Numbers of the Nordic and Baltic countries.

use super::Proof::{Check as ByCheck, Context, Form};
use super::{National, national};
use crate::checks::national::northern_europe as check;

pub(super) static NATIONAL: &[National] = &[
    national(
        "se-personnummer",
        "skatteverket.se",
        &[
            "999999-9999",
            "99999999-9999",
            "999999+9999",
            "9999999999",
            "999999999999",
        ],
        check::se_personnummer,
        Form,
        &["personnummer", "samordningsnummer", "pnr"],
    ),
    national(
        "no-fodselsnummer",
        "skatteetaten.no",
        &["999999 99999", "99999999999"],
        check::no_fodselsnummer,
        ByCheck,
        &["fødselsnummer", "fodselsnummer", "personnummer", "d-nummer"],
    ),
    national(
        "dk-cpr",
        "cpr.dk",
        &["999999-9999", "9999999999"],
        check::dk_cpr,
        Context,
        &["cpr", "personnummer"],
    ),
    national(
        "fi-hetu",
        "dvv.fi",
        &["999999-999X", "999999A999X", "999999+999X"],
        check::fi_hetu,
        Form,
        &["hetu", "henkilötunnus"],
    ),
    national(
        "baltic-code",
        "riigiteataja.ee, registrucentras.lt",
        &["99999999999"],
        check::baltic,
        ByCheck,
        &["isikukood", "asmens kodas"],
    ),
    national(
        "lv-code",
        "pmlp.gov.lv",
        &["999999-99999", "99999999999"],
        check::lv_code,
        Form,
        &["personas kods"],
    ),
    national(
        "is-kennitala",
        "skra.is",
        &["999999-9999", "9999999999"],
        check::is_kennitala,
        Context,
        &["kennitala", "kt."],
    ),
];
