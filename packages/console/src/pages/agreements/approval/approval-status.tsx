import type { Kind } from "../../../api/schema.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Tag } from "../../../ui/kit/tag.tsx";

const hues: Readonly<Record<string, Hue>> = { pending: "blue", approved: "green", rejected: "red", expired: "orange" };

/** The status of an approval as a tag. */
export function ApprovalStatus({ kind, status }: { readonly kind: Kind; readonly status: unknown }) {
  const choice = kind.fields.find(({ name }) => name === "status")?.choices?.find(({ code }) => code === status);
  return choice ? <Tag label={choice.name} hue={hues[choice.code] ?? "gray"} hasDot /> : null;
}
