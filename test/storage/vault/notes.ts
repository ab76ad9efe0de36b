import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { kind } from "@crm/core/kernel/id.ts";
import { type BaseRecord, Collection, indexBy } from "@crm/core/storage/table/collection.ts";
import { Sealed, Vault } from "@crm/core/storage/vault/vault.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import * as z from "zod";

/** A kind of record of the tests' own, with sealed values. */
export interface Note extends BaseRecord {
  title: string;
  sealed: Sealed | null;
}

/** Kept under their own name, so that a process that holds no notes knows the kind all the same. */
export const NOTE = kind("memo", "mem", { load: () => import("./notes.ts") });

/** The domains of a store with notes. */
export const domainsWithNotes = [...domains, domain({ name: "memos", kinds: [NOTE] })];

export const Notes = new Collection<Note>({
  kind: NOTE,
  schema: z.object({ title: z.string(), sealed: Sealed.nullable() }),
  row: ["title"],
  indexes: { by_time: indexBy() },
  sealed: "sealed",
});

export const runInTenant = <T>(app: App, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "test"), work);

/** What is sealed in the n-th note. */
export const noteSecrets = (n: number): Record<string, string> => ({ passport: `P-${n}-ß`, iban: `IBAN ${n}` });

/** Writes notes with two sealed values each; every tenth has none, every tenth is deleted. */
export const writeNotes = (app: App, tenant: string, count: number): Promise<string[]> =>
  runInTenant(app, tenant, async () => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const note = Records.init(Notes, { title: `Note ${n}`, sealed: null });
      note.sealed = isEmptyNote(n) ? null : await Vault.seal(note.id, null, noteSecrets(n));
      await transaction().create(Notes, note).commit(note);
      if (n % 10 === 9) await Records.remove(Notes, note.id);
      ids.push(note.id);
    }
    return ids;
  });

export const isEmptyNote = (n: number): boolean => n % 10 === 4;

export const loadNotes = (app: App, tenant: string, ids: readonly string[]): Promise<Note[]> =>
  runInTenant(app, tenant, () => Promise.all(ids.map(async (id) => (await Records.load(Notes, id)) as Note)));

/** What is sealed in notes, in the clear. */
export const openSecrets = (app: App, tenant: string, notes: readonly Note[]): Promise<Record<string, string>[]> =>
  runInTenant(app, tenant, () => Promise.all(notes.map(({ id, sealed }) => Vault.open(id, sealed))));

/** What `writeNotes` has sealed, in its order. */
export const expectedSecrets = (ids: readonly string[]): Record<string, string>[] =>
  ids.map((_, n) => (isEmptyNote(n) ? {} : noteSecrets(n)));

/** Of the master key by which the data key of a note is wrapped, in a store of files. */
export const keyGeneration = ({ sealed }: Note): number | undefined => (sealed ? Number(sealed.key.split(".")[1]) : undefined);
