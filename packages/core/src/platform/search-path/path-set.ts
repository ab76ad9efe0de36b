import { useTenant } from "../../kernel/context.ts";
import type { PathDeclaration } from "../../storage/read/path-declarations.ts";
import { get } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { Entity, SearchPathRecord } from "./search-path.entity.ts";

/**
 * All paths that a tenant declared for a kind of record, in one item: what lists and the stream's consumer read, strongly
 * consistent, and what makes declaring one at a time: a path is declared once, and they are never more than MOST.
 */
export interface PathSet {
  turn: number;
  declared: readonly PathDeclaration[];
}

const setKey = (entity: Entity): Key => ({ pk: tenantKey(useTenant(), "PATHS", entity), sk: "declared" });

export async function readSet(entity: Entity): Promise<PathSet> {
  const item = await get(setKey(entity));
  return { turn: Number(item?.turn ?? 0), declared: item ? (JSON.parse(String(item.declared)) as PathDeclaration[]) : [] };
}

/** Writes the set in the transaction that writes a declaration of it; not over what somebody else wrote meanwhile. */
export function putSet(tx: Transaction, entity: Entity, { turn }: PathSet, declared: readonly PathDeclaration[]): void {
  tx.put(
    { ...setKey(entity), turn: turn + 1, declared: JSON.stringify(declared) },
    {
      condition: turn === 0 ? "attribute_not_exists(pk)" : "turn = :read",
      ...(turn === 0 ? {} : { values: { ":read": turn } }),
      rejection: () => new WriteConflict("The declared paths have changed"),
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

/** What lists and the stream go by. */
export const listDeclarations = async (entity: string): Promise<readonly PathDeclaration[]> =>
  (await readSet(entity as Entity)).declared;
