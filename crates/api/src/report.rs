//! A run written as one HTML file: why it did what it did, its steps, and what the policy withheld.
//!
//! It has no script and loads nothing, prints on A4, and holds only what is stored. Every text of a trace passes
//! [`text`], which leaves no character that could begin markup, and marks those that hide or reorder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use insight::assemble::Tree;
use trace::{Field, Status, UnixNanos};

use crate::wire::explanation::Explanation;
use crate::wire::rfc3339;
use crate::wire::run::Run;
use crate::wire::why::{Row, Why};

/// Most steps in the file; a longer run says how many are left out.
const STEPS_MAX: usize = 2_000;

const STYLE: &str = "@page{size:A4;margin:16mm}body{font:10.5pt/1.45 system-ui,sans-serif;color:#1c1e21;max-width:190mm;\
    margin:8mm auto;padding:0 6mm}h1{font-size:16pt;margin:0 0 2mm}h2{font-size:12pt;margin:7mm 0 2mm;break-after:avoid}\
    table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:1.2mm 2mm 1.2mm 0;\
    border-bottom:.2mm solid #d8d8d4;overflow-wrap:anywhere}th{font-weight:600}thead th,.soft{color:#565b63;font-weight:400}\
    tr{break-inside:avoid}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.bad{color:#952405}\
    .wrong{border:.3mm solid #a02806;padding:2mm 3mm}.text{white-space:pre-wrap}thead{display:table-header-group}\
    @media print{body{margin:0;padding:0}}";

/// What a report is written from.
pub(crate) struct Report<'a> {
    pub(crate) run: &'a Run,
    pub(crate) why: &'a Why,
    pub(crate) explanation: Option<&'a Explanation>,
    pub(crate) tree: &'a Tree,
    pub(crate) written: UnixNanos,
}

/// The whole file.
pub(crate) fn write(report: &Report<'_>) -> String {
    let mut page = String::with_capacity(16 * 1024);
    let summary = &report.run.summary;
    let goal = report.why.rows.iter().find(|row| row.row == "goal");
    let goal = goal.and_then(|row| row.bodies.iter().find_map(|body| body.text.as_deref()));
    let title = text(goal.unwrap_or(&summary.name));
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
    );
    facts(&mut page, report);
    first_wrong(&mut page, report.explanation);
    page.push_str("<h2>Why</h2><table><tbody>");
    for row in &report.why.rows {
        why_row(&mut page, row);
    }
    page.push_str("</tbody></table>");
    steps(&mut page, report.tree);
    privacy(&mut page, report.tree);
    let _ = writeln!(
        page,
        "<p class=\"soft\">Run {} as it stood on {}, version {}. Written by Everyframe from what was recorded; nothing \
         was run again.</p></main></body></html>",
        text(&summary.run_id),
        rfc3339(report.written),
        summary.version
    );
    page
}

fn facts(page: &mut String, report: &Report<'_>) {
    let summary = &report.run.summary;
    let outcome = format!(
        "{} ({})",
        summary.outcome.value.replace('_', " "),
        summary.outcome.source
    );
    let known = |value: Option<String>| value.unwrap_or_else(|| "not recorded".to_owned());
    let tokens = summary.tokens.input.map(|input| match summary.tokens.output {
        Some(output) => format!("{input} in, {output} out"),
        None => format!("{input} in, output not recorded"),
    });
    let least = if summary.calls_without_cost > 0 {
        "at least "
    } else {
        ""
    };
    let rows = [
        ("Outcome", outcome),
        ("Began", summary.start.clone()),
        (
            "Took",
            summary.duration_millis.map_or("not ended".to_owned(), took),
        ),
        (
            "Spans",
            format!("{}, {} with an error", summary.spans, summary.errors),
        ),
        ("Tokens", known(tokens)),
        (
            "Cost",
            known(summary.cost.map(|cost| format!("{least}{cost:.4} US dollars"))),
        ),
        ("Agents", summary.agents.join(", ")),
        ("Tools", summary.tools.join(", ")),
    ];
    page.push_str("<table><tbody>");
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>",
            text(value)
        );
    }
    page.push_str("</tbody></table>");
}

fn first_wrong(page: &mut String, explanation: Option<&Explanation>) {
    let Some(best) = explanation.and_then(|explanation| explanation.candidates.first()) else {
        return;
    };
    let _ = write!(
        page,
        "<h2>First wrong decision, suggested by a rule</h2><div class=\"wrong\"><strong>Step {}</strong>: {}<br>\
         <span class=\"soft\">confidence {}, rule {}</span></div>",
        best.step + 1,
        text(&best.reason.replace('`', "")),
        best.level,
        best.rule.replace('_', " ")
    );
}

