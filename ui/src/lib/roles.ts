/** What bodies are to their span, in words. */

const TITLES: Readonly<Record<string, string>> = {
  input_message: "Message to the model",
  output_message: "Answer of the model",
  instructions: "Instructions",
  tool_definitions: "Tools to choose from",
  arguments: "Arguments",
  result: "Result",
  input: "Input",
  output: "Output",
  document: "Document",
  query: "Query",
  goal: "Goal",
  reason: "Reason",
  decision_summary: "Decision",
  decision_alternatives: "Alternatives",
  state_delta: "State delta",
  prompt: "Prompt",
  error_message: "Error",
  stack_trace: "Stack trace",
  explanation: "Explanation",
  attribute: "Attribute",
};

/** The words for a role; a role this page does not know, as it is called. */
export function roleTitle(role: string): string {
  return Object.hasOwn(TITLES, role) ? (TITLES[role] ?? role) : role;
}
