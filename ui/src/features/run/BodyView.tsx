/** One body: what it says, or why it does not; and what the policy took out of it. */
import type { Body } from "@/api/client";
import { Copy } from "@/components/Copy";
import { JsonTree } from "@/components/JsonTree";
import { LongText } from "@/components/LongText";
import { Visible } from "@/components/Visible";
import { bytes, count } from "@/lib/format";
import { messageOf, type Message } from "@/lib/messages";
import { roleTitle } from "@/lib/roles";
import styles from "./BodyView.module.css";

export function BodyView({ body }: { readonly body: Body }) {
  const removed = body.removals.map((removal) => `${removal.rule} ${removal.clearance}${removal.count > 1 ? ` ×${count(removal.count)}` : ""}`);
  return (
    <article className={styles["body"]} data-role={body.role}>
      <header className={styles["head"]}>
        <h3>
          {roleTitle(body.role)}
          {body.author !== null && <span className={styles["author"]}> {body.author}</span>}
        </h3>
        {removed.length > 0 && (
          <span className={styles["removed"]}>
            <span aria-hidden="true">▨ </span>
            <Visible text={removed.join(", ")} />
          </span>
        )}
        <span className={styles["size"]}>{bytes(body.size_bytes)}</span>
        {body.text !== null && <Copy text={body.text} />}
      </header>
      <Content body={body} />
    </article>
  );
}

function Content({ body }: { readonly body: Body }) {
  if (body.text === null) {
    return (
      <p className={styles["withheld"]}>
        {body.state === "gone"
          ? `○ ${bytes(body.size_bytes)} were kept and are gone: by retention or erasure`
          : `▨ ${bytes(body.size_bytes)} withheld by the policy (${body.clearance}). What was never stored cannot be shown.`}
      </p>
    );
  }
  const message = body.role.endsWith("_message") && body.role !== "error_message" ? messageOf(body.text) : null;
  if (message !== null) return <MessageView message={message} />;
  if (body.role === "stack_trace") return <LongText text={body.text} isCode />;
  if (body.media === "json" || /^\s*[[{]/.test(body.text)) return <JsonTree text={body.text} />;
  return <LongText text={body.text} />;
}

export function MessageView({ message }: { readonly message: Message }) {
  return (
    <>
      {message.parts.map((part, place) => (
        <div key={place} className={styles["part"]} data-what={part.what}>
          {part.what === "call" && (
            <p className={styles["title"]}>
              calls <code><Visible text={part.name} /></code>
              {part.id !== "" && <span className={styles["author"]}> <Visible text={part.id} /></span>}
            </p>
          )}
          {part.what === "result" && (
            <p className={styles["title"]}>
              result of <code><Visible text={part.id === "" ? "a call" : part.id} /></code>
            </p>
          )}
          {part.what === "reasoning" && <p className={styles["title"]}>reasoning</p>}
          {part.what === "other" && <p className={styles["title"]}><Visible text={part.type} /></p>}
          {part.what === "text" || part.what === "reasoning" ? <LongText text={part.text} /> : <JsonTree text={part.text} />}
        </div>
      ))}
      {message.parts.length === 0 && <p className={styles["author"]}>a message without parts</p>}
    </>
  );
}
