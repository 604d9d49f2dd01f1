/** Copies text, and says that it did. */
import { useEffect, useState } from "react";
import { Button } from "./Button";

const SAID_MILLIS = 1_600;

type Props = { readonly text: string | (() => string); readonly label?: string };

export function Copy({ text, label = "Copy" }: Props) {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), SAID_MILLIS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    navigator.clipboard.writeText(typeof text === "string" ? text : text()).then(
      () => setState("done"),
      () => setState("failed"),
    );
  };
  const said = { idle: label, done: "Copied", failed: "Not allowed here" }[state];
  return (
    <Button look="quiet" onClick={copy}>
      <span aria-live="polite">{said}</span>
    </Button>
  );
}
