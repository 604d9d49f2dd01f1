/**
 * A button that opens a list of things to do, or to choose from. Base UI's menu weighs 30 kB (gzip), a sixth of what a
 * page may load, most of it to place pop-ups anywhere; ours opens below its button and moves by arrows and letters.
 */
import { createContext, use, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import buttonStyles from "./Button.module.css";
import styles from "./Menu.module.css";

type Props = { readonly label: ReactNode; readonly name?: string; readonly isQuiet?: boolean; readonly children: ReactNode };

const Close = createContext<() => void>(() => undefined);
const ITEMS = "[role^=menuitem]";

export function Menu({ label, name, isQuiet = false, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const chosen = list.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? list.current?.querySelector<HTMLElement>(ITEMS))?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && frame.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointerDown);
    return () => document.removeEventListener("pointerdown", onPointerDown);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (!move(list.current, event.key)) return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={frame} className={styles["frame"]}>
      <button
        ref={button}
        type="button"
        className={buttonStyles["button"]}
        data-look={isQuiet ? "quiet" : "plain"}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        title={name}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
        <span aria-hidden="true" className={styles["caret"]}>
          ▾
        </span>
      </button>
      {isOpen && (
        <div ref={list} id={id} role="menu" aria-label={name ?? "Menu"} className={styles["popup"]} onKeyDown={onKeyDown}>
          <Close value={close}>{children}</Close>
        </div>
      )}
    </div>
  );
}

/** Moves the focus by a key; false where the key moves nothing. */
function move(list: HTMLElement | null, key: string): boolean {
  const items = [...(list?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const at = items.findIndex((item) => item === document.activeElement);
  const steps: Partial<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const byLetter =
    key.length === 1 && key !== " "
      ? [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
          item.dataset["words"]?.toLowerCase().startsWith(key.toLowerCase()),
        )
      : undefined;
  const next = steps[key] === undefined ? byLetter : items[steps[key]];
  next?.focus();
  return next !== undefined;
}

const wordsOf = (children: ReactNode) => (typeof children === "string" ? children : undefined);

export function MenuItem({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  const close = use(Close);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={styles["item"]}
      data-words={wordsOf(children)}
      onClick={() => {
        close();
        onClick();
      }}
    >
      {children}
    </button>
  );
}

type CheckProps = {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
};

export function MenuCheck({ isOn, onChange, children }: CheckProps) {
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={isOn}
      tabIndex={-1}
      className={styles["item"]}
      data-words={wordsOf(children)}
      onClick={() => onChange(!isOn)}
    >
      <span aria-hidden="true" className={styles["tick"]}>
        {isOn ? "✓" : ""}
      </span>
      {children}
    </button>
  );
}

type ChoiceProps<T extends string> = {
  readonly value: T;
  readonly onChoose: (value: T) => void;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
};

export function MenuChoice<T extends string>({ value, onChoose, choices }: ChoiceProps<T>) {
  const close = use(Close);
  return choices.map((choice) => (
    <button
      key={choice.value}
      type="button"
      role="menuitemradio"
      aria-checked={choice.value === value}
      tabIndex={-1}
      className={styles["item"]}
      data-words={choice.label}
      onClick={() => {
        close();
        onChoose(choice.value);
      }}
    >
      <span aria-hidden="true" className={styles["tick"]}>
        {choice.value === value ? "✓" : ""}
      </span>
      {choice.label}
    </button>
  ));
}
