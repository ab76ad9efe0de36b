import { skipToken, useQueries, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { read } from "../../api/client.ts";
import { createMasterSearch, readMasterName } from "../../api/master-values.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import { type Field, formatTitle, type KindSummary, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTenant } from "../../api/tenant.ts";
import { nameLanguage } from "../../ui/i18n/language-name.ts";
import { consoleLanguages } from "../../ui/i18n/languages.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { DateField } from "../../ui/kit/date-field.tsx";
import { hueForColor } from "../../ui/kit/hue.ts";
import { InstantField } from "../../ui/kit/instant-field.tsx";
import { MoneyField } from "../../ui/kit/money-field.tsx";
import { NumberField } from "../../ui/kit/number-field.tsx";
import type { Option } from "../../ui/kit/option.tsx";
import { Reference } from "../../ui/kit/reference.tsx";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { TagField } from "../../ui/kit/tag-field.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import type { SearchOptions } from "../../ui/kit/use-option-search.ts";
import { writeHelp } from "./help-text.ts";
import { ItemInput } from "./item-input.tsx";
import { PartInput } from "./part-input.tsx";
import { useRecordCreation } from "./record-creation.ts";
import { useTextOptions } from "./value-provider.tsx";

/** Only forms of few kinds have conditions. */
const ConditionInput = lazy(() => import("./condition-input.tsx").then(({ ConditionInput: input }) => ({ default: input })));

export type FormValue = unknown;

export interface FieldInputProps {
  readonly field: Field;
  readonly value: FormValue;
  readonly onChange: (value: FormValue) => void;
  /** All values of the form, for fields that depend on others. */
  readonly values: Readonly<Record<string, FormValue>>;
  /** Names of referenced records that are known already. */
  readonly labels?: Readonly<Record<string, Option | null>>;
  /** The record that the form is about, for parts that name a part of it. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  /** The errors of the whole form, for the parts of objects: `line_items[0].quantity`. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly note?: "required";
  readonly autoFocus?: boolean;
  /** What a reference shows until the user has chosen: what applies then. */
  readonly placeholder?: string | undefined;
}

const MAX_SELECT = 20;

const emptyToNull = (text: string): string | null => (text === "" ? null : text);
const asText = (value: FormValue): string => (value === null || value === undefined ? "" : String(value));

/** The API describes most of its fields in English; tenants describe their own in their language. A help in another language than the label helps no person. */
export const readHelp = ({
  custom,
  isHelpTranslated,
  help,
}: Pick<Field, "custom" | "isHelpTranslated" | "help">): string | undefined =>
  custom || isHelpTranslated || document.documentElement.lang.startsWith("en")
    ? help && (custom ? help : writeHelp(help))
    : undefined;

/** Returns the help of a field, with what concerns a new record. */
export function useHelp(field: Field): string | undefined {
  const t = useText();
  const help = readHelp(field);
  const createHelp = readHelp({ ...field, help: field.create_help });
  return help === undefined || createHelp === undefined ? (help ?? createHelp) : t("{help}. {createHelp}", { help, createHelp });
}

/** The input of a field, by its type in the schema. Values are as the API has them. */
export function FieldInput(props: FieldInputProps) {
  const { field, value, onChange, values, error, note, autoFocus } = props;
  const t = useText();
  const tenant = useTenant();
  const help = useHelp(field);
  const common = { label: field.label, help, error, note, autoFocus };
  switch (field.type) {
    case "boolean":
      return (
        <Checkbox isSelected={value === true} onChange={onChange} help={help} error={error} autoFocus={autoFocus}>
          {field.label}
        </Checkbox>
      );
    case "money": {
      const currencyField = field.currency_field ?? "";
      const currency =
        field.currency ?? (asText(values[currencyField] ?? props.record?.[currencyField]) || tenant.settings.currency);
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
      return field.item_of !== undefined ? (
        <ItemInput {...props} />
      ) : field.multiple ? (
        <ReferenceListInput {...props} />
      ) : (
        <ReferenceInput {...props} />
      );
    case "json":
      return field.format === "conditions" ? (
        <Suspense>
          <ConditionInput {...props} />
        </Suspense>
      ) : (
        <PartInput {...props} />
      );
    default:
      break;
  }
  if (field.item_of !== undefined) return <ItemInput {...props} />;
  if (field.multiple) return <TagField {...common} value={(value as readonly string[] | undefined) ?? []} onChange={onChange} />;
  if (field.format === "language") return <LanguageInput {...props} />;
  if (field.format === "long_text" || field.format === "markdown")
    return (
      <TextArea {...common} value={asText(value)} onChange={(text) => onChange(emptyToNull(text))} maxLength={field.max_length} />
    );
  return (
    <TextField
      {...common}
      type={inputTypes[field.type] ?? (field.format === "secret" ? "password" : "text")}
      value={asText(value)}
      onChange={(text) => onChange(emptyToNull(text))}
      maxLength={field.max_length}
      suffix={field.format === "percent" ? t("%") : undefined}
    />
  );
}

/** The languages in which the system writes, and the stored one if it names a country too, such as `de-CH`. */
function LanguageInput({ field, value, onChange, error, note, autoFocus }: FieldInputProps) {
  const { locale } = useTextOptions();
  const tags = new Set<string>(consoleLanguages);
  if (typeof value === "string" && value !== "") tags.add(value);
  return (
    <Combobox
      {...{ label: field.label, help: useHelp(field), error, note, autoFocus }}
      options={[...tags].map((tag) => ({ id: tag, label: nameLanguage(tag, locale) }))}
      selectedKey={value ? String(value) : null}
      onSelectionChange={(key) => onChange(key === null ? null : String(key))}
    />
  );
}

const inputTypes: Readonly<Record<string, "email" | "tel" | "url">> = { email: "email", phone: "tel", url: "url" };

function ChoiceInput({ values: _values, ...props }: FieldInputProps) {
  const { field, value, onChange, error, note, autoFocus } = props;
  const common = { label: field.label, help: useHelp(field), error, note, autoFocus };
  const choices = field.choices ?? [];
  // A program may have set a word that people are not offered.
  const isOther = typeof value === "string" && value !== "" && !choices.some(({ id, code }) => value === id || value === code);
  const offered = isOther && field.master === undefined && !field.multiple ? [...choices, { code: value, name: value }] : choices;
  const options: Option[] = offered.map(({ code, name, color }) => ({
    id: code,
    label: name,
    ...(color ? { hue: hueForColor(color) } : {}),
  }));
  const search = useMemo(() => createMasterSearch(field.master), [field.master]);
  // Records store the id of a value, inputs take its code too.
  const codeOf = (stored: unknown): string =>
    field.choices?.find(({ id, code }) => stored === id || stored === code)?.code ?? asText(stored);
  const readName = useCallback(
    async (id: string): Promise<string> => (field.master === undefined ? "" : readMasterName(field.master, id)),
    [field.master],
  );
  if (field.choices === undefined && field.master !== undefined && field.multiple)
    return <IdListInput {...props} search={search} readName={readName} />;
  if (field.choices === undefined && field.master !== undefined)
    return <IdInput {...props} search={search} readName={readName} />;
  if (field.multiple)
    return (
      <Select
        {...common}
        selectionMode="multiple"
        options={options}
        value={[(value as readonly unknown[] | null | undefined) ?? []].flat().map(codeOf)}
        onChange={(keys) => onChange(toKeys(keys))}
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

function useRecordName(kind: KindSummary | undefined) {
  return useCallback(
    async (id: string): Promise<string> =>
      kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : "",
    [kind],
  );
}

/** People who use the system are invited in the settings. */
const NOT_CREATED_INLINE = ["user"];

function ReferenceInput({ values, ...props }: FieldInputProps) {
  const { field } = props;
  const { data: kinds = [] } = useKindIndex();
  const name = field.type_field === undefined ? field.record : asText(values[field.type_field]).toLowerCase();
  const kind = kinds.find((candidate) => candidate.kind === name);
  const { excludedIds } = field;
  const search = useMemo(() => createRecordSearch(kind, excludedIds), [kind, excludedIds]);
  const readName = useRecordName(kind);
  const createRecord = useRecordCreation();
  const createdKind = kind?.operations.includes("create") && !NOT_CREATED_INLINE.includes(kind.kind) ? kind : undefined;
  return (
    <IdInput
      {...props}
      search={search}
      fallback={kind?.label}
      readName={readName}
      isDisabled={!kind}
      {...(createRecord && createdKind ? { onCreate: (text) => createRecord(createdKind, text) } : {})}
    />
  );
}

/** Records of one kind: each choice is added to those above it. */
function ReferenceListInput({ values: _values, ...props }: FieldInputProps) {
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === props.field.record);
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const readName = useRecordName(kind);
  return <IdListInput {...props} search={search} fallback={kind?.label} readName={readName} isDisabled={!kind} />;
}

/** Several ids, each with the name of its record, and a search that adds one. */
function IdListInput({
  field,
  value,
  onChange,
  error,
  note,
  autoFocus,
  search,
  readName,
  fallback,
  isDisabled,
}: Omit<IdInputProps, "values">) {
  const scope = useScope();
  const help = useHelp(field);
  const ids = (value as readonly string[] | null | undefined) ?? [];
  const [chosen, setChosen] = useState<readonly Option[]>([]);
  const names = useQueries({
    queries: ids.map((id) => ({
      queryKey: [...scope, "name", id],
      queryFn: readName && !chosen.some((option) => option.id === id) ? () => readName(id) : skipToken,
      retry: false,
    })),
  });
  const nameFor = (id: string, index: number): string =>
    chosen.find((option) => option.id === id)?.label ?? names[index]?.data ?? fallback ?? field.label;
  const searchOthers = useCallback<SearchOptions>(
    async (text, signal) => (await search(text, signal)).filter(({ id }) => !ids.includes(id)),
    [search, ids],
  );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        label={field.label}
        help={help}
        error={error}
        note={note}
        value={null}
        search={searchOthers}
        isDisabled={isDisabled}
        autoFocus={autoFocus}
        onChange={(option) => {
          if (option === null) return;
          setChosen((before) => [...before, option]);
          onChange([...ids, option.id]);
        }}
      />
      {ids.length > 0 ? (
        <span className="flex min-w-0 flex-wrap gap-1">
          {ids.map((id, index) => (
            <Tag key={id} label={nameFor(id, index)} onRemove={() => onChange(ids.filter((other) => other !== id))} />
          ))}
        </span>
      ) : null}
    </div>
  );
}

interface IdInputProps extends Omit<FieldInputProps, "values"> {
  readonly search: SearchOptions;
  readonly onCreate?: (text: string) => Promise<Option | null>;
  /** Reads the name of an id that the form does not know, such as that of a draft. */
  readonly readName?: (id: string) => Promise<string>;
  /** What the field shows for an id without a name. */
  readonly fallback?: string | undefined;
  readonly isDisabled?: boolean;
}

/** The input of a field that stores the id of a record or of a value. The name of a value that is chosen or created here is known. */
function IdInput({
  field,
  value,
  onChange,
  error,
  note,
  labels,
  search,
  onCreate,
  readName,
  fallback,
  isDisabled,
  autoFocus,
  placeholder,
}: IdInputProps) {
  const scope = useScope();
  const help = useHelp(field);
  const [chosen, setChosen] = useState<Option | null>(null);
  const known = [chosen, labels?.[field.name]].find((option) => option?.id === value);
  const name = useQuery({
    queryKey: [...scope, "name", value],
    queryFn: value && !known && readName ? () => readName(String(value)) : skipToken,
    retry: false,
  });
  return (
    <Reference
      label={field.label}
      help={help}
      error={error}
      note={note}
      value={value ? (known ?? { id: String(value), label: name.data ?? fallback ?? field.label }) : null}
      search={search}
      onCreate={onCreate}
      isDisabled={isDisabled}
      autoFocus={autoFocus}
      // A value that was taken away is sent as none.
      {...(placeholder !== undefined && value === undefined ? { placeholder } : {})}
      onChange={(option) => {
        setChosen(option);
        onChange(option?.id ?? null);
      }}
    />
  );
}
