/** A sentence of ours with names between back-ticks: those are set as code. */
import { Visible } from "./Visible";

export function Ticked({ text }: { readonly text: string }) {
  return text.split("`").map((part, place) =>
    place % 2 === 1 ? (
      <code key={place}>
        <Visible text={part} />
      </code>
    ) : (
      <Visible key={place} text={part} />
    ),
  );
}
