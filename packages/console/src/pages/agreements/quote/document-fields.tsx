import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Field, Kind } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { omitCreateHelp } from "../../../input/fields/help-text.ts";
import { hasFormInput } from "../../../input/fields/part-rules.ts";
import type { FormState } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";

interface DocumentFieldsProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly mode: "create" | "edit";
  /** In their order. Fields that the user may not write are left out. */
  readonly names: readonly string[];
  readonly labels?: Readonly<Record<string, Option | null>>;
  /** Whether the fields say what they are for. */
  readonly hasHelp?: boolean;
  /** Fields that are set together with others. */
  readonly onChange?: (name: string, value: unknown) => void;
}

/** Whether a field takes all of the width. */
const isWide = ({ format, type }: Field): boolean => format === "long_text" || format === "tags" || type === "json";

/** Returns the fields of these names that the form has inputs for. */
export const listWritable = ({ fields }: Pick<Kind, "fields">, mode: "create" | "edit", names: readonly string[]): Field[] =>
  names.flatMap((name) =>
    fields.filter(
      (field) => field.name === name && (mode === "create" ? field.creatable : field.editable) && hasFormInput(field),
    ),
  );

const omitHelp = ({ help: _help, create_help: _create, ...field }: Field): Field => field;

/** The fields of a document beside its lines, two in a row. */
export function DocumentFields({
  kind,
  form,
  mode,
  names,
  labels = {},
  hasHelp = true,
  onChange = form.set,
}: DocumentFieldsProps) {
  return (
    <div className="grid grid-cols-1 items-start gap-x-4 gap-y-3 tablet:grid-cols-2">
      {listWritable(kind, mode, names).map((field) => (
        <div key={field.name} className={isWide(field) ? "min-w-0 tablet:col-span-2" : "min-w-0"}>
          <FieldInput
            field={!hasHelp ? omitHelp(field) : mode === "edit" ? omitCreateHelp(field) : field}
            value={form.values[field.name]}
            values={form.values}
            labels={labels}
            onChange={(value) => onChange(field.name, value)}
            error={form.errors.fields[field.name]}
            errors={form.errors.fields}
          />
        </div>
      ))}
    </div>
  );
}

/** A part of the form under its title. */
export function DocumentSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3">
      <h2 className="text-section font-semibold">{title}</h2>
      {children}
    </section>
  );
}

interface HeadFieldsProps extends Omit<DocumentFieldsProps, "names"> {
  /** The fields that are always shown, and those that are shown on demand. */
  readonly first: readonly string[];
  readonly more: readonly string[];
}

/** The fields above the content. Those that are mostly left as they are appear on demand, or if one of them is wrong. */
export function HeadFields({ first, more, ...fields }: HeadFieldsProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const isShown = isOpen || more.some((name) => fields.form.errors.fields[name] !== undefined);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <DocumentFields {...fields} names={first} hasHelp={false} />
      {isShown ? (
        <DocumentFields {...fields} names={more} />
      ) : (
        <span className="-ms-2">
          <Button variant="quiet" isSmall icon={<ChevronDown />} onPress={() => setOpen(true)}>
            {t("Show all fields")}
          </Button>
        </span>
      )}
    </div>
  );
}
