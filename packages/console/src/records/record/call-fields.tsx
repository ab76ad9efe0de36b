import { useQuery } from "@tanstack/react-query";
import { masterValuesQuery } from "../../api/master-values.ts";
import type { Field } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { FieldInput } from "../../input/fields/field-input.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { DateField } from "../../ui/kit/date-field.tsx";
import { NumberField } from "../../ui/kit/number-field.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { DEFAULT_MINUTES, OUTGOING } from "./composer-entries.ts";
import { QuickDayChoice } from "./quick-day-choice.tsx";

const NOTE_ROWS = 2;
/** More outcomes are a list. */
const MAX_SEGMENTS = 6;

interface CallFieldsProps {
  readonly form: FormState;
  /** Stands above, and names the follow-up too. */
  readonly subject: string;
}

/** How a call went, and the activity that follows it. */
export function CallFields({ form, subject }: CallFieldsProps) {
  const t = useText();
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-3">
        <span className="flex flex-col gap-1">
          <span aria-hidden className="text-control font-medium">
            {t("Direction")}
          </span>
          <SegmentedControl
            label={t("Direction")}
            segments={[
              { id: OUTGOING, label: t("Outgoing") },
              { id: "INBOUND", label: t("Incoming") },
            ]}
            value={String(form.values.call_direction ?? OUTGOING)}
            onChange={(direction) => form.set("call_direction", direction)}
          />
        </span>
        <NumberField
          label={t("Minutes")}
          minValue={1}
          value={Number(form.values.duration_minutes ?? DEFAULT_MINUTES)}
          onChange={(minutes) => form.set("duration_minutes", Number.isNaN(minutes) ? undefined : minutes)}
        />
      </div>
      <OutcomeChoice form={form} />
      <TextArea
        label={t("Notes")}
        rows={NOTE_ROWS}
        value={String(form.values.description ?? "")}
        onChange={(text) => form.set("description", text)}
      />
      <FollowUpFields form={form} subject={subject} />
    </>
  );
}

function OutcomeChoice({ form }: { readonly form: FormState }) {
  const t = useText();
  const scope = useScope();
  const { data: outcomes = [] } = useQuery(masterValuesQuery(scope, "call_outcomes"));
  const value = String(form.values.call_outcome_id ?? "");
  const label = t("Outcome");
  const options = outcomes.map(({ id, name }) => ({ id, label: name }));
  if (options.length > MAX_SEGMENTS)
    return (
      <Select
        label={label}
        options={options}
        value={value === "" ? null : value}
        onChange={(key) => form.set("call_outcome_id", toKeys(key)[0])}
      />
    );
  if (options.length === 0) return null;
  return (
    <span className="flex flex-col gap-1">
      <span aria-hidden className="text-control font-medium">
        {label}
      </span>
      <SegmentedControl label={label} segments={options} value={value} onChange={(id) => form.set("call_outcome_id", id)} />
    </span>
  );
}

/** The owner of the follow-up. Without a choice it is the user. */
const buildOwnerField = (label: string): Field => ({
  ...{ name: "follow_up_owner", label, type: "reference", record: "user", required: false, multiple: false, custom: false },
  ...{ visible: true, read_only: false, creatable: true, editable: true },
});

function FollowUpFields({ form, subject }: CallFieldsProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const day = (form.values.follow_up_day as string | null | undefined) ?? null;
  const setDay = (next: string | null): void => form.set("follow_up_day", next ?? undefined);
  return (
    <>
      <QuickDayChoice
        label={t("Follow-up")}
        none={t("None")}
        names={["tomorrow", "next_monday", "in_a_week", "in_a_month"]}
        value={day}
        onChange={setDay}
        timeZone={timeZone}
      />
      {day === null ? null : (
        <div className="flex min-w-0 flex-wrap items-end gap-x-4 gap-y-3">
          <span className="min-w-0 flex-1">
            <TextField
              label={t("Follow-up subject")}
              value={String(form.values.follow_up_subject ?? t("Follow-up: {subject}", { subject }))}
              onChange={(text) => form.set("follow_up_subject", text)}
            />
          </span>
          <DateField label={t("Due")} value={day} onChange={setDay} />
          <FieldInput
            field={buildOwnerField(t("Owner"))}
            value={form.values.follow_up_owner}
            onChange={(owner) => form.set("follow_up_owner", owner)}
            values={form.values}
            placeholder={t("You")}
          />
        </div>
      )}
    </>
  );
}
