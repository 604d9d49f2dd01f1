/**
 * What was said. Agents give a model all that was said before at each call, so the messages of one call are the
 * conversation up to it; the last call has the most, and the reader can choose another one.
 */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Body } from "@/api/client";
import { failureOf } from "@/api/failure";
import { spanQuery } from "@/api/queries";
import { LongText } from "@/components/LongText";
import { Menu, MenuChoice } from "@/components/Menu";
import { Empty, Failed, Loading } from "@/components/States";
import { count } from "@/lib/format";
import { messageOf } from "@/lib/messages";
import { NO_ROW, type SpanIndex } from "@/lib/spans";
import { BodyView, MessageView } from "./BodyView";
import styles from "./Conversation.module.css";

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

const MODEL = new Set(["model"]);

export function Conversation({ index, selected, onSelect }: Props) {
  const calls = useMemo(() => index.rowsOfKinds(MODEL), [index]);
  const row = calls.includes(selected) ? selected : (calls.at(-1) ?? NO_ROW);
  const query = useQuery({ ...spanQuery(index.traceId(row), index.spanId(row)), enabled: row !== NO_ROW });
  if (row === NO_ROW) {
    return <Empty title="No model call was recorded">A conversation is read from what models were given and answered.</Empty>;
  }
  if (query.isError) return <Failed failure={failureOf(query.error)} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading what="the messages" />;
  const bodies = query.data.content.filter((body) => ["instructions", "input_message", "output_message"].includes(body.role));
  const place = calls.indexOf(row);
  return (
    <div className={styles["scroller"]} tabIndex={0} role="region" aria-label="Conversation">
      <div className={styles["which"]}>
        As the model was given it at call {count(place + 1)} of {count(calls.length)}
        {calls.length > 1 && (
          <Menu label="Another call" isQuiet>
            <MenuChoice
              value={String(row)}
              onChoose={(value) => onSelect(Number(value))}
              choices={calls.slice(0, 300).map((call, number) => ({ value: String(call), label: `${number + 1}  ${index.name(call)}` }))}
            />
          </Menu>
        )}
      </div>
      {bodies.length === 0 ? (
        <Empty title="No messages were recorded">
          <p>The span of this call carries no messages. At capture level metadata the policy keeps none.</p>
        </Empty>
      ) : (
        <ol className={styles["messages"]}>
          {bodies.map((body) => (
            <Said key={`${body.role}${body.position}`} body={body} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Said({ body }: { readonly body: Body }) {
  const message = body.text === null || body.role === "instructions" ? null : messageOf(body.text);
  const who = body.role === "instructions" ? "instructions" : (message?.role ?? body.author ?? "unknown");
  return (
    <li className={styles["said"]} data-who={who}>
      <h3>{who}</h3>
      <div>
        {message !== null ? (
          <MessageView message={message} />
        ) : body.role === "instructions" && body.text !== null ? (
          <LongText text={body.text} />
        ) : (
          <BodyView body={body} />
        )}
      </div>
    </li>
  );
}
