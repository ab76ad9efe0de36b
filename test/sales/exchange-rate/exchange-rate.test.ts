import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { ExchangeRate } from "@crm/core/sales/exchange-rate/exchange-rate.ts";
import { Rates } from "@crm/core/sales/exchange-rate/rates.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runImport } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { runWithInterference } from "../opportunity/support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const runInTenant = <T>({ id }: Tenant, work: () => Promise<T>, ports = app.ports): Promise<T> =>
  runIn(systemContext(ports, id, "test"), work);

describe("the exchange rate of a pair on a day", () => {
  it("is one record in concurrent writes, and returns the value written last", async () => {
    const tenant = await signUp(app);
    const crm = tenant.admin;
    const day = { from: "EUR", to: "USD", date: "2026-03-02" };
    const responses = await Promise.all(["1.1", "1.2", "1.3", "1.1"].map((rate) => crm.createExchangeRate({ ...day, rate })));
    const [id] = new Set(responses.map(({ data }) => data.id));
    expect(new Set(responses.map(({ data }) => data.id)).size).toBe(1);
    await app.settle();
    const { data: rows, meta } = await crm.listExchangeRates({});
    expect([rows.length, meta.total]).toEqual([1, 1]);
    expect(rows[0]).toMatchObject({ ...day, pair: "EURUSD" });

    const { data: storedRate } = await crm.createExchangeRate({ ...day, rate: "01.50" });
    const { data: again } = await crm.createExchangeRate({ ...day, rate: 1.5 });
    expect([storedRate.rate, again.version]).toEqual(["1.5", storedRate.version]);
    await crm.deleteExchangeRate({ id: id as string });
    await expect(crm.getExchangeRate({ id: id as string })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { data: back } = await crm.createExchangeRate({ ...day, rate: "1.6" });
    expect(back).toMatchObject({ id, rate: "1.6", deleted_at: null });
    expect(back.created_at.slice(0, 10)).toBe(new Date().toISOString().slice(0, 10));
    expect((await crm.updateExchangeRate({ id: id as string, rate: "1.7" })).data.rate).toBe("1.7");
  });

  it("is overwritten if another request writes it between read and write", async () => {
    const tenant = await signUp(app);
    const day = { from: "EUR", to: "USD", date: "2026-03-02" };
    const first = () => tenant.admin.createExchangeRate({ ...day, rate: "1.1" });
    const second = await runWithInterference(app, tenant, "commit", first, () => ExchangeRate.create({ ...day, rate: "1.2" }));
    expect(second).toMatchObject({ rate: "1.2", version: 2 });
  });

  it.each([
    [{ to: "EUR" }, "to"],
    [{ to: "EURO" }, "to"],
    [{ rate: "0.000" }, "rate"],
    [{ rate: "-1" }, "rate"],
    [{ rate: "1.0000000000001" }, "rate"],
    [{ rate: "1e3" }, "rate"],
    [{ date: "2026-02-30" }, "date"],
    [{ date: "1969-12-31" }, "date"],
    [{ date: "2099-01-01" }, "date"],
    [{ rates: "1" }, "rates"],
  ])("is rejected as %j, and the error names the field", async (invalidFields, field) => {
    const { admin } = await signUp(app);
    const input = { from: "EUR", to: "USD", date: "2026-03-02", rate: "1.1", ...invalidFields };
    await expect(admin.createExchangeRate(input)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [expect.objectContaining({ field })],
    });
  });

  it("cannot change its pair or day, and is written by leaders only", async () => {
    const tenant = await signUp(app);
    const input = { from: "EUR", to: "USD", date: "2026-03-02", rate: "1.1" };
    const { data } = await tenant.admin.createExchangeRate(input);
    for (const [field, value] of Object.entries({ from: "GBP", to: "JPY", date: "2026-03-03" }))
      await expect(tenant.admin.updateExchangeRate({ id: data.id, [field]: value })).rejects.toMatchObject({
        details: [expect.objectContaining({ field })],
      });
    expect((await tenant.admin.replaceExchangeRate({ ...input, id: data.id, rate: "1.9" })).data.rate).toBe("1.9");
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.createExchangeRate(input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await rep.client.listExchangeRates({ from: "eur" })).data).toHaveLength(1);
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getExchangeRate({ id: data.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the list", () => {
  it("returns the days of a pair from one partition, latest first", async () => {
    const { admin } = await signUp(app);
    const dates = ["2026-01-01", "2026-01-02", "2026-01-05", "2026-02-01"];
    const items = dates.flatMap((date) => [
      { from: "EUR", to: "USD", date, rate: "1.1" },
      { from: "EUR", to: "JPY", date, rate: "160" },
    ]);
    const { data: done } = await admin.batchExchangeRates({ operation: "create", items });
    expect(done.results.map(({ status }) => status)).toEqual(items.map(() => 201));
    await app.settle();
    const days = async (query: Parameters<typeof admin.listExchangeRates>[0]) =>
      (await admin.listExchangeRates(query)).data.map(({ pair, date }) => `${pair} ${date}`);
    expect(await days({ from: "EUR", to: "USD", "date[gte]": "2026-01-02", "date[lte]": "2026-01-05" })).toEqual([
      "EURUSD 2026-01-05",
      "EURUSD 2026-01-02",
    ]);
    expect(await days({ pair: "eurusd", "date[gt]": "2026-01-02", "date[lt]": "2026-02-01" })).toEqual(["EURUSD 2026-01-05"]);
    expect(await days({ to: "JPY", "date[eq]": "2026-02-01" })).toEqual(["EURJPY 2026-02-01"]);
    expect(await days({ to: "JPY", "date[gt]": "2026-02-01", "date[lt]": "2026-01-01" })).toEqual([]);
    expect(await days({ to: "JPY", sort: "date", order: "asc", limit: 2 })).toEqual(["EURJPY 2026-01-01", "EURJPY 2026-01-02"]);
    expect((await admin.listExchangeRates({ from: "EUR", to: "USD" })).meta).toMatchObject({ total: 4 });
    expect((await admin.listExchangeRates({ from: "EUR" })).meta).toMatchObject({ total: 8 });
  });
});

describe("a file", () => {
  it("updates existing rates, and its undo removes what it created", async () => {
    const tenant = await signUp(app);
    const { data: existingRate } = await tenant.admin.createExchangeRate({
      from: "EUR",
      to: "USD",
      date: "2026-01-02",
      rate: "1.1",
    });
    const file =
      "From,To,Date,Rate\nEUR,USD,2026-01-02,1.2\nEUR,USD,2026-01-03,1.25\nEUR,USD,2026-01-03,1.3\nEUR,EUR,2026-01-03,1\n";
    const options = { mode: "upsert", match_on: "date" };
    const done = await runImport(app, tenant.token, "exchange-rates", file, { options });
    expect(done).toMatchObject({ created: 1, updated: 2, failed: 1 });
    const rates = async () => (await tenant.admin.listExchangeRates({})).data.map(({ date, rate }) => `${date} ${rate}`);
    expect(await rates()).toEqual(["2026-01-03 1.3", "2026-01-02 1.2"]);
    await tenant.admin.revertImport({ id: done.id });
    await app.settle();
    expect((await tenant.admin.getExchangeRate({ id: existingRate.id })).data.rate).toBe("1.1");
  });
});

describe("the rate used by figures", () => {
  it("is the latest rate on or before the day, then the inverse of the opposite pair, and never a cross rate", async () => {
    const tenant = await signUp(app);
    const rates = [
      ["EUR", "USD", "2026-01-10", "1.10"],
      ["EUR", "USD", "2026-03-10", "1.20"],
      ["USD", "EUR", "2026-01-01", "0.80"],
      ["USD", "EUR", "2026-03-20", "0.90"],
      ["USD", "JPY", "2026-01-01", "150"],
    ] as const;
    for (const [from, to, date, rate] of rates) await tenant.admin.createExchangeRate({ from, to, date, rate });
    const queries = [
      { from: "EUR", to: "USD", day: "2026-01-09" },
      { from: "EUR", to: "USD", day: "2026-01-10" },
      { from: "EUR", to: "USD", day: "2026-03-09" },
      { from: "EUR", to: "USD", day: "2026-12-31" },
      { from: "EUR", to: "USD", day: "2025-12-31" },
      { from: "EUR", to: "JPY", day: "2026-12-31" },
      { from: "GBP", to: "GBP", day: "2026-01-01" },
      { from: "JPY", to: "USD", day: "2026-01-01" },
    ];
    const expected = [
      { rate: "0.8", inverse: true, date: "2026-01-01" },
      { rate: "1.1", inverse: false, date: "2026-01-10" },
      { rate: "1.1", inverse: false, date: "2026-01-10" },
      { rate: "1.2", inverse: false, date: "2026-03-10" },
      undefined,
      undefined,
      { rate: "1", inverse: false, date: "2026-01-01" },
      { rate: "150", inverse: true, date: "2026-01-01" },
    ];
    expect(await runInTenant(tenant, () => Rates.findRates(queries))).toEqual(expected);
    // A rate that is looked up alone is the same as together with others.
    for (const [index, query] of queries.entries())
      expect((await runInTenant(tenant, () => Rates.findRates([query])))[0]).toEqual(expected[index]);
    const otherTenant = await signUp(app);
    expect(await runInTenant(otherTenant, () => Rates.findRates(queries.slice(0, 2)))).toEqual([undefined, undefined]);
  });

  it("follows writes of this process, and ignores deleted rates", async () => {
    const tenant = await signUp(app);
    const rate = async () =>
      (await runInTenant(tenant, () => Rates.findRates([{ from: "EUR", to: "USD", day: "2026-05-05" }])))[0]?.rate;
    expect(await rate()).toBeUndefined();
    await tenant.admin.createExchangeRate({ from: "EUR", to: "USD", date: "2026-05-01", rate: "1.1" });
    expect(await rate()).toBe("1.1");
    const { data } = await tenant.admin.createExchangeRate({ from: "EUR", to: "USD", date: "2026-05-04", rate: "1.2" });
    expect(await rate()).toBe("1.2");
    await tenant.admin.deleteExchangeRate({ id: data.id });
    expect(await rate()).toBe("1.1");
  });

  it("needs a query of one row for a day, and one more for many days of a pair", async () => {
    const tenant = await signUp(app);
    const dates = Array.from({ length: 60 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10));
    const items = dates.map((date, index) => ({ from: "EUR", to: "USD", date, rate: `1.${index + 10}` }));
    await tenant.admin.batchExchangeRates({ operation: "create", items });
    const queries: { Limit?: number | undefined }[] = [];
    const { database } = app.ports;
    const send: typeof database.send = (command, scope) => {
      if (command instanceof QueryCommand) queries.push(command.input);
      return database.send(command, scope);
    };
    const ports = { ...app.ports, database: { ...database, send } };
    const on = (days: readonly string[]) =>
      runInTenant(tenant, () => Rates.findRates(days.map((day) => ({ from: "EUR", to: "USD", day }))), ports);
    expect((await on(["2026-02-10"]))[0]).toMatchObject({ date: "2026-02-10" });
    expect(queries.map(({ Limit }) => Limit)).toEqual([1]);
    expect((await on(dates)).map((exchangeRate) => exchangeRate?.date)).toEqual(dates);
    expect(queries).toHaveLength(3);
    await on(dates);
    expect(queries).toHaveLength(3);
  });
});

describe("an amount in another currency", () => {
  it.each([
    ["100.00", "EUR", "USD", { rate: "1.0842", inverse: false }, "108.42"],
    ["100.00", "EUR", "JPY", { rate: "162.505", inverse: false }, "16251"],
    ["1000", "JPY", "EUR", { rate: "162.505", inverse: true }, "6.15"],
    ["1.000", "KWD", "USD", { rate: "3.2545", inverse: false }, "3.25"],
    ["10.00", "USD", "KWD", { rate: "3", inverse: true }, "3.333"],
    ["-0.05", "USD", "JPY", { rate: "10", inverse: false }, "-1"],
    ["1.00", "EUR", "USD", { rate: "8", inverse: true }, "0.13"],
    ["7.00", "EUR", "EUR", { rate: "1", inverse: false }, "7.00"],
  ])("%s %s in %s by %j is %s", (amount, from, to, exchangeRate, expected) => {
    expect(Rates.convert(amount, from, to, exchangeRate)).toBe(expected);
  });

  it("differs from the sum of its parts by at most half a unit each, also after converting back", () => {
    const random = createTestRandom("converting sums");
    const currencies = ["JPY", "EUR", "USD", "KWD", "BHD"];
    const pick = (): string => currencies[Math.floor(random() * currencies.length)] as string;
    for (let turn = 0; turn < 500; turn++) {
      const [from, to] = [pick(), pick()];
      const rate = Money.normalizeDecimal((0.0001 + random() * 500).toFixed(12));
      const amounts = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
        Money.fromMinor(BigInt(Math.floor(random() * 1e9)) - 5n * 10n ** 8n, Money.currencyDecimals(from)),
      );
      const exchangeRate = { rate, inverse: random() < 0.5 };
      const total = Rates.convert(Money.sum(amounts, Money.currencyDecimals(from)), from, to, exchangeRate);
      const parts = amounts.map((amount) => Rates.convert(amount, from, to, exchangeRate));
      expect(Money.countDecimals(total)).toBe(Money.currencyDecimals(to));
      const apart = Money.toMinor(Money.subtract(total, Money.sum(parts, Money.currencyDecimals(to))));
      expect(apart < 0n ? -apart : apart).toBeLessThanOrEqual(BigInt(Math.ceil((amounts.length + 1) / 2)));
      // The inverse rate converts back, as exactly as the smaller unit allows.
      const back = Rates.convert(total, to, from, { rate, inverse: !exchangeRate.inverse });
      const again = Rates.convert(back, from, to, exchangeRate);
      const unit = Rates.convert(Money.fromMinor(1n, Money.currencyDecimals(from)), from, to, exchangeRate);
      const drift = Money.toMinor(Money.subtract(again, total));
      expect(drift < 0n ? -drift : drift).toBeLessThanOrEqual(from === to ? 0n : Money.toMinor(unit) + 1n);
    }
  });
});
