/** The nine rows of why: what is known, what was withheld, what nobody recorded and how to record it. */
import { Ticked } from "./Ticked";
import { Visible } from "./Visible";
import styles from "./WhyRows.module.css";

/** A row, as the server gives it. */
export type WhyRowShape = {
  readonly row: string;
  readonly state: string;
  readonly value: string | null;
  readonly bodies: readonly { readonly role: string; readonly text: string | null; readonly is_cut: boolean }[];
  readonly sources: readonly WhySource[];
  readonly hint: { readonly attribute: string; readonly says: string } | null;
};

export type WhySource = { readonly trace_id: string; readonly span_id: string; readonly step: number };

const TITLES: Readonly<Record<string, string>> = {
  goal: "Goal",
  selected_context: "Context",
  decision: "Decision",
  tool_call: "Tool call",
  guardrail: "Guardrail",
  approval: "Approval",
  cost: "Cost",
  latency: "Latency",
  stop_reason: "Stop reason",
};

/** Bodies shown of one row; the span has all of them. */
const BODIES_SHOWN = 3;
const SOURCES_SHOWN = 3;

type Props = {
  readonly rows: readonly WhyRowShape[];
  readonly onSource?: (source: WhySource) => void;
};

export function WhyRows({ rows, onSource }: Props) {
  return (
    <dl className={styles["rows"]}>
      {rows.map((row) => (
        <div key={row.row} className={styles["row"]} data-state={row.state}>
          <dt>{TITLES[row.row] ?? row.row}</dt>
          <dd>
            <Value row={row} />
            {onSource !== undefined &&
              row.sources.slice(0, SOURCES_SHOWN).map((source) => (
                <button
                  key={`${source.trace_id}${source.span_id}`}
                  type="button"
                  className={styles["source"]}
                  onClick={() => onSource(source)}
                >
                  span {source.step + 1}
                </button>
              ))}
            {row.sources.length > SOURCES_SHOWN && onSource !== undefined && (
              <span className={styles["soft"]}> and {row.sources.length - SOURCES_SHOWN} more</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ row }: { readonly row: WhyRowShape }) {
  const shown = row.bodies.slice(0, BODIES_SHOWN);
  return (
    <>
      {row.value !== null && (
        <p>
          <Visible text={row.value} />
        </p>
      )}
      {shown.map((body, place) =>
        body.text === null ? (
          <p key={place} className={styles["withheld"]}>
            ▨ {body.role.replaceAll("_", " ")} withheld by policy
          </p>
        ) : (
          <p key={place} className={styles["text"]}>
            <Visible text={body.is_cut ? `${body.text} …` : body.text} />
          </p>
        ),
      )}
      {row.bodies.length > BODIES_SHOWN && <p className={styles["soft"]}>and {row.bodies.length - BODIES_SHOWN} more texts</p>}
      {row.state === "recorded" && row.value === null && shown.length === 0 && (
        <p className={styles["soft"]}>recorded, without words of its own</p>
      )}
      {row.state === "withheld" && row.value === null && shown.length === 0 && (
        <p className={styles["withheld"]}>▨ withheld by policy</p>
      )}
      {row.state === "not_recorded" && (
        <p className={styles["soft"]}>
          not recorded
          {row.hint !== null && <span className={styles["hint"]}><Ticked text={row.hint.says} /></span>}
        </p>
      )}
      {row.state === "not_needed" && row.value === null && <p className={styles["soft"]}>none, and none needed</p>}
    </>
  );
}
