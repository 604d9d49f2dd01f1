/** Starts servers for journeys, on directories of their own, and sends them runs. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program under test: a build of the workspace, or what the environment names. */
export const PROGRAM = process.env["EVERYFRAME_BIN"] ?? "../target/debug/everyframe";

export type Server = { readonly url: string; readonly stop: () => Promise<void> };

const READY_MILLIS = 60_000;

/** A server, once it says that it is ready. `demo` has the sample runs. */
export async function startServer(kind: "serve" | "demo"): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "everyframe-ui-"));
  const listen = ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const own = kind === "demo" ? [] : ["--capture", "redacted", "--settle-after", "1", "--key-file", join(folder, "key")];
  const child = spawn(PROGRAM, [kind, "--data", join(folder, "data"), ...listen, ...own], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await readyAt(child, kind);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readyAt(child: ChildProcess, kind: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`the server was not ready in time: ${said}`)), READY_MILLIS);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const address = /ready http=(\S+)/.exec(said)?.[1];
      if (address === undefined || (kind === "demo" && !said.includes("runs at"))) return;
      clearTimeout(timer);
      resolve(`http://${address}`);
    });
  });
}

export const isProgramThere = existsSync(PROGRAM);

type Value = string | number | boolean | readonly string[];

export type SentSpan = {
  readonly id: number;
  readonly parent: number | null;
  readonly name: string;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly isError?: boolean;
  readonly attributes?: Readonly<Record<string, Value>>;
};

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
export const traceId = (trace: number) => hex(trace, 32);
export const spanId = (id: number) => hex(id, 16);

function valueOf(value: Value): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: value.map(valueOf) } };
}

/** When the runs of tests begin. */
export const START_MILLIS = Date.UTC(2026, 0, 5, 9, 0, 0);
const SPANS_A_REQUEST = 5_000;

/** Sends spans of one trace as OTLP, as any exporter does. */
export async function send(server: Server, trace: number, spans: readonly SentSpan[], startMillis = START_MILLIS) {
  const nanos = (millis: number) => `${Math.round((startMillis + millis) * 1000)}000`;
  for (let from = 0; from < spans.length; from += SPANS_A_REQUEST) {
    const body = {
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "journeys" } }] },
          scopeSpans: [
            {
              spans: spans.slice(from, from + SPANS_A_REQUEST).map((span) => ({
                traceId: traceId(trace),
                spanId: spanId(span.id),
                ...(span.parent !== null && { parentSpanId: spanId(span.parent) }),
                name: span.name,
                kind: 1,
                startTimeUnixNano: nanos(span.startMillis),
                endTimeUnixNano: nanos(span.endMillis),
                ...(span.isError === true && { status: { code: 2, message: "it failed" } }),
                attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({ key, value: valueOf(value) })),
              })),
            },
          ],
        },
      ],
    };
    const answer = await fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}: ${await answer.text()}`);
  }
}

/** A run of an agent with so many spans: turns of a model and its tools, some of which fail. */
export function generatedRun(size: number): SentSpan[] {
  const spans: SentSpan[] = [
    {
      id: 1,
      parent: null,
      name: "invoke_agent generated",
      startMillis: 0,
      endMillis: size * 10,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "generated" },
    },
  ];
  for (let id = 2; id <= size; id++) {
    const turn = Math.floor((id - 2) / 5);
    const at = id * 10 - 20;
    const step = (id - 2) % 5;
    const chain = turn * 5 + 2;
    if (step === 0) {
      spans.push({ id, parent: 1, name: `turn ${turn % 40}`, startMillis: at, endMillis: at + 48 });
    } else if (step === 1) {
      spans.push({
        id,
        parent: chain,
        name: "chat gpt-4.1-mini",
        startMillis: at,
        endMillis: at + 9,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.request.model": "gpt-4.1-mini",
          "gen_ai.usage.input_tokens": 900 + (id % 700),
          "gen_ai.usage.output_tokens": 20 + (id % 60),
        },
      });
    } else {
      const isError = id % 997 === 0;
      spans.push({
        id,
        parent: chain,
        name: `execute_tool tool_${id % 7}`,
        startMillis: at,
        endMillis: at + 3 + (id % 6),
        isError,
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": `tool_${id % 7}`,
          ...(isError && { "error.type": "TimeoutError" }),
        },
      });
    }
  }
  return spans;
}

/** Waits until something is so, asking again and again. */
export async function until(what: string, isSo: () => Promise<boolean>, withinMillis = 30_000): Promise<void> {
  const end = Date.now() + withinMillis;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function isRunThere(server: Server, run: string, spans: number): Promise<boolean> {
  const answer = await fetch(`${server.url}/api/v1/runs/${run}`);
  if (!answer.ok) return false;
  const row: unknown = await answer.json();
  return typeof row === "object" && row !== null && "spans" in row && row.spans === spans;
}
