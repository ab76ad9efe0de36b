import { Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { ConditionGroups } from "./condition-groups.tsx";
import { buildFilter, type Groups } from "./segment-rules.ts";

interface NewSegmentProps {
  readonly onCreated: (segment: Option) => void;
}

/** Builds a segment of customers by conditions, beside the message that it gets. */
export function NewSegmentButton({ onCreated }: NewSegmentProps) {
  const t = useText();
  const { data: kind } = useKind("segment");
  const [isOpen, setOpen] = useState(false);
  if (!kind) return null;
  const title = t("New {kind}", { kind: toNoun(kind.label) });
  return (
    <>
      {/* Beside the field, below its label. */}
      <span className="tablet:pt-6">
        <Button icon={<Plus />} onPress={() => setOpen(true)}>
          {title}
        </Button>
      </span>
      {isOpen ? <SegmentDrawer title={title} onCreated={onCreated} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface SegmentDrawerProps extends NewSegmentProps {
  readonly title: string;
  readonly onClose: () => void;
}

function SegmentDrawer({ title, onCreated, onClose }: SegmentDrawerProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const { data: kind } = useKind("segment");
  const { data: customerKind } = useKind("customer");
  const form = useFormState({ name: "", groups: [] }, t, useDraft("new segment"));
  const groups = form.values.groups as Groups;
  const create = async (): Promise<void> => {
    if (!kind) return;
    const filter = buildFilter(groups);
    const body = { name: form.values.name, membership: "DYNAMIC", ...(filter ? { filter } : {}) };
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.complete();
    await invalidate(kind, created.id);
    onCreated({ id: created.id, label: String(created.name) });
    onClose();
  };
  const { fields, form: refusal } = form.errors;
  const filterError = Object.entries(fields).find(([field]) => field.startsWith("filter"))?.[1];
  return (
    <FormLayer layer="drawer" title={title} form={form} submit={{ label: t("Create"), run: create }} onClose={onClose}>
      {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
      <TextField
        label={kind?.fields.find(({ name }) => name === "name")?.label ?? ""}
        note="required"
        autoFocus
        {...bindText(form, "name")}
      />
      {customerKind ? (
        <ConditionGroups kind={customerKind} groups={groups} onChange={(next) => form.set("groups", next)} error={filterError} />
      ) : null}
    </FormLayer>
  );
}
