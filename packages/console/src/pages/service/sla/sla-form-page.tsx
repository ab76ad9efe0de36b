import { useParams } from "@tanstack/react-router";
import { Plus, X } from "lucide-react";
import { type ConsoleRecord, useRecord } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { bindText } from "../../../input/form/form-state.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { FilterBuilder } from "../../../ui/kit/filter-builder.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { readConditions, writeConditions } from "../../platform/rule/rule-conditions.ts";
import { type Editor, EditorFooter, RecordEditor } from "../knowledge/record-editor.tsx";
import { DueExample } from "./due-example.tsx";
import { MinutesField } from "./minutes-field.tsx";
import { describePolicy, useCalendars, usePolicyFields, useSlaMasters } from "./sla-data.ts";
import { conditionNames, fromWhen, type SlaPolicy, toWhen } from "./sla-rules.ts";

const LIST_PATH = "/crm/support/sla";
const ALWAYS = "always";
const RECIPIENTS = ["OWNER", "MANAGER", "DIRECTOR"] as const;
const MAX_ESCALATIONS = 10;

type Escalation = SlaPolicy["escalations"][number];

const defaults = {
  ...{ name: "", description: null, is_active: true, calendar_id: null },
  ...Object.fromEntries(conditionNames.map((name) => [name, name === "is_vip" ? null : []])),
  ...{ first_response_minutes: null, next_response_minutes: null, resolution_minutes: null },
  escalations: [
    { percent: 50, notify: ["MANAGER"] },
    { percent: 80, notify: ["OWNER"] },
    { percent: 100, notify: ["OWNER", "MANAGER"] },
    { percent: 150, notify: ["DIRECTOR"] },
  ],
};

const fieldNames = Object.keys(defaults);
const readFields = (record: ConsoleRecord) => Object.fromEntries(fieldNames.map((name) => [name, record[name] ?? null]));
const hasInput = (path: string): boolean =>
  /^(?:name|description|calendar_id|\w+_minutes|escalations\[|(?:priority|category|urgency_level)_ids)/.test(path);

/** `/crm/support/sla/create` and `/crm/support/sla/edit/ID`. */
export function SlaFormPage() {
  const t = useText();
  const { id } = useParams({ strict: false }) as { id?: string };
  const { data: kind } = useKind("sla_policy");
  const policy = useRecord(id === undefined ? undefined : kind, id ?? "");
  const title = id === undefined ? t("New service level policy") : String(policy.data?.name ?? t("Service level policy"));
  if (kind && hasFailed(policy)) return <RecordError summary={kind} query={policy} />;
  return (
    <PageFrame title={title} width="record">
      <RecordEditor key={id ?? ""} kindName="sla_policy" id={id} defaults={defaults} readFields={readFields} hasInput={hasInput}>
        {(editor) => <SlaForm editor={editor} />}
      </RecordEditor>
    </PageFrame>
  );
}

function SlaForm({ editor }: { readonly editor: Editor }) {
  const t = useText();
  const { locale } = useTextOptions();
  const calendars = useCalendars();
  const masters = useSlaMasters();
  const conditionFields = usePolicyFields();
  const { form, notices } = editor;
  const policy = form.values as unknown as SlaPolicy;
  const when = toWhen(policy);
  const setConditions = (next: Parameters<typeof writeConditions>[0]): void => {
    for (const [name, value] of Object.entries(fromWhen(writeConditions(next, conditionFields)))) form.set(name, value);
  };
  const bindMinutes = (name: "first_response_minutes" | "next_response_minutes" | "resolution_minutes") => ({
    value: policy[name],
    onChange: (minutes: number | null) => form.set(name, minutes),
    error: form.errors.fields[name],
  });
  const calendar = calendars.data?.find(({ id }) => id === policy.calendar_id);
  const nameError = form.errors.fields.name;
  // Conditions and sentences have the names of master data and calendars. Without them they would be shorter, and then move what is below.
  if (!masters || calendars.isPending) return <Skeleton shape="block" />;
  return (
    <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--home-columns)">
      <div className="flex min-w-0 flex-col gap-6">
        {notices}
        <TextField
          label={t("Name")}
          note="required"
          maxLength={100}
          {...bindText(form, "name")}
          {...(nameError === undefined ? {} : { error: nameError })}
        />
        <section aria-label={t("Applies to")} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{t("Applies to")}</h2>
          <FilterBuilder fields={conditionFields} value={readConditions(when, conditionFields)} onChange={setConditions} />
          <span className="text-meta text-text-muted">
            {Object.keys(when).length === 0 ? t("All tickets. Add conditions to choose some.") : t("All conditions must hold.")}
          </span>
        </section>
        <section aria-label={t("Targets")} className="flex min-w-0 flex-col gap-4">
          <h2 className="text-section font-semibold">{t("Targets")}</h2>
          <div className="grid min-w-0 grid-cols-1 items-start gap-4 tablet:grid-cols-3">
            <MinutesField
              label={t("First response")}
              help={t("Empty: by the urgency of the ticket")}
              {...bindMinutes("first_response_minutes")}
            />
            <MinutesField
              label={t("Further responses")}
              help={t("Empty: as the first response")}
              {...bindMinutes("next_response_minutes")}
            />
            <MinutesField label={t("Resolution")} help={t("Empty: no target")} {...bindMinutes("resolution_minutes")} />
          </div>
          <div className="w-full max-w-field">
            <Select
              label={t("Working time")}
              options={[
                { id: ALWAYS, label: t("Around the clock") },
                ...(calendars.data ?? []).map(({ id, name }) => ({ id, label: name })),
              ]}
              value={policy.calendar_id ?? ALWAYS}
              onChange={(key) => form.set("calendar_id", key === ALWAYS ? null : String(key))}
              help={t("Targets count the hours of a calendar only.")}
            />
          </div>
        </section>
        <EscalationList
          value={policy.escalations}
          onChange={(escalations) => form.set("escalations", escalations)}
          errors={form.errors.fields}
        />
        <TextArea
          label={t("Description")}
          maxLength={1000}
          value={String(policy.description ?? "")}
          onChange={(text) => form.set("description", text === "" ? null : text)}
        />
        <Checkbox isSelected={policy.is_active} onChange={(isActive) => form.set("is_active", isActive)}>
          {t("Active")}
        </Checkbox>
        <EditorFooter editor={editor} listPath={LIST_PATH} />
      </div>
      <aside aria-label={t("In words")} className="flex min-w-0 flex-col gap-4 desktop:sticky desktop:top-4">
        <div className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
          <h2 className="text-section font-semibold">{t("In words")}</h2>
          <p dir="auto" aria-live="polite" className="text-control wrap-anywhere">
            {describePolicy(policy, conditionFields, calendar?.name, { t, locale })}
          </p>
        </div>
        <DueExample
          calendarId={policy.calendar_id}
          targets={[
            { label: t("First response"), minutes: policy.first_response_minutes },
            { label: t("Resolution"), minutes: policy.resolution_minutes },
          ]}
        />
      </aside>
    </div>
  );
}

