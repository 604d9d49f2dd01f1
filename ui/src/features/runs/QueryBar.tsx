/** The text of the filter, with completion from fields and from values that were seen. */
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { RUN_FIELDS } from "@/api/fields";
import { useActions } from "@/components/Actions";
import { quoted, writingAt } from "@/lib/queryText";
import type { Seen } from "./values";
import styles from "./QueryBar.module.css";

type Props = {
  readonly value: string;
  readonly onSubmit: (text: string) => void;
  readonly valuesOf: (field: string) => readonly Seen[];
  readonly isInvalid: boolean;
};

type Offer = { readonly text: string; readonly note: string };

const OFFERS_MAX = 12;

export function QueryBar({ value, onSubmit, valuesOf, isInvalid }: Props) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [chosen, setChosen] = useState(-1);
  useActions({ find: () => input.current?.focus() });

  const writing = writingAt(text, cursor);
  const offers = isOpen ? offersFor(writing, valuesOf) : [];
  const take = (offer: Offer) => {
    const next = `${text.slice(0, writing.from)}${offer.text}${text.slice(writing.to)}`;
    const at = writing.from + offer.text.length;
    setText(next);
    setCursor(at);
    setChosen(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at));
    if (writing.what === "value") {
      setOpen(false);
      onSubmit(next.trim());
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const offer = offers[chosen];
    if (step !== undefined && offers.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + offers.length) % offers.length);
    } else if (event.key === "Tab" && offer !== undefined) {
      event.preventDefault();
      take(offer);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (offer !== undefined) take(offer);
      else {
        setOpen(false);
        onSubmit(text.trim());
      }
    } else if (event.key === "Escape") {
      if (isOpen && offers.length > 0) setOpen(false);
      else input.current?.blur();
    }
  };
  return (
    <div className={styles["bar"]} role="search" data-invalid={isInvalid || undefined}>
      <input
        ref={input}
        className={styles["input"]}
        role="combobox"
        aria-label="Filter"
        aria-expanded={offers.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-invalid={isInvalid}
        aria-activedescendant={chosen >= 0 && offers.length > 0 ? `${listId}-${chosen}` : undefined}
        placeholder="Filter, such as outcome:failure cost>0.10   ( / )"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setOpen(true);
          setChosen(-1);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {text !== "" && (
        <button
          type="button"
          className={styles["clear"]}
          aria-label="Clear the filter"
          onClick={() => {
            setText("");
            onSubmit("");
          }}
        >
          ✕
        </button>
      )}
      <div id={listId} role="listbox" aria-label="Completions" className={styles["list"]} hidden={offers.length === 0}>
        {offers.map((offer, place) => (
          <div
            key={offer.text}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === chosen}
            className={styles["offer"]}
            onPointerDown={(event) => {
              event.preventDefault();
              take(offer);
            }}
          >
            <code>{offer.text}</code>
            <span>{offer.note}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function offersFor(writing: ReturnType<typeof writingAt>, valuesOf: Props["valuesOf"]): Offer[] {
  const begun = writing.begun.toLowerCase();
  if (writing.what === "field") {
    return RUN_FIELDS.map((field) => ({ ...field, short: field.aliases[0] ?? field.name }))
      .filter((field) => [field.name, ...field.aliases].some((name) => name.startsWith(begun)))
      .slice(0, OFFERS_MAX)
      .map((field) => ({ text: `${field.short}:`, note: field.meaning }));
  }
  return valuesOf(writing.field)
    .filter((seen) => seen.value.toLowerCase().includes(begun))
    .slice(0, OFFERS_MAX)
    .map((seen) => ({ text: quoted(seen.value), note: seen.count === 0 ? "" : `${seen.count} loaded` }));
}
