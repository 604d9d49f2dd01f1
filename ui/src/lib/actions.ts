/**
 * Every action a reader can take, in one table: buttons, keys, the command palette and the page of keys are made
 * from it. What an action does is bound by the page on which it means something.
 */

export type ActionGroup = "Everywhere" | "Runs" | "Run" | "Compare";

export type ActionDefinition = {
  readonly title: string;
  readonly group: ActionGroup;
  /** Keys, as `KeyboardEvent.key` has them; `g r` is one key after the other. The first one is shown. */
  readonly keys: readonly string[];
  /** Whether the palette leaves it out: moving is for keys. */
  readonly isMovement?: boolean;
};

const define = <T extends Record<string, ActionDefinition>>(table: T): T => table;

export const ACTIONS = define({
  palette: { title: "Find a command", group: "Everywhere", keys: ["Mod+k"] },
  keys: { title: "Show all keys", group: "Everywhere", keys: ["?"] },
  find: { title: "Find on this page", group: "Everywhere", keys: ["/"] },
  goRuns: { title: "Go to runs", group: "Everywhere", keys: ["g r"] },
  goMetrics: { title: "Go to metrics", group: "Everywhere", keys: ["g m"] },
  goSettings: { title: "Go to settings", group: "Everywhere", keys: ["g s"] },
  copyLink: { title: "Copy a link to what is on screen", group: "Everywhere", keys: ["y"] },
  theme: { title: "Change between light, dark and the system's theme", group: "Everywhere", keys: ["t"] },
  nextRow: { title: "Next row", group: "Runs", keys: ["j", "ArrowDown"], isMovement: true },
  previousRow: { title: "Previous row", group: "Runs", keys: ["k", "ArrowUp"], isMovement: true },
  openRun: { title: "Open the run", group: "Runs", keys: ["Enter"], isMovement: true },
  peek: { title: "Peek at the run", group: "Runs", keys: [" "], isMovement: true },
  select: { title: "Select the run", group: "Runs", keys: ["x"] },
  compare: { title: "Compare the selected runs", group: "Runs", keys: ["c"] },
  admit: { title: "Show the runs that are waiting", group: "Runs", keys: ["."] },
  live: { title: "Watch for new runs", group: "Runs", keys: ["l"] },
  nextSpan: { title: "Next span", group: "Run", keys: ["j", "ArrowDown"], isMovement: true },
  previousSpan: { title: "Previous span", group: "Run", keys: ["k", "ArrowUp"], isMovement: true },
  unfold: { title: "Open the span, or go to its first child", group: "Run", keys: ["ArrowRight"], isMovement: true },
  fold: { title: "Close the span, or go to its parent", group: "Run", keys: ["ArrowLeft"], isMovement: true },
  firstSpan: { title: "First span", group: "Run", keys: ["Home"], isMovement: true },
  lastSpan: { title: "Last span", group: "Run", keys: ["End"], isMovement: true },
  firstWrong: { title: "Go to the first wrong decision", group: "Run", keys: ["w"] },
  sayWrong: { title: "Say that this span was the first wrong decision", group: "Run", keys: ["m"] },
  nextError: { title: "Next error", group: "Run", keys: ["n"] },
  previousError: { title: "Previous error", group: "Run", keys: ["N"] },
  viewWaterfall: { title: "Show the waterfall", group: "Run", keys: ["1"] },
  viewSteps: { title: "Show the steps", group: "Run", keys: ["2"] },
  viewConversation: { title: "Show the conversation", group: "Run", keys: ["3"] },
  viewGraph: { title: "Show the graph", group: "Run", keys: ["4"] },
  viewLogs: { title: "Show the logs", group: "Run", keys: ["5"] },
  zoomMode: { title: "Zoom: rows on screen, or the whole run", group: "Run", keys: ["z"] },
  zoomIn: { title: "Look closer in time", group: "Run", keys: ["+", "="] },
  zoomOut: { title: "Look from further away", group: "Run", keys: ["-"] },
  foldNoise: { title: "Fold repeated spans", group: "Run", keys: ["f"] },
  nextStep: { title: "Next step of the replay", group: "Run", keys: ["."] },
  previousStep: { title: "Previous step of the replay", group: "Run", keys: [","] },
  nextDecision: { title: "Next decision of the replay", group: "Run", keys: [">"] },
  previousDecision: { title: "Previous decision of the replay", group: "Run", keys: ["<"] },
  play: { title: "Play or stop the replay", group: "Run", keys: ["p"] },
  openBody: { title: "Go to the span's details", group: "Run", keys: ["o", "Enter"] },
  nextRun: { title: "Next run of the list", group: "Run", keys: ["J"] },
  previousRun: { title: "Previous run of the list", group: "Run", keys: ["K"] },
  nextDifference: { title: "Next difference", group: "Compare", keys: ["d"] },
  previousDifference: { title: "Previous difference", group: "Compare", keys: ["D"] },
  swap: { title: "Swap the sides", group: "Compare", keys: ["x"] },
  unfoldSame: { title: "Show the steps that are the same", group: "Compare", keys: ["u"] },
  copyJson: { title: "Copy the run as JSON", group: "Run", keys: [] },
});

export type ActionName = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS).filter((name): name is ActionName => Object.hasOwn(ACTIONS, name));

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** A pressed key as the table writes it. */
export function keyName(event: Pressed): string {
  const name = event.key.length === 1 && (event.ctrlKey || event.metaKey) ? event.key.toLowerCase() : event.key;
  const mod = event.ctrlKey || event.metaKey ? "Mod+" : "";
  return `${mod}${event.altKey ? "Alt+" : ""}${name}`;
}

const SHOWN = new Map([
  [" ", "Space"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  ["Mod+k", "Ctrl K"],
  [">", "Shift ."],
  ["<", "Shift ,"],
]);

/** A key as it is shown: `Ctrl K`, `Space`, `g r`. */
export function shownKey(key: string): string {
  const known = SHOWN.get(key);
  if (known !== undefined) return known;
  return /^[A-Z]$/.test(key) ? `Shift ${key}` : key;
}
