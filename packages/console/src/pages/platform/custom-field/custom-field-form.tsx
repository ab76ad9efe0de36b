import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type KindSummary, useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { nameRole, roleNames } from "../../../frame/profile/role-name.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import {
  buildFieldBody,
  type CustomField,
  canBeUnique,
  deriveFieldName,
  type FieldOption,
  hasOptions,
  listFieldNames,
  nameType,
  offeredTypes,
  readType,
} from "../../../records/custom-field/custom-field-rules.ts";
import {
  CUSTOM_FIELDS_PATH,
  LAYOUT_PERMISSION,
  useColumnAddition,
  useFieldInvalidation,
} from "../../../records/custom-field/field-data.ts";
import { OptionEditor } from "../../../records/custom-field/option-editor.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";

interface CustomFieldFormProps {
  /** The field that is changed; a new one without it. */
  readonly field?: CustomField | undefined;
  /** The kinds that take custom fields. */
  readonly kinds: readonly KindSummary[];
  readonly startKind: string;
  readonly onClose: () => void;
}

const REFERENCED = ["user", "lead", "person", "customer", "contact", "opportunity"];

const SHOWN = [
  ...["entity_type", "field_label", "field_name", "field_type", "picklist_values", "reference_kind", "decimal_places"],
  ...["section", "help_text", "is_required", "is_unique", "is_filterable", "is_sortable", "visible_to", "editable_by"],
];

const readInitial = (field: CustomField | undefined, kind: string) =>
  field
    ? Object.fromEntries([...SHOWN, "version"].map((name) => [name, field[name as keyof CustomField]]))
    : {
        ...{ entity_type: kind, field_label: "", field_name: "", field_type: "text", picklist_values: null },
        ...{ reference_kind: null, decimal_places: null, section: null, help_text: null, is_required: false },
        ...{ is_unique: false, is_filterable: false, is_sortable: false, visible_to: [], editable_by: [] },
      };

