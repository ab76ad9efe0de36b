import { useTenant } from "../../../api/tenant.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { type SendDraft, toInstant, toLocalTime } from "./send-rules.ts";

interface SendTimeProps {
  readonly draft: SendDraft;
  readonly isTest: boolean;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (changes: Partial<SendDraft>) => void;
}

const MAX_PER_HOUR = 100_000;

/** When the message goes out, and how fast. */
export function SendTime({ draft, isTest, errors, onChange }: SendTimeProps) {
  const t = useText();
  const { settings } = useTenant();
  const isTimeTested = isTest && draft.tests === "time";
  return (
    <fieldset className="flex w-full max-w-form min-w-0 flex-col gap-4">
      <legend className="pb-3 text-section font-semibold">{t("Time")}</legend>
      {isTest ? (
        <p className="text-control text-text-muted">
          {isTimeTested
            ? t("The variants above have the times.")
            : t("The sample gets the mail at this time. The others get the winner after the decision.")}
        </p>
      ) : null}
      {isTimeTested ? null : (
        <SegmentedControl
          label={t("Time")}
          segments={[
            { id: "now", label: t("Now") },
            { id: "at", label: t("At a time") },
            ...(isTest ? [] : [{ id: "local", label: t("At the local time of each reader") }]),
          ]}
          value={isTest && draft.when === "local" ? "now" : draft.when}
          onChange={(when) => onChange({ when: when as SendDraft["when"] })}
        />
      )}
      {draft.when === "at" && !isTimeTested ? (
        <InstantField
          label={t("Start")}
          note="required"
          value={draft.schedule_at}
          timeZone={settings.timezone}
          onChange={(schedule_at) => onChange({ schedule_at })}
          error={errors.schedule_at ?? errors.scheduled_send_time}
        />
      ) : null}
      {!isTest && draft.when === "local" ? (
        <InstantField
          label={t("Local time")}
          note="required"
          help={t("By the country of each reader's address, else by your organization's time zone.")}
          value={toInstant(draft.local_time)}
          timeZone="UTC"
          onChange={(instant) => onChange({ local_time: toLocalTime(instant) })}
          error={errors.local_time}
        />
      ) : null}
      <div className="w-full max-w-field">
        <NumberField
          label={t("At most so many an hour")}
          note="optional"
          value={draft.throttle_per_hour ?? Number.NaN}
          minValue={1}
          maxValue={MAX_PER_HOUR}
          onChange={(value) => onChange({ throttle_per_hour: Number.isNaN(value) ? null : value })}
          error={errors.throttle_per_hour}
        />
      </div>
    </fieldset>
  );
}
