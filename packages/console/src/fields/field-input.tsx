import { useMemo } from "react";
import { type Field, useKindIndex } from "../data/schema.ts";
import { useTenant } from "../data/tenant.ts";
import { useText } from "../i18n/use-text.ts";
import { Checkbox } from "../kit/checkbox.tsx";
import { Combobox } from "../kit/combobox.tsx";
import { DateField } from "../kit/date-field.tsx";
import { hueForColor } from "../kit/hue.ts";
import { InstantField } from "../kit/instant-field.tsx";
import { MoneyField } from "../kit/money-field.tsx";
import { NumberField } from "../kit/number-field.tsx";
import type { Option } from "../kit/option.tsx";
import { Reference } from "../kit/reference.tsx";
import { Select, toKeys } from "../kit/select.tsx";
import { TagField } from "../kit/tag-field.tsx";
import { TextArea } from "../kit/text-area.tsx";
import { TextField } from "../kit/text-field.tsx";
import type { SearchOptions } from "../kit/use-option-search.ts";
import { createMasterSearch, createRecordSearch } from "./option-search.ts";

export type FormValue = unknown;

interface FieldInputProps {
  readonly field: Field;
  readonly value: FormValue;
  readonly onChange: (value: FormValue) => void;
  /** All values of the form, for fields that depend on others. */
  readonly values: Readonly<Record<string, FormValue>>;
  /** Names of referenced records that are known already. */
  readonly labels?: Readonly<Record<string, Option | null>>;
  readonly error?: string;
  readonly note?: "required";
  readonly autoFocus?: boolean;
}

const MAX_SELECT = 20;

const emptyToNull = (text: string): string | null => (text === "" ? null : text);
const asText = (value: FormValue): string => (value === null || value === undefined ? "" : String(value));

/** The input of a field, by its type in the schema. Values are as the API has them. */
export function FieldInput(props: FieldInputProps) {
  const { field, value, onChange, values, error, note, autoFocus } = props;
  const t = useText();
  const tenant = useTenant();
  const common = { label: field.label, help: field.help, error, note };
  switch (field.type) {
    case "boolean":
      return (
        <Checkbox isSelected={value === true} onChange={onChange} help={field.help} error={error}>
          {field.label}
        </Checkbox>
      );
    case "money": {
      const currency =
        field.currency ??
        (asText(field.currency_field === undefined ? "" : values[field.currency_field]) || tenant.settings.currency);
      return (
        <MoneyField
          {...common}
          value={value === undefined ? null : (value as string | null)}
          onChange={onChange}
          currency={currency}
        />
      );
    }
    case "integer":
    case "number":
      return (
        <NumberField
          {...common}
          value={value === null || value === undefined ? Number.NaN : Number(value)}
          onChange={(number) => onChange(Number.isNaN(number) ? null : number)}
          minValue={field.min}
          maxValue={field.max}
          step={field.type === "integer" ? 1 : undefined}
        />
      );
    case "date":
      return <DateField {...common} value={(value as string | null | undefined) ?? null} onChange={onChange} />;
    case "instant":
      return (
        <InstantField
          {...common}
          value={(value as string | null | undefined) ?? null}
          onChange={onChange}
          timeZone={tenant.settings.timezone}
        />
      );
    case "choice":
    case "master":
      return <ChoiceInput {...props} />;
    case "reference":
      return <ReferenceInput {...props} />;
    case "json":
      return null;
    default:
      break;
  }
  if (field.format === "tags")
    return <TagField {...common} value={(value as readonly string[] | undefined) ?? []} onChange={onChange} />;
  if (field.multiple) return null;
  if (field.format === "long_text" || field.format === "markdown")
    return (
      <TextArea {...common} value={asText(value)} onChange={(text) => onChange(emptyToNull(text))} maxLength={field.max_length} />
    );
  return (
    <TextField
      {...common}
      autoFocus={autoFocus}
      type={inputTypes[field.type] ?? (field.format === "secret" ? "password" : "text")}
      value={asText(value)}
      onChange={(text) => onChange(emptyToNull(text))}
      maxLength={field.max_length}
      suffix={field.format === "percent" ? t("%") : undefined}
    />
  );
}

const inputTypes: Readonly<Record<string, "email" | "tel" | "url">> = { email: "email", phone: "tel", url: "url" };

function ChoiceInput({ field, value, onChange, error, note }: FieldInputProps) {
  const common = { label: field.label, help: field.help, error, note };
  const options: Option[] = (field.choices ?? []).map(({ code, name, color }) => ({
    id: code,
    label: name,
    ...(color ? { hue: hueForColor(color) } : {}),
  }));
  const search = useMemo(() => createMasterSearch(field.master), [field.master]);
  // Records store the id of a value, inputs take its code too.
  const codeOf = (stored: unknown): string =>
    field.choices?.find(({ id, code }) => stored === id || stored === code)?.code ?? asText(stored);
  if (field.choices === undefined && field.master !== undefined && !field.multiple)
    return <MasterReference field={field} value={value} onChange={onChange} error={error} note={note} search={search} />;
  if (field.multiple)
    return (
      <Select
        {...common}
        selectionMode="multiple"
        options={options}
        value={[(value as readonly unknown[] | null | undefined) ?? []].flat().map(codeOf)}
        onChange={(keys) => onChange(toKeys(keys as never))}
      />
    );
  if (options.length > MAX_SELECT)
    return (
      <Combobox
        {...common}
        options={options}
        selectedKey={value ? codeOf(value) : null}
        onSelectionChange={(key) => onChange(key === null ? null : String(key))}
      />
    );
  return (
    <Select
      {...common}
      options={options}
      value={value ? codeOf(value) : null}
      onChange={(key) => onChange(key === null ? null : String(key))}
    />
  );
}

function MasterReference({
  field,
  value,
  onChange,
  error,
  note,
  labels,
  search,
}: Omit<FieldInputProps, "values"> & { readonly search: SearchOptions }) {
  const known = labels?.[field.name] ?? null;
  const option = value ? (known?.id === value ? known : { id: String(value), label: String(value) }) : null;
  return (
    <Reference
      label={field.label}
      help={field.help}
      error={error}
      note={note}
      value={option}
      search={search}
      onChange={(chosen) => onChange(chosen?.id ?? null)}
    />
  );
}

function ReferenceInput({ field, value, onChange, values, labels, error, note }: FieldInputProps) {
  const { data: kinds = [] } = useKindIndex();
  const name = field.type_field === undefined ? field.record : asText(values[field.type_field]).toLowerCase();
  const kind = kinds.find((candidate) => candidate.kind === name);
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const known = labels?.[field.name] ?? null;
  const option = value ? (known?.id === value ? known : { id: String(value), label: kind?.label ?? String(value) }) : null;
  return (
    <Reference
      label={field.label}
      help={field.help}
      error={error}
      note={note}
      value={option}
      search={search}
      isDisabled={!kind}
      onChange={(chosen) => onChange(chosen?.id ?? null)}
    />
  );
}
