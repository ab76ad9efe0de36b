import { fieldLabel } from "../../../api/field-label.ts";
import type { Field, KindSummary } from "../../../api/kind.ts";

/** A parameter of a template (`GET /workflows/templates`). The type of one that names a record is the kind of the record. */
export interface TemplateParameter {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly description?: string | null;
  /** Undefined: the parameter is required. */
  readonly default?: unknown;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly values?: readonly string[] | null;
}

const plainTypes: readonly string[] = ["integer", "number", "boolean", "date", "instant"];

/** Returns the field whose input a parameter has. The description says more than the name. */
export function toTemplateField(parameter: TemplateParameter, kinds: readonly Pick<KindSummary, "kind">[]): Field {
  const { name, type, description, min, max, values } = parameter;
  const label = parameter.label ?? description ?? fieldLabel(name);
  const base = { name, label, required: parameter.default === undefined, multiple: false };
  if (values) return { ...base, type: "choice", choices: values.map((code) => ({ code, name: fieldLabel(code) })) } as Field;
  if (kinds.some(({ kind }) => kind === type)) return { ...base, type: "reference", record: type } as Field;
  if (type === "texts") return { ...base, type: "text", multiple: true, format: "tags" } as Field;
  if (!plainTypes.includes(type)) return { ...base, type: "text" } as Field;
  return { ...base, type, ...(min == null ? {} : { min }), ...(max == null ? {} : { max }) } as Field;
}
