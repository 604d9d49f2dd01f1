/** Text of a trace: written as text, with marks where a character would hide or reorder what is read. */
import { hasHidden, pieces } from "@/lib/visible";
import styles from "./Visible.module.css";

export function Visible({ text }: { readonly text: string }) {
  if (!hasHidden(text)) return <>{text}</>;
  return (
    <>
      {pieces(text).map((piece, place) =>
        piece.hidden === null ? (
          piece.text
        ) : (
          <span key={place} className={styles["mark"]} title={`a character that is not shown: ${piece.hidden}`}>
            {piece.hidden}
          </span>
        ),
      )}
    </>
  );
}
