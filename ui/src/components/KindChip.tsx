/** The letter of a kind on a tint of its colour. */
import { lookOf } from "@/lib/kinds";
import styles from "./KindChip.module.css";

export function KindChip({ kind }: { readonly kind: string }) {
  const look = lookOf(kind);
  return (
    <span className={styles["chip"]} data-tint={look.tint} title={kind} role="img" aria-label={kind}>
      {look.letter}
    </span>
  );
}
