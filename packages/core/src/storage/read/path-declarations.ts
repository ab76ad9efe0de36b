import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../table/cache.ts";
import type { PathDeclaration, PathDeclarationSource } from "../table/path-declaration.ts";

/**
 * Search paths that tenants declare. Each process caches declarations for a minute, in lists and in the stream consumer. A backfill
 * therefore starts `BACKFILL_GRACE_SECONDS` after the declaration was written, when no process derives entries without it.
 */
export {
  type DeclarationStatus,
  declarationStatuses,
  type PathDeclaration,
  type PathDeclarationSource,
} from "../table/path-declaration.ts";

/** Seconds for which a process may use outdated declarations. */
const CACHE_SECONDS = 60;

/** Seconds from the write of a declaration to the start of its backfill. */
export const BACKFILL_GRACE_SECONDS = CACHE_SECONDS + 30;

/** The part of a collection that declarations need. A kind without a collection needs only its name and sources. */
interface Declarable {
  readonly name: string;
  readonly definition: { readonly pathDeclarationSources?: readonly PathDeclarationSource[] };
}

/** Returns whether tenants can declare search paths for a kind. */
export const isDeclarable = ({ definition }: Declarable): boolean => (definition.pathDeclarationSources ?? []).length > 0;

export interface PathDeclarations {
  readonly all: readonly PathDeclaration[];
}

const declarationCache = new Cache<PathDeclarations>(CACHE_SECONDS, 10_000);
const cacheKey = (kind: string): string => `${useTenant()}/${kind}`;

/** Returns the tenant's declarations for a kind, at most a minute old. */
export const readDeclarations = (collection: Declarable): Promise<PathDeclarations> =>
  isDeclarable(collection)
    ? declarationCache.get(cacheKey(collection.name), () => loadDeclarations(collection))
    : Promise.resolve({ all: [] });

/** Returns the declarations without the cache. */
export function refreshDeclarations(collection: Declarable): Promise<PathDeclarations> {
  invalidate(collection.name);
  return readDeclarations(collection);
}

/** Call after this process has written a declaration. */
export const invalidate = (kind: string): void => declarationCache.invalidate(cacheKey(kind));

async function loadDeclarations({ name, definition }: Declarable): Promise<PathDeclarations> {
  const all = await Promise.all((definition.pathDeclarationSources ?? []).map((source) => source(name)));
  return { all: all.flat() };
}

export * as PathDeclarations from "./path-declarations.ts";
