import type { Schemas } from "@crm/sdk/index.ts";
import { crm } from "../../api/client.ts";
import type { Kind } from "../../api/schema.ts";
import { FormLayer } from "../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Select } from "../../ui/kit/select.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import {
  buildFieldBody,
  deriveFieldName,
  type FieldOption,
  hasOptions,
  listFieldNames,
  nameType,
  offeredTypes,
} from "../custom-field/custom-field-rules.ts";
import { CUSTOM_FIELDS_PATH, useFieldInvalidation } from "../custom-field/field-data.ts";
import { OptionEditor } from "../custom-field/option-editor.tsx";
import { suggestFieldType } from "./new-field-rules.ts";

interface NewFieldDialogProps {
  readonly kind: Kind;
  readonly column: Schemas.InspectedFile["columns"][number];
  /** The field is there, with its name in the import. */
  readonly onAdd: (field: string) => void;
  readonly onClose: () => void;
}

/** The types that a cell can have. */
const types = offeredTypes.filter((type) => type !== "reference");
const SHOWN = ["field_label", "field_type", "picklist_values"];

const toOptions = (values: readonly string[]): readonly FieldOption[] =>
  values.map((label) => ({ label: label.slice(0, 100), is_retired: false }));

/** Makes a field of a column that fits to none. Header and values suggest its label, its type and its choices. */
export function NewFieldDialog({ kind, column, onAdd, onClose }: NewFieldDialogProps) {
  const t = useText();
  const invalidate = useFieldInvalidation();
  const form = useFormState(
    { field_label: column.column, field_type: suggestFieldType(column.samples), picklist_values: toOptions(column.samples) },
    t,
    useDraft(`import field ${kind.kind} ${column.column}`),
  );
  const { values, errors } = form;
  const optionError = Object.entries(errors.fields).find(([name]) => name.startsWith("picklist_values"))?.[1];
  const add = async (): Promise<void> => {
    const field_name = deriveFieldName(String(values.field_label), listFieldNames(kind));
    const body = buildFieldBody({ ...values, entity_type: kind.kind, field_name });
    const isDone = await form.submit(async () => {
      await crm.request("POST", CUSTOM_FIELDS_PATH, { body });
      return true;
    });
    if (!isDone) return;
    await invalidate(kind.kind);
    form.discard();
    onAdd(`custom_fields.${field_name}`);
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("New field for the column “{column}”", { column: column.column })}
      form={form}
      submit={{ label: t("Add the field"), run: add }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={[...SHOWN, "field_name"]} labelFor={(name) => name} />
      <TextField
        label={t("Label")}
        help={t("Users see it in forms and lists.")}
        {...bindText(form, "field_label")}
        error={errors.fields.field_label ?? errors.fields.field_name}
        autoFocus
      />
      <Select
        label={t("Type")}
        options={types.map((id) => ({ id, label: nameType(id, t) }))}
        value={String(values.field_type)}
        onChange={(key) => form.set("field_type", String(key))}
        error={errors.fields.field_type}
      />
      {hasOptions(String(values.field_type)) ? (
        <OptionEditor
          options={(values.picklist_values as readonly FieldOption[] | null) ?? []}
          onChange={(next) => form.set("picklist_values", next)}
          error={optionError}
        />
      ) : null}
      <p className="text-control text-text-muted">{t("The field is there at once. It stays if you undo the import.")}</p>
    </FormLayer>
  );
}
