import * as z from "zod";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { name, text } from "../kernel/schema.ts";
import { Vault } from "../storage/vault/vault.ts";
import { Records } from "../storage/write/records.ts";
import { personsInBlocks } from "./duplicates.ts";
import { blockOf, sensitiveHashes } from "./match.rules.ts";
import { fields, People, type PersonRecord, Stored } from "./person.entity.ts";

/** Persons by what nobody can read: a document number or an IBAN, through its keyed hash. */

export const Query = z.strictObject({
  document_number: name(64).optional(),
  document_type: text(50).optional().describe("As it stands on the person"),
  document_country: fields.document_country,
  iban: text(42).optional(),
});

export const Found = z.object({ id: z.string(), first_name: Stored.shape.first_name, last_name: Stored.shape.last_name });

/**
 * Who has the document number (with its type and country) or the IBAN: the same, however it is spaced. In the body of a
 * request and not in its address, because addresses are logged. Follows a write within moments, and shows at most 64.
 */
export const lookup = fn(Query, async ({ iban, ...document }) => {
  if (!document.document_number && !iban) throw invalid("document_number", "Give a document number or an IBAN");
  const hashes = sensitiveHashes({ ...document, iban }, await Vault.macOf("person"));
  const wanted = (["document_number", "iban"] as const).flatMap((field) => {
    const hash = hashes[field]?.[0];
    return hash === undefined ? [] : [{ field, hash }];
  });
  const ids = await personsInBlocks(wanted.map(({ field, hash }) => blockOf(field, hash)));
  const persons = await Records.loadMany(People, ids, { live: true });
  const has = (person: PersonRecord): boolean => wanted.every(({ field, hash }) => person.hashes?.[field]?.[0] === hash);
  return persons.flatMap((person) =>
    person && has(person) ? [{ id: person.id, first_name: person.first_name, last_name: person.last_name }] : [],
  );
});

export * as PersonLookup from "./lookup.ts";
