import type { Kind } from "../../api/kind.ts";
import { listTitleFields } from "../../api/title.ts";

/** Fields that take the name of a record, the best first. */
const NAME_FIELDS = ["name", "subject", "title", "company"];

/** Returns the values of a new record that is known by the name that a user typed: `{ name: "Acme" }`, or the parts of a person's name. */
export function presetFromName({ title, fields }: Pick<Kind, "title" | "fields">, text: string): Record<string, string> {
  const name = text.trim();
  const isText = (field: string): boolean =>
    fields.some((candidate) => candidate.name === field && candidate.creatable && candidate.type === "text");
  const [titleField = "", ...otherTitleFields] = listTitleFields(title);
  const isPerson = isText("first_name") && isText("last_name");
  if (isPerson && !(otherTitleFields.length === 0 && isText(titleField))) {
    const words = name.split(/\s+/);
    const last_name = words.pop() ?? "";
    return words.length === 0 ? { last_name } : { first_name: words.join(" "), last_name };
  }
  const field = [titleField, ...NAME_FIELDS].find(isText);
  return field === undefined || name === "" ? {} : { [field]: name };
}
