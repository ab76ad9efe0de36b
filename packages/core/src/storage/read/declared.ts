import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../table/cache.ts";
import type { Declaration, Source } from "../table/declaration.ts";

/**
 * Paths into records that a tenant declares to be found by. What is declared is kept for a minute in each process, in
 * lists and in the stream's consumer alike: so whoever brings entries up to a declaration begins GRACE seconds after it was
 * written, when no process derives without it any more.
 */
export { type Declaration, type DeclarationStatus, type Source, statuses } from "../table/declaration.ts";

/** How long what is declared may be out of date in a process. */
const KEPT = 60;

/** Seconds from the writing of a declaration to the beginning of its backfill. */
export const GRACE = KEPT + 30;

/** What is asked for its declarations; the kinds that take any name where they come from (`declares`). */
interface Declarable {
  readonly name: string;
  readonly definition: { readonly declares?: readonly Source[] };
}

/** Whether tenants can declare paths into records of a kind. */
export const isDeclarable = ({ definition }: Declarable): boolean => (definition.declares ?? []).length > 0;

export interface Declared {
  readonly all: readonly Declaration[];
}

const kept = new Cache<Declared>(KEPT, 10_000);
const keptAs = (kind: string): string => `${useTenant()}/${kind}`;

/** What the present tenant declares for a kind, as of a minute ago at most. */
export const declared = (collection: Declarable): Promise<Declared> =>
  isDeclarable(collection) ? kept.get(keptAs(collection.name), () => read(collection)) : Promise.resolve({ all: [] });

/** The same, read now. */
export function declaredNow(collection: Declarable): Promise<Declared> {
  forget(collection.name);
  return declared(collection);
}

/** After a declaration was written in this process. */
export const forget = (kind: string): void => kept.forget(keptAs(kind));

async function read({ name, definition }: Declarable): Promise<Declared> {
  const all = await Promise.all((definition.declares ?? []).map((source) => source(name)));
  return { all: all.flat() };
}

export * as Declared from "./declared.ts";
