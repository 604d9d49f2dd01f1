import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { Run } from "@/api/client";
import type { WordAbout } from "./FirstWrong";
import { SayWord } from "./SayWord";

const { post } = vi.hoisted(() => ({ post: vi.fn() }));
vi.mock("@/api/queries", () => ({ sayWord: post }));

// The form reads these two of a run.
const run = { run_id: "r1", project_id: "default" } as Run;
const word: WordAbout = { label: "dispute", traceId: "t1", spanId: "s1" };

beforeEach(() => {
  localStorage.clear();
  post.mockReset().mockResolvedValue({ scores: [] });
});

const shown = () => {
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SayWord run={run} word={word} spanName="execute_tool refund" onClose={onClose} />
    </QueryClientProvider>,
  );
  return onClose;
};

test("a dispute names the span, who says so and why, and the name is remembered", async () => {
  const onClose = shown();
  expect(screen.getByRole("radio", { name: "execute_tool refund was not" })).toHaveProperty("checked", true);
  await userEvent.type(screen.getByRole("textbox", { name: "Your name or id" }), "ada");
  await userEvent.type(screen.getByRole("textbox", { name: /Note/ }), "the search was");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(post.mock.calls[0]?.[0]).toMatchObject({
    runId: "r1",
    label: "dispute",
    traceId: "t1",
    spanId: "s1",
    reviewer: "ada",
    note: "the search was",
  });
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(localStorage.getItem("everyframe.reviewer")).toBe("ada");
});

test("a word on the whole run names no span", async () => {
  shown();
  await userEvent.click(screen.getByRole("radio", { name: "No decision of this run was wrong" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(post.mock.calls[0]?.[0]).toMatchObject({ label: "nothing", traceId: null, spanId: null });
});

test("what the server refuses is said, and nothing that was written is lost", async () => {
  post.mockRejectedValue(new Error("no room"));
  const onClose = shown();
  await userEvent.type(screen.getByRole("textbox", { name: /Note/ }), "kept");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByRole("alert");
  expect(screen.getByRole("textbox", { name: /Note/ })).toHaveProperty("value", "kept");
  expect(onClose).not.toHaveBeenCalled();
});
