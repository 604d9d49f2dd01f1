/** One figure: what it is, how it was counted, and the way to the runs behind it. */
import { Link } from "@tanstack/react-router";
import type { MetricFigure } from "@/api/client";
import { figure as written } from "@/lib/amounts";
import { count } from "@/lib/format";
import { countedRuns, isCount, title } from "./countedRuns";
import styles from "./MetricsPage.module.css";

type Props = {
  readonly figure: MetricFigure;
  readonly project: string;
  readonly q: string;
  readonly range: string | undefined;
};

export function Tile({ figure, project, q, range }: Props) {
  return (
    <article className={styles["tile"]} data-weak={!figure.is_enough || undefined}>
      <h3>{title(figure.id)}</h3>
      <p className={styles["value"]}>{written(figure.unit, figure.value)}</p>
      <p className={styles["note"]}>{counting(figure)}</p>
      <p className={styles["meaning"]}>{figure.meaning}</p>
      {isCount(figure) && figure.numerator === 0 ? (
        <p className={styles["meaning"]}>No run to open</p>
      ) : (
        <Link to="/$project/runs" params={{ project }} search={countedRuns(figure.filter, q, range)}>
          Open the runs<span className="unseen"> of {title(figure.id)}</span>
        </Link>
      )}
    </article>
  );
}

/** From how much a figure is made, and whether that is enough to say anything. */
function counting(figure: MetricFigure): string {
  const { numerator, denominator, not_counted: notCounted, is_enough: isEnough } = figure;
  const parts = [
    figure.value === null
      ? "nothing to count"
      : isCount(figure)
        ? `${count(numerator)} of ${count(denominator)}`
        : `over ${count(denominator)}`,
  ];
  if (figure.value !== null && !isEnough) parts.push("too few to rely on");
  if (notCounted > 0) parts.push(`${count(notCounted)} not known`);
  return parts.join(" · ");
}
