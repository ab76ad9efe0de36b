import { collectDetails, type ErrorDetail } from "../../kernel/error.ts";
import { type Input, toText } from "./importable.ts";

/** References of rows that name other records by id, number or name. */

/** Returns the id of the record that a text names, by field. A resolver throws if the caller sees no such record. */
export type ReferenceResolvers = Readonly<Record<string, (reference: string) => Promise<string>>>;

/** Returns the row with ids, without the references that name no record, and the errors about these. */
export async function resolveReferences(
  input: Input,
  resolvers: ReferenceResolvers,
): Promise<{ resolvedInput: Input; details: readonly ErrorDetail[] }> {
  const details: ErrorDetail[] = [];
  const resolvedInput = { ...input };
  for (const [field, resolveId] of Object.entries(resolvers)) {
    const reference = toText(input[field]);
    if (reference === undefined) continue;
    const id = await collectDetails(details, resolveId(reference), undefined);
    if (id === undefined) delete resolvedInput[field];
    else resolvedInput[field] = id;
  }
  return { resolvedInput, details };
}