fn why_row(page: &mut String, row: &Row) {
    let _ = write!(page, "<tr><th scope=\"row\">{}</th><td>", title(row.row));
    if let Some(value) = &row.value {
        let _ = write!(page, "{}", text(value));
    }
    for body in &row.bodies {
        let _ = match &body.text {
            Some(words) => write!(
                page,
                "<div class=\"text\">{}{}</div>",
                text(words),
                if body.is_cut { " …" } else { "" }
            ),
            None => write!(
                page,
                "<div class=\"soft\">▨ {} withheld by the policy</div>",
                body.role.replace('_', " ")
            ),
        };
    }
    match row.state {
        "not_recorded" => {
            let says = row.hint.as_ref().map_or("", |hint| hint.says.as_str());
            let _ = write!(page, "<span class=\"soft\">not recorded: {}</span>", text(says));
        }
        "withheld" if row.bodies.is_empty() => {
            page.push_str("<span class=\"soft\">▨ withheld by the policy</span>")
        }
        "not_needed" if row.value.is_none() => {
            page.push_str("<span class=\"soft\">none, and none needed</span>")
        }
        _ => {}
    }
    for source in row.sources.iter().take(3) {
        let _ = write!(page, " <span class=\"soft\">[step {}]</span>", source.step + 1);
    }
    page.push_str("</td></tr>");
}

fn steps(page: &mut String, tree: &Tree) {
    page.push_str(
        "<h2>Steps</h2><table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Kind</th><th scope=\"col\">Name\
         </th><th scope=\"col\">Status</th><th scope=\"col\" class=\"number\">Took</th></tr></thead><tbody>",
    );
    for (index, node) in tree.nodes().iter().take(STEPS_MAX).enumerate() {
        let span = node.span();
        let error = span.facts.text(Field::ErrorClass).unwrap_or_default();
        let is_bad = span.status == Status::Error;
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}{}</td><td{}>{} {}</td><td class=\"number\">{}</td></tr>",
            index + 1,
            span.kind.as_str(),
            "· ".repeat(usize::try_from(node.depth.min(8)).unwrap_or_default()),
            text(span.name.as_str()),
            if is_bad { " class=\"bad\"" } else { "" },
            span.status.as_str(),
            text(error),
            span.duration_nanos.map_or_else(
                || "not ended".to_owned(),
                |nanos| took(crate::wire::millis(nanos))
            ),
        );
    }
    page.push_str("</tbody></table>");
    let left_out = tree.len().saturating_sub(STEPS_MAX);
    if left_out > 0 {
        let _ = write!(page, "<p>{left_out} further steps are left out of this file.</p>");
    }
}

fn privacy(page: &mut String, tree: &Tree) {
    let mut versions = BTreeSet::new();
    let mut rules: BTreeMap<(String, &'static str), u64> = BTreeMap::new();
    for node in tree.nodes() {
        let span = node.span();
        versions.insert(span.policy_version.to_string());
        for withheld in &span.withheld {
            let key = (withheld.rule.to_string(), withheld.clearance.as_str());
            *rules.entry(key).or_default() += u64::from(withheld.count);
        }
        for removal in span.content.iter().flat_map(|body| &body.removals) {
            let key = (removal.rule.to_string(), removal.clearance.as_str());
            *rules.entry(key).or_default() += u64::from(removal.count);
        }
    }
    let versions: Vec<String> = versions.iter().map(|version| text(version)).collect();
    let _ = write!(
        page,
        "<h2>Privacy</h2><p>Cleared before it was stored, by policy {}. What was withheld was never stored.</p>",
        versions.join(", ")
    );
    if rules.is_empty() {
        page.push_str("<p>Nothing was withheld.</p>");
        return;
    }
    page.push_str("<table><tbody>");
    for ((rule, clearance), count) in &rules {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{clearance}</td><td class=\"number\">{count}</td></tr>",
            text(rule)
        );
    }
    page.push_str("</tbody></table>");
}

/// The name of a row, as it stands on every screen.
fn title(row: &str) -> &str {
    match row {
        "goal" => "Goal",
        "selected_context" => "Context",
        "decision" => "Decision",
        "tool_call" => "Tool call",
        "guardrail" => "Guardrail",
        "approval" => "Approval",
        "cost" => "Cost",
        "latency" => "Latency",
        "stop_reason" => "Stop reason",
        other => other,
    }
}

/// A duration for people: milliseconds below ten seconds, seconds above.
fn took(millis: f64) -> String {
    if millis < 10_000.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.1} s", millis / 1_000.0)
    }
}

/// Text of a trace as text of a page.
fn text(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len() + 16);
    for letter in raw.chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\n' | '\t' => shown.push(letter),
            letter if letter.is_control() || is_hidden(letter) => {
                let _ = write!(shown, "‹U+{:04X}›", u32::from(letter));
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// Characters that take no room or change the order in which others are read.
const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_trace_begins_markup_or_hides() {
        assert_eq!(
            text("<script>alert('1')</script> & \"x\""),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;"
        );
        assert_eq!(text("a\u{202e}b\u{1b}[31m"), "a‹U+202E›b‹U+001B›[31m");
    }

    #[test]
    fn durations_keep_three_figures_or_so() {
        assert_eq!(took(640.0), "640 ms");
        assert_eq!(took(97_081.0), "97.1 s");
    }
}
