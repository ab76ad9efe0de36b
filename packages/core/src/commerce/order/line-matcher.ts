import type { ErrorDetail } from "../../kernel/error.ts";

interface MatcherOptions<L> {
  lineById: ReadonlyMap<string | null, L>;
  /** The field of the items, such as `items`. */
  path: string;
  /** The error of an item whose line does not exist. */
  missing: string;
  /** Where the errors go. */
  details: ErrorDetail[];
}

/** Creates a function that returns the line of an item; undefined, with an error, if there is none or another item has it. */
export function createLineMatcher<L>({ lineById, path, missing, details }: MatcherOptions<L>) {
  const named = new Set<string>();
  return ({ line_id }: { line_id: string }, index: number): L | undefined => {
    const line = lineById.get(line_id);
    if (line !== undefined && !named.has(line_id)) {
      named.add(line_id);
      return line;
    }
    const message = line === undefined ? missing : "Another item has the same line";
    details.push({ field: `${path}[${index}].line_id`, message });
    return undefined;
  };
}
