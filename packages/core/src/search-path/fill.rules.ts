import { isPath } from "../storage/read/path.rules.ts";
import type { Detail } from "../storage/table/collection.ts";
import { documentIn } from "../storage/vault/detail.rules.ts";

/** Of records, how many have a value at each path that occurs below fields of detail; sensitive names are left out. */
export function occurring(records: readonly object[], detail: Readonly<Record<string, Detail | undefined>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const found = new Set<string>();
    for (const [field, { sealing } = {}] of Object.entries(detail)) {
      collect(documentIn(record, field), field, new Set(sealing?.names), found);
    }
    for (const path of found) if (isPath(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

function collect(value: unknown, path: string, secret: ReadonlySet<string>, found: Set<string>): void {
  if (value === null || value === undefined || value === "") return;
  if (Array.isArray(value)) for (const each of value) collect(each, `${path}[]`, secret, found);
  else if (typeof value !== "object") found.add(path);
  else {
    for (const [name, inner] of Object.entries(value))
      if (!secret.has(name.toLowerCase())) collect(inner, `${path}.${name}`, secret, found);
  }
}
