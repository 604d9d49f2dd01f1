/** A dialog over the page: it takes the focus, gives it back, and closes on Escape. */
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import styles from "./Dialog.module.css";

type Props = {
  readonly title: string;
  readonly isTitleShown?: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function Dialog({ title, isTitleShown = true, isOpen, onClose, children }: Props) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles["scrim"]} />
        <Base.Popup className={styles["popup"]}>
          <div className={isTitleShown ? styles["head"] : "unseen"}>
            <Base.Title render={<h2 />}>{title}</Base.Title>
            {isTitleShown && (
              <Base.Close className={styles["close"]} aria-label="Close">
                ✕
              </Base.Close>
            )}
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
