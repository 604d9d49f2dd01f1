//! The functions a question may use.

use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator};
use trace::ports;
use trace::sql::FUNCTIONS;

/// What the tables themselves are made with. No session knows these by name, so no question can use them.
const OF_VIEWS: [&str; 3] = ["hex", "is_current", "is_newest"];

/// Refuses a plan that uses anything else.
pub(super) fn check(plan: &LogicalPlan) -> Result<(), ports::Error> {
    let mut refused: Option<String> = None;
    let mut check_expression = |expression: &Expr| {
        let name = match expression {
            Expr::ScalarFunction(function) => Some(function.name().to_owned()),
            Expr::AggregateFunction(function) => Some(function.func.name().to_owned()),
            Expr::WindowFunction(function) => Some(function.fun.name().to_owned()),
            Expr::BinaryExpr(binary) if binary.op == Operator::StringConcat => Some("||".to_owned()),
            _ => None,
        };
        match name {
            Some(name)
                if !FUNCTIONS.contains(&name.to_ascii_lowercase().as_str())
                    && !OF_VIEWS.contains(&name.as_str()) =>
            {
                refused = Some(name);
                Ok(TreeNodeRecursion::Stop)
            }
            _ => Ok(TreeNodeRecursion::Continue),
        }
    };
    let walked: Result<_, DataFusionError> = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| expression.apply(&mut check_expression))
    });
    if walked.is_err() {
        return Err(ports::Error::Invalid(
            "the question is nested too deep".to_owned(),
        ));
    }
    match refused {
        None => Ok(()),
        Some(name) => Err(ports::Error::Invalid(format!(
            "`{name}` may not be used here; docs/reference/sql.md lists what may"
        ))),
    }
}
