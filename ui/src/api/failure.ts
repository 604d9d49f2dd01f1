/** An error as words for the page. */
import { ApiError } from "./client";

export type Failure = {
  readonly title: string;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly id?: string | undefined;
  readonly caret?: string | undefined;
};

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) {
    return { title: "The page cannot show this", detail: error instanceof Error ? error.message : "an unknown error" };
  }
  if (error.status === 0) {
    return {
      title: "The server does not answer",
      detail: "The page could not reach the server it came from.",
      hint: "Check that `everyframe serve` still runs, then try again.",
    };
  }
  const { problem } = error;
  if (problem === null) {
    return { title: "The server could not answer", detail: `It answered with status ${error.status}.` };
  }
  return {
    title: problem.title,
    detail: problem.detail,
    hint: problem.hint ?? undefined,
    id: problem.id,
    caret: problem.place?.caret,
  };
}
