import { ChevronDown } from "lucide-react";
import { useMemo } from "react";
import type { Field } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { UserList } from "../../../input/fields/user-list.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { useBuilder } from "./builder-context.ts";
import { DurationField } from "./duration-field.tsx";
import { MergeText } from "./merge-text.tsx";
import { describeValue } from "./step-text.ts";
import {
  canTake,
  listDateFields,
  listReadableFields,
  listValueKinds,
  readDateBase,
  readPlus,
  readValueKind,
  type ValueKind,
} from "./value-kinds.ts";

const nameValueKind = (kind: ValueKind, t: Translate): string =>
  ({
    constant: t("A fixed value"),
    field: t("From a field"),
    date: t("A date"),
    turn: t("Users in turn"),
    other: t("An answer of a step"),
  })[kind];

/** The value with which an input of another kind begins. */
const firstValue: Readonly<Record<ValueKind, unknown>> = {
  constant: null,
  field: { field: "" },
  date: { date: "today", plus: "0d" },
  turn: { round_robin: [] },
  other: null,
};

interface ValueFieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
  readonly note?: "required" | undefined;
  /** The kinds of values that a user can choose from. */
  readonly kinds?: readonly ValueKind[];
}

/** A value that a step writes: a constant, or what is computed when the step runs. */
export function ValueField({ field, value, onChange, error, note, kinds = listValueKinds(field) }: ValueFieldProps) {
  const t = useText();
  const { names } = useBuilder();
  const current = readValueKind(value);
  const offered = kinds.includes(current) ? kinds : [...kinds, current];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {current === "constant" ? (
        <ConstantValue field={field} value={value} onChange={onChange} error={error} note={note} />
      ) : current === "field" ? (
        <FieldValueChoice field={field} value={value} onChange={onChange} error={error} />
      ) : current === "date" ? (
        <DateValue label={field.label} value={value} onChange={onChange} error={error} />
      ) : current === "turn" ? (
        <UserList
          label={field.label}
          value={(value as { round_robin: readonly string[] }).round_robin}
          onChange={(ids) => onChange({ round_robin: ids })}
          error={error}
        />
      ) : (
        <Tag label={describeValue(value, names)} />
      )}
      {offered.length < 2 ? null : (
        <span className="-mt-1 -ms-2">
          <Menu
            selectionMode="single"
            selectedKeys={[current]}
            trigger={
              <Button
                isSmall
                variant="quiet"
                icon={<ChevronDown />}
                aria-label={t("{label}: {kind}", { label: field.label, kind: nameValueKind(current, t) })}
              >
                {nameValueKind(current, t)}
              </Button>
            }
            onAction={(id) => {
              if (id !== current) onChange(firstValue[String(id) as ValueKind]);
            }}
          >
            {offered.map((id) => (
              <MenuItem key={id} id={id} label={nameValueKind(id, t)} />
            ))}
          </Menu>
        </span>
      )}
    </div>
  );
}

const isMergeText = ({ type, multiple, format }: Field): boolean =>
  ["text", "email", "phone", "url"].includes(type) && !multiple && format !== "tags" && format !== "secret";

function ConstantValue({ field, value, onChange, error, note }: Omit<ValueFieldProps, "kinds">) {
  if (isMergeText(field))
    return (
      <MergeText
        label={field.label}
        value={String(value ?? "")}
        onChange={(text) => onChange(text === "" ? null : text)}
        error={error}
        note={note}
        isLong={field.format === "long_text" || field.format === "markdown"}
      />
    );
  const { help: _help, ...plain } = field;
  return (
    <FieldInput
      field={plain as Field}
      value={value}
      values={NO_VALUES}
      onChange={onChange}
      {...(error === undefined ? {} : { error })}
      {...(note === undefined ? {} : { note })}
    />
  );
}

const NO_VALUES = {};

/** The value of another field of the record. */
function FieldValueChoice({ field, value, onChange, error }: Omit<ValueFieldProps, "kinds">) {
  const { kind } = useBuilder();
  const options = useMemo(
    () =>
      listReadableFields(kind)
        .filter((other) => canTake(field, other))
        .map(({ name, label }) => ({ id: `record.${name}`, label })),
    [kind, field],
  );
  return (
    <Select
      label={field.label}
      error={error}
      options={options}
      value={(value as { field: string }).field || null}
      onChange={(path) => onChange({ field: String(path) })}
    />
  );
}

interface DateValueProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
}

/** Today or the date of a field, and the time before or after it. */
function DateValue({ label, value, onChange, error }: DateValueProps) {
  const t = useText();
  const { kind } = useBuilder();
  const options = [
    { id: "today", label: t("Today") },
    { id: "now", label: t("Now") },
    ...listDateFields(kind).map((field) => ({ id: `record.${field.name}`, label: field.label })),
  ];
  const base = readDateBase(value);
  const plus = readPlus(value);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        label={label}
        error={error}
        options={options}
        value={base}
        onChange={(date) => onChange({ date: String(date), plus })}
      />
      <DurationField
        label={t("Time before or after")}
        isSigned
        value={plus}
        onChange={(next) => onChange({ date: base, plus: next ?? "0d" })}
      />
    </div>
  );
}
