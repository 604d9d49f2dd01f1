/** The states a page can be in besides showing its data: loading, empty, failed. */
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "./Button";
import styles from "./States.module.css";
import { Ticked } from "./Ticked";

/** A skeleton is for waits that are felt. */
const SKELETON_AFTER_MILLIS = 150;

export function Loading({ rows = 8, what }: { readonly rows?: number; readonly what: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles["loading"]} role="status" aria-label={`Loading ${what}`}>
      {isShown &&
        Array.from({ length: rows }, (_, row) => (
          <div key={row} className={styles["bone"]} style={{ width: `${92 - ((row * 37) % 48)}%` }} />
        ))}
    </div>
  );
}

type EmptyProps = { readonly title: string; readonly children?: ReactNode };

export function Empty({ title, children }: EmptyProps) {
  return (
    <div className={styles["empty"]}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What is known of a failure; a structure, so that this knows nothing of the API. */
export type FailureShape = {
  readonly title: string;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly id?: string | undefined;
  readonly caret?: string | undefined;
};

type FailureProps = { readonly failure: FailureShape; readonly onRetry?: (() => void) | undefined };

export function Failed({ failure, onRetry }: FailureProps) {
  return (
    <div className={styles["failed"]} role="alert">
      <h2>
        <span aria-hidden="true">✕ </span>
        {failure.title}
      </h2>
      <p>
        <Ticked text={failure.detail} />
      </p>
      {failure.caret !== undefined && <pre className={styles["caret"]}>{failure.caret}</pre>}
      {failure.hint !== undefined && (
        <p className={styles["hint"]}>
          <Ticked text={failure.hint} />
        </p>
      )}
      {failure.id !== undefined && (
        <p className={styles["hint"]}>
          Request <code>{failure.id}</code>
        </p>
      )}
      {onRetry !== undefined && (
        <div>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </div>
  );
}
