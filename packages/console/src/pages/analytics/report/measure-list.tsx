import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Field } from "../../../api/kind.ts";
import {
  changeMeasure,
  type Definition,
  findFreeName,
  hasSuggestedName,
  joinDates,
  MAX_MEASURES,
  type Measure,
  type MeasureType,
  measureTypes,
  OPEN,
  operations,
  parseName,
  readMeasureField,
  removeMeasure,
  takesField,
} from "../../../records/report/definition.ts";
import { type NamingContext, nameMeasure, nameMeasureType } from "../../../records/report/report-columns.ts";
import { isDay, isNumeric, isTime } from "../../../records/report/report-source.ts";
import { toFieldNoun, toPluralNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { useReportBuilder } from "./builder-context.ts";
import { ErrorText, FieldPicker, SourceWhereField } from "./builder-parts.tsx";

type Parts = Pick<Definition, "measures" | "sort" | "chart">;

interface MeasureListProps {
  readonly parts: Parts;
  readonly onChange: (parts: Parts) => void;
}

/** The figures of a report. */
export function MeasureList({ parts, onChange }: MeasureListProps) {
  const t = useText();
  const { measures = [] } = parts;
  const [isAdded, setAdded] = useState(false);
  const add = (): void => {
    setAdded(true);
    const names = measures.map(({ as }) => as);
    onChange({ ...parts, measures: [...measures, { as: findFreeName("count", names), do: "count" }] });
  };
  const move = (index: number, step: 1 | -1): void => {
    const next = [...measures];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + step, 0, moved);
    onChange({ ...parts, measures: next });
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {measures.map((measure, index) => (
        <MeasureCard
          // A figure keeps its place while its name changes.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          measure={measure}
          index={index}
          all={measures}
          hasFocus={isAdded && index === measures.length - 1}
          onChange={(next) => onChange(changeMeasure(parts, index, next))}
          onMove={(step) => move(index, step)}
          onRemove={() => onChange(removeMeasure(parts, index))}
        />
      ))}
      {measures.length >= MAX_MEASURES ? null : (
        <span>
          <Button isSmall icon={<Plus />} onPress={add}>
            {t("Add a measure")}
          </Button>
        </span>
      )}
    </div>
  );
}

/** What names of figures consist of. */
function useNaming(): NamingContext {
  const t = useText();
  const { source, fields } = useReportBuilder();
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { fields: byName, records: toPluralNoun(source.labels), t, toNoun: toFieldNoun };
}

interface MeasureCardProps {
  readonly measure: Measure;
  readonly index: number;
  readonly all: readonly Measure[];
  /** Whether the user has just added it. */
  readonly hasFocus: boolean;
  readonly onChange: (measure: Measure) => void;
  readonly onMove: (step: 1 | -1) => void;
  readonly onRemove: () => void;
}

function MeasureCard({ measure, index, all, hasFocus, onChange, onMove, onRemove }: MeasureCardProps) {
  const t = useText();
  const { fields, findError } = useReportBuilder();
  const { do: type, where, over } = measure;
  const path = `measures[${index}]`;
  const [isFiltered, setFiltered] = useState(where !== undefined);
  const context = useNaming();
  const label = nameMeasure(measure, all, context);
  const choose = (next: MeasureType): void => {
    const field = measure.field !== undefined && canTake(next, measure.field, fields) ? { field: measure.field } : {};
    onChange({
      as: measure.as,
      do: next,
      ...(takesField(next) ? { ...(next === "share" ? {} : { field: "" }), ...field } : {}),
      ...(where && next !== "formula" ? { where } : {}),
    });
  };
  const needsConditions = type === "rate";
  const showsConditions = type !== "formula" && (isFiltered || needsConditions || where !== undefined);
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 rounded-card border border-border p-3">
      <legend className="sr-only">{label}</legend>
      <div className="flex min-w-0 items-start gap-2">
        <div className="min-w-0 flex-1">
          <Select
            label={t("Measure")}
            isLabelHidden
            autoFocus={hasFocus}
            options={measureTypes
              .filter((candidate) => candidate !== "formula" || index > 0)
              .map((candidate) => ({ id: candidate, label: nameMeasureType(candidate, t) }))}
            value={type}
            onChange={(key) => choose(key as MeasureType)}
          />
        </div>
        <span className="flex">
          {index === 0 ? null : (
            <IconButton label={t("Move {label} up", { label })} icon={<ArrowUp />} onPress={() => onMove(-1)} />
          )}
          {index === all.length - 1 ? null : (
            <IconButton label={t("Move {label} down", { label })} icon={<ArrowDown />} onPress={() => onMove(1)} />
          )}
          <IconButton label={t("Remove {label}", { label })} icon={<Trash2 />} onPress={onRemove} />
        </span>
      </div>
      {takesField(type) ? <MeasureField measure={measure} path={path} onChange={onChange} /> : null}
      {type === "formula" ? <FormulaField measure={measure} index={index} all={all} path={path} onChange={onChange} /> : null}
      {showsConditions ? (
        <SourceWhereField
          label={needsConditions ? t("Records that count") : t("Filters")}
          where={where}
          onChange={(next) => {
            const { where: _before, ...others } = measure;
            onChange(next ? { ...others, where: next } : others);
          }}
          error={findError(`${path}.where`)}
        />
      ) : null}
      {needsConditions ? (
        <SourceWhereField
          label={t("Out of these records (all if empty)")}
          where={over}
          onChange={(next) => {
            const { over: _before, ...others } = measure;
            onChange(next ? { ...others, over: next } : others);
          }}
          error={findError(`${path}.over`)}
        />
      ) : null}
      <div className="flex min-w-0 flex-wrap items-end gap-2">
        <div className="min-w-field-short flex-1">
          <MeasureName measure={measure} label={label} onChange={onChange} error={findError(`${path}.as`)} />
        </div>
        {showsConditions || type === "formula" ? null : (
          <Button isSmall variant="quiet" onPress={() => setFiltered(true)}>
            {t("Only some records…")}
          </Button>
        )}
      </div>
      <ErrorText text={findError(path)} />
    </fieldset>
  );
}

