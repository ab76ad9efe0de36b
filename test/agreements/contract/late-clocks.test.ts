import { onContractClock } from "@crm/core/agreements/contract/clocks.ts";
import { Contracts } from "@crm/core/agreements/contract/contract.entity.ts";
import { onNoticeDue } from "@crm/core/agreements/renewal/renewal.listener.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom } from "../../support/random.ts";
import { createSignedContract, renewAdminSession } from "./support.ts";

/** All clocks of a contract are overdue: in any processing order, the result is the same as if they had run on time. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2031-03-03T09:00:00Z" });
  tenant = await signUp(app, { timezone: "UTC", currency: "EUR" });
});
afterAll(() => app.stop());

const random = createTestRandom("late clocks of contracts");
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

type DueClock = readonly [clock: string, instant: string];
type Choice = (due: readonly DueClock[]) => DueClock;

const sortByInstant = (due: readonly DueClock[]): DueClock[] => due.toSorted(([, a], [, b]) => (a < b ? -1 : 1));
const choices: Readonly<Record<string, Choice>> = {
  "as they were due": (due) => sortByInstant(due)[0] as DueClock,
  "the last first": (due) => sortByInstant(due).at(-1) as DueClock,
  "by chance": (due) => due[Math.floor(random() * due.length)] as DueClock,
};

const loadContract = (id: string) =>
  runInTenant(async () => (await Records.load(Contracts, id)) ?? expect.fail("The template no longer exists"));

/** Processes the due clocks one by one, in the order in which the events arrive. */
async function runDueClocks(id: string, choose: Choice): Promise<string[]> {
  const order: string[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const clocks = Object.entries(Contracts.clockInstants(await loadContract(id)));
    const due = clocks.flatMap(([clock, instant]): DueClock[] =>
      instant != null && instant <= Clock.now() ? [[clock, instant]] : [],
    );
    if (due.length === 0) return order;
    const [clock, due_at] = choose(due);
    const event = { id: `evt-${turn}`, type: `contract.${clock}_due`, record_id: id, due_at };
    await runInTenant(() => (clock === "notice" ? onNoticeDue(partOf(event)) : onContractClock(partOf(event))));
    order.push(clock);
  }
  return expect.fail(`It goes on for ever: ${order.join(", ")}`);
}

/** The resulting state of the contract, without timestamps. */
async function readOutcome(id: string) {
  const { status, activated_at, expired_at, terminated_at, end_date, term_number, renewal, deliverables, changes } =
    await loadContract(id);
  const done = [activated_at, expired_at, terminated_at, ...deliverables.map(({ told_at }) => told_at)];
  return {
    status,
    done: done.map((instant) => instant !== null),
    end_date,
    term_number,
    outcome: renewal?.outcome,
    changes: changes.length,
  };
}

// Days from now: the first day, the last day and the termination day; then whether it renews automatically.
const contractCases: [string, number, number, number | null, boolean][] = [
  ["begins and ends", 2, 20, null, false],
  ["begins and is terminated", 2, 30, 10, false],
  ["is terminated before it begins", 10, 30, 3, false],
  ["is terminated on its first day", 5, 30, 5, false],
  ["is terminated behind its last day", 2, 20, 21, true],
  ["is terminated in its second term", 2, 16, 25, true],
  ["owes something behind its end", 2, 30, 4, false],
  ["renews itself again and again", 2, 9, null, true],
];

describe.each(contractCases)("a contract that %s", (_, start, end, termination, auto_renew) => {
  beforeEach(() => renewAdminSession(app, tenant));

  it.each(Object.keys(choices).slice(1))("ends in the same state with clocks %s", async (name) => {
    const createContract = async (): Promise<string> => {
      const today = Clock.now().slice(0, 10);
      const { id } = await createSignedContract(app, tenant, tenant.admin, {
        ...{ start_date: addDays(today, start), end_date: addDays(today, end), auto_renew, renewal_notice_days: 3 },
        deliverables: [1, 4].map((days) => ({ name: `Keys ${days}`, due_date: addDays(today, start + days) })),
      });
      const effective_date = termination === null ? null : addDays(today, termination);
      if (effective_date) await tenant.admin.terminateContract({ id, reason: "They left", effective_date });
      return id;
    };
    const [firstId, secondId] = [await createContract(), await createContract()];
    app.setClock({ advance: 40 * 86_400_000 });
    const orders = [
      await runDueClocks(firstId, choices["as they were due"] as Choice),
      await runDueClocks(secondId, choices[name] as Choice),
    ];
    expect([orders.map((order) => order.join(" ")), await readOutcome(secondId)]).toEqual([
      expect.anything(),
      await readOutcome(firstId),
    ]);
  });
});
