//! The registry of fields: one table of everything a span can say as a fact.
//!
//! Columns, the filter language, the SQL reference, the allowlist defaults, OpenAPI and the docs all come from
//! this table. A fact is a name, a number, an enum word or an id; text that people or models wrote is *content*
//! and never a fact (see [`crate::content`]).
//!
//! Numbers are written to the log and are never given to another field. Adding a field is one row here.

/// The type of a field's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueType {
    /// A short text.
    Text,
    /// Several short texts, in the sender's order.
    TextList,
    /// A 64-bit integer.
    Int,
    /// A finite 64-bit floating point number.
    Double,
    /// True or false.
    Bool,
}

/// How close to a person or a secret a field may come; it decides what the gate does by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrivacyClass {
    /// A number, a flag, or a word of a closed vocabulary: kept.
    Plain,
    /// A name a developer chose (tool, agent, model): kept where it has the form of a name.
    Name,
    /// An id a program made: kept where it has the form of an id.
    Identifier,
    /// Says who a person is: tokenized.
    Person,
    /// Made by the gate itself: shapes and tokens, never a value.
    Derived,
}

/// One row of the registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// The name everywhere: SQL column, JSON field, filter, UI, docs.
    pub name: &'static str,
    /// The type of its value.
    pub value_type: ValueType,
    /// What the gate does with it by default.
    pub class: PrivacyClass,
    /// The attribute that carries it in OpenTelemetry, or ours where no convention covers it; empty if derived.
    pub attribute: &'static str,
    /// Whether free text in a filter looks into it.
    pub searchable: bool,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

