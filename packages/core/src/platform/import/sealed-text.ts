import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { type Sealed, Vault } from "../../storage/vault/vault.ts";

/**
 * Seals what an import stores of a file: rows, refused rows, replaced values. Any cell may contain a value that is sealed elsewhere, and the import
 * cannot know which, so all of it is sealed under a key of the import.
 */

const NAME = "text";

/** Seals a text. The result contains the key that opens it: the key of `keySource`, or a new one. */
export const sealText = async (id: string, text: string, keySource?: Sealed): Promise<Sealed> =>
  (await Vault.seal(id, keySource ? { key: keySource.key, values: {} } : null, { [NAME]: text })) as Sealed;

export const openText = async (id: string, sealed: Sealed): Promise<string> => (await Vault.open(id, sealed))[NAME] ?? "";

/** Writes a sealed list as an object of the import. */
export async function writeList(id: string, rest: readonly string[], list: string): Promise<void> {
  const sealed = await sealText(id, list);
  await usePorts().objects.write(objectKey("imports", id, ...rest), Buffer.from(JSON.stringify(sealed)));
}

/** Reads a list; empty if the object does not exist. An earlier release wrote lists unsealed. */
export async function readList<T>(id: string, rest: readonly string[]): Promise<T[]> {
  const object = await usePorts().objects.open(objectKey("imports", id, ...rest));
  if (!object) return [];
  const stored = JSON.parse((await collectBytes(object.read())).toString()) as T[] | Sealed;
  return Array.isArray(stored) ? stored : (JSON.parse(await openText(id, stored)) as T[]);
}
