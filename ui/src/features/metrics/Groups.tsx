/** The leading figures by group; each opens the runs of its group that it counts. */
import { Link } from "@tanstack/react-router";
import type { Metrics } from "@/api/client";
import { Visible } from "@/components/Visible";
import { figure as written } from "@/lib/amounts";
import { count } from "@/lib/format";
import { both } from "@/lib/queryText";
import { countedRuns, groupFilter, isCount, title } from "./countedRuns";
import styles from "./MetricsPage.module.css";

const COLUMNS = 5;

type Props = {
  readonly by: string;
  readonly groups: Metrics["groups"];
  readonly project: string;
  readonly q: string;
  readonly range: string | undefined;
};

export function Groups({ by, groups, project, q, range }: Props) {
  const columns = groups[0]?.figures.slice(0, COLUMNS) ?? [];
  return (
    <section>
      <h2 className={styles["family"]}>By {by.replaceAll("_", " ")}</h2>
      <div className={styles["wide"]} tabIndex={0} role="region" aria-label="Figures by group" data-scrolls>
        <table>
          <thead>
            <tr>
              <th scope="col">{title(by)}</th>
              {columns.map((column) => (
                <th key={column.id} scope="col">
                  {title(column.id)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ key, figures }) => (
              <tr key={key ?? ""} data-none={key === null || undefined}>
                <th scope="row">{key === null ? "not recorded" : <Visible text={key} />}</th>
                {figures.slice(0, COLUMNS).map((figure) => (
                  <td key={figure.id} data-weak={!figure.is_enough || undefined}>
                    {figure.value === null || (isCount(figure) && figure.numerator === 0) ? (
                      written(figure.unit, figure.value)
                    ) : (
                      <Link
                        to="/$project/runs"
                        params={{ project }}
                        search={countedRuns(figure.filter, both(q, groupFilter(by, key)), range)}
                        title={figure.is_enough ? undefined : "too few to rely on"}
                      >
                        {written(figure.unit, figure.value)}
                      </Link>
                    )}
                    <span className={styles["of"]}>
                      {isCount(figure) ? `${count(figure.numerator)} of ` : "of "}
                      {count(figure.denominator)}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
