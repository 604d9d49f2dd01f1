//! How often an explanation names the right step: labelled runs of public benchmarks, sent as OTLP through dialects
//! and gate, explained, and compared with labels that were never sent.
//!
//! `cargo xtask accuracy` prints the table. `-- --fit` prints weights fitted on all labelled runs of the kind that the
//! score is for; the table uses weights cross-validated by task, never those. `-- --data FOLDER` reads other runs.

mod fit;
mod judge;
mod runs;
mod table;

use std::path::PathBuf;

use trace::CaptureLevel;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut fits = false;
    let mut explains_misses = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--fit" => fits = true,
            "--misses" => explains_misses = true,
            "--data" => folder = arguments.next().ok_or("--data needs a folder")?.into(),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    if !folder.exists() {
        say("no labelled runs beside the repository: nothing to measure");
        return Ok(());
    }
    if fits {
        let data = runs::load(&folder, CaptureLevel::Metadata)?;
        let models = fit::models(&fit::samples(&data), |_| true);
        say(&format!(
            "without_changes.txt\n{}",
            models.without_changes.render()
        ));
        say(&format!("with_changes.txt\n{}", models.with_changes.render()));
        return Ok(());
    }
    for level in [CaptureLevel::Redacted, CaptureLevel::Metadata] {
        let data = runs::load(&folder, level)?;
        let judged = judge::judge(&data);
        say(&table::render(level, &judged));
        if explains_misses {
            judged.misses.iter().for_each(|miss| say(miss));
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn say(text: &str) {
    println!("{text}");
}
