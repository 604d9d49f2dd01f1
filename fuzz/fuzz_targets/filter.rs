//! Filters and orders of runs: no panic; what is read reads back as itself; errors point into the text.
#![no_main]

use insight::query::{Error, FILTER_SIZE_BYTES_MAX, parse, parse_sort, render, render_sort};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(filter) => {
            let rendered = render(&filter);
            // The canonical form is longer where names were short.
            if rendered.len() <= FILTER_SIZE_BYTES_MAX {
                assert_eq!(parse(&rendered).as_ref(), Ok(&filter), "{rendered}");
            }
        }
        Err(error) => points_into(text, &error),
    }
    match parse_sort(text) {
        Ok(sort) => assert_eq!(parse_sort(&render_sort(&sort)), Ok(sort)),
        Err(error) => points_into(text, &error),
    }
});

fn points_into(text: &str, error: &Error) {
    assert!(text.get(error.at().clone()).is_some());
    assert!(error.column() <= text.chars().count() + 1);
    assert_eq!(error.caret().lines().count(), 2);
    assert!(error.caret().ends_with('^'));
    assert!(!error.message().is_empty());
}
