import { parseScope } from "@crm/core/storage/read/counter.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";

type Item = Record<string, unknown>;
type MembershipEntry = readonly [at: string, by: string, owner: string];

/** Collects `<set>/<record>/<entry>/<owner>` of all entries and the counts by scope, both as stored and as the membership states imply. */
function collectMemberships(items: readonly Item[], tenant: string) {
  const prefix = `T#${tenant}#MEMBERS#`;
  const standing: string[] = [];
  const entryKeys: string[] = [];
  const storedCounts: Record<string, number> = {};
  const expectedCounts: Record<string, number> = {};
  const count = (counts: Record<string, number>, scope: string, amount: number): void => {
    counts[scope] = (counts[scope] ?? 0) + amount;
  };
  for (const { pk, sk, row, by_owner, entries, live } of items) {
    if (String(pk).startsWith(prefix)) {
      const set = String(pk).slice(prefix.length);
      standing.push(`${set}/${sk}/${row}/${String(by_owner).slice(prefix.length + set.length + 1)}`);
    }
    if (pk === `T#${tenant}#COUNT#set.member`) count(storedCounts, parseScope(sk), Number(live ?? 0));
    if (!String(sk).startsWith("~sets#")) continue;
    for (const [set, [addedAt, addedBy, owner]] of Object.entries(
      JSON.parse(String(entries)) as Record<string, MembershipEntry>,
    )) {
      entryKeys.push(`${set}/${String(sk).slice(6)}/${JSON.stringify([addedAt, addedBy])}/${owner}`);
      for (const scope of [set, `${set}@${owner}`]) count(expectedCounts, scope, 1);
    }
  }
  const nonZeroCounts = Object.entries(storedCounts).filter(([, number]) => number !== 0);
  return {
    standing: standing.sort(),
    said: entryKeys.sort(),
    counted: Object.fromEntries(nonZeroCounts),
    wanted: expectedCounts,
  };
}

/** Entries match the membership states, and counters match the entries. */
export async function expectConsistentMemberships(app: App, tenant: { id: string }): Promise<void> {
  const { standing, said, counted, wanted } = collectMemberships(dumpItems(app, tenant.id), tenant.id);
  expect(standing).toEqual(said);
  expect(counted).toEqual(wanted);
}
