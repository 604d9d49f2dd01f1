/** Messages as bodies hold them: who says what, in parts. What does not have that form stays a text. */

export type Part =
  | { readonly what: "text"; readonly text: string }
  | { readonly what: "reasoning"; readonly text: string }
  | { readonly what: "call"; readonly name: string; readonly id: string; readonly text: string }
  | { readonly what: "result"; readonly id: string; readonly text: string }
  | { readonly what: "other"; readonly type: string; readonly text: string };

export type Message = { readonly role: string; readonly parts: readonly Part[] };

type Shape = Readonly<Record<string, unknown>>;

const isShape = (value: unknown): value is Shape => typeof value === "object" && value !== null && !Array.isArray(value);
const own = (shape: Shape, key: string): unknown => (Object.hasOwn(shape, key) ? shape[key] : undefined);
const written = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);

/** A message, or null where the body is none. */
export function messageOf(body: string): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isShape(value)) return null;
  const [role, parts, content] = [own(value, "role"), own(value, "parts"), own(value, "content")];
  if (typeof role !== "string") return null;
  if (Array.isArray(parts)) return { role, parts: parts.map(partOf) };
  return typeof content === "string" ? { role, parts: [{ what: "text", text: content }] } : null;
}

function partOf(value: unknown): Part {
  if (!isShape(value)) return { what: "other", type: "part", text: written(value) };
  const type = written(own(value, "type"));
  const id = written(own(value, "id"));
  switch (type) {
    case "text":
      return { what: "text", text: written(own(value, "content")) };
    case "reasoning":
    case "thinking":
      return { what: "reasoning", text: written(own(value, "content")) };
    case "tool_call":
      return { what: "call", id, name: written(own(value, "name")), text: written(own(value, "arguments")) };
    case "tool_call_response":
      return { what: "result", id, text: written(own(value, "response") ?? own(value, "result")) };
    default:
      return { what: "other", type, text: written(value) };
  }
}

/** What a message says in words, without calls. */
export function wordsOf(message: Message): string {
  return message.parts
    .filter((part) => part.what === "text")
    .map((part) => part.text)
    .join("\n");
}

/** A body as lines for people: a message in words with its calls and results, anything else as it is. */
export function readable(body: string): string {
  const message = messageOf(body);
  if (message === null) return body;
  return message.parts
    .map((part) => (part.what === "call" ? `→ ${part.name} ${part.text}` : part.what === "result" ? `← ${part.text}` : part.text))
    .filter((line) => line !== "")
    .join("\n");
}
