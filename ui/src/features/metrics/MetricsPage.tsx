/** What agents are worth and whether they are safe: every figure opens exactly the runs it counts. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { failureOf } from "@/api/failure";
import { metricsQuery } from "@/api/queries";
import { Menu, MenuChoice } from "@/components/Menu";
import { RangeMenu } from "@/components/RangeMenu";
import { Empty, Failed, Loading } from "@/components/States";
import { counted } from "@/lib/format";
import { ALL_PROJECTS, parseRange, type MetricsSearch } from "@/lib/search";
import { FilterField } from "./FilterField";
import { Groups } from "./Groups";
import styles from "./MetricsPage.module.css";
import { Tile } from "./Tile";

const route = getRouteApi("/$project/metrics");

/** By what runs can be grouped, in words. */
const GROUPINGS = [
  { value: "", label: "No groups" },
  { value: "day", label: "By day" },
  { value: "agent_version", label: "By agent version" },
  { value: "prompt_version", label: "By prompt version" },
  { value: "agent_name", label: "By agent" },
  { value: "task_type", label: "By task type" },
  { value: "tenant_id", label: "By tenant" },
  { value: "environment", label: "By environment" },
] as const;

/** The first row: what is asked first. */
const LEADING = 5;
const FAMILIES = ["quality", "safety", "operations", "product"] as const;

export function MetricsPage() {
  const { project } = route.useParams();
  const { q = "", t, by } = route.useSearch();
  const navigate = route.useNavigate();
  const [now] = useState(() => Date.now());
  const { from, to } = parseRange(t, now);
  const question = { q, from, to, project: project === ALL_PROJECTS ? null : project, by: by ?? null };
  const query = useQuery(metricsQuery(question));
  useEffect(() => {
    document.title = "Metrics · Everyframe";
  }, []);
  const change = useCallback(
    (next: { [K in keyof MetricsSearch]: MetricsSearch[K] | undefined }) =>
      void navigate({ search: (known) => ({ ...known, ...next }) as MetricsSearch }),
    [navigate],
  );
  const shared = { project, q, range: t };
  const data = query.data;
  return (
    <main id="main" className={styles["page"]}>
      <h1>Metrics</h1>
      <div className={styles["filter"]}>
        <FilterField value={q} onSubmit={(text) => change({ q: text === "" ? undefined : text })} />
        <RangeMenu range={t} nowMillis={now} onRange={(range) => change({ t: range })} />
        <Menu label={GROUPINGS.find((entry) => entry.value === by)?.label ?? (by === undefined ? "No groups" : `By ${by}`)} name="Group by">
          <MenuChoice value={by ?? ""} onChoose={(value) => change({ by: value === "" ? undefined : value })} choices={GROUPINGS} />
        </Menu>
      </div>
      {query.isError ? (
        <Failed failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        <Loading what="metrics" rows={10} />
      ) : data.runs === 0 ? (
        <Empty title="No settled run meets this">
          <p>Metrics are counted over runs that have gone quiet. Widen the filter or the range of time.</p>
        </Empty>
      ) : (
        <div className={styles["all"]} data-old={query.isPlaceholderData || undefined}>
          <p role="status" className={styles["soft"]}>
            Over {counted(data.runs, "settled run")}
            {data.is_complete ? "" : ", the newest that meet this: there are more"}.
          </p>
          <section aria-label="First of all">
            <div className={styles["tiles"]} data-size="large">
              {data.figures.slice(0, LEADING).map((figure) => (
                <Tile key={figure.id} figure={figure} {...shared} />
              ))}
            </div>
          </section>
          {by !== undefined && data.groups.length > 0 && <Groups by={by} groups={data.groups} {...shared} />}
          {FAMILIES.map((family) => {
            const figures = data.figures.slice(LEADING).filter((figure) => figure.family === family);
            return figures.length === 0 ? null : (
              <section key={family}>
                <h2 className={styles["family"]}>{family}</h2>
                <div className={styles["tiles"]}>
                  {figures.map((figure) => (
                    <Tile key={figure.id} figure={figure} {...shared} />
                  ))}
                </div>
              </section>
            );
          })}
        </div>
      )}
    </main>
  );
}
