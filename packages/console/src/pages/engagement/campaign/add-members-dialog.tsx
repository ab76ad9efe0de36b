import { listActionFields } from "../../../api/action-fields.ts";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { findAction } from "./campaign-data.ts";
import type { Fill } from "./campaign-types.ts";

interface AddMembersDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Called with the fill that adds the persons of a segment or a list. */
  readonly onFill: (fill: Fill) => void;
  readonly onClose: () => void;
}

const RECORD_FIELDS = ["lead_id", "contact_id", "person_id"];

/** Adds a lead, a contact or a person, or all members of a segment or a contact list. */
export function AddMembersDialog({ kind, record, onFill, onClose }: AddMembersDialogProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({ way: "record", record_field: "lead_id" }, t, useDraft(`add members ${record.id}`));
  const way = String(form.values.way);
  const recordField = String(form.values.record_field);
  const addition = findAction(kind, "addCampaignMember");
  const recordFields = listActionFields(addition).filter(({ name }) => RECORD_FIELDS.includes(name));
  const fields = [...recordFields, ...listActionFields(findAction(kind, "fillCampaign"), ["lead_filter"])];
  const name = way === "record" ? recordField : way;
  const field = fields.find((candidate) => candidate.name === name);
  const choose = (choice: Readonly<Record<string, string>>): void => {
    form.discard();
    for (const [part, value] of Object.entries(choice)) form.set(part, value);
  };
  const add = async (): Promise<void> => {
    const body = { [name]: form.values[name] ?? undefined };
    const path = `/api/v1/campaigns/${record.id}/members`;
    if (way === "record") {
      if (!(await form.submit(() => crm.request<ConsoleRecord>("POST", path, { body }).then((added) => added)))) return;
    } else {
      const fill = await form.submit(() => crm.request<Fill>("POST", `${path}/fill`, { body }).then((started) => started));
      if (!fill) return;
      onFill(fill);
    }
    await Promise.all([invalidate({ kind: "campaign_member" }), invalidate(kind, record.id)]);
    onClose();
  };
  const { fields: messages, form: refusal } = form.errors;
  const message = messages[name] ?? (way === "record" ? messages.person_id : messages.segment_id);
  return (
    <FormLayer
      layer="dialog"
      title={t("Add members")}
      form={form}
      submit={{ label: t("Add members"), run: add }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <SegmentedControl
          label={t("Whom to add")}
          segments={[
            { id: "record", label: t("One person") },
            { id: "segment_id", label: t("A segment") },
            { id: "contact_list_id", label: t("A contact list") },
          ]}
          value={way}
          onChange={(next) => choose({ way: next })}
        />
        {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
        {way === "record" ? (
          <Select
            label={t("Kind of record")}
            options={recordFields.map((candidate) => ({ id: candidate.name, label: candidate.label }))}
            value={recordField}
            onChange={(key) => choose({ record_field: String(key) })}
          />
        ) : (
          <p className="text-control text-text-muted">
            {t("Persons are added in the background. Those whom a user removed from this campaign stay removed.")}
          </p>
        )}
        {field ? (
          <FieldInput
            key={name}
            field={{ ...field, help: undefined }}
            value={form.values[name]}
            values={form.values}
            onChange={(value) => form.set(name, value)}
            error={message}
            note="required"
          />
        ) : null}
      </div>
    </FormLayer>
  );
}
