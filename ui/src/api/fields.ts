/** Fields that runs are filtered and sorted by. Written by scripts/fields.js from docs/reference/filters.md. */

export type RunField = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly value: string;
  readonly meaning: string;
};

export const RUN_FIELDS: readonly RunField[] = [
  {"name":"run_id","aliases":["run"],"value":"text","meaning":"The run."},
  {"name":"project_id","aliases":["project"],"value":"text","meaning":"Project the run belongs to."},
  {"name":"name","aliases":[],"value":"text","meaning":"Name of the root span."},
  {"name":"outcome","aliases":[],"value":"success, partial, failure, escalated, abandoned, denied, budget_exhausted, timed_out, cancelled, waiting, running, unknown","meaning":"How the run ended."},
  {"name":"outcome_source","aliases":[],"value":"stated, score, inferred","meaning":"Who says so: stated, score, inferred."},
  {"name":"settled","aliases":[],"value":"true, false","meaning":"Whether the run had gone quiet when the row was written."},
  {"name":"start_unix_nanos","aliases":["start"],"value":"time","meaning":"When it began."},
  {"name":"duration_millis","aliases":["duration","latency"],"value":"duration","meaning":"How long it took."},
  {"name":"spans","aliases":["span_count"],"value":"whole number","meaning":"Spans, as sent."},
  {"name":"errors","aliases":[],"value":"whole number","meaning":"Spans that ended with an error."},
  {"name":"model_calls","aliases":[],"value":"whole number","meaning":"Distinct model calls."},
  {"name":"tool_call_count","aliases":["tool_calls"],"value":"whole number","meaning":"Tool executions."},
  {"name":"input_tokens","aliases":[],"value":"whole number","meaning":"Input tokens of distinct model calls."},
  {"name":"output_tokens","aliases":[],"value":"whole number","meaning":"Output tokens of distinct model calls."},
  {"name":"cache_read_tokens","aliases":[],"value":"whole number","meaning":"Input read from a cache."},
  {"name":"cache_write_tokens","aliases":[],"value":"whole number","meaning":"Input written to a cache."},
  {"name":"reasoning_tokens","aliases":[],"value":"whole number","meaning":"Output spent on reasoning."},
  {"name":"embedding_tokens","aliases":[],"value":"whole number","meaning":"Input of embedding calls."},
  {"name":"cost","aliases":[],"value":"US dollars","meaning":"Cost of the calls that have one, in US dollars."},
  {"name":"orphans","aliases":[],"value":"whole number","meaning":"Spans whose parent never arrived."},
  {"name":"agents","aliases":["agent"],"value":"texts: one of them matches","meaning":"Agents that took part."},
  {"name":"tools","aliases":["tool"],"value":"texts: one of them matches","meaning":"Tools that were called."},
  {"name":"models_requested","aliases":[],"value":"texts: one of them matches","meaning":"Models asked for."},
  {"name":"models_answered","aliases":["model"],"value":"texts: one of them matches","meaning":"Models that answered."},
  {"name":"error_classes","aliases":["error"],"value":"texts: one of them matches","meaning":"Classes of its errors."},
  {"name":"signals","aliases":["signal"],"value":"texts: one of them matches","meaning":"Signals found."},
  {"name":"evidence_score","aliases":["evidence"],"value":"number","meaning":"Share of the needed evidence that is there, 0 to 1."},
  {"name":"first_wrong_rule","aliases":["first_wrong"],"value":"text","meaning":"Rule that found the best candidate for the first wrong decision."},
  {"name":"stated_run_id","aliases":[],"value":"text","meaning":"Run id the sender stated, here or in its own dialect's attribute."},
  {"name":"session_id","aliases":["session","conversation"],"value":"text","meaning":"Conversation the work belongs to; groups runs, never merges them."},
  {"name":"task_id","aliases":["task"],"value":"text","meaning":"Which task the run tries; runs of one task are peers."},
  {"name":"task_type","aliases":[],"value":"text","meaning":"Kind of task, of low cardinality."},
  {"name":"stop_reason","aliases":[],"value":"text","meaning":"Why the run stopped, in one word."},
  {"name":"tenant_id","aliases":["tenant"],"value":"text","meaning":"Whose work the agent did: the team's customer."},
  {"name":"user_id","aliases":["user"],"value":"text","meaning":"The person the agent worked for; tokenized by default."},
  {"name":"environment","aliases":[],"value":"text","meaning":"Deployment environment, such as production."},
  {"name":"service_name","aliases":["service"],"value":"text","meaning":"Service that sent the span."},
  {"name":"service_version","aliases":[],"value":"text","meaning":"Version of that service."},
  {"name":"dialect","aliases":[],"value":"text","meaning":"Convention the span was read by."},
  {"name":"framework","aliases":[],"value":"text","meaning":"Agent framework, where the sender named it."},
  {"name":"agent_name","aliases":["agent_root"],"value":"text","meaning":"Agent at work."},
  {"name":"agent_version","aliases":[],"value":"text","meaning":"Version of the agent."},
  {"name":"workflow_name","aliases":["workflow"],"value":"text","meaning":"Workflow the span is a step of."},
  {"name":"workflow_version","aliases":[],"value":"text","meaning":"Version of the workflow."},
  {"name":"prompt_name","aliases":["prompt"],"value":"text","meaning":"Prompt template in use."},
  {"name":"prompt_version","aliases":[],"value":"text","meaning":"Version of the prompt template."},
  {"name":"instructions_hash","aliases":[],"value":"text","meaning":"Keyed hash of the instructions: equal instructions, equal hash."},
  {"name":"provider","aliases":[],"value":"text","meaning":"Model provider."},
];
