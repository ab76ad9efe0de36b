import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { type Sealed, Vault } from "../../storage/vault/vault.ts";

/**
 * What an import keeps of a file for its work: rows, refused rows, what an update has replaced. All of it may hold what is sealed
 * elsewhere, before anybody knows which cell that is, so all of it is sealed under a key of the import.
 */

const NAME = "text";

/** A text as it is stored: with the key that opens it, so that it needs nothing else; that of another text, or one of its own. */
export const sealText = async (id: string, text: string, like?: Sealed): Promise<Sealed> =>
  (await Vault.seal(id, like ? { key: like.key, values: {} } : null, { [NAME]: text })) as Sealed;

export const openText = async (id: string, sealed: Sealed): Promise<string> => (await Vault.open(id, sealed))[NAME] ?? "";

/** Writes a list as an object of the import. */
export async function writeList(id: string, rest: readonly string[], list: string): Promise<void> {
  const sealed = await sealText(id, list);
  await usePorts().objects.write(objectKey("imports", id, ...rest), Buffer.from(JSON.stringify(sealed)));
}

/** A list as it was written; none where there is none. A release before wrote it open. */
export async function readList<T>(id: string, rest: readonly string[]): Promise<T[]> {
  const object = await usePorts().objects.open(objectKey("imports", id, ...rest));
  if (!object) return [];
  const stored = JSON.parse((await collectBytes(object.read())).toString()) as T[] | Sealed;
  return Array.isArray(stored) ? stored : (JSON.parse(await openText(id, stored)) as T[]);
}
