/** What a person lived through, turn by turn, across the runs of one conversation. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { RunSummary } from "@/api/client";
import { failureOf } from "@/api/failure";
import { runsQuery, spanQuery, spansQuery } from "@/api/queries";
import { Button } from "@/components/Button";
import { LongText } from "@/components/LongText";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Empty, Failed, Loading } from "@/components/States";
import { Visible } from "@/components/Visible";
import { counted, dollars, duration, moment } from "@/lib/format";
import { messageOf, wordsOf } from "@/lib/messages";
import { fact } from "@/lib/runFacts";
import { ALL_PROJECTS } from "@/lib/search";
import { NO_ROW, SpanIndex } from "@/lib/spans";
import styles from "./ConversationPage.module.css";

const route = getRouteApi("/$project/conversations/$session");

export function ConversationPage() {
  const { project, session } = route.useParams();
  const question = {
    q: `session:"${session.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    project: project === ALL_PROJECTS ? null : project,
    from: null,
    to: null,
    sort: "start",
  };
  const pages = useInfiniteQuery(runsQuery(question));
  const runs = pages.data?.pages.flatMap((page) => page.runs) ?? [];
  useEffect(() => {
    document.title = "Conversation · Everyframe";
  }, []);
  return (
    <main id="main" className={styles["page"]}>
      <Link to="/$project/runs" params={{ project }}>
        ← Runs
      </Link>
      <h1>
        Conversation <Visible text={session} />
      </h1>
      {pages.isError ? (
        <Failed failure={failureOf(pages.error)} onRetry={() => void pages.refetch()} />
      ) : pages.isPending ? (
        <Loading what="the conversation" />
      ) : runs.length === 0 ? (
        <Empty title="No run belongs to this conversation">
          <p>Runs name their conversation by `gen_ai.conversation.id` or what their framework calls it.</p>
        </Empty>
      ) : (
        <>
          <p className={styles["soft"]}>
            {counted(runs.length, "turn")}
            {pages.hasNextPage ? " so far" : ""}, one run each
          </p>
          <ol className={styles["turns"]}>
            {runs.map((run) => (
              <Turn key={run.run_id} run={run} project={project} />
            ))}
          </ol>
          {pages.hasNextPage && <Button onClick={() => void pages.fetchNextPage()}>Show more turns</Button>}
        </>
      )}
    </main>
  );
}

function Turn({ run, project }: { readonly run: RunSummary; readonly project: string }) {
  const spans = useQuery(spansQuery(run.run_id, false));
  const index = spans.data === undefined ? null : new SpanIndex(spans.data);
  const models = index?.rowsOfKinds(new Set(["model"])) ?? [];
  const [first, last] = [models[0] ?? NO_ROW, models.at(-1) ?? NO_ROW];
  const asked = useBodies(index, first);
  const answered = useBodies(index, last);
  const user = asked?.content.findLast((body) => body.role === "input_message" && body.author === "user");
  const answer = answered?.content.findLast((body) => body.role === "output_message");
  return (
    <li className={styles["turn"]}>
      <header>
        <Link to="/$project/runs/$run" params={{ project, run: run.run_id }}>
          <Visible text={run.goal ?? run.name} />
        </Link>
        <OutcomeMark value={run.outcome.value} source={run.outcome.source} />
        <span className={styles["soft"]}>
          {moment(run.start)} · {duration(run.duration_millis)} · {counted(run.spans, "span")}
          {run.cost !== null && ` · ${dollars(run.cost)}`}
        </span>
      </header>
      {models.length === 0 && index !== null ? (
        <p className={styles["soft"]}>No model call was recorded in this run.</p>
      ) : (
        <>
          <Said who="Person" text={user?.text} isWithheld={user?.state === "withheld"} isLoading={asked === undefined} />
          <Said who="Agent" text={answer?.text} isWithheld={answer?.state === "withheld"} isLoading={answered === undefined} />
        </>
      )}
      {fact(run, "stop_reason") !== null && (
        <p className={styles["soft"]}>Stopped: {fact(run, "stop_reason")?.replaceAll("_", " ")}</p>
      )}
    </li>
  );
}

function useBodies(index: SpanIndex | null, row: number) {
  const isKnown = index !== null && row !== NO_ROW;
  return useQuery({
    ...spanQuery(isKnown ? index.traceId(row) : "", isKnown ? index.spanId(row) : ""),
    enabled: isKnown,
  }).data;
}

type SaidProps = {
  readonly who: string;
  readonly text: string | null | undefined;
  readonly isWithheld: boolean;
  readonly isLoading: boolean;
};

function Said({ who, text, isWithheld, isLoading }: SaidProps) {
  const message = typeof text === "string" ? messageOf(text) : null;
  const words = message === null ? text : wordsOf(message);
  return (
    <div className={styles["said"]} data-who={who}>
      <h3>{who}</h3>
      {isLoading ? (
        <Loading what={who} rows={1} />
      ) : isWithheld ? (
        <p className={styles["withheld"]}>▨ withheld by the policy</p>
      ) : typeof words === "string" && words !== "" ? (
        <div>
          <LongText text={words} />
        </div>
      ) : (
        <p className={styles["soft"]}>{message === null ? "not recorded" : "no words, only calls of tools"}</p>
      )}
    </div>
  );
}
