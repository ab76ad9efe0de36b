import { useMemo, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { createMasterSearch } from "../../api/master-values.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, useKindIndex } from "../../api/schema.ts";
import { isEmptyValue, listLabels, readValue } from "../../api/value-text.ts";
import { FieldInput, type FormValue } from "../../input/fields/field-input.tsx";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { omitCreateHelp } from "../../input/fields/help-text.ts";
import type { CellEditorProps } from "../../ui/grid/grid-types.ts";
import { PopoverCellEditor } from "../../ui/grid/popover-cell-editor.tsx";
import { TextCellEditor } from "../../ui/grid/text-cell-editor.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { hueForColor } from "../../ui/kit/hue.ts";
import type { Option } from "../../ui/kit/option.tsx";
import { createOptionSearch, OptionSearchList } from "../../ui/kit/option-search-list.tsx";
import type { SearchOptions } from "../../ui/kit/use-option-search.ts";
import { chooseEditor, formatNumberInput, parseNumberInput } from "./cell-edit.ts";

/** A changed value, with the name of the record or master data that it names. */
export interface CellEdit {
  readonly value: FormValue;
  readonly option?: Option;
}

interface FieldEditorProps extends CellEditorProps<ConsoleRecord, CellEdit> {
  readonly field: Field;
  readonly isOptional: boolean;
}

/** The input of a field in a cell of a list. */
export function CellEditor(props: FieldEditorProps) {
  const editor = chooseEditor(props.field);
  if (editor === "options") return <OptionEditor {...props} />;
  return editor === "form" ? <FormEditor {...props} /> : <TextEditor {...props} isNumeric={editor === "number"} />;
}

function TextEditor({ row, field, commit, cancel, isNumeric }: FieldEditorProps & { readonly isNumeric: boolean }) {
  const t = useText();
  const { locale } = useLocale();
  const value = readValue(row, field.name);
  const text = isNumeric ? formatNumberInput(value, locale) : String(value ?? "");
  const parse = (typed: string): CellEdit | undefined => {
    // A text that was not touched stays as it is, in any form.
    if (typed === text) return { value };
    const parsed = isNumeric ? parseNumberInput(typed, field, locale) : typed.trim() === "" ? null : typed;
    return parsed === undefined ? undefined : { value: parsed };
  };
  return (
    <TextCellEditor<CellEdit>
      label={field.label}
      value={text}
      isNumeric={isNumeric}
      maxLength={field.max_length}
      parse={parse}
      error={t("This is not a value of the field")}
      commit={commit}
      cancel={cancel}
    />
  );
}

const NONE = "none";

function OptionEditor({ row, field, isOptional, commit, cancel }: FieldEditorProps) {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const none = t("None");
  const [label] = listLabels(row, field);
  const value = readValue(row, field.name);
  const current = isEmptyValue(value) ? null : { id: String(value), label: label?.name ?? String(value) };
  const search = useMemo((): SearchOptions => {
    const find = findSearch(
      field,
      kinds?.find(({ kind }) => kind === field.record),
    );
    if (!isOptional) return find;
    return async (text, signal) => [...(text === "" ? [{ id: NONE, label: none }] : []), ...(await find(text, signal))];
  }, [field, isOptional, kinds, none]);
  return (
    <PopoverCellEditor
      label={field.label}
      value={<FieldValue record={row} field={field} isCell />}
      onCancel={() => cancel()}
      onTab={cancel}
    >
      <OptionSearchList
        label={field.label}
        value={current}
        search={search}
        onChoose={(option) => commit(option.id === NONE ? { value: null } : { value: option.id, option })}
      />
    </PopoverCellEditor>
  );
}

/** Records store the ids of master data, and the codes of fixed choices. */
function findSearch(field: Field, kind: Parameters<typeof createRecordSearch>[0]): SearchOptions {
  if (field.choices)
    return createOptionSearch(
      field.choices.map(({ id, code, name, color }) => ({
        id: id ?? code,
        label: name,
        ...(color ? { hue: hueForColor(color) } : {}),
      })),
    );
  return field.master === undefined ? createRecordSearch(kind) : createMasterSearch(field.master);
}

function FormEditor({ row, field, commit, cancel }: FieldEditorProps) {
  const t = useText();
  const [value, setValue] = useState<FormValue>(readValue(row, field.name));
  const [label] = listLabels(row, field);
  const labels = label?.id === undefined ? {} : { [field.name]: { id: label.id, label: label.name } };
  const save = (): void => commit({ value });
  return (
    <PopoverCellEditor
      label={field.label}
      value={<FieldValue record={row} field={field} isCell />}
      onCancel={() => cancel()}
      onSave={save}
    >
      <div data-takes-enter={field.format === "tags" ? "" : undefined} className="flex flex-col gap-3 p-3">
        <FieldInput field={omitCreateHelp(field)} value={value} values={row} labels={labels} onChange={setValue} autoFocus />
        <span className="flex justify-end gap-2">
          <Button isSmall variant="quiet" onPress={() => cancel()}>
            {t("Cancel")}
          </Button>
          <Button isSmall onPress={save}>
            {t("Save")}
          </Button>
        </span>
      </div>
    </PopoverCellEditor>
  );
}
