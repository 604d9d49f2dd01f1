/** Two texts in one: what is gone is struck, what is new is underlined, so that colour is not the only sign. */
import { useMemo } from "react";
import { diff } from "@/lib/diff";
import styles from "./Diff.module.css";
import { Visible } from "./Visible";

/** Beyond this a diff says only how much of each text there is. */
const CHARACTERS_MAX = 200_000;

export function Diff({ one, other }: { readonly one: string; readonly other: string }) {
  const isLong = one.length + other.length > CHARACTERS_MAX;
  const parts = useMemo(() => (isLong ? [] : diff(one, other)), [one, other, isLong]);
  if (isLong) {
    return (
      <p className={styles["note"]}>
        The texts differ and are too long to compare here: {one.length.toLocaleString("en")} and{" "}
        {other.length.toLocaleString("en")} characters.
      </p>
    );
  }
  return (
    <p className={styles["diff"]}>
      {parts.map(({ what, text }, place) => {
        const shown = <Visible text={text} />;
        if (what === "gone") return <del key={place}>{shown}</del>;
        return what === "new" ? <ins key={place}>{shown}</ins> : <span key={place}>{shown}</span>;
      })}
    </p>
  );
}
