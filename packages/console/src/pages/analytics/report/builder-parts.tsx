import type { ReactNode } from "react";
import { useState } from "react";
import type { Field, Kind } from "../../../api/kind.ts";
import { ConditionBox } from "../../../input/filters/condition-box.tsx";
import { buildConditions, readConditions } from "../../../records/report/conditions.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import { Select } from "../../../ui/kit/select.tsx";
import { useReportBuilder } from "./builder-context.ts";

interface SectionProps {
  readonly title: string;
  readonly help?: string;
  readonly children: ReactNode;
}

/** A question of the builder. */
export function Section({ title, help, children }: SectionProps) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3 border-t border-border pt-4 first:border-t-0 first:pt-0">
      <div className="flex flex-col">
        <h2 className="text-section font-semibold">{title}</h2>
        {help === undefined ? null : <p className="text-meta text-text-muted">{help}</p>}
      </div>
      {children}
    </section>
  );
}

export function ErrorText({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <span role="alert" className="text-meta wrap-anywhere text-danger">
      {text}
    </span>
  );
}

interface FieldPickerProps {
  readonly label: string;
  readonly fields: readonly Field[];
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly error?: string | undefined;
  readonly isLabelHidden?: boolean;
}

/** One of the fields of a report. Those of related records have the name of the record before theirs. */
export function FieldPicker({ label, fields, value, onChange, error, isLabelHidden = false }: FieldPickerProps) {
  const t = useText();
  const options = fields.map(({ name, label: text }) => ({ id: name, label: text }));
  return (
    <Combobox
      label={label}
      isLabelHidden={isLabelHidden}
      // A picker that was just added is the next thing to fill in.
      autoFocus={value === ""}
      placeholder={t("Choose a field…")}
      options={options}
      value={options.some(({ id }) => id === value) ? value : null}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      {...(error === undefined ? {} : { error })}
    />
  );
}

type Where = Readonly<Record<string, unknown>>;

interface WhereFieldProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly where: unknown;
  readonly source: Pick<Kind, "filters">;
  readonly fields: readonly FilterField[];
  readonly onChange: (where: Where | undefined) => void;
  readonly error?: string | undefined;
}

/** Conditions on the records of a list. */
export function WhereField({ where, source, onChange, ...box }: WhereFieldProps) {
  return (
    <ConditionBox
      {...box}
      conditions={readConditions(where, source)}
      onChange={(next) => onChange(next && buildConditions(next))}
    />
  );
}

const OWN = "";

type SourceWhereProps = Pick<WhereFieldProps, "label" | "isLabelHidden" | "where" | "onChange" | "error">;

/** Conditions on the records of a report. The menu has the fields of one record at a time: the own ones, or those of a related one. */
export function SourceWhereField(props: SourceWhereProps) {
  const t = useText();
  const { source, related, filterFields } = useReportBuilder();
  const [record, setRecord] = useState(OWN);
  const offered = filterFields.map((field) => {
    const owner = field.name.includes(".") ? field.name.slice(0, field.name.indexOf(".")) : OWN;
    return owner === record ? field : { ...field, isHidden: true };
  });
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <WhereField {...props} source={source} fields={offered} />
      {related.length === 0 ? null : (
        <Select
          label={t("Filter by fields of")}
          options={[{ id: OWN_KEY, label: source.label }, ...related.map(({ name, label }) => ({ id: name, label }))]}
          value={record === OWN ? OWN_KEY : record}
          onChange={(key) => setRecord(key === OWN_KEY ? OWN : String(key))}
        />
      )}
    </div>
  );
}

/** A key is not empty. */
const OWN_KEY = ".";
