import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { MAX_PERSONS_PER_BLOCK } from "@crm/core/people/identity/blocking-index.ts";
import { personMatch } from "@crm/core/people/identity/match.rule-kind.ts";
import { compareEveryPerson } from "@crm/core/people/identity/weight-learning.ts";
import { buildBlockingKeys, type Features, hashSensitiveValues } from "@crm/core/people/person/feature-extraction.rules.ts";
import { type Address, blankPerson, Candidates, People, type PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { ADDRESS, PERSON } from "@crm/core/people/person/person.kind.ts";
import { loadActiveRule } from "@crm/core/platform/rule/active-rule.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { hashTexts } from "@crm/core/storage/table/key.ts";
import { dynamodbLimits } from "@crm/core/storage/table/table.ts";
import { Transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import type { SyntheticPerson } from "./synthetic-persons.ts";

/** A keyed hash for tests: the key is the word "test". */
export const testMac = (text: string): string => hashTexts("test", text);

/** Builds a person record from synthetic data. */
export function buildPersonRecord(made: Omit<SyntheticPerson, "human">, more: Partial<PersonRecord> = {}): PersonRecord {
  const { first_name, last_name, number, street, line2, city, postal_code, birth_date, document_number } = made;
  const at = Clock.now();
  const address: Address = {
    id: newId(ADDRESS).slice(4),
    type: "primary",
    address_line1: `${number} ${street}`.trim(),
    address_line2: line2,
    city,
    state: null,
    country: "AU",
    postal_code,
    is_default: true,
    latitude: null,
    longitude: null,
    is_postal_code_valid: null,
    is_verified: false,
    verified_at: null,
    created_at: at,
    updated_at: at,
  };
  const hashes = hashSensitiveValues({ birth_date, document_number }, testMac);
  const base = { id: newId(PERSON), version: 1, created_at: at, created_by: "test", updated_at: at, updated_by: "test" };
  return { ...blankPerson, ...base, deleted_at: null, first_name, last_name, addresses: [address], hashes, ...more };
}

/** Creates persons in full transactions, without looking for existing ones. */
export async function loadPeople(ports: Ports, tenant: string, made: readonly SyntheticPerson[]): Promise<string[]> {
  return runIn(systemContext(ports, tenant, "load"), async () => {
    const records = made.map((each) => buildPersonRecord(each));
    for (const chunk of splitIntoChunks(records, dynamodbLimits.transaction / 2)) {
      const tx = new Transaction();
      for (const record of chunk) tx.create(People, record);
      await tx.commit(undefined);
    }
    return records.map(({ id }) => id);
  });
}

/** Compares all persons under the active rule, as the job after a rule change does. */
export async function compareAllPersons() {
  const rule = await loadActiveRule(personMatch);
  while (!(await compareEveryPerson("match", rule.id, 20)));
  return rule;
}

/** For each person, the persons who share a block that is not full. */
export function findBlockNeighbours(features: readonly Features[]): Set<number>[] {
  const blocks = new Map<string, number[]>();
  for (const [at, each] of features.entries()) {
    for (const key of buildBlockingKeys(each)) {
      const members = blocks.get(key);
      if (members) members.push(at);
      else blocks.set(key, [at]);
    }
  }
  const near = features.map(() => new Set<number>());
  for (const members of blocks.values()) {
    if (members.length > MAX_PERSONS_PER_BLOCK) continue;
    for (const one of members) for (const other of members) if (one !== other) near[one]?.add(other);
  }
  return near;
}

/** The share of true pairs that are compared at all, and the number of comparisons for each person. */
export function measureCoverage(
  features: readonly Features[],
  humans: readonly number[],
): { coverage: number; comparisons: number } {
  const near = findBlockNeighbours(features);
  const sizes = [...Map.groupBy(humans, (human) => human).values()].map(({ length }) => length);
  const pairs = sizes.reduce((sum, size) => sum + size * (size - 1), 0);
  const found = near.reduce((sum, others, at) => sum + [...others].filter((other) => humans[other] === humans[at]).length, 0);
  const comparisons = near.reduce((sum, others) => sum + others.size, 0) / features.length;
  return { coverage: pairs === 0 ? 1 : found / pairs, comparisons };
}

export interface MatchQuality {
  /** The number of pairs that are the same person. */
  pairs: number;
  /** The share of those pairs that are open candidates. */
  recall: number;
  /** The share of open candidates that are the same person. */
  precision: number;
}

/** Measures how well open candidates find records of the same person; `humans` maps record ids to persons. */
export function measureQuality(app: App, tenant: string, humans: ReadonlyMap<string, number | string>): MatchQuality {
  const sizes = new Map<number | string, number>();
  for (const human of humans.values()) sizes.set(human, (sizes.get(human) ?? 0) + 1);
  const pairs = [...sizes.values()].reduce((total, size) => total + (size * (size - 1)) / 2, 0);
  const open = dumpItems(app, tenant)
    .filter(({ __edb_e__ }) => __edb_e__ === "candidate")
    .map((item) => Candidates.fromItem(item))
    .filter(({ status }) => status === "OPEN");
  const right = open.filter(({ person_id, other_person_id }) => humans.get(person_id) === humans.get(other_person_id)).length;
  return { pairs, recall: pairs === 0 ? 1 : right / pairs, precision: open.length === 0 ? 1 : right / open.length };
}
