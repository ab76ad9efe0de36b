import { useTenant } from "../../kernel/context.ts";
import type { PathDeclaration } from "../../storage/read/path-declarations.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { Entity, SearchPathRecord } from "./search-path.entity.ts";

/**
 * All paths that a tenant has declared for a kind of record, in one item. Lists and the stream consumer read it strongly consistent. Its revision
 * (attribute `turn`) serialises declarations, so a path is declared once and the limit `MAX_PATHS` holds.
 */
interface PathSet {
  turn: number;
  declared: readonly PathDeclaration[];
}

const setKey = (entity: Entity): Key => ({ pk: tenantKey(useTenant(), "PATHS", entity), sk: "declared" });

export async function readSet(entity: Entity): Promise<PathSet> {
  const item = await readItem(setKey(entity));
  return { turn: Number(item?.turn ?? 0), declared: item ? (JSON.parse(String(item.declared)) as PathDeclaration[]) : [] };
}

/** Writes the set in the transaction that writes a declaration; fails with WriteConflict if the set has changed meanwhile. */
export function putSet(tx: Transaction, entity: Entity, { turn }: PathSet, declared: readonly PathDeclaration[]): void {
  tx.put(
    { ...setKey(entity), turn: turn + 1, declared: JSON.stringify(declared) },
    {
      condition: turn === 0 ? "attribute_not_exists(pk)" : "turn = :read",
      ...(turn === 0 ? {} : { values: { ":read": turn } }),
      rejection: () => new WriteConflict("The declared paths were changed concurrently"),
    },
  );
}

export const toDeclaration = ({ id, path, type, sort, revision, status }: SearchPathRecord): PathDeclaration => ({
  id,
  path,
  type,
  filter: true,
  sort,
  revision,
  status,
});

/** Returns the declared paths, for lists and the stream consumer. */
export const listDeclarations = async (entity: string): Promise<readonly PathDeclaration[]> =>
  (await readSet(entity as Entity)).declared;
