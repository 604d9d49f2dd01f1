/** What differs: between two runs, step by step, or between two groups of runs. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { Empty } from "@/components/States";
import { GroupsCompared } from "./GroupsCompared";
import { RunsCompared } from "./RunsCompared";

const route = getRouteApi("/$project/compare");

export function ComparePage() {
  const { project } = route.useParams();
  const { a, b, these, others, t } = route.useSearch();
  useEffect(() => {
    document.title = "Compare · Everyframe";
  }, []);
  if (a !== undefined && b !== undefined) return <RunsCompared key={`${a} ${b}`} project={project} a={a} b={b} />;
  if (these !== undefined && others !== undefined) {
    return <GroupsCompared project={project} these={these} others={others} range={t} />;
  }
  return (
    <main id="main">
      <Empty title="Nothing to compare yet">
        <p>
          Select two runs on <Link to="/$project/runs" params={{ project }}>the list</Link> and press <kbd>c</kbd>.
        </p>
      </Empty>
    </main>
  );
}
