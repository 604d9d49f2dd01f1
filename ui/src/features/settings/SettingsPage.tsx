/** How to connect, and whether the server is healthy: what is stored, what arrived and what became of it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Ledger, Stats } from "@/api/client";
import { failureOf } from "@/api/failure";
import { ledgerQuery, statsQuery } from "@/api/queries";
import { Copy } from "@/components/Copy";
import { KindChip } from "@/components/KindChip";
import { Failed, Loading } from "@/components/States";
import { Visible } from "@/components/Visible";
import { bytes, count } from "@/lib/format";
import styles from "./SettingsPage.module.css";

export function SettingsPage() {
  useEffect(() => {
    document.title = "Settings · Everyframe";
  }, []);
  const stats = useQuery(statsQuery(true));
  const ledger = useQuery(ledgerQuery(true));
  const failed = stats.error ?? ledger.error;
  return (
    <main id="main" className={styles["page"]}>
      <h1>Settings</h1>
      <Connect />
      {failed !== null && (
        <Failed
          failure={failureOf(failed)}
          onRetry={() => {
            void stats.refetch();
            void ledger.refetch();
          }}
        />
      )}
      {stats.data === undefined ? <Loading what="what is stored" /> : <Stored stats={stats.data} />}
      {ledger.data === undefined ? <Loading what="the ledger" /> : <Arrived ledger={ledger.data} />}
      <section>
        <h2>Keys of the keyboard</h2>
        <p>
          <Link to="/settings/shortcuts">All shortcuts, and the switch that turns single letters off</Link>
        </p>
      </section>
    </main>
  );
}

function Connect() {
  const variables = `OTEL_EXPORTER_OTLP_ENDPOINT=${window.location.origin}\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;
  return (
    <section>
      <h2>Send traces here</h2>
      <p className={styles["soft"]}>
        Any OpenTelemetry SDK sends here with these two variables. This server listens on this machine only and takes
        no key.
      </p>
      <div className={styles["code"]}>
        <pre>{variables}</pre>
        <Copy text={variables} />
      </div>
    </section>
  );
}

function Stored({ stats }: { readonly stats: Stats }) {
  const kinds = Object.entries(stats.spans_by_kind).filter(([, number]) => number > 0);
  return (
    <section>
      <h2>What is stored</h2>
      <dl className={styles["figures"]}>
        <Figure title="Runs" value={count(stats.runs)} note={`${count(stats.runs_settled)} settled`} />
        <Figure title="Spans" value={count(stats.spans)} note={`log position ${count(stats.last_sequence)}`} />
        <Figure title="Bodies" value={count(stats.content)} note="each text once" />
        <Figure title="Scores" value={count(stats.scores)} />
        <Figure title="Tables" value={bytes(stats.table_size_bytes)} note="Parquet files" />
        <Figure title="Log" value={bytes(stats.log_size_bytes)} note="not yet in tables" />
      </dl>
      <ul className={styles["kinds"]}>
        {kinds.map(([kind, number]) => (
          <li key={kind}>
            <KindChip kind={kind} /> {kind} <span className={styles["soft"]}>{count(number)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Figure({ title, value, note }: { readonly title: string; readonly value: string; readonly note?: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <strong>{value}</strong>
        {note !== undefined && <span className={styles["soft"]}>{note}</span>}
      </dd>
    </div>
  );
}

function Arrived({ ledger }: { readonly ledger: Ledger }) {
  return (
    <section>
      <h2>What arrived, and what became of it</h2>
      <p className={styles["soft"]}>
        {ledger.from === ledger.to ? `Received on ${ledger.to}` : `Received from ${ledger.from} to ${ledger.to}`}, UTC.
        For each signal, received is stored, duplicate, refused and not kept together.
      </p>
      {ledger.keys.length === 0 ? (
        <p>Nothing has arrived in these days.</p>
      ) : (
        <div className={styles["wide"]} tabIndex={0} role="region" aria-label="Ledger by key" data-scrolls>
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Signal</th>
                <th scope="col">Received</th>
                <th scope="col">Stored</th>
                <th scope="col">Duplicate</th>
                <th scope="col">Refused</th>
                <th scope="col">Not kept</th>
                <th scope="col">Values withheld</th>
              </tr>
            </thead>
            <tbody>
              {ledger.keys.flatMap((key) =>
                Object.entries(key.signals).map(([signal, counts]) => (
                  <tr key={`${key.key}-${signal}`}>
                    <th scope="row">
                      <Visible text={key.key} />
                    </th>
                    <td>{signal}</td>
                    <td>{count(counts.received)}</td>
                    <td>{count(counts.stored)}</td>
                    <td>{count(counts.duplicate)}</td>
                    <td data-bad={counts.refused > 0 || undefined}>{count(counts.refused)}</td>
                    <td>{count(counts.not_kept)}</td>
                    <td>{count(counts.redacted)}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
      <Reasons ledger={ledger} />
    </section>
  );
}

function Reasons({ ledger }: { readonly ledger: Ledger }) {
  if (ledger.reasons.length === 0) return null;
  const rows = ledger.reasons.toSorted((one, other) => other.count - one.count);
  return (
    <details>
      <summary>By reason and privacy rule</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Counter</th>
            <th scope="col">Reason or rule</th>
            <th scope="col">Signal</th>
            <th scope="col">Count</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.key}${row.signal}${row.counter}${row.reason}`}>
              <th scope="row">{row.counter.replaceAll("_", " ")}</th>
              <td>{row.reason}</td>
              <td>{row.signal}</td>
              <td>{count(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
