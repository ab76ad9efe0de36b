import * as z from "zod";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, name, oneLine } from "../../kernel/schema.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { buildBirthBlockKeys, hashSensitiveValues, sensitiveBlockKey } from "../person/feature-extraction.rules.ts";
import { fields, People, type PersonRecord, Stored } from "../person/person.entity.ts";
import { listPersonsInBlocks, MAX_PERSONS_PER_BLOCK } from "./blocking-index.ts";

/** Finds persons by sensitive values (birth date, document number, IBAN) through their keyed hashes. */

export const Query = z.strictObject({
  birth_date: date().optional(),
  first_name: oneLine(100).optional().describe("Narrows down a frequent birth date; matches by sound"),
  last_name: oneLine(100).optional().describe("Narrows down a frequent birth date; matches by sound"),
  document_number: name(64).optional(),
  document_type: oneLine(50).optional().describe("As stored on the person"),
  document_country: fields.document_country,
  iban: oneLine(42).optional(),
});

export const LookupResult = z.object({ id: z.string(), first_name: Stored.shape.first_name, last_name: Stored.shape.last_name });

/**
 * Finds the persons with exactly this birth date, document number (of its type and country) or IBAN, regardless of spaces. The
 * values are in the request body, because URLs are logged. A written value is found moments later. A value that more persons have
 * than fit in a block is refused. The answer has the persons that the caller sees.
 */
export const lookup = fn(Query, async ({ iban, first_name, last_name, ...identifiers }) => {
  if (!identifiers.birth_date && !identifiers.document_number && !iban)
    throw invalid("document_number", "At least one of birth_date, document_number and iban is required");
  const names = [first_name, last_name].filter((name) => name !== undefined);
  if (names.length > 0 && !identifiers.birth_date)
    throw invalid("birth_date", "Required with a name: names only narrow down a birth date");
  const hashes = hashSensitiveValues({ ...identifiers, iban }, await Vault.buildMac("person"));
  const criteria = (["birth_date", "document_number", "iban"] as const).flatMap((field) => {
    const hash = hashes[field]?.[0];
    return hash === undefined ? [] : [{ field, hash }];
  });
  const blocks = criteria.map(({ field, hash }) => sensitiveBlockKey(field, hash));
  const ids = await listPersonsInBlocks([...blocks, ...buildBirthBlockKeys(names, hashes)]);
  if (ids === undefined) throw ruleViolation(`More than ${MAX_PERSONS_PER_BLOCK} persons match: specify more values`);
  const persons = await Records.loadMany(People, ids, { live: true });
  const isMatch = (person: PersonRecord): boolean => criteria.every(({ field, hash }) => person.hashes?.[field]?.[0] === hash);
  const matches = persons.filter((person) => person !== undefined && isMatch(person)) as PersonRecord[];
  const seen = await Visibility.filterVisible(People, matches);
  return seen.map(({ id, first_name, last_name }) => ({ id, first_name, last_name }));
});

export * as PersonLookup from "./sealed-value-lookup.ts";
