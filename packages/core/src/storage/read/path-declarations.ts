import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../table/cache.ts";
import type { PathDeclaration, PathDeclarationSource } from "../table/path-declaration.ts";

/**
 * Paths into records that a tenant declares to be found by. What is declared is kept for a minute in each process, in
 * lists and in the stream's consumer alike: so whoever brings entries up to a declaration begins GRACE seconds after it was
 * written, when no process derives without it any more.
 */
export {
  type DeclarationStatus,
  declarationStatuses,
  type PathDeclaration,
  type PathDeclarationSource,
} from "../table/path-declaration.ts";

/** How long what is declared may be out of date in a process. */
const CACHE_SECONDS = 60;

/** Seconds from the writing of a declaration to the beginning of its backfill. */
export const BACKFILL_GRACE_SECONDS = CACHE_SECONDS + 30;

/** What is asked for its declarations; the kinds that take any name where they come from (`declares`). */
interface Declarable {
  readonly name: string;
  readonly definition: { readonly pathDeclarationSources?: readonly PathDeclarationSource[] };
}

/** Whether tenants can declare paths into records of a kind. */
export const isDeclarable = ({ definition }: Declarable): boolean => (definition.pathDeclarationSources ?? []).length > 0;

export interface PathDeclarations {
  readonly all: readonly PathDeclaration[];
}

const declarationCache = new Cache<PathDeclarations>(CACHE_SECONDS, 10_000);
const cacheKey = (kind: string): string => `${useTenant()}/${kind}`;

/** What the present tenant declares for a kind, as of a minute ago at most. */
export const readDeclarations = (collection: Declarable): Promise<PathDeclarations> =>
  isDeclarable(collection)
    ? declarationCache.get(cacheKey(collection.name), () => loadDeclarations(collection))
    : Promise.resolve({ all: [] });

/** The same, read now. */
export function refreshDeclarations(collection: Declarable): Promise<PathDeclarations> {
  invalidate(collection.name);
  return readDeclarations(collection);
}

/** After a declaration was written in this process. */
export const invalidate = (kind: string): void => declarationCache.invalidate(cacheKey(kind));

async function loadDeclarations({ name, definition }: Declarable): Promise<PathDeclarations> {
  const all = await Promise.all((definition.pathDeclarationSources ?? []).map((source) => source(name)));
  return { all: all.flat() };
}

export * as PathDeclarations from "./path-declarations.ts";
