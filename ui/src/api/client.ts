/** The one way to the server: typed by the committed OpenAPI, with problems as errors. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type RunSummary = Schemas["Listed"];
export type Why = Schemas["Why"];
export type WhyRow = Schemas["WhyRow"];
export type Explanation = Schemas["Explanation"];
export type Candidate = Schemas["Candidate"];
export type Run = Schemas["Run"];
export type RunPage = Schemas["Page"];
export type Span = Schemas["Span"];
export type Body = Schemas["Body"];
export type Stats = Schemas["Stats"];
export type Comparison = Schemas["Comparison"];
export type ComparisonRow = Schemas["ComparisonRow"];
export type ComparisonStep = Schemas["ComparisonStep"];
export type Cohorts = Schemas["Cohorts"];
export type CohortDifference = Schemas["CohortDifference"];
export type Metrics = Schemas["Metrics"];
export type MetricFigure = Schemas["MetricFigure"];
export type Ledger = Schemas["Ledger"];

/** Why the server did not answer as asked: its own problem document, or that it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? (status === 0 ? "the server cannot be reached" : `the server answered ${status}`));
    this.name = "ApiError";
  }
}

export const client = createClient<paths>({
  baseUrl: "",
  headers: { accept: "application/json" },
  fetch: (request) => fetch(request),
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or an {@link ApiError}. */
export async function ask<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await pending;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, null);
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  throw new ApiError(answer.response.status, asProblem(answer.error));
}

function asProblem(value: unknown): Problem | null {
  if (typeof value !== "object" || value === null) return null;
  // The parse: what calls itself a problem has these two.
  const problem = value as Partial<Problem>;
  return typeof problem.code === "string" && typeof problem.detail === "string" ? (problem as Problem) : null;
}
