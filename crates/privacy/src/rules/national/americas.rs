//! Numbers of the Americas.

use super::Proof::{Check as ByCheck, Context, Form};
use super::{National, national};
use crate::checks::national::americas as check;

pub(super) static NATIONAL: &[National] = &[
    national(
        "us-ssn",
        "ssa.gov",
        &["999-99-9999", "999 99 9999", "999999999"],
        check::us_ssn,
        Form,
        &["ssn", "social", "itin", "seguro social"],
    ),
    national(
        "ca-sin",
        "canada.ca",
        &["999-999-999", "999 999 999", "999999999"],
        check::ca_sin,
        Context,
        &["sin", "social insurance", "assurance sociale"],
    ),
    national(
        "mx-curp",
        "gob.mx",
        &["AAAA999999AAAAAAXX"],
        check::mx_curp,
        ByCheck,
        &["curp"],
    ),
    national(
        "br-cpf",
        "gov.br",
        &["999.999.999-99", "99999999999", "999999999-99"],
        check::br_cpf,
        ByCheck,
        &["cpf"],
    ),
    national(
        "br-cnpj",
        "gov.br",
        &["99.999.999/9999-99", "99999999999999"],
        check::br_cnpj,
        ByCheck,
        &["cnpj"],
    ),
    national(
        "ar-cuit",
        "afip.gob.ar",
        &["99-99999999-9", "99999999999"],
        check::ar_cuit,
        Form,
        &["cuit", "cuil"],
    ),
    national(
        "cl-rut",
        "registrocivil.cl",
        &["99.999.999-K", "9.999.999-K", "99999999-K", "9999999-K"],
        check::cl_rut,
        Form,
        &["rut", "run"],
    ),
    national(
        "ec-cedula",
        "registrocivil.gob.ec",
        &["999999999-9", "9999999999"],
        check::ec_cedula,
        Context,
        &["cédula", "cedula"],
    ),
    national(
        "mx-rfc",
        "sat.gob.mx",
        &["AAAA999999XXX", "AAAA-999999-XXX"],
        check::mx_rfc,
        Form,
        &["rfc"],
    ),
];