/** The definition of a field: label, type, choices, and who sees it. */
export function CustomFieldForm({ field, kinds, startKind, onClose }: CustomFieldFormProps) {
  const t = useText();
  const invalidate = useFieldInvalidation();
  const form = useFormState(readInitial(field, startKind), t, useDraft(`custom field ${field?.id ?? "new"}`));
  const saveStored = useStoredSave(`${CUSTOM_FIELDS_PATH}/${field?.id}`, field, form);
  const { data: kindInfo } = useKind(field ? undefined : String(form.values.entity_type));
  const { permissions } = useSession();
  const addColumn = useColumnAddition();
  const canAddColumn = field === undefined && permissions.includes(LAYOUT_PERMISSION);
  const [isColumn, setColumn] = useState(false);
  const [isNamed, setNamed] = useState(field !== undefined);
  const { values, errors } = form;
  const type = String(values.field_type);
  const options = (values.picklist_values as readonly FieldOption[] | null) ?? [];
  const optionError = Object.entries(errors.fields).find(([name]) => name.startsWith("picklist_values"))?.[1];
  const save = async (): Promise<void> => {
    const body = buildFieldBody(values, field);
    const isDone = field
      ? await saveStored(body)
      : await form.submit(() => crm.request("POST", CUSTOM_FIELDS_PATH, { body }).then(() => true));
    if (!isDone) return;
    await invalidate(String(values.entity_type), field?.id);
    if (isColumn) await addColumn(String(values.entity_type), String(values.field_name));
    form.discard();
    onClose();
  };
  const nameLabel = (kind: string): string => kinds.find((candidate) => candidate.kind === kind)?.label ?? kind;
  const check = (name: string, label: string, help?: string) => (
    <Checkbox
      isSelected={values[name] === true}
      onChange={(isOn) => form.set(name, isOn)}
      {...(help === undefined ? {} : { help })}
      {...(errors.fields[name] === undefined ? {} : { error: errors.fields[name] })}
    >
      {label}
    </Checkbox>
  );
  const roles = (name: string, label: string, help: string) => (
    <Select
      label={label}
      help={help}
      placeholder={t("All roles")}
      selectionMode="multiple"
      options={roleNames.map((role) => ({ id: role, label: nameRole(role, t) }))}
      value={[...((values[name] as readonly string[] | null) ?? [])]}
      onChange={(keys) => form.set(name, toKeys(keys))}
      error={errors.fields[name]}
    />
  );
  return (
    <FormLayer
      layer="drawer"
      title={field ? t("Change the field") : t("New field")}
      form={form}
      submit={{ label: field ? t("Save") : t("Create"), run: save }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={SHOWN} labelFor={(name) => name} />
      {field ? null : (
        <Select
          label={t("Kind of record")}
          options={kinds.map(({ kind, label }) => ({ id: kind, label }))}
          value={String(values.entity_type)}
          onChange={(key) => form.set("entity_type", String(key))}
          error={errors.fields.entity_type}
        />
      )}
      <TextField
        label={t("Label")}
        help={t("Users see it in forms and lists.")}
        {...bindText(form, "field_label")}
        onChange={(label) => {
          form.set("field_label", label);
          if (!isNamed) form.set("field_name", deriveFieldName(label, kindInfo ? listFieldNames(kindInfo) : []));
        }}
        autoFocus
      />
      {field ? null : (
        <TextField
          label={t("Name in the API")}
          help={t("Programs use it. It cannot be changed later.")}
          {...bindText(form, "field_name")}
          onChange={(name) => {
            setNamed(true);
            form.set("field_name", name);
          }}
        />
      )}
      <Select
        label={t("Type")}
        help={field ? t("Values that do not fit the new type are kept and hidden.") : undefined}
        options={offeredTypes.map((id) => ({ id, label: nameType(id, t) }))}
        value={readType(type)}
        onChange={(key) => form.set("field_type", String(key))}
        error={errors.fields.field_type}
      />
      {hasOptions(type) ? (
        <OptionEditor options={options} onChange={(next) => form.set("picklist_values", next)} error={optionError} />
      ) : null}
      {type === "reference" ? (
        <Select
          label={t("Which records")}
          options={REFERENCED.map((kind) => ({ id: kind, label: kind === "user" ? t("User") : nameLabel(kind) }))}
          value={values.reference_kind ? String(values.reference_kind) : null}
          onChange={(key) => form.set("reference_kind", String(key))}
          error={errors.fields.reference_kind}
        />
      ) : null}
      {type === "number" ? (
        <span className="block max-w-field-short">
          <NumberField
            label={t("Decimals")}
            note="optional"
            value={typeof values.decimal_places === "number" ? values.decimal_places : Number.NaN}
            onChange={(number) => form.set("decimal_places", Number.isNaN(number) ? null : number)}
            minValue={0}
            maxValue={6}
            error={errors.fields.decimal_places}
          />
        </span>
      ) : null}
      <TextField label={t("Group")} note="optional" help={t("The heading above the field")} {...bindText(form, "section")} />
      <TextArea label={t("Help")} note="optional" rows={2} help={t("Stands below the field.")} {...bindText(form, "help_text")} />
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-1 text-control font-medium">{t("Rules")}</legend>
        {check("is_required", t("A new record needs a value"))}
        {!field && canBeUnique(type)
          ? check("is_unique", t("No two records have the same value"), t("This cannot be changed later."))
          : null}
        {check("is_filterable", t("Lists can be filtered by it"), t("Existing records are prepared in the background."))}
        {check("is_sortable", t("Lists can be sorted by it"))}
      </fieldset>
      {canAddColumn ? (
        <Checkbox isSelected={isColumn} onChange={setColumn} help={t("Users can choose the columns of their own lists.")}>
          {t("Show it as a column in the list")}
        </Checkbox>
      ) : null}
      {roles("visible_to", t("Seen by"), t("Without a choice, all roles that see the record."))}
      {roles("editable_by", t("Changed by"), t("Without a choice, all who see it."))}
    </FormLayer>
  );
}
