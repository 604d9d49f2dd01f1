//! Numbers of the Near East and Africa.

use super::Proof::{Check as ByCheck, Context};
use super::{National, national};
use crate::checks::national::near_east_and_africa as check;

pub(super) static NATIONAL: &[National] = &[
    national(
        "tr-tckn",
        "nvi.gov.tr",
        &["99999999999"],
        check::tr_tckn,
        ByCheck,
        &["kimlik", "tckn", "t.c."],
    ),
    national(
        "il-teudat-zehut",
        "gov.il",
        &["999999999", "99999999-9"],
        check::il_teudat_zehut,
        Context,
        &["תעודת זהות", "ת.ז", "teudat", "zehut"],
    ),
    national(
        "za-id",
        "dha.gov.za",
        &["9999999999999", "999999 9999 99 9", "999999 9999 999"],
        check::za_id,
        ByCheck,
        &["rsa id", "sa id", "id no"],
    ),
    national(
        "ae-emirates-id",
        "icp.gov.ae",
        &["784-9999-9999999-9", "784999999999999"],
        check::ae_emirates_id,
        ByCheck,
        &["emirates id", "الهوية"],
    ),
    national(
        "eg-national-id",
        "moi.gov.eg",
        &["99999999999999"],
        check::eg_national_id,
        Context,
        &["الرقم القومي", "national id", "raqam"],
    ),
    national(
        "sa-national-id",
        "absher.sa",
        &["9999999999"],
        check::sa_national_id,
        Context,
        &["iqama", "الهوية الوطنية", "رقم الهوية", "absher"],
    ),
];
