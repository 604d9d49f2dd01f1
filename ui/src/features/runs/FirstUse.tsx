/** What stands where there is no run yet: how to send one, and what has arrived so far. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ledgerQuery, statsQuery } from "@/api/queries";
import { Copy } from "@/components/Copy";
import { Tabs } from "@/components/Tabs";
import { count } from "@/lib/format";
import { snippets } from "./snippets";
import styles from "./FirstUse.module.css";

export function FirstUse() {
  const all = snippets(window.location.origin);
  const [chosen, setChosen] = useState(all[0]?.id ?? "");
  const snippet = all.find((entry) => entry.id === chosen) ?? all[0];
  return (
    <main id="main" className={styles["page"]}>
      <h1>Send the first run</h1>
      <p className={styles["lead"]}>
        This server runs and is empty. It takes OpenTelemetry as your agent's framework already sends it; no key is
        needed on this machine.
      </p>
      <Tabs
        label="Ways to send"
        panelId="snippet"
        tabs={all.map(({ id, title }) => ({ id, label: title }))}
        chosen={chosen}
        onChoose={setChosen}
      />
      {snippet !== undefined && (
        <div id="snippet" role="tabpanel" aria-labelledby={`snippet-${snippet.id}`} className={styles["snippet"]}>
          <div className={styles["note"]}>
            <span>{snippet.note}</span>
            <Copy text={snippet.code} />
          </div>
          <pre tabIndex={0} data-scrolls>
            {snippet.code}
          </pre>
        </div>
      )}
      <Waiting />
      <section className={styles["samples"]}>
        <h2>Or look at sample runs first</h2>
        <p>
          <code>everyframe demo</code> starts a second server on a directory of its own, with six runs of a support
          agent that end in different ways. Stopping it removes them.
        </p>
      </section>
    </main>
  );
}

function Waiting() {
  const stats = useQuery(statsQuery(true));
  const ledger = useQuery(ledgerQuery(true));
  const totals = ledger.data?.totals;
  const refused = (totals?.refused ?? 0) + (totals?.request_refused ?? 0);
  const reasons = (ledger.data?.reasons ?? []).filter((reason) => reason.counter.includes("refused"));
  const steps = [
    { title: "Something arrived", done: (totals?.received ?? 0) + refused > 0, note: `${count(totals?.received ?? 0)} records` },
    { title: "Spans were stored", done: (stats.data?.spans ?? 0) > 0, note: `${count(stats.data?.spans ?? 0)} spans` },
    { title: "A run was made of them", done: (stats.data?.runs ?? 0) > 0, note: `${count(stats.data?.runs ?? 0)} runs` },
  ];
  return (
    <section className={styles["waiting"]} aria-label="Waiting for the first run">
      <h2>Waiting for the first run</h2>
      <ol aria-live="polite">
        {steps.map((step) => (
          <li key={step.title} data-done={step.done || undefined}>
            <span aria-hidden="true">{step.done ? "✓" : "○"}</span>
            {step.title}
            <span className={styles["count"]}>{step.note}</span>
          </li>
        ))}
      </ol>
      {stats.isError && <p className={styles["wrong"]}>The server does not answer. Does `everyframe serve` still run?</p>}
      {refused > 0 && (
        <p className={styles["wrong"]}>
          {count(refused)} refused{reasons.length > 0 && `: ${[...new Set(reasons.map((entry) => entry.reason))].join(", ")}`}
        </p>
      )}
    </section>
  );
}
