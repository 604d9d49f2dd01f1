/** Where a person says what they think of a candidate, or of a span that no rule named. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";
import type { Run } from "@/api/client";
import { failureOf } from "@/api/failure";
import { sayWord, type Word } from "@/api/queries";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Failed } from "@/components/States";
import { Visible } from "@/components/Visible";
import type { WordAbout } from "./FirstWrong";
import styles from "./SayWord.module.css";

/** Who says so, remembered for the next time. */
const REVIEWER = "everyframe.reviewer";

type Props = {
  readonly run: Run;
  readonly word: WordAbout;
  readonly spanName: string | null;
  readonly onClose: () => void;
};

export function SayWord({ run, word, spanName, onClose }: Props) {
  const client = useQueryClient();
  const [label, setLabel] = useState<Word["label"]>(word.label);
  const [reviewer, setReviewer] = useState(() => localStorage.getItem(REVIEWER) ?? "");
  const [note, setNote] = useState("");
  const saying = useMutation({
    mutationFn: sayWord,
    onSuccess: async () => {
      localStorage.setItem(REVIEWER, reviewer.trim());
      onClose();
      // The server has judged the run anew: its row, its candidates and every list it stands on.
      await Promise.all(
        [["explanation", run.run_id], ["run", run.run_id], ["runs"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const isOfSpan = label === "confirm" || label === "dispute";
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    saying.mutate({
      runId: run.run_id,
      project: run.project_id,
      label,
      traceId: isOfSpan ? word.traceId : null,
      spanId: isOfSpan ? word.spanId : null,
      reviewer: reviewer.trim(),
      note: note.trim(),
    });
  };
  return (
    <Dialog title="What went wrong first?" isOpen onClose={onClose}>
      <form className={styles["form"]} onSubmit={onSubmit}>
        <fieldset>
          <legend className="unseen">Your view</legend>
          {spanName !== null && (
            <>
              <Choice label="confirm" chosen={label} onChoose={setLabel}>
                <code><Visible text={spanName} /></code> was the first wrong decision
              </Choice>
              <Choice label="dispute" chosen={label} onChoose={setLabel}>
                <code><Visible text={spanName} /></code> was not
              </Choice>
            </>
          )}
          <Choice label="nothing" chosen={label} onChoose={setLabel}>
            No decision of this run was wrong
          </Choice>
          <Choice label="withdraw" chosen={label} onChoose={setLabel}>
            I take back what I said of this run
          </Choice>
        </fieldset>
        <Field label="Your name or id">
          {(id) => <input id={id} value={reviewer} onChange={(event) => setReviewer(event.target.value)} autoComplete="username" spellCheck={false} />}
        </Field>
        <Field label="Note, if you like">
          {(id) => <textarea id={id} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <p className={styles["soft"]}>
          Your word stands beside what rules suggest and is never overwritten; a later one of yours stands over an earlier
          one. The policy keeps the note as it keeps content.
        </p>
        {saying.isError && <Failed failure={failureOf(saying.error)} />}
        <div className={styles["buttons"]}>
          <Button type="submit" look="main" disabled={saying.isPending}>
            {saying.isPending ? "Saving …" : "Save"}
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type ChoiceProps = {
  readonly label: Word["label"];
  readonly chosen: Word["label"];
  readonly onChoose: (label: Word["label"]) => void;
  readonly children: React.ReactNode;
};

function Choice({ label, chosen, onChoose, children }: ChoiceProps) {
  return (
    <label className={styles["choice"]}>
      <input type="radio" name="word" checked={label === chosen} onChange={() => onChoose(label)} />
      <span>{children}</span>
    </label>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: (id: string) => React.ReactNode }) {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
