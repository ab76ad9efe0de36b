import { useLocale } from "react-aria-components/I18nProvider";
import { TimeField } from "../../../input/fields/time-field.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { formatWeekday, frequencies, parseSchedule, type Schedule, writeSchedule } from "./schedule.ts";

interface ScheduleFieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (cron: string) => void;
  readonly error?: string | undefined;
}

const FIRST: Schedule = { every: "day", time: "08:00", weekday: 1, day: 1 };
const OTHER = "other";
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 0];
const MAX_DAY = 31;

/** When a schedule runs: how often and at what time, or a line of cron. */
export function ScheduleField({ label, value, onChange, error }: ScheduleFieldProps) {
  const t = useText();
  const { locale } = useLocale();
  const schedule = value === undefined || value === "" ? FIRST : parseSchedule(value);
  const labels = { day: t("Every day"), workday: t("From Monday to Friday"), week: t("Every week"), month: t("Every month") };
  const change = (next: Partial<Schedule>): void => onChange(writeSchedule({ ...(schedule ?? FIRST), ...next }));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Select
        label={label}
        options={[...frequencies.map((id) => ({ id, label: labels[id] })), { id: OTHER, label: t("As a line of cron") }]}
        value={schedule?.every ?? OTHER}
        onChange={(key) => (key === OTHER ? onChange("0 8 1 1 *") : change({ every: String(key) as Schedule["every"] }))}
      />
      {schedule === undefined ? (
        <TextField
          label={t("Minute, hour, day of month, month, day of week")}
          error={error}
          value={String(value ?? "")}
          onChange={onChange}
        />
      ) : (
        <>
          {schedule.every === "week" ? (
            <Select
              label={t("Day of the week")}
              options={WEEKDAYS.map((day) => ({ id: String(day), label: formatWeekday(day, locale) }))}
              value={String(schedule.weekday)}
              onChange={(day) => change({ weekday: Number(day) })}
            />
          ) : null}
          {schedule.every === "month" ? (
            <NumberField
              label={t("Day of the month")}
              minValue={1}
              maxValue={MAX_DAY}
              hasSteps
              value={schedule.day}
              onChange={(day) => change({ day: Number.isNaN(day) ? 1 : day })}
            />
          ) : null}
          <TimeField label={t("Time")} error={error} value={schedule.time} onChange={(time) => change({ time })} />
        </>
      )}
    </div>
  );
}
