import { today } from "@internationalized/date";
import { useState } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { describeQuickDate, type QuickDateName, resolveQuickDate } from "../../ui/kit/quick-dates.ts";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";

const NONE = "none";

interface QuickDayChoiceProps {
  readonly label: string;
  readonly names: readonly QuickDateName[];
  /** A day as `2026-11-27`, or null. */
  readonly value: string | null;
  readonly onChange: (day: string | null) => void;
  readonly timeZone: string;
  /** What stands for no day. Without it, a day cannot be taken away here. */
  readonly none?: string;
}

/** One press chooses a day. Another day is typed or picked in the field beside it. */
export function QuickDayChoice({ label, names, value, onChange, timeZone, none }: QuickDayChoiceProps) {
  const t = useText();
  const day = today(timeZone);
  const [pressed, setPressed] = useState<QuickDateName>();
  // On a Monday, the next Monday and a week from now are one day.
  const matching = names.filter((name) => resolveQuickDate(name, day).toString() === value);
  const chosen = matching.find((name) => name === pressed) ?? matching[0];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden className="text-control font-medium">
        {label}
      </span>
      <SegmentedControl
        label={label}
        segments={[
          ...(none === undefined ? [] : [{ id: NONE, label: none }]),
          ...names.map((name) => ({ id: name, label: describeQuickDate(name, t) })),
        ]}
        value={value === null ? NONE : (chosen ?? "")}
        onChange={(id) => {
          const name = names.find((candidate) => candidate === id);
          setPressed(name);
          onChange(name === undefined ? null : resolveQuickDate(name, day).toString());
        }}
      />
    </div>
  );
}
