/** A button: words or a sign with a name, and the key that does the same. */
import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./Button.module.css";

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> & {
  readonly look?: "plain" | "quiet" | "main" | "danger";
  readonly hint?: string;
  readonly children: ReactNode;
};

export function Button({ look = "plain", hint, children, ...rest }: Props) {
  return (
    <button type="button" className={styles["button"]} data-look={look} {...rest}>
      {children}
      {hint !== undefined && (
        <kbd className={styles["hint"]} aria-hidden="true">
          {hint}
        </kbd>
      )}
    </button>
  );
}
