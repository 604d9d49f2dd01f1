/** The table of keys, made from the table of actions, and the switch for those of a single letter. */
import { useState } from "react";
import { ACTION_NAMES, ACTIONS, shownKey, type ActionGroup } from "@/lib/actions";
import { KEYS_OFF } from "./Actions";
import styles from "./KeyTable.module.css";

const GROUPS: readonly ActionGroup[] = ["Everywhere", "Runs", "Run", "Compare"];

export function KeyTable() {
  const [isOff, setOff] = useState(() => localStorage.getItem(KEYS_OFF) === "1");
  const change = (off: boolean) => {
    if (off) localStorage.setItem(KEYS_OFF, "1");
    else localStorage.removeItem(KEYS_OFF);
    setOff(off);
  };
  return (
    <div className={styles["page"]} tabIndex={0} role="region" aria-label="Keys" data-scrolls>
      <label className={styles["switch"]}>
        <input type="checkbox" checked={!isOff} onChange={(event) => change(!event.target.checked)} />
        Keys of a single letter are on
      </label>
      {GROUPS.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl className={styles["keys"]}>
            {ACTION_NAMES.filter((name) => ACTIONS[name].group === group && ACTIONS[name].keys.length > 0).map((name) => (
              <div key={name}>
                <dt>{ACTIONS[name].title}</dt>
                <dd>
                  {ACTIONS[name].keys.map((key) => (
                    <kbd key={key}>{shownKey(key)}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
