import { isDeepStrictEqual } from "node:util";

/** Pure rules: the differences between two versions of a quote or a proposal. */

interface Difference<V> {
  field: string;
  from: V | null;
  to: V | null;
}

interface LineDifference<V> {
  line_id: string;
  change: "ADDED" | "REMOVED" | "CHANGED";
  name: string | null;
  differences: Difference<V>[];
}

export function compareFields<R extends object, F extends keyof R & string>(
  from: Partial<R>,
  to: Partial<R>,
  fields: readonly F[],
): Difference<R[F]>[] {
  return fields.flatMap((field) => {
    const [old, next] = [from[field] ?? null, to[field] ?? null];
    return isDeepStrictEqual(old, next) ? [] : [{ field, from: old, to: next }];
  });
}

interface Line {
  id: string;
  name: string | null;
  description: string | null;
}

/** Compares lines by id; versions keep the ids. The result has the lines of `to` in their order, then those that only `from` has. */
export function compareLines<L extends Line, F extends keyof L & string>(
  from: readonly L[],
  to: readonly L[],
  fields: readonly F[],
): LineDifference<L[F]>[] {
  const previousLines = new Map(from.map((line) => [line.id, line]));
  const nextIds = new Set(to.map(({ id }) => id));
  const createDifference = (line: L, change: LineDifference<L[F]>["change"], [old, next]: readonly [Partial<L>, Partial<L>]) => ({
    line_id: line.id,
    change,
    name: line.name ?? line.description,
    differences: compareFields(old, next, fields),
  });
  return [
    ...to.map((line) => {
      const old = previousLines.get(line.id);
      return createDifference(line, old ? "CHANGED" : "ADDED", [old ?? {}, line]);
    }),
    ...from.filter(({ id }) => !nextIds.has(id)).map((line) => createDifference(line, "REMOVED", [line, {}])),
  ].filter(({ change, differences }) => change !== "CHANGED" || differences.length > 0);
}
