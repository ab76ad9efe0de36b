import { parseAbsolute, parseDate, toCalendarDate, toZoned } from "@internationalized/date";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { InstantField } from "../../ui/kit/instant-field.tsx";
import { NumberField } from "../../ui/kit/number-field.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { DEFAULT_MEETING_MINUTES } from "./composer-entries.ts";
import { QuickDayChoice } from "./quick-day-choice.tsx";

const FIRST_HOUR = 9;

/** Returns the start on another day, at the time that was chosen before. */
function moveToDay(day: string, start: string | null, timeZone: string): string {
  const time = start === null ? undefined : parseAbsolute(start, timeZone);
  return toZoned(parseDate(day), timeZone)
    .set({ hour: time?.hour ?? FIRST_HOUR, minute: time?.minute ?? 0 })
    .toAbsoluteString();
}

interface MeetingFieldsProps {
  readonly form: FormState;
  readonly startError: string | undefined;
  /** Whether the record has a person who can be invited. */
  readonly canInvite: boolean;
}

/** When and where a meeting is, and whether the person of the record is invited. Its subject stands above. */
export function MeetingFields({ form, startError, canInvite }: MeetingFieldsProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const start = (form.values.start_datetime as string | undefined) ?? null;
  return (
    <>
      <QuickDayChoice
        label={t("Day")}
        names={["today", "tomorrow", "next_monday", "in_a_week"]}
        value={start === null ? null : toCalendarDate(parseAbsolute(start, timeZone)).toString()}
        onChange={(day) => form.set("start_datetime", day === null ? undefined : moveToDay(day, start, timeZone))}
        timeZone={timeZone}
      />
      <div className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-3">
        <InstantField
          label={t("Start")}
          value={start}
          onChange={(value) => form.set("start_datetime", value ?? undefined)}
          error={startError}
          timeZone={timeZone}
        />
        <NumberField
          label={t("Minutes")}
          minValue={1}
          value={Number(form.values.duration_minutes ?? DEFAULT_MEETING_MINUTES)}
          onChange={(minutes) => form.set("duration_minutes", Number.isNaN(minutes) ? undefined : minutes)}
        />
      </div>
      <TextField
        label={t("Place")}
        value={String(form.values.meeting_location ?? "")}
        onChange={(text) => form.set("meeting_location", text)}
      />
      {canInvite ? (
        <Checkbox isSelected={form.values.invites === true} onChange={(invites) => form.set("invites", invites || undefined)}>
          {t("Invite the contact by email")}
        </Checkbox>
      ) : null}
    </>
  );
}
