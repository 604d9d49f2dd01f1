//! Plants one fault into a healthy try.

use trace::{Field, Kind, Role, Status};

use super::Fault;
use super::draft::{Draft, Plan};
use crate::seeded::Seeded;

pub(super) fn plant(fault: Fault, plan: &Plan, drafts: &mut Vec<Draft>, random: &mut Seeded) {
    match fault {
        Fault::StaleDocument => {
            mark(
                drafts,
                |draft| draft.kind == Kind::Retrieval,
                |draft| {
                    *draft = draft.clone().list(Field::DocumentVersions, &["v3", "v2"]);
                },
            );
            wrong_amount(plan, drafts);
        }
        Fault::WrongTool => {
            let other = format!("delete_{}", plan.thing);
            mark_before(drafts, is_change(plan));
            change(drafts, is_change(plan), |draft| {
                draft.name.clone_from(&other);
                draft.set(Field::ToolName, other.as_str());
            });
        }
        Fault::AmbiguousField => ambiguous(plan, drafts, random),
        Fault::WrongArgument => {
            mark_before(drafts, is_change(plan));
            wrong_amount(plan, drafts);
        }
        Fault::SkippedApproval => {
            mark_before(drafts, is_change(plan));
            if let Some(place) = drafts.iter().position(|draft| draft.kind == Kind::Approval) {
                drafts.remove(place);
            }
        }
        Fault::ApproverShownTooLittle => mark(
            drafts,
            |draft| draft.kind == Kind::Approval,
            |draft| {
                *draft = draft.clone().list(Field::ApprovalShownFields, &["id"]);
            },
        ),
        Fault::DeniedActionRetried => denied(plan, drafts, random),
        Fault::Loop => looped(drafts, random),
        Fault::Budget => {
            cut_before_changes(plan, drafts);
            let mut last = Draft::asking("search_guides").fact(Field::BudgetExhausted, true);
            last.is_planted = true;
            drafts.push(last);
        }
        Fault::LostContext => {
            let place = before_changes(plan, drafts);
            if let Some(draft) = drafts.get_mut(place) {
                draft.set(Field::ContextCompacted, true);
                draft.is_planted = true;
            }
            wrong_amount(plan, drafts);
        }
        Fault::PromptVersionChange => {
            for draft in drafts.iter_mut().filter(|draft| draft.kind == Kind::Model) {
                draft.set(Field::PromptVersion, "8");
            }
            mark(drafts, |draft| draft.kind == Kind::Model, |_| {});
            wrong_amount(plan, drafts);
        }
        Fault::ToolVersionChange => {
            mark(drafts, is_change(plan), |draft| {
                draft.set(Field::ToolVersion, "4");
                draft.set(Field::ErrorClass, "ValidationError");
                draft.status = Status::Error;
            });
            let place = drafts.iter().position(Draft::is_planted).unwrap_or(0);
            drafts.truncate(place + 1);
        }
        Fault::TimeoutCascade => timeouts(plan, drafts),
    }
}

fn is_change(plan: &Plan) -> impl Fn(&Draft) -> bool {
    |draft| draft.kind == Kind::Tool && plan.changes.iter().any(|(tool, _)| *tool == draft.name)
}

fn change(drafts: &mut [Draft], is_it: impl Fn(&Draft) -> bool, what: impl FnOnce(&mut Draft)) {
    if let Some(draft) = drafts.iter_mut().find(|draft| is_it(draft)) {
        what(draft);
    }
}

fn mark(drafts: &mut [Draft], is_it: impl Fn(&Draft) -> bool, what: impl FnOnce(&mut Draft)) {
    change(drafts, is_it, |draft| {
        draft.is_planted = true;
        what(draft);
    });
}

/// Marks the model call that asks for a step.
fn mark_before(drafts: &mut [Draft], is_it: impl Fn(&Draft) -> bool) {
    let place = drafts.iter().position(is_it).unwrap_or(0);
    let asking = drafts.iter_mut().take(place).rev();
    let asking = asking.into_iter().find(|draft| draft.kind == Kind::Model);
    if let Some(draft) = asking {
        draft.is_planted = true;
    }
}

fn wrong_amount(plan: &Plan, drafts: &mut [Draft]) {
    let amount = plan.changes.first().map_or(0, |(_, amount)| amount + 1_000);
    let arguments = plan.arguments(amount);
    change(drafts, is_change(plan), |draft| {
        *draft = draft.clone().body(Role::Arguments, &arguments);
    });
}

/// The model call that asks for the first change.
fn before_changes(plan: &Plan, drafts: &[Draft]) -> usize {
    let place = drafts.iter().position(is_change(plan)).unwrap_or(0);
    let asking = drafts
        .iter()
        .take(place)
        .rposition(|draft| draft.kind == Kind::Model);
    asking.unwrap_or(0)
}

fn cut_before_changes(plan: &Plan, drafts: &mut Vec<Draft>) {
    let place = before_changes(plan, drafts);
    drafts.truncate(place);
}

fn ambiguous(plan: &Plan, drafts: &mut [Draft], random: &mut Seeded) {
    let other = plan.id + 10_000 + random.below(1_000);
    let is_lookup = |draft: &Draft| draft.kind == Kind::Tool;
    mark_before(drafts, is_lookup);
    let (thing, by_name) = (plan.thing, format!(r#"{{"{}_name":"the blue one"}}"#, plan.thing));
    change(drafts, is_lookup, |draft| {
        let result = format!(r#"{{"{thing}_id":"{other}","of":"{}"}}"#, draft.name);
        *draft = draft
            .clone()
            .body(Role::Arguments, &by_name)
            .body(Role::Result, &result);
    });
    let amount = plan.changes.first().map_or(0, |(_, amount)| *amount);
    let arguments = format!(r#"{{"{thing}_id":"{other}","amount":{amount}}}"#);
    change(drafts, is_change(plan), |draft| {
        *draft = draft.clone().body(Role::Arguments, &arguments);
    });
}

fn denied(plan: &Plan, drafts: &mut Vec<Draft>, random: &mut Seeded) {
    cut_before_changes(plan, drafts);
    let tool = format!("delete_{}", plan.thing);
    for round in 0..2 + random.below(2) {
        let mut asking = Draft::asking(&tool);
        asking.is_planted = round == 0;
        drafts.push(asking);
        drafts.push(Draft::new(Kind::Policy, "limits").fact(Field::PolicyVerdict, "deny"));
    }
}

fn looped(drafts: &mut Vec<Draft>, random: &mut Seeded) {
    let Some(place) = drafts.iter().position(|draft| draft.kind == Kind::Tool) else {
        return;
    };
    drafts.truncate(place + 1);
    let round: Vec<Draft> = drafts.iter().skip(place - 1).cloned().collect();
    for number in 0..3 + random.below(4) {
        let mut round = round.clone();
        if let Some(asking) = round.first_mut() {
            asking.is_planted = number == 0;
        }
        drafts.extend(round);
    }
}

fn timeouts(plan: &Plan, drafts: &mut Vec<Draft>) {
    cut_before_changes(plan, drafts);
    mark_before(drafts, |draft| draft.kind == Kind::Tool);
    for draft in drafts.iter_mut().filter(|draft| draft.kind == Kind::Tool) {
        draft.status = Status::Error;
        draft.set(Field::ErrorClass, "ReadTimeout");
        draft.bodies.retain(|(role, _)| *role != Role::Result);
    }
}
