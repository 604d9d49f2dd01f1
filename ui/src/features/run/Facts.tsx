/** Fields, attributes, privacy, links and the whole record of a span. */
import type { Span } from "@/api/client";
import { Copy } from "@/components/Copy";
import { JsonTree } from "@/components/JsonTree";
import { Visible } from "@/components/Visible";
import { bytes, count, moment } from "@/lib/format";
import { NO_ROW, type SpanIndex } from "@/lib/spans";
import { roleTitle } from "@/lib/roles";
import styles from "./Facts.module.css";

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export function Attributes({ span }: { readonly span: Span }) {
  const outcomes = new Map(span.clearance.fields.map((entry) => [entry.field, entry.clearance]));
  const rows = [
    ...Object.entries(span.facts).map(([key, value]) => ({ key, value, isField: true })),
    ...span.attributes.map(({ key, value }) => ({ key, value, isField: false })),
  ];
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">Privacy</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, value, isField }) => (
          <tr key={`${isField}-${key}`}>
            <th scope="row">
              <code>
                <Visible text={key} />
              </code>
            </th>
            <td>
              <Visible text={written(value)} />
            </td>
            <td className={styles["soft"]}>{outcomes.get(key) ?? "kept"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Privacy({ span }: { readonly span: Span }) {
  const counts = new Map<string, number>();
  for (const { clearance } of span.clearance.fields) counts.set(clearance, (counts.get(clearance) ?? 0) + 1);
  const summary = [...counts].map(([clearance, number]) => `${count(number)} ${clearance}`).join(", ");
  const bodies = span.content.filter((body) => body.clearance !== "kept" || body.removals.length > 0);
  return (
    <>
      <p className={styles["lead"]}>
        Policy <code>{span.clearance.policy_version}</code> cleared this span before it was stored. Of its fields: {summary || "none"}.
        A field that is not listed under Attributes was not recorded. What was withheld was never stored and cannot be shown.
      </p>
      {span.withheld.length + bodies.length === 0 ? (
        <p className={styles["soft"]}>Nothing of this span was withheld.</p>
      ) : (
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Outcome</th>
              <th scope="col">Rule</th>
              <th scope="col">Size</th>
            </tr>
          </thead>
          <tbody>
            {span.withheld.map((entry, place) => (
              <tr key={place}>
                <th scope="row">
                  {entry.field === "" ? "a field that is not named" : <code><Visible text={entry.field} /></code>}
                </th>
                <td>▨ {entry.clearance}</td>
                <td>{entry.rule}</td>
                <td>{count(entry.count)} {entry.count === 1 ? "value" : "values"}</td>
              </tr>
            ))}
            {bodies.flatMap((body) =>
              body.removals.length === 0
                ? [
                    <tr key={`${body.role}${body.position}`}>
                      <th scope="row">{roleTitle(body.role)} {body.position + 1}</th>
                      <td>▨ {body.state === "present" ? body.clearance : `${body.clearance}, ${body.state}`}</td>
                      <td className={styles["soft"]}>capture level</td>
                      <td>{bytes(body.size_bytes)}</td>
                    </tr>,
                  ]
                : body.removals.map((removal, place) => (
                    <tr key={`${body.role}${body.position}-${place}`}>
                      <th scope="row">{roleTitle(body.role)} {body.position + 1}</th>
                      <td>▨ {removal.clearance}</td>
                      <td>{removal.rule}</td>
                      <td>{count(removal.count)} ×, {bytes(removal.size_bytes)}</td>
                    </tr>
                  )),
            )}
          </tbody>
        </table>
      )}
    </>
  );
}

type LinksProps = { readonly span: Span; readonly index: SpanIndex; readonly onSelect: (row: number) => void };

export function Links({ span, index, onSelect }: LinksProps) {
  if (span.links.length + span.events.length === 0) {
    return <p className={styles["soft"]}>No links and no events were recorded for this span.</p>;
  }
  return (
    <>
      {span.links.length > 0 && (
        <ul className={styles["list"]}>
          {span.links.map((link) => {
            const row = index.rowOf(link.span_id);
            return (
              <li key={`${link.trace_id}${link.span_id}`}>
                {link.is_resume ? "takes up the work of " : "points to "}
                {row === NO_ROW ? (
                  <a href={`/go/${link.trace_id}/${link.span_id}`}>span {link.span_id} of another run</a>
                ) : (
                  <button type="button" className={styles["link"]} onClick={() => onSelect(row)}>
                    <Visible text={index.name(row)} />
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {span.events.map((event, place) => (
        <section key={place} className={styles["event"]}>
          <h3>
            <Visible text={event.name} /> <span className={styles["soft"]}>{moment(event.time)}</span>
          </h3>
          {event.attributes.map((attribute) => (
            <p key={attribute.key}>
              <code><Visible text={attribute.key} /></code> <Visible text={written(attribute.value)} />
            </p>
          ))}
        </section>
      ))}
    </>
  );
}

export function Raw({ span }: { readonly span: Span }) {
  const text = JSON.stringify(span);
  return (
    <>
      <p className={styles["lead"]}>
        The answer of the API for this span, whole. <Copy label="Copy as JSON" text={() => JSON.stringify(span, null, 2)} />
      </p>
      <JsonTree text={text} />
    </>
  );
}
