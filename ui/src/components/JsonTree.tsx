/** JSON as a tree that is read only where it is open. Key order and numbers are as they were written. */
import { useMemo, useState } from "react";
import { bytes } from "@/lib/format";
import { firstEntries, nestedJson, rootOf, stringOf, type JsonValue } from "@/lib/lazyJson";
import { Button } from "./Button";
import styles from "./JsonTree.module.css";
import { LongText } from "./LongText";
import { Visible } from "./Visible";

const OPEN_DEPTH = 2;
const SHOWN_FIRST = 100;
const STRING_INLINE = 4_000;
/** Characters above which a container is not read whole. */
const LARGE = 1_000_000;

export function JsonTree({ text }: { readonly text: string }) {
  const root = useMemo(() => rootOf(text), [text]);
  if (root === null) return <LongText text={text} isCode />;
  return (
    <div className={styles["tree"]}>
      <Value text={text} value={root} depth={0} />
    </div>
  );
}

type ValueProps = { readonly text: string; readonly value: JsonValue; readonly depth: number; readonly label?: string | undefined };

function Value({ text, value, depth, label }: ValueProps) {
  const key = label === undefined ? null : <span className={styles["key"]}><Visible text={label} />: </span>;
  if (value.kind === "object" || value.kind === "array") return <Container text={text} value={value} depth={depth} label={label} />;
  if (value.kind === "string") return <Words text={stringOf(text, value)} depth={depth} label={label} />;
  return (
    <div className={styles["leaf"]}>
      {key}
      <span className={styles[value.kind]}>{text.slice(value.from, value.to)}</span>
    </div>
  );
}

function Container({ text, value, depth, label }: ValueProps) {
  const [isOpen, setOpen] = useState(() => depth < OPEN_DEPTH);
  const [shown, setShown] = useState(SHOWN_FIRST);
  const size = value.to - value.from;
  // Of a large one only as many entries are read as are shown, and its size is told in bytes.
  const most = size > LARGE ? shown : Infinity;
  const isRead = isOpen || size < STRING_INLINE;
  const read = useMemo(() => (isRead ? firstEntries(text, value, most) : undefined), [text, value, isRead, most]);
  const brackets = value.kind === "object" ? "{}" : "[]";
  if (read === null) return <LongText text={text.slice(value.from, value.to)} isCode />;
  const entries = read?.entries ?? [];
  const told = read?.isWhole === true ? String(entries.length) : bytes(size);
  return (
    <div>
      <button type="button" className={styles["opener"]} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        {label !== undefined && (
          <span className={styles["key"]}>
            <Visible text={label} />
          </span>
        )}
        <span className={styles["size"]}>
          {brackets[0]}
          {told}
          {brackets[1]}
        </span>
      </button>
      {isOpen && (
        <div className={styles["entries"]}>
          {entries.slice(0, shown).map((entry, place) => (
            <Value key={place} text={text} value={entry.value} depth={depth + 1} label={entry.key ?? String(place)} />
          ))}
          {(entries.length > shown || read?.isWhole === false) && (
            <Button look="quiet" onClick={() => setShown(shown * 4)}>
              {read?.isWhole === true ? `${shown} of ${entries.length} shown` : `The first ${shown} are shown`}: show more
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Words({ text, depth, label }: { readonly text: string; readonly depth: number; readonly label?: string | undefined }) {
  const nested = useMemo(() => (text.length > 1 ? nestedJson(text) : null), [text]);
  if (nested !== null) {
    return <Value text={text} value={nested} depth={depth} label={label === undefined ? undefined : `${label} (JSON in a text)`} />;
  }
  const isLong = text.length > 80 || text.includes("\n");
  return (
    <div className={isLong ? styles["block"] : styles["leaf"]}>
      {label !== undefined && (
        <span className={styles["key"]}>
          <Visible text={label} />:{" "}
        </span>
      )}
      <span className={styles["string"]}>
        <LongText text={text} isCode />
      </span>
    </div>
  );
}
