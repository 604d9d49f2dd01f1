/** What can be done on every view of a run: finding, going to what went wrong, folding, looking closer. */
import { Button } from "@/components/Button";
import type { SpanIndex } from "@/lib/spans";
import { FindInRun } from "./FindInRun";
import styles from "./RunView.module.css";
import type { TreeState } from "./useTree";

type Props = {
  readonly index: SpanIndex;
  readonly tree: TreeState;
  readonly selected: number;
  readonly zoomLabel: string;
  readonly onFirstWrong: (() => void) | undefined;
  readonly onNextError: (() => void) | undefined;
  readonly onNoise: () => void;
  readonly onZoom: () => void;
};

export function RunTools({ index, tree, selected, zoomLabel, onFirstWrong, onNextError, onNoise, onZoom }: Props) {
  return (
    <div className={styles["tools"]}>
      <FindInRun index={index} selected={selected} onSelect={tree.select} />
      {onNextError !== undefined && (
        <Button look="quiet" onClick={onNextError} hint="n">
          Next error
        </Button>
      )}
      {onFirstWrong !== undefined && (
        <Button look="quiet" onClick={onFirstWrong} hint="w">
          First wrong
        </Button>
      )}
      {tree.groups.groups.length > 0 && (
        <Button look="quiet" aria-pressed={tree.folds.isNoiseFolded} onClick={onNoise} hint="f">
          Fold repeats
        </Button>
      )}
      <Button look="quiet" onClick={onZoom} hint="z">
        {zoomLabel}
      </Button>
    </div>
  );
}
