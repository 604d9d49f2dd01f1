/** A text of any length: as much as can be read at once, and the rest on asking. Its size is never hidden. */
import { useState } from "react";
import { bytes } from "@/lib/format";
import { Button } from "./Button";
import { Visible } from "./Visible";
import styles from "./LongText.module.css";

const SHOWN_FIRST = 8_000;
const SHOWN_MORE = 64_000;

/** Pictures and other bytes written as text are not for reading. */
const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,[A-Za-z0-9+/=\s]+$/;
const BASE64 = /^[A-Za-z0-9+/\r\n]{512,}={0,2}\s*$/;

export function LongText({ text, isCode = false }: { readonly text: string; readonly isCode?: boolean }) {
  const [shown, setShown] = useState(SHOWN_FIRST);
  const [isRaw, setRaw] = useState(false);
  if (text === "") return <p className={styles["note"]}>an empty text</p>;
  if (!isRaw && DATA_URL.test(text)) return <img className={styles["picture"]} src={text} alt="recorded by the agent" />;
  if (!isRaw && text.length >= 512 && BASE64.test(text)) {
    return (
      <p className={styles["note"]}>
        {bytes(text.length)} that look like base64 <Button onClick={() => setRaw(true)}>Show as text</Button>
      </p>
    );
  }
  return (
    <>
      <div className={isCode ? styles["code"] : styles["text"]}>
        <Visible text={text.slice(0, shown)} />
      </div>
      {text.length > shown && (
        <p className={styles["note"]}>
          {shown.toLocaleString("en")} of {text.length.toLocaleString("en")} characters shown{" "}
          <Button onClick={() => setShown(shown + SHOWN_MORE)}>Show more</Button>
        </p>
      )}
    </>
  );
}