/** Whether a figure can be computed of a field. */
function accepts(type: MeasureType, field: Field): boolean {
  if (type === "distinct") return true;
  return isNumeric(field) || ((type === "min" || type === "max") && isTime(field));
}

function canTake(type: MeasureType, text: string, fields: readonly Field[]): boolean {
  const { field: name, since } = readMeasureField(text);
  const field = fields.find((candidate) => candidate.name === name);
  return since === undefined ? field !== undefined && accepts(type, field) : type !== "distinct";
}

const DAYS = "days between";
const ALL = "all records";

type MeasurePartProps = Pick<MeasureCardProps, "measure" | "onChange"> & { readonly path: string };

/** The field of a figure, or the two dates between which it counts days. */
function MeasureField({ measure, path, onChange }: MeasurePartProps) {
  const t = useText();
  const { fields, findError } = useReportBuilder();
  const { do: type, field } = measure;
  const { field: until, since } = readMeasureField(field);
  const days = fields.filter(isDay);
  const isPair = since !== undefined;
  const options = [
    ...(type === "share" ? [{ id: ALL, label: t("All records") }] : []),
    ...fields.filter((field) => accepts(type, field)).map(({ name, label }) => ({ id: name, label })),
    ...(type !== "distinct" && days.length > 1 ? [{ id: DAYS, label: t("Days between two dates…") }] : []),
  ];
  const choose = (key: string): void => {
    const { field: _before, ...others } = measure;
    onChange(key === ALL ? others : { ...others, field: key === DAYS ? joinDates(OPEN, OPEN) : key });
  };
  return (
    <>
      <Combobox
        label={t("Field")}
        isLabelHidden
        placeholder={t("Choose a field…")}
        options={options}
        value={isPair ? DAYS : until === "" ? (type === "share" ? ALL : null) : until}
        onChange={(key) => {
          if (key !== null) choose(String(key));
        }}
        {...(isPair || findError(`${path}.field`) === undefined ? {} : { error: findError(`${path}.field`) as string })}
      />
      {isPair ? (
        <>
          <FieldPicker
            label={t("From")}
            fields={days}
            value={since}
            onChange={(name) => onChange({ ...measure, field: joinDates(until, name) })}
          />
          <FieldPicker
            label={t("Until")}
            fields={days}
            value={until}
            onChange={(name) => onChange({ ...measure, field: joinDates(name, since) })}
            error={findError(`${path}.field`)}
          />
        </>
      ) : null}
    </>
  );
}

const OPERATION_LABELS = { "+": "+", "-": "−", "*": "×", "/": "÷" } as const;

function FormulaField({ measure, index, all, path, onChange }: MeasurePartProps & Pick<MeasureCardProps, "index" | "all">) {
  const t = useText();
  const { findError } = useReportBuilder();
  const context = useNaming();
  const earlier = all.slice(0, index).map((other) => ({ id: other.as, label: nameMeasure(other, all, context) }));
  const [left, operation, right] = measure.of ?? ["", "/", ""];
  const error = findError(`${path}.of`);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        label={t("First measure")}
        isLabelHidden
        options={earlier}
        value={left || null}
        onChange={(key) => onChange({ ...measure, of: [String(key), operation, right] })}
      />
      <div className="flex min-w-0 gap-2">
        <div className="w-1/4 min-w-0">
          <Select
            label={t("Operation")}
            isLabelHidden
            options={operations.map((sign) => ({ id: sign, label: OPERATION_LABELS[sign] }))}
            value={operation}
            onChange={(key) => onChange({ ...measure, of: [left, key as (typeof operations)[number], right] })}
          />
        </div>
        <div className="min-w-0 flex-1">
          <Select
            label={t("Second measure")}
            isLabelHidden
            options={earlier}
            value={right || null}
            onChange={(key) => onChange({ ...measure, of: [left, operation, String(key)] })}
          />
        </div>
      </div>
      <ErrorText text={error} />
    </div>
  );
}

interface MeasureNameProps extends Pick<MeasureCardProps, "measure" | "onChange"> {
  readonly label: string;
  readonly error: string | undefined;
}

/** The name of a figure in the heads of the table. The API takes Latin letters, digits and _. */
function MeasureName({ measure, label, onChange, error }: MeasureNameProps) {
  const t = useText();
  const [text, setText] = useState<string>();
  const finish = (): void => {
    const name = text === undefined ? undefined : parseName(text);
    if (name !== undefined && name !== measure.as) onChange({ ...measure, as: name });
    setText(undefined);
  };
  return (
    <TextField
      label={t("Name")}
      note="optional"
      placeholder={label}
      value={text ?? (hasSuggestedName(measure) ? "" : measure.as.replaceAll("_", " "))}
      onChange={setText}
      onBlur={finish}
      maxLength={60}
      {...(error === undefined ? {} : { error })}
    />
  );
}
