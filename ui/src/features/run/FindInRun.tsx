/**
 * Finds spans of this run by what the columns say: name, kind, tool, model, error, policy. Bodies are not searched
 * here; the field says so.
 */
import { useDeferredValue, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useActions } from "@/components/Actions";
import { count } from "@/lib/format";
import { findRows, NO_ROW, type SpanIndex } from "@/lib/spans";
import styles from "./FindInRun.module.css";

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

export function FindInRun({ index, selected, onSelect }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const found = useMemo(() => findRows(index, wanted), [index, wanted]);
  const at = found.indexOf(selected);
  useActions({ find: () => input.current?.select() });
  const go = (step: 1 | -1) => {
    const next =
      step === 1
        ? (found.find((row) => row > selected) ?? found[0])
        : (found.findLast((row) => row < selected) ?? found.at(-1));
    if (next !== undefined && next !== NO_ROW) onSelect(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      setText("");
      input.current?.blur();
    }
  };
  return (
    <div className={styles["find"]} role="search">
      <input
        ref={input}
        type="text"
        aria-label="Find in run, by name, kind, tool, model or error"
        placeholder="Find span  ( / )"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text !== "" && (
        <span role="status">
          {found.length === 0 ? "none" : `${at === -1 ? "" : `${count(at + 1)} of `}${count(found.length)}`}
        </span>
      )}
    </div>
  );
}
