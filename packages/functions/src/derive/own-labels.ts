import type { FieldInfo } from "@crm/core/kernel/field-info.ts";
import type { Kind } from "@crm/core/kernel/id.ts";

/** Words that say enough without the name of the kind: the status of a lead is `Status` among the fields of leads. */
const OWN_WORDS = new Set(["date", "number", "rank", "role", "score", "source", "status", "type", "value"]);

/** Returns the fields of a kind with the labels that they have among themselves: `Status` for `Lead status`, and `Name` for `Display name`. */
export function shortenLabels<F extends Pick<FieldInfo, "name" | "label">>(
  { name }: Pick<Kind, "name">,
  fields: readonly F[],
): F[] {
  const prefix = `${name.replaceAll("_", " ")} `;
  const labels = new Set(fields.map(({ label }) => label));
  const shorten = ({ name, label }: F): string => {
    if (name === "display_name") return "Name";
    const word = label.toLowerCase().startsWith(prefix) ? label.slice(prefix.length) : "";
    return OWN_WORDS.has(word) ? word.charAt(0).toUpperCase() + word.slice(1) : label;
  };
  return fields.map((field) => {
    const label = shorten(field);
    // Of a fixed choice and a value of master data with one label, the master data is shortened: `Customer type` and `Type`.
    const hasTwin = !field.name.endsWith("_id") && fields.some((other) => other !== field && other.label === field.label);
    return labels.has(label) || hasTwin ? field : { ...field, label };
  });
}
