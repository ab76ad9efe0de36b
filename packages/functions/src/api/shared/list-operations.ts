import type { Verb } from "@crm/core/kernel/fn.ts";
import type * as z from "zod";
import { type Operation, type OperationDeclaration, operation } from "../../http/operation.ts";

type ListDeclaration<N extends string, V extends Verb, O extends z.ZodType> = Omit<
  OperationDeclaration<N, V, O, "list">,
  "method" | "kind"
>;

/**
 * Builds two list operations of a kind: by query parameters, and with the same parameters in a body, which has space for long
 * conditions.
 */
export function buildListOperations<const P extends string, V extends Verb, O extends z.ZodType>(
  declared: ListDeclaration<`list${P}`, V, O>,
): readonly [Operation<`list${P}`, V, O, "list">, Operation<`query${P}`, V, O, "list">] {
  const { name, path, summary, keeps: _keeps, ...sharedOptions } = declared;
  const list = operation<`list${P}`, V, O, "list">({ ...declared, method: "GET", kind: "list" } as OperationDeclaration<
    `list${P}`,
    V,
    O,
    "list"
  >);
  const query = operation<`query${P}`, V, O, "list">({
    ...sharedOptions,
    name: name.replace(/^list/, "query") as `query${P}`,
    method: "POST",
    path: `${path}/query`,
    kind: "list",
    summary: `${summary}, filtered by conditions`,
    description: "Takes the parameters of the list, and in `where` conditions that are joined by and and or.",
    onlyReads: true,
    keyed: false,
  } as OperationDeclaration<`query${P}`, V, O, "list">);
  return [list, query];
}
