import type { App } from "@crm/local/app.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp } from "../../support/app.ts";
import { createActiveContract, createRenewingClient } from "./support.ts";

/** One app for each contract: the clock only moves forward, and older contracts would renew for years. */
let app: App;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.stop());

/** Runs the sweep once a minute; each sweep finds what is due next. */
async function runSweepsAt(now: string, sweeps = 1): Promise<void> {
  app.setClock({ now });
  await app.settle();
  for (let more = 1; more < sweeps; more++) {
    app.setClock({ advance: 61_000 });
    await app.settle();
  }
}

type Row = [string, string, string, string, string, string, string, string, string, string];

/** Parses the rows of a text table. */
const parseRows = (table: string): Row[] =>
  table
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()) as Row);

describe("terms of a renewed contract", () => {
  // name | zone | first term: start, end | notice days | schedule runs at | next term: number, start, end, notice date
  const table = parseRows(`
    a leap day keeps its month's end                          | UTC               | 2028-01-31 | 2028-02-28 | 5  | 2028-02-29T00:00:01Z | 2 | 2028-02-29 | 2028-03-30 | 2028-03-25
    29 February is the anchor                                 | UTC               | 2028-02-29 | 2029-02-27 | 30 | 2029-02-28T00:00:01Z | 2 | 2029-02-28 | 2030-02-27 | 2030-01-28
    the 31st after a shorter month                            | UTC               | 2029-03-31 | 2029-04-29 | 3  | 2029-04-30T00:00:01Z | 2 | 2029-04-30 | 2029-05-30 | 2029-05-27
    a day ahead of UTC, at UTC+13                             | Pacific/Tongatapu | 2029-06-01 | 2029-06-30 | 3  | 2029-06-30T11:00:01Z | 2 | 2029-07-01 | 2029-07-31 | 2029-07-28
    behind UTC, while clocks go back                          | America/New_York  | 2029-10-06 | 2029-11-05 | 2  | 2029-11-06T05:00:01Z | 2 | 2029-11-06 | 2029-12-05 | 2029-12-03
    behind UTC, while clocks go forward                       | America/New_York  | 2030-02-12 | 2030-03-11 | 2  | 2030-03-12T04:00:01Z | 2 | 2030-03-12 | 2030-04-11 | 2030-04-09
    eleven hours behind                                       | Pacific/Pago_Pago | 2030-05-01 | 2030-05-31 | 3  | 2030-06-01T11:00:01Z | 2 | 2030-06-01 | 2030-06-30 | 2030-06-27
    notice longer than the term: due on the first day of each | UTC               | 2030-07-01 | 2030-07-31 | 90 | 2030-08-01T00:00:01Z | 2 | 2030-08-01 | 2030-08-31 | 2030-08-01
    notice as long as the term                                | UTC               | 2030-09-01 | 2030-09-30 | 29 | 2030-10-01T00:00:01Z | 2 | 2030-10-01 | 2030-10-31 | 2030-10-02
    the scheduler down for 40 days                            | UTC               | 2030-11-01 | 2030-11-30 | 10 | 2030-12-10T09:00:00Z | 2 | 2030-12-01 | 2030-12-31 | 2030-12-21
    down for 40 days, over two terms                          | UTC               | 2031-01-01 | 2031-01-15 | 5  | 2031-02-10T09:00:00Z | 3 | 2031-01-31 | 2031-02-14 | 2031-02-09
    down for 40 days, with notice longer than the term        | UTC               | 2031-03-01 | 2031-03-20 | 99 | 2031-04-10T09:00:00Z | 3 | 2031-04-10 | 2031-04-29 | 2031-04-10
    a year that ends on 28 February                           | UTC               | 2032-02-29 | 2033-02-28 | 30 | 2033-03-01T00:00:01Z | 2 | 2033-03-01 | 2034-02-28 | 2034-01-29
  `);

  it.each(table)("%s", async (_, timezone, start_date, end_date, days, comes, number, from, to, notice_date) => {
    const [renewal_notice_days, term_number] = [Number(days), Number(number)];
    // Late enough that the first day has begun in each of the zones.
    app.setClock({ now: `${start_date}T23:00:00Z` });
    const tenant = await signUp(app, { currency: "EUR", timezone });
    const admin = createRenewingClient(app, tenant);
    const { id } = await createActiveContract(app, tenant, admin, {
      start_date,
      end_date,
      renewal_notice_days,
      auto_renew: true,
    });
    if (Date.parse(comes) - Date.parse(`${end_date}T00:00:00Z`) < 3 * 86_400_000) {
      // Two seconds earlier, the contract is still in its first term.
      await runSweepsAt(new Date(Date.parse(comes) - 2000).toISOString());
      expect((await admin.getContract({ id })).data).toMatchObject({ status: "ACTIVE", term_number: 1, end_date });
    }
    await runSweepsAt(comes, 8);
    expect((await admin.getContract({ id })).data).toMatchObject({
      ...{ status: "ACTIVE", term_number, start_date, term_start_date: from, end_date: to, notice_date },
      changes: Array.from({ length: term_number - 1 }, (_each, n) => ({ kind: "RENEWAL", number: n + 2 })),
    });
    const history = (await admin.listContractRenewals({ id, order: "asc" })).data.map(({ status, term_number: term }) => [
      status,
      term,
    ]);
    const begunEntries = Array.from({ length: term_number - 1 }, (_each, n) => ["BEGUN", n + 1]);
    expect(history.slice(0, begunEntries.length)).toEqual(begunEntries);
    const isSettled = notice_date <= comes.slice(0, 10);
    expect(history.slice(begunEntries.length)).toEqual(isSettled ? [["PLANNED", term_number]] : []);
  });
});
