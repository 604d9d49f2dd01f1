//! Code that would store what was not cleared does not compile.

#[test]
fn an_uncleared_batch_cannot_be_stored() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/cleared/*.rs");
}
