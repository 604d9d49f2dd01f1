/** How a run ended: a shape, a word, a tone. */
import { outcomeLook, outcomeSource } from "@/lib/outcomes";
import styles from "./OutcomeMark.module.css";

type Props = { readonly value: string; readonly source?: string };

export function OutcomeMark({ value, source }: Props) {
  const look = outcomeLook(value);
  return (
    <span className={styles["mark"]} data-tone={look.tone} title={source && outcomeSource(source)}>
      <span className={styles["sign"]} aria-hidden="true">
        {look.sign}
      </span>
      {look.label}
    </span>
  );
}