macro_rules! fields {
    ($($number:literal $variant:ident $name:literal $value_type:ident $class:ident $attribute:literal $searchable:literal $meaning:literal;)+) => {
        /// A field of the registry. Its number is its discriminant and is stable for good.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u16)]
        pub enum Field {
            $(#[doc = $meaning] $variant = $number,)+
        }

        impl Field {
            /// All fields, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The row of this field.
            #[must_use]
            pub const fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$variant => &Definition {
                        name: $name,
                        value_type: ValueType::$value_type,
                        class: PrivacyClass::$class,
                        attribute: $attribute,
                        searchable: $searchable,
                        meaning: $meaning,
                    },)+
                }
            }

            /// The field with this number, if this version knows it.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The field with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    // Run and session
    1 StatedRunId "stated_run_id" Text Identifier "everyframe.run.id" true "Run id the sender stated, here or in its own dialect's attribute.";
    2 SessionId "session_id" Text Identifier "gen_ai.conversation.id" true "Conversation the work belongs to; groups runs, never merges them.";
    3 TaskId "task_id" Text Identifier "everyframe.run.task.id" true "Which task the run tries; runs of one task are peers.";
    4 TaskType "task_type" Text Name "everyframe.run.goal.type" true "Kind of task, of low cardinality.";
    5 StatedOutcome "stated_outcome" Text Plain "everyframe.run.outcome" false "Outcome the sender stated for the run.";
    6 StopReason "stop_reason" Text Name "everyframe.run.stop_reason" true "Why the run stopped, in one word.";
    7 TenantId "tenant_id" Text Identifier "everyframe.tenant.id" true "Whose work the agent did: the team's customer.";
    8 UserId "user_id" Text Person "user.id" true "The person the agent worked for; tokenized by default.";
    // Where it ran
    9 Environment "environment" Text Name "deployment.environment.name" true "Deployment environment, such as production.";
    10 ServiceName "service_name" Text Name "service.name" true "Service that sent the span.";
    11 ServiceVersion "service_version" Text Name "service.version" true "Version of that service.";
    12 Dialect "dialect" Text Plain "" false "Convention the span was read by.";
    13 Framework "framework" Text Name "" false "Agent framework, where the sender named it.";
    14 Scope "scope" Text Name "" true "Instrumentation scope that made the span.";
    15 ScopeVersion "scope_version" Text Name "" false "Version of that scope.";
    16 Operation "operation" Text Name "gen_ai.operation.name" false "Operation name as sent.";
    // Agent, workflow, prompt
    20 AgentName "agent_name" Text Name "gen_ai.agent.name" true "Agent at work.";
    21 AgentId "agent_id" Text Identifier "gen_ai.agent.id" false "Id of the agent; frameworks may make one per instance.";
    22 AgentVersion "agent_version" Text Name "gen_ai.agent.version" true "Version of the agent.";
    23 WorkflowName "workflow_name" Text Name "gen_ai.workflow.name" true "Workflow the span is a step of.";
    24 WorkflowVersion "workflow_version" Text Name "everyframe.workflow.version" true "Version of the workflow.";
    25 PromptName "prompt_name" Text Name "gen_ai.prompt.name" true "Prompt template in use.";
    26 PromptVersion "prompt_version" Text Name "gen_ai.prompt.version" true "Version of the prompt template.";
    27 InstructionsHash "instructions_hash" Text Derived "everyframe.instructions.hash" false "Keyed hash of the instructions: equal instructions, equal hash.";
    // Tool
    30 ToolName "tool_name" Text Name "gen_ai.tool.name" true "Tool that was called.";
    31 ToolVersion "tool_version" Text Name "everyframe.tool.version" true "Version of the tool.";
    32 ToolType "tool_type" Text Name "gen_ai.tool.type" false "Type of the tool: function, extension, datastore.";
    33 ToolCallId "tool_call_id" Text Identifier "gen_ai.tool.call.id" false "Id that joins the model's request for the tool with its execution.";
    34 ToolEffect "tool_effect" Text Plain "everyframe.tool.effect" false "What the tool does to the world: reads or changes_state.";
    35 ArgumentsClass "arguments_class" TextList Plain "everyframe.tool.arguments.class" false "Classification of the arguments: public, internal, personal, confidential, secret, regulated.";
    36 ResultClass "result_class" TextList Plain "everyframe.tool.result.class" false "Classification of the result, same words.";
    37 ArgumentsShape "arguments_shape" Text Derived "" false "Shape of the arguments as JSON: path, type, length and keyed token of each leaf; no values.";
    38 ResultShape "result_shape" Text Derived "" false "Shape of the result, same form.";
    39 ArgumentsToken "arguments_token" Text Derived "" false "Keyed token of the whole arguments in canonical form: equal arguments, equal token.";
    40 OutputPresent "output_present" Bool Plain "" false "Whether the sender reported any output that is not empty or null.";
    41 CalledToolNames "called_tool_names" TextList Name "" false "Tools the model asked for in its answer, in order.";
    42 CalledToolIds "called_tool_ids" TextList Identifier "" false "Call ids of those requests, in the same order; empty text where there is none.";
    43 AnsweredToolIds "answered_tool_ids" TextList Identifier "" false "Call ids whose results are among the messages the model was given.";
    44 AnsweredToolNames "answered_tool_names" TextList Name "" false "Names of the tools whose results are among those messages, in the same order as their ids; empty text where unnamed.";
    // Model
    50 Provider "provider" Text Name "gen_ai.provider.name" true "Model provider.";
    51 ModelRequested "model_requested" Text Name "gen_ai.request.model" true "Model that was asked for.";
    52 ModelAnswered "model_answered" Text Name "gen_ai.response.model" true "Model that answered; unknown is not the same as requested.";
    53 ResponseId "response_id" Text Identifier "gen_ai.response.id" false "Provider's id of the answer: one id, one call.";
    54 FinishReasons "finish_reasons" TextList Plain "gen_ai.response.finish_reasons" false "Why the model stopped: stop, tool_call, length, content_filter, error.";
    55 InputTokens "input_tokens" Int Plain "gen_ai.usage.input_tokens" false "Tokens given to the model, cached and cache-written ones included.";
    56 OutputTokens "output_tokens" Int Plain "gen_ai.usage.output_tokens" false "Tokens produced, reasoning included.";
    57 CacheReadTokens "cache_read_tokens" Int Plain "gen_ai.usage.cache_read.input_tokens" false "Part of the input that was read from the provider's cache.";
    58 CacheWriteTokens "cache_write_tokens" Int Plain "gen_ai.usage.cache_write.input_tokens" false "Part of the input that was written to the provider's cache.";
    59 ReasoningTokens "reasoning_tokens" Int Plain "gen_ai.usage.reasoning.output_tokens" false "Part of the output spent on reasoning.";
    60 UsageScope "usage_scope" Text Plain "" false "own, or aggregate where the sender says that the usage repeats that of spans below.";
    61 TokenRule "token_rule" Text Plain "" false "How the input count was made inclusive: as_sent, cache_added.";
    62 Cost "cost" Double Plain "everyframe.cost" false "Cost the sender reported, in the currency given; computed cost belongs to calls.";
    63 CostCurrency "cost_currency" Text Plain "" false "Currency of the reported cost, ISO 4217.";
    64 FirstTokenMillis "first_token_millis" Double Plain "gen_ai.response.time_to_first_chunk" false "Time to the first token, in milliseconds.";
    65 OutputForm "output_form" Text Plain "" false "What the model's answer came as: messages, value, or none.";
    66 ReasoningLevel "reasoning_level" Text Name "gen_ai.request.reasoning.level" false "Reasoning effort that was asked for.";
    67 Temperature "temperature" Double Plain "gen_ai.request.temperature" false "Sampling temperature that was asked for.";
    68 MaxTokens "max_tokens" Int Plain "gen_ai.request.max_tokens" false "Most output tokens that were asked for.";
    69 Streamed "streamed" Bool Plain "gen_ai.request.stream" false "Whether the answer was streamed.";
    70 ContextCompacted "context_compacted" Bool Plain "gen_ai.conversation.compacted" false "Whether the context was compacted before this call.";
    71 NoInference "no_inference" Bool Plain "" false "The span only fetched an answer: it is no call and carries no usage.";
    72 OutputShape "output_shape" Text Derived "" false "How the text that was produced is built, as JSON: counts of bytes, list items, digits, code blocks and question marks; no words.";
    // Retrieval, memory, mcp
    75 DocumentIds "document_ids" TextList Identifier "everyframe.evidence.document_ids" true "Documents retrieved, or that an answer rests on.";
    76 DocumentScores "document_scores" Text Derived "" false "Scores of those documents as a JSON list, in the same order.";
    77 DataSourceId "data_source_id" Text Identifier "gen_ai.data_source.id" true "Data source that was searched.";
    78 TopK "top_k" Int Plain "gen_ai.retrieval.top_k" false "Most documents asked for.";
    79 MemoryStoreId "memory_store_id" Text Identifier "gen_ai.memory.store.id" false "Memory store that was used.";
    80 McpMethod "mcp_method" Text Name "mcp.method.name" true "Method of the Model Context Protocol.";
    81 McpSessionId "mcp_session_id" Text Identifier "mcp.session.id" false "Session of the Model Context Protocol.";
    82 DocumentVersions "document_versions" TextList Identifier "" false "Versions of those documents, in the same order; empty text where there is none.";
    // Errors and retries
    85 ErrorClass "error_class" Text Name "error.type" true "Class of the error, without module path.";
    86 HttpStatus "http_status" Int Plain "http.response.status_code" false "HTTP status of the answer.";
    87 RetryAttempt "retry_attempt" Int Plain "everyframe.retry.attempt" false "Which attempt this is, from 1.";
    88 RetryMaxAttempts "retry_max_attempts" Int Plain "everyframe.retry.max_attempts" false "Most attempts that would be made.";
    89 RetryReason "retry_reason" Text Plain "everyframe.retry.reason" false "Why it was tried again: rate_limited, timeout, server_error, tool_error, invalid_output, policy, other.";
    90 RetryOfSpanId "retry_of_span_id" Text Identifier "everyframe.retry.of.span_id" false "Span that this one tries again, as hex.";
    91 ResendCount "resend_count" Int Plain "http.request.resend_count" false "Times the request was sent again inside this span.";
    // Policy and approval
    95 PolicyId "policy_id" Text Name "everyframe.policy.id" true "Policy or guardrail that judged.";
    96 PolicyVersion "policy_version" Text Name "everyframe.policy.version" false "Version of that policy.";
    97 PolicyRuleId "policy_rule_id" Text Name "everyframe.policy.rule.id" true "Rule of it that decided.";
    98 PolicyVerdict "policy_verdict" Text Plain "everyframe.policy.verdict" false "What it said: allow, deny, modify, warn, escalate.";
    99 PolicyAction "policy_action" Text Plain "everyframe.policy.action" false "What was enforced: allow, block, modify, escalate.";
    100 ApprovalId "approval_id" Text Identifier "everyframe.approval.id" false "Id of the request for approval.";
    101 ApprovalDecision "approval_decision" Text Plain "everyframe.approval.decision" false "approved, rejected, edited, expired, cancelled.";
    102 ApprovalReviewerRole "approval_reviewer_role" Text Name "everyframe.approval.reviewer.role" false "Role of who decided; never the person.";
    103 ApprovalEditDistance "approval_edit_distance" Double Plain "everyframe.approval.edit_distance" false "How far the approver changed what was proposed, 0 to 1.";
    104 ApprovalWaitMillis "approval_wait_millis" Double Plain "everyframe.approval.wait_duration" false "Time the decision took, in milliseconds.";
    105 ApprovalSource "approval_source" Text Name "" false "Who or what decided: a person, a configuration, a hook.";
    106 ApprovalShownFields "approval_shown_fields" TextList Name "everyframe.approval.shown.fields" false "Which argument fields the approver was shown.";
    // Decision, state, budget, handoff
    110 DecisionAction "decision_action" Text Name "everyframe.decision.action" true "Action that was chosen.";
    111 DecisionConfidence "decision_confidence" Double Plain "everyframe.decision.confidence" false "Confidence stated for it, 0 to 1.";
    112 StateFrom "state_from" Text Name "everyframe.state.from" true "State that was left.";
    113 StateTo "state_to" Text Name "everyframe.state.to" true "State that was entered.";
    114 BudgetType "budget_type" Text Plain "everyframe.budget.type" false "What is limited: tokens, cost, steps, time, tool_calls.";
    115 BudgetLimit "budget_limit" Double Plain "everyframe.budget.limit" false "The limit, in the type's own unit.";
    116 BudgetUsed "budget_used" Double Plain "everyframe.budget.used" false "How much is used, same unit.";
    117 BudgetExhausted "budget_exhausted" Bool Plain "everyframe.budget.exhausted" false "Whether the budget ran out here.";
    118 HandoffFrom "handoff_from" Text Name "everyframe.handoff.from" true "Agent that passed the work on.";
    119 HandoffTo "handoff_to" Text Name "everyframe.handoff.to" true "Agent that took it.";
    120 StepType "step_type" Text Name "" false "Type of a step where the sender says more than its kind, such as plan.";
    121 StepName "step_name" Text Name "" true "Name of the step within its workflow or graph.";
    // Marks
    125 Inferred "inferred" TextList Plain "" false "Names of the fields of this span that were inferred, not stated.";
    126 ClockMark "clock_mark" Text Plain "" false "What is odd about its times: ahead, behind, negative_duration, or received where the sender gave none.";
    127 DroppedCount "dropped_count" Int Plain "" false "Attributes, events and links the sender or a limit left out.";
    128 LogSequence "log_sequence" Int Plain "" false "Order of the log record this was built from.";
    129 SourceRedacted "source_redacted" Bool Plain "everyframe.privacy.redacted" false "The sender had already redacted it.";
    130 EventName "event_name" Text Name "" false "Name of the log event this was built from.";
    131 AnsweredToolStatuses "answered_tool_statuses" TextList Plain "" false "Status the sender wrote on those tool results, same order: ok, error, or empty text.";
    132 StatusSent "status_sent" Text Plain "" false "Status the sender wrote, where the span is read as paused though it was sent as error.";
    133 GoalToken "goal_token" Text Derived "" false "Keyed token of the goal's text: goals that are equal but for case and spacing have equal tokens.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_numbers_are_unique_and_read_back() {
        let names: HashSet<_> = Field::ALL.iter().map(|field| field.definition().name).collect();
        assert_eq!(names.len(), Field::ALL.len());
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.definition().name), Some(*field));
            assert_eq!(Field::from_number(*field as u16), Some(*field));
        }
        assert!(Field::ALL.is_sorted(), "rows stand in the order of their numbers");
    }
}
