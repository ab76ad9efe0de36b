import { useMemo } from "react";
import { crm } from "../../../api/client.ts";
import type { Field } from "../../../api/schema.ts";
import { iconNames, KindIcon } from "../../../frame/shell/kind-icon.tsx";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { hasFormInput } from "../../../input/fields/part-rules.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, type FormState, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { type Hue, hues } from "../../../ui/kit/hue.ts";
import { Select } from "../../../ui/kit/select.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { nameHues, useMasterText } from "./master-names.ts";
import { colorFor, hueOf, type MasterKind, type MasterValue } from "./master-rules.ts";

interface MasterDrawerProps {
  readonly kind: MasterKind;
  /** The title of the drawer for a new value. */
  readonly createLabel: string;
  /** Undefined: a new value. */
  readonly value: MasterValue | undefined;
  /** The other values, which a value of a tree can be below. */
  readonly values: readonly MasterValue[];
  readonly onSaved: (value: MasterValue) => void;
  /** Called after a save, when what forms offer has changed. */
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Fields that have an input of their own, or none: lists decide the order, and a dialog retires. */
const OWN = new Set(["code", "name", "sequence", "color", "icon", "is_active", "description", "parent_id"]);
const NONE = "none";
/** The API numbers values in steps of ten. */
const [SEQUENCE_STEP, MAX_SEQUENCE] = [10, 100_000];

/** Creates or changes a value of master data. */
export function MasterDrawer({ kind, createLabel, value, values, onSaved, onDone, onClose }: MasterDrawerProps) {
  const t = useText();
  const { nameField } = useMasterText();
  const initial = useMemo(() => value ?? {}, [value]);
  const form = useFormState(initial, t, useDraft(`master ${kind.kind} ${value?.id ?? "new"}`));
  const saveStored = useStoredSave<MasterValue>(`${kind.path}/${value?.id}`, value, form);
  const fields = useMemo(
    () =>
      kind.fields
        .filter((field) => !OWN.has(field.name) && hasFormInput(field))
        .map((field): Field => ({ ...field, label: nameField(field) })),
    [kind.fields, nameField],
  );
  const hasField = (name: string): boolean => kind.fields.some((field) => field.name === name);
  const save = async (): Promise<void> => {
    if (value && !form.isChanged) return onClose();
    const body = { ...omitEmpty(form.changes), ...placeLast(values, form.values) };
    const saved = value
      ? await saveStored(form.changes)
      : await form.submit(() => crm.request<MasterValue>("POST", kind.path, { body }).then((answer) => answer));
    if (!saved) return;
    onSaved(saved);
    form.discard();
    onClose();
    await onDone();
  };
  return (
    <FormLayer
      layer="drawer"
      title={value ? t("Edit {name}", { name: value.name }) : createLabel}
      form={form}
      submit={{ label: value ? t("Save") : t("Create"), run: save }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={["name", "code", "color", "icon", "description", "parent_id", ...fields.map(({ name }) => name)]}
          labelFor={(name) => nameField({ name, label: name })}
        />
        <TextField label={t("Name")} note="required" autoFocus {...bindText(form, "name")} />
        {value ? null : (
          <TextField
            label={t("Code")}
            note="optional"
            help={t("Imports and other systems use it. It follows from the name if it is empty, and never changes.")}
            {...bindText(form, "code")}
          />
        )}
        {hasField("parent_id") ? <ParentInput form={form} value={value} values={values} /> : null}
        <div className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2">
          <ColorInput form={form} />
          <IconInput form={form} />
        </div>
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={form.values[field.name]}
            values={form.values}
            errors={form.errors.fields}
            onChange={(next) => form.set(field.name, next)}
            {...(form.errors.fields[field.name] === undefined ? {} : { error: form.errors.fields[field.name] ?? "" })}
          />
        ))}
        <TextArea label={t("Description")} note="optional" {...bindText(form, "description")} />
      </div>
    </FormLayer>
  );
}

/** A field that the user emptied again has no value. */
const omitEmpty = (values: FormState["changes"]): FormState["changes"] =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined));

const isEnd = ({ is_closed, is_final }: Readonly<Record<string, unknown>>): boolean => is_closed === true || is_final === true;

/** A new value stands after the others. The API places an open one before those whose records are over, such as closed stages. */
const placeLast = (values: readonly MasterValue[], value: FormState["values"]): { readonly sequence?: number } => {
  if (!isEnd(value) && values.some(isEnd)) return {};
  const sequences = values.map(({ sequence }) => Number(sequence ?? 0));
  return sequences.length === 0 ? {} : { sequence: Math.min(MAX_SEQUENCE, Math.max(...sequences) + SEQUENCE_STEP) };
};

function ColorInput({ form }: { readonly form: FormState }) {
  const t = useText();
  const names = nameHues(t);
  const hue = hueOf(form.values.color as string | null | undefined);
  return (
    <Select
      label={t("Color")}
      note="optional"
      options={[{ id: NONE, label: t("None") }, ...hues.map((name) => ({ id: name, label: names[name], hue: name }))]}
      value={hue ?? NONE}
      onChange={(key) => form.set("color", key === NONE ? null : colorFor(String(key) as Hue))}
      error={form.errors.fields.color}
    />
  );
}

function IconInput({ form }: { readonly form: FormState }) {
  const t = useText();
  const icon = (form.values.icon as string | null | undefined) ?? null;
  const options = useMemo(
    () => iconNames.map((name) => ({ id: name, label: name.replaceAll("-", " "), icon: <KindIcon name={name} /> })),
    [],
  );
  return (
    <Combobox
      label={t("Icon")}
      note="optional"
      options={
        icon === null || options.some(({ id }) => id === icon) ? options : [{ id: icon, label: icon, icon: null }, ...options]
      }
      selectedKey={icon}
      onSelectionChange={(key) => form.set("icon", key === null ? null : String(key))}
      error={form.errors.fields.icon}
    />
  );
}

function ParentInput({ form, value, values }: { readonly form: FormState } & Pick<MasterDrawerProps, "value" | "values">) {
  const t = useText();
  const parent = (form.values.parent_id as string | null | undefined) ?? null;
  return (
    <Combobox
      label={t("Below")}
      note="optional"
      options={values.filter(({ id }) => id !== value?.id).map(({ id, name }) => ({ id, label: name }))}
      selectedKey={parent}
      onSelectionChange={(key) => form.set("parent_id", key === null ? null : String(key))}
      error={form.errors.fields.parent_id}
    />
  );
}
