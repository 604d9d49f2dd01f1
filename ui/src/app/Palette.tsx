/** Every action that can be taken now, found by name. */
import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { useRegistry } from "@/components/Actions";
import { Dialog } from "@/components/Dialog";
import { ACTIONS, shownKey, type ActionDefinition, type ActionName } from "@/lib/actions";
import styles from "./Palette.module.css";

const definition = (name: ActionName): ActionDefinition => ACTIONS[name];

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const registry = useRegistry();
  const listId = useId();
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState(0);
  const all = useMemo(
    () => registry.available().filter((name) => name !== "palette" && definition(name).isMovement !== true),
    [registry],
  );
  const found = all.filter((name) => matches(definition(name), wanted));
  const at = Math.min(chosen, found.length - 1);
  const perform = (name: ActionName | undefined) => {
    if (name === undefined) return;
    onClose();
    // The dialog gives the focus back first.
    setTimeout(() => registry.perform(name));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      perform(found[at]);
    }
  };
  return (
    <Dialog title="Commands" isTitleShown={false} isOpen onClose={onClose}>
      <input
        className={styles["input"]}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
        aria-label="Find a command"
        placeholder="What do you want to do?"
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Commands" className={styles["list"]}>
        {found.map((name, place) => (
          <div
            key={name}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === at}
            className={styles["item"]}
            onPointerMove={() => setChosen(place)}
            onClick={() => perform(name)}
          >
            <span className={styles["group"]}>{definition(name).group}</span>
            {definition(name).title}
            {definition(name).keys[0] !== undefined && <kbd>{shownKey(definition(name).keys[0] ?? "")}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles["none"]}>No command is called that.</p>}
    </Dialog>
  );
}

function matches(action: ActionDefinition, wanted: string): boolean {
  const words = `${action.group} ${action.title}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part));
}
