import { isPath } from "../../storage/read/path.rules.ts";
import type { DetailDocument } from "../../storage/table/collection.ts";
import { readDocument } from "../../storage/vault/sealed-detail.rules.ts";

/** Returns how many records have a value at each path below fields of detail; sensitive names are omitted. */
export function countPaths(
  records: readonly object[],
  detail: Readonly<Record<string, DetailDocument | undefined>>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const recordPaths = new Set<string>();
    for (const [field, { sealing } = {}] of Object.entries(detail)) {
      collectPaths(readDocument(record, field), field, new Set(sealing?.names), recordPaths);
    }
    for (const path of recordPaths) if (isPath(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

function collectPaths(value: unknown, path: string, secret: ReadonlySet<string>, paths: Set<string>): void {
  if (value === null || value === undefined || value === "") return;
  if (Array.isArray(value)) for (const item of value) collectPaths(item, `${path}[]`, secret, paths);
  else if (typeof value !== "object") paths.add(path);
  else {
    for (const [name, inner] of Object.entries(value))
      if (!secret.has(name.toLowerCase())) collectPaths(inner, `${path}.${name}`, secret, paths);
  }
}
