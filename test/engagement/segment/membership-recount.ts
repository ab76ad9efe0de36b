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
  const said: string[] = [];
  const counted: Record<string, number> = {};
  const wanted: Record<string, number> = {};
  const count = (of: Record<string, number>, scope: string, by: number): void => {
    of[scope] = (of[scope] ?? 0) + by;
  };
  for (const { pk, sk, row, by_owner, entries, live } of items) {
    if (String(pk).startsWith(prefix)) {
      const set = String(pk).slice(prefix.length);
      standing.push(`${set}/${sk}/${row}/${String(by_owner).slice(prefix.length + set.length + 1)}`);
    }
    if (pk === `T#${tenant}#COUNT#set.member`) count(counted, parseScope(sk), Number(live ?? 0));
    if (!String(sk).startsWith("~sets#")) continue;
    for (const [set, [at, by, owner]] of Object.entries(JSON.parse(String(entries)) as Record<string, MembershipEntry>)) {
      said.push(`${set}/${String(sk).slice(6)}/${JSON.stringify([at, by])}/${owner}`);
      for (const scope of [set, `${set}@${owner}`]) count(wanted, scope, 1);
    }
  }
  const some = Object.entries(counted).filter(([, number]) => number !== 0);
  return { standing: standing.sort(), said: said.sort(), counted: Object.fromEntries(some), wanted };
}

/** Entries match the membership states, and counters match the entries. */
export async function expectConsistentMemberships(app: App, tenant: { id: string }): Promise<void> {
  const { standing, said, counted, wanted } = collectMemberships(dumpItems(app, tenant.id), tenant.id);
  expect(standing).toEqual(said);
  expect(counted).toEqual(wanted);
}
