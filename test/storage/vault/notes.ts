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

/** A kind with sealed values that only tests use. */
export interface Note extends BaseRecord {
  title: string;
  sealed: Sealed | null;
}

/** Declared under its own name, so that a process without notes also knows the kind. */
export const NOTE = kind("memo", "mem", { load: () => import("./notes.ts") });

/** The product's domains and one with notes. */
export const domainsWithNotes = [...domains, domain({ name: "memos", kinds: [NOTE] })];

export const Notes = new Collection<Note>({
  personalData: { purpose: "Test." },
  kind: NOTE,
  schema: z.object({ title: z.string(), sealed: Sealed.nullable() }),
  row: ["title"],
  indexes: { by_time: indexBy() },
  sealed: "sealed",
});

export const runInTenant = <T>(app: App, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "test"), work);

/** The sealed values of the n-th note. */
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

/** The decrypted values of notes. */
export const openSecrets = (app: App, tenant: string, notes: readonly Note[]): Promise<Record<string, string>[]> =>
  runInTenant(app, tenant, () => Promise.all(notes.map(({ id, sealed }) => Vault.open(id, sealed))));

/** The values that `writeNotes` has sealed, in the same order. */
export const expectedSecrets = (ids: readonly string[]): Record<string, string>[] =>
  ids.map((_, n) => (isEmptyNote(n) ? {} : noteSecrets(n)));

/** The generation of the master key that wraps a note's data key, in a file store. */
export const keyGeneration = ({ sealed }: Note): number | undefined => (sealed ? Number(sealed.key.split(".")[1]) : undefined);
