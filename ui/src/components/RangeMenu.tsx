/** The range of time that a page looks at. */
import { parseRange, RANGES } from "@/lib/search";
import { Menu, MenuChoice } from "./Menu";

type Props = {
  readonly range: string | undefined;
  readonly nowMillis: number;
  readonly onRange: (range: string | undefined) => void;
};

export function RangeMenu({ range, nowMillis, onRange }: Props) {
  return (
    <Menu label={parseRange(range, nowMillis).label} name="Time range">
      <MenuChoice
        value={range ?? "any"}
        onChoose={(chosen) => onRange(chosen === "any" ? undefined : chosen)}
        choices={RANGES.map(({ value, label }) => ({ value: value, label }))}
      />
    </Menu>
  );
}
