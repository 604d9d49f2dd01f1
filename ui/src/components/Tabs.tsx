/** Tabs: arrows move and choose, the panel is the caller's. */
import { useRef, type KeyboardEvent, type ReactNode } from "react";
import styles from "./Tabs.module.css";

export type Tab<T extends string> = {
  readonly id: T;
  readonly label: string;
  readonly hint?: string;
  /** A number beside the label, such as how many were redacted. */
  readonly badge?: ReactNode;
};

type Props<T extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly chosen: T;
  readonly onChoose: (id: T) => void;
  /** Id of the panel that the tabs fill. */
  readonly panelId: string;
};

export function Tabs<T extends string>({ label, tabs, chosen, onChoose, panelId }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const steps: Partial<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const place = (wanted + tabs.length) % tabs.length;
    const tab = tabs[place];
    if (tab === undefined) return;
    onChoose(tab.id);
    list.current?.querySelectorAll("button")[place]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={styles["list"]} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`${panelId}-${tab.id}`}
          aria-selected={tab.id === chosen}
          aria-controls={panelId}
          tabIndex={tab.id === chosen ? 0 : -1}
          className={styles["tab"]}
          onClick={() => onChoose(tab.id)}
        >
          {tab.label}
          {tab.badge !== undefined && <span className={styles["badge"]}>{tab.badge}</span>}
          {tab.hint !== undefined && <kbd aria-hidden="true">{tab.hint}</kbd>}
        </button>
      ))}
    </div>
  );
}