interface EscalationListProps {
  readonly value: readonly Escalation[];
  readonly onChange: (value: readonly Escalation[]) => void;
  readonly errors: Readonly<Record<string, string>>;
}

/** At which part of a target users are warned. */
function EscalationList({ value, onChange, errors }: EscalationListProps) {
  const t = useText();
  const names = { OWNER: t("The assignee"), MANAGER: t("The manager of the team"), DIRECTOR: t("A director") };
  const set = (index: number, part: Partial<Escalation>): void =>
    onChange(value.map((entry, place) => (place === index ? { ...entry, ...part } : entry)));
  return (
    <section aria-label={t("Warnings")} className="flex min-w-0 flex-col gap-3">
      <h2 className="text-section font-semibold">{t("Warnings")}</h2>
      {value.map((entry, index) => {
        const percentError = errors[`escalations[${index}].percent`];
        const notifyError = errors[`escalations[${index}].notify`];
        return (
          // A warning has no name of its own, and stays in its place while it is edited.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className="flex min-w-0 items-start gap-2">
            <div className="w-1/3 min-w-0">
              <NumberField
                label={t("Percent of the target")}
                minValue={1}
                maxValue={1000}
                step={1}
                value={entry.percent}
                onChange={(percent) => set(index, { percent: Number.isNaN(percent) ? 1 : percent })}
                {...(percentError === undefined ? {} : { error: percentError })}
              />
            </div>
            <div className="min-w-0 flex-1">
              <Select
                label={t("Warn")}
                selectionMode="multiple"
                options={RECIPIENTS.map((id) => ({ id, label: names[id] }))}
                value={[...entry.notify]}
                onChange={(keys) => set(index, { notify: toKeys(keys) })}
                {...(notifyError === undefined ? {} : { error: notifyError })}
              />
            </div>
            <span className={percentError === undefined && notifyError === undefined ? "self-end" : "pt-6"}>
              <IconButton
                label={t("Remove the warning at {percent} percent", { percent: entry.percent })}
                icon={<X />}
                onPress={() => onChange(value.filter((_, place) => place !== index))}
              />
            </span>
          </div>
        );
      })}
      {value.length < MAX_ESCALATIONS ? (
        <span className="-ms-2">
          <Button
            isSmall
            variant="quiet"
            icon={<Plus />}
            onPress={() => onChange([...value, { percent: (value.at(-1)?.percent ?? 0) + 50, notify: ["OWNER"] }])}
          >
            {t("Add a warning")}
          </Button>
        </span>
      ) : null}
    </section>
  );
}
