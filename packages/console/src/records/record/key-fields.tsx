import { Check, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { listTitleFields } from "../../api/title.ts";
import { isEmptyValue, listLabels, readValue } from "../../api/value-text.ts";
import { hasInput } from "../../input/fields/editable-field.ts";
import { FieldInput } from "../../input/fields/field-input.tsx";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { omitCreateHelp } from "../../input/fields/help-text.ts";
import { ConflictPanel } from "../../input/form/conflict-panel.tsx";
import { hasDraft } from "../../input/form/draft-store.ts";
import { type DraftOptions, useFormState } from "../../input/form/form-state.ts";
import { LeaveGuard } from "../../input/form/leave-guard.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { useRecordSave } from "../../input/form/use-record-save.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { CopyIcon } from "../../ui/kit/copy-button.tsx";
import { EditTarget } from "../../ui/kit/edit-target.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { listCoveredRanges } from "./range-fields.ts";

interface KeyFieldsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

interface RecordFieldsProps extends KeyFieldsProps {
  /** Fields that the page shows elsewhere. */
  readonly shownFields?: readonly (Field | undefined)[];
  /** Whether the fields stand below a title of the size of a section. */
  readonly isInSection?: boolean;
  /** Whether they stand in a panel, which names them. */
  readonly isInPanel?: boolean;
  /** The fields whose values are tags. Without it, all that have tags elsewhere. */
  readonly tagFields?: readonly string[];
}

/**
 * The fields of a record by section. Empty ones, those that say no, and those that the layout of the tenant leaves out are folded. A click or Enter
 * changes a field in place.
 */
export function KeyFields({ kind, record, shownFields = [], tagFields, ...place }: RecordFieldsProps) {
  const { isInSection = false, isInPanel = false } = place;
  const t = useText();
  const [showsAll, setShowsAll] = useState(false);
  const byName = new Map(kind.fields.map((field) => [field.name, field]));
  const codeFor = createCodeFinder(kind.fields);
  const repeated = listRepeatedFields(kind, record);
  const shownNames = new Set(shownFields.map((field) => field?.name));
  const sections = kind.layout.sections.map((section) => ({
    ...section,
    fields: section.fields
      .flatMap((name) => byName.get(name) ?? [])
      .filter(
        (field) =>
          !repeated.has(field.name) &&
          // The first record of a series is its series: a link to itself leads nowhere.
          !(field.type === "reference" && readValue(record, field.name) === record.id) &&
          !(shownNames.has(field.name) && !isEmptyValue(readValue(record, field.name))) &&
          field.visible &&
          matchesCondition(field.visible_when, record, codeFor),
      ),
  }));
  const saysNothing = (field: Field): boolean => {
    const value = readValue(record, field.name);
    return isEmptyValue(value) || value === false;
  };
  const hasFolded = sections.some(({ folded, fields }) => folded && fields.length > 0);
  const emptyCount = sections.flatMap(({ fields }) => fields).filter(saysNothing).length;
  const showLabel = hasFolded
    ? t("Show all fields")
    : t("{count, plural, one {Show # empty field} other {Show # empty fields}}", { count: emptyCount });
  const titleClass = isInPanel ? "sr-only" : isInSection ? "text-control font-medium text-text-muted" : "text-body font-semibold";
  const hideLabel = hasFolded ? t("Show fewer fields") : t("Hide empty fields");
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-6">
        {sections.map((section) => {
          const fields = section.fields.filter((field) => showsAll || !(section.folded || saysNothing(field)));
          if (fields.length === 0) return null;
          return (
            <section key={section.name} className="flex flex-col gap-2">
              <h2 className={titleClass}>{section.label}</h2>
              <dl className="flex flex-col text-control">
                {fields.map((field) => (
                  <KeyField
                    key={field.name}
                    kind={kind}
                    record={record}
                    field={field}
                    isPlain={tagFields?.includes(field.name) === false}
                  />
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      {hasFolded || emptyCount > 0 ? (
        <span className="-ms-2 print:hidden">
          <Button variant="quiet" isSmall onPress={() => setShowsAll(!showsAll)}>
            {showsAll ? hideLabel : showLabel}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

/** The fields that a record shows elsewhere: in its title, the currency beside an amount, and a range beside its number. */
function listRepeatedFields(kind: Kind, record: ConsoleRecord): ReadonlySet<string> {
  const title = listTitleFields(kind.title);
  const names = title.includes("display_name") ? [...title, "first_name", "last_name"] : title;
  const currencies = kind.fields.flatMap(({ name, currency_field }) =>
    currency_field !== undefined && !isEmptyValue(record[name]) ? [currency_field] : [],
  );
  return new Set([...names, ...currencies, ...listCoveredRanges(record)]);
}

/** An address stands in one line, and is copied whole. */
const isAddress = ({ type }: Field): boolean => type === "email" || type === "url";

/** Whether the user changes a field in place, and the draft of the change. An editor that a reload has interrupted opens again. */
export function useFieldEdit({ kind, record, field }: KeyFieldsProps & { readonly field: Field }) {
  const draft = useDraft(`field ${kind.kind} ${record.id} ${field.name}`, kind.fields);
  const [isEditing, setEditing] = useState(() => hasDraft(sessionStorage, draft.key));
  const canEdit =
    field.editable && hasInput(field) && kind.operations.includes("update") && !listTitleFields(kind.title).includes("id");
  return { draft, canEdit, isEditing: isEditing && canEdit, setEditing };
}

interface KeyFieldProps extends KeyFieldsProps {
  readonly field: Field;
  readonly isPlain: boolean;
}

function KeyField({ kind, record, field, isPlain }: KeyFieldProps) {
  const t = useText();
  const { draft, canEdit, isEditing, setEditing } = useFieldEdit({ kind, record, field });
  const value = readValue(record, field.name);
  const copy =
    isAddress(field) && !isEmptyValue(value) ? (
      <CopyIcon label={t("Copy {label}", { label: field.label })} text={String(value)} />
    ) : null;
  const shown = (
    <span className="field-text">
      <span>
        <FieldValue record={record} field={field} isPlain={isPlain} />
      </span>
    </span>
  );
  if (isEditing)
    return (
      <div className="min-w-0">
        <dt className="sr-only">{field.label}</dt>
        <dd className="min-w-0">
          <FieldEditor kind={kind} record={record} field={field} draft={draft} onDone={() => setEditing(false)} />
        </dd>
      </div>
    );
  return (
    <div className="grid min-h-control min-w-0 grid-cols-(--field-columns) items-baseline gap-2">
      <dt className="text-control wrap-anywhere text-text-muted">{field.label}</dt>
      <dd className="flex min-h-control min-w-0 items-center">
        {canEdit ? (
          <EditTarget label={t("Change {label}", { label: field.label })} onEdit={() => setEditing(true)} actions={copy}>
            {shown}
          </EditTarget>
        ) : (
          <>
            <span className="min-w-0 flex-1">{shown}</span>
            {copy}
          </>
        )}
      </dd>
    </div>
  );
}

interface FieldEditorProps extends KeyFieldsProps {
  readonly field: Field;
  readonly draft: DraftOptions;
  readonly onDone: () => void;
}

/** Changes a field in place. */
export function FieldEditor({ kind, record, field, draft, onDone }: FieldEditorProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({ ...record, [field.name]: readValue(record, field.name) }, t, draft);
  const { save, stored, conflicts } = useRecordSave(kind, record, form);
  const [label] = listLabels(record, field);
  const labels = label?.id === undefined ? {} : { [field.name]: { id: label.id, label: label.name } };
  const finish = async (): Promise<void> => {
    form.discard();
    await invalidate(kind, record.id);
    onDone();
  };
  const cancel = (): void => {
    form.discard();
    onDone();
  };
  const submit = async (): Promise<void> => {
    if (!form.isChanged) return onDone();
    if (!form.isSaving && (await save())) await finish();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && !(event.target instanceof HTMLTextAreaElement) && !event.nativeEvent.isComposing)
      void submit();
  };
  if (stored && conflicts.length > 0)
    return (
      <ConflictPanel
        kind={kind}
        stored={stored}
        conflicts={conflicts}
        onKeepMine={() => void submit()}
        onTakeTheirs={() => void finish()}
      />
    );
  const message = form.errors.fields[field.name] ?? form.errors.form;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the input inside
    <div onKeyDown={onKeyDown} className="flex min-w-0 items-end gap-1">
      <span className="min-w-0 flex-1">
        <FieldInput
          field={omitCreateHelp(field)}
          value={form.values[field.name]}
          values={form.values}
          labels={labels}
          onChange={(value) => form.set(field.name, value)}
          {...(message === undefined ? {} : { error: message })}
          autoFocus
        />
      </span>
      <IconButton label={t("Save")} icon={<Check />} isPending={form.isSaving} onPress={() => void submit()} />
      <IconButton label={t("Cancel")} icon={<X />} onPress={cancel} />
      <LeaveGuard form={form} />
    </div>
  );
}
