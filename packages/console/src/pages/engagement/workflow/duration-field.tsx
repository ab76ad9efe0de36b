import { useLocale } from "react-aria-components/I18nProvider";
import { useText } from "../../../ui/i18n/use-text.ts";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { type Duration, durationUnits, formatUnit, parseDuration, writeDuration } from "./duration.ts";

interface DurationFieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: string | undefined) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
  readonly note?: "required" | undefined;
  /** Whether it may be before a date. */
  readonly isSigned?: boolean;
}

const FIRST: Duration = { count: 0, unit: "d", isBefore: false };

const MAX_COUNT = 99_999;

/** A time such as two days, also before or after a date. */
export function DurationField({ label, value, onChange, error, help, note, isSigned = false }: DurationFieldProps) {
  const t = useText();
  const { locale } = useLocale();
  const known = parseDuration(value);
  const duration = known ?? FIRST;
  const change = (next: Partial<Duration>): void => onChange(writeDuration({ ...duration, ...next }));
  return (
    <div className="grid min-w-0 grid-cols-2 items-end gap-2">
      <div className="min-w-0">
        <NumberField
          label={label}
          note={note}
          help={help}
          error={error}
          minValue={0}
          maxValue={MAX_COUNT}
          step={1}
          hasSteps
          value={known ? known.count : Number.NaN}
          onChange={(count) => (Number.isNaN(count) ? onChange(undefined) : change({ count }))}
        />
      </div>
      <div className="min-w-0">
        <Select
          label={t("Unit of {label}", { label })}
          isLabelHidden
          options={durationUnits.map((unit) => ({ id: unit, label: formatUnit(unit, duration.count, locale) }))}
          value={duration.unit}
          onChange={(unit) => change({ unit: String(unit) as Duration["unit"] })}
        />
      </div>
      {isSigned ? (
        <div className="col-span-2 min-w-0">
          <Select
            label={t("Before or after")}
            isLabelHidden
            options={[
              { id: "after", label: t("after") },
              { id: "before", label: t("before") },
            ]}
            value={duration.isBefore ? "before" : "after"}
            onChange={(side) => change({ isBefore: side === "before" })}
          />
        </div>
      ) : null}
    </div>
  );
}
