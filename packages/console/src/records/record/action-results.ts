import { findPages } from "../../api/page-manifest.ts";

interface CreatedRecord {
  readonly kind: string;
  readonly id: string;
}

const readPath = (answer: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name], answer);

/** Returns the record that an action of a kind has created. An id that the record had before names an older one. */
export function findCreated(
  kindName: string,
  action: string,
  record: Readonly<Record<string, unknown>>,
  answer: unknown,
): CreatedRecord | undefined {
  for (const [kind, ...path] of findPages(kindName).results?.[action] ?? []) {
    const id = readPath(answer, path);
    if (typeof id === "string" && id !== readPath(record, path)) return { kind, id };
  }
  return undefined;
}
