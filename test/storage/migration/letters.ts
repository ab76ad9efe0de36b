import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { kind } from "@crm/core/kernel/id.ts";
import { textSearchWords } from "@crm/core/kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import * as z from "zod";

/** A kind of record with three shapes in three releases. */
export interface Letter extends BaseRecord {
  /** Only in the first shape. */
  name?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  folder: string;
  body: string | null;
}

const field = z.string().nullable();

/** No release of a test knows a later shape, so none refuses the table of another. */
export const LATEST_SHAPE = 9;

/** A kind that only tests use. */
export const LETTER = kind("letter", "ltr", { shape: LATEST_SHAPE, load: async (): Promise<object> => firstRelease() });

/** The product's domains and one with letters. */
export const domainsWithLetters = [...domains, domain({ name: "letters", kinds: [LETTER] })];

/** The release in which a letter has a single name. */
export const firstRelease = () =>
  new Collection<Letter>({
    personalData: { purpose: "Test." },
    kind: LETTER,
    schema: z.object({ name: field, folder: field, body: field }),
    row: ["name", "folder"],
    indexes: { by_time: indexBy(), by_status: indexBy("folder") },
    filters: { folder: { index: "by_status", field: "folder" } },
    searchWords: (letter) => textSearchWords(letter.name ?? ""),
  });

type MigrationStep = (stored: Item) => Item;

/** The second release splits the name. */
export const splitName: MigrationStep = ({ name, ...rest }) => {
  const [first_name, last_name] = String(name).split(" ");
  return { ...rest, first_name, last_name };
};

/** The third release writes folders in upper case. */
export const upperFolder: MigrationStep = (stored) => ({ ...stored, folder: String(stored.folder).toUpperCase() });

export const laterRelease = (...migrations: MigrationStep[]) =>
  new Collection<Letter>({
    personalData: { purpose: "Test." },
    kind: LETTER,
    schema: z.object({ first_name: field, last_name: field, folder: field, body: field }),
    row: ["first_name", "last_name", "folder"],
    columns: ["name", "folder", "first_name", "last_name"],
    indexes: { by_time: indexBy(), by_status: indexBy("folder") },
    filters: { folder: { index: "by_status", field: "folder" } },
    searchWords: (letter) => [...textSearchWords(letter.first_name ?? ""), ...textSearchWords(letter.last_name ?? "")],
    migrations,
  });

export const runInTenant = <T>(app: App, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "test"), work);

/** Writes letters as the first release did; every tenth is deleted. */
export async function writeLetters(app: App, tenant: string, count: number): Promise<string[]> {
  const collection = firstRelease();
  return runInTenant(app, tenant, async () => {
    const ids: string[] = [];
    for (let at = 0; at < count; at++) {
      const letter = Records.init(collection, {
        name: `Grace Hopper${at}`,
        folder: at % 3 === 0 ? "in" : "out",
        body: `text ${at}`,
      });
      await transaction().create(collection, letter).commit(letter);
      if (at % 10 === 9) await Records.remove(collection, letter.id);
      ids.push(letter.id);
    }
    return ids;
  });
}
