/** The text that says which runs are measured: the same language as on the list. */
import { useRef, useState } from "react";
import { useActions } from "@/components/Actions";
import styles from "./MetricsPage.module.css";

type Props = { readonly value: string; readonly onSubmit: (text: string) => void };

export function FilterField({ value, onSubmit }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useActions({ find: () => input.current?.focus() });
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(text.trim());
      }}
    >
      <input
        ref={input}
        className={styles["input"]}
        aria-label="Filter"
        placeholder="All runs, or a filter such as agent:refund*   ( / )"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== value && onSubmit(text.trim())}
      />
    </form>
  );
}
