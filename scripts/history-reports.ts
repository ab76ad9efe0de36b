import { Money } from "@crm/core/kernel/money.ts";
import type { Client } from "@crm/functions/derive/client.ts";

/** The second half of `npm run sales-history` and `npm run order-history`: answers of stored reports, against the known answers of the files. */

export interface ReportChecks {
  crm: Client;
  checkFigure(title: string, actual: unknown, expected: unknown): void;
}

type Values = Readonly<Record<string, string | number | null>>;

/** Creates a report, reads it, and returns its rows and totals. A report that runs in the background is read until it is ready. */
export async function runReport({ crm }: ReportChecks, kind: string, definition: object) {
  const { data: report } = await crm.createReport({ name: "Check", kind, ...definition });
  for (;;) {
    const { data } = await crm.getReport({ id: report.id });
    if (data.status === "ready") return { rows: data.rows as Values[], totals: (data.totals ?? {}) as Values };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Rounds half up to some decimal places. */
const round = (value: unknown, decimals: number): string | null =>
  value === null || value === undefined ? null : Money.fromNumber(Number(value), decimals);
const percent = (ratio: number | null): string | null => (ratio === null ? null : Money.fromNumber(ratio * 100, 2));

/** Figures of a group in truth.json. */
interface GroupFigures {
  opportunities: number;
  won: number;
  lost: number;
  win_rate: number | null;
  won_value: string;
  avg_won_value: number | null;
  avg_won_cycle_days: number | null;
}

const STAGES = { Won: "closed_won", Lost: "closed_lost", Engaging: "qualification", Prospecting: "prospecting" } as const;

/** Compares reports over the imported opportunities of `npm run sales-history`, and over their lines. `users` are the ids of agents by name. */
export async function checkSalesReports(
  // biome-ignore lint/suspicious/noExplicitAny: the file of known answers has no schema.
  expected: any,
  users: ReadonlyMap<string, string>,
  checks: ReportChecks,
): Promise<void> {
  const { checkFigure } = checks;
  const { data: stageValues } = await checks.crm.listOpportunityStages({ limit: 100 });
  const stageIds = new Map(stageValues.map(({ id, code }) => [String(code), id]));
  const stage = (name: keyof typeof STAGES): string => String(stageIds.get(STAGES[name]));

  /** The measures of a group. `of` is the prefix of fields of the opportunity. */
  const buildMeasures = (of = ""): object[] => {
    const field = (name: string): string => `${of}${name}`;
    const [won, lost] = [{ [field("stage_id")]: stage("Won") }, { [field("stage_id")]: stage("Lost") }];
    const closed = { or: [won, lost] };
    const cycle = `${field("closed_date")} - ${field("created_at")}`;
    return [
      { as: "n", do: "count" },
      ...[
        { as: "won", do: "count", where: won },
        { as: "lost", do: "count", where: lost },
        { as: "rate", do: "rate", where: won, over: closed },
        { as: "won_value", do: "sum", field: field("amount"), where: won },
        { as: "avg_value", do: "avg", field: field("amount"), where: won },
        { as: "cycle_won", do: "avg", field: cycle, where: won },
      ],
    ];
  };
  const present = ({ n, won, lost, rate, won_value, avg_value, cycle_won }: Values) => [
    ...[n, won, lost, round(rate, 2), won_value, round(avg_value, 2), round(cycle_won, 4)],
  ];
  const listExpected = ({ opportunities, won, lost, ...figures }: GroupFigures) => [
    ...[opportunities, won, lost, percent(figures.win_rate), figures.won_value],
    ...[round(figures.avg_won_value, 2), round(figures.avg_won_cycle_days, 4)],
  ];
  const [won, lost] = [{ stage_id: stage("Won") }, { stage_id: stage("Lost") }];
  const closed = { or: [won, lost] };
  const cycle = { field: "closed_date - created_at" };

  const { totals } = await runReport(checks, "opportunity", {
    measures: [
      ...buildMeasures(),
      { as: "median_value", do: "median", field: "amount", where: won },
      { as: "min_value", do: "min", field: "amount", where: won },
      { as: "max_value", do: "max", field: "amount", where: won },
      { as: "lost_with_value", do: "count", where: { and: [lost, { amount: { gt: 0 } }] } },
      { as: "cycle_lost", do: "avg", ...cycle, where: lost },
      { as: "cycle_all", do: "avg", ...cycle, where: closed },
      { as: "median_won", do: "median", ...cycle, where: won },
      { as: "median_lost", do: "median", ...cycle, where: lost },
      { as: "median_all", do: "median", ...cycle, where: closed },
      { as: "shortest", do: "min", ...cycle, where: closed },
      { as: "first_close", do: "min", field: "closed_date" },
      { as: "last_close", do: "max", field: "closed_date" },
    ],
  });
  checkFigure(
    "report: counts",
    [totals.n, totals.won, totals.lost],
    [expected.unique_opportunity_ids, expected.won_deals, expected.lost_deals],
  );
  checkFigure("report: win rate", round(totals.rate, 2), percent(expected.win_rate));
  checkFigure("report: won value", totals.won_value, expected.total_won_value);
  const { avg_close_value_won, median_close_value_won, min_won, max_won, avg_cycle_days, median_cycle_days } = expected;
  checkFigure(
    "report: average, median, least and most value",
    [totals.avg_value, totals.median_value, totals.min_value, totals.max_value].map((value) => round(value, 2)),
    [avg_close_value_won, median_close_value_won, min_won, max_won].map((value) => round(value, 2)),
  );
  checkFigure("report: lost with a value", totals.lost_with_value, expected.lost_close_value_nonzero);
  checkFigure(
    "report: average cycles",
    [totals.cycle_won, totals.cycle_lost, totals.cycle_all].map((value) => round(value, 4)),
    [avg_cycle_days.won, avg_cycle_days.lost, avg_cycle_days.all_closed].map((value) => round(value, 4)),
  );
  checkFigure("report: median cycles", [totals.median_won, totals.median_lost, totals.median_all].map(Number), [
    median_cycle_days.won,
    median_cycle_days.lost,
    median_cycle_days.all_closed,
  ]);
  checkFigure("report: cycles below 0 days", Number(totals.shortest) < 0 ? 1 : 0, expected.negative_cycles);
  checkFigure("report: days of closing", [totals.first_close, totals.last_close], expected.close_date_range);
  const engaged = await runReport(checks, "opportunity", {
    where: { stage_id: { ne: stage("Prospecting") } },
    measures: [
      { as: "first", do: "min", field: "created_at" },
      { as: "last", do: "max", field: "created_at" },
    ],
  });
  checkFigure(
    "report: days of engagement",
    [engaged.totals.first, engaged.totals.last].map((value) => String(value).slice(0, 10)),
    expected.engage_date_range,
  );

  const stages = await runReport(checks, "opportunity", {
    group_by: [{ field: "stage_id" }],
    measures: [
      { as: "n", do: "count" },
      { as: "without", do: "count", where: { customer_id: { is_null: true } } },
    ],
  });
  const findStage = (name: string) => stages.rows.find(({ stage_id }) => stage_id === stage(name as keyof typeof STAGES));
  for (const [name, count] of Object.entries(expected.by_stage)) checkFigure(`report: in ${name}`, findStage(name)?.n, count);
  for (const [name, count] of Object.entries(expected.import_traps.blank_account_by_stage))
    checkFigure(`report: in ${name} without an account`, findStage(name)?.without, count);

  const periods = async (by: string): Promise<Map<unknown, Values>> => {
    const group = { group_by: [{ field: "closed_date", by }], measures: buildMeasures() };
    return new Map((await runReport(checks, "opportunity", group)).rows.map((row) => [row[`closed_date.${by}`], row]));
  };
  const [quarters, months] = [await periods("quarter"), await periods("month")];
  for (const [name, figures] of Object.entries<GroupFigures>(expected.per_quarter)) {
    const row = quarters.get(name);
    checkFigure(`report: ${name}`, [row?.won, row?.lost, row?.won_value], [figures.won, figures.lost, figures.won_value]);
  }
  for (const [name, figures] of Object.entries<GroupFigures>(expected.per_month_won)) {
    const row = months.get(name);
    checkFigure(`report: ${name}`, [row?.won, row?.won_value], [figures.won, figures.won_value]);
  }

  const nameById = new Map([...users].map(([name, id]) => [id, name]));
  const industries = new Map(
    (await checks.crm.listMasters({ kind: "industries", limit: 100 })).data.map(({ id, code }) => [id, String(code)]),
  );
  const groups: readonly [string, string, string, Record<string, GroupFigures>, (key: string) => string | undefined][] = [
    ["agent", "opportunity", "owner_id", expected.per_agent, (key) => nameById.get(key)],
    ["sector", "opportunity", "customer.industry_id", expected.per_sector, (key) => industries.get(key)],
    ["manager", "opportunity", "owner.manager_id", expected.per_manager, (key) => nameById.get(key)],
    ["product", "opportunity_line", "product.name", expected.per_product_as_written, (key) => key],
  ];
  const writtenNames: Record<string, string | null> = { GTXPro: "GTX Pro", technolgy: "technology", "(no account)": null };
  for (const [title, kind, field, expectedByName, findName] of groups) {
    const measures = buildMeasures(kind === "opportunity" ? "" : "opportunity.");
    const { rows } = await runReport(checks, kind, { group_by: [{ field }], measures });
    const rowByName = new Map(rows.map((row) => [row[field] === null ? null : findName(String(row[field])), row]));
    for (const [name, figures] of Object.entries(expectedByName)) {
      const row = rowByName.get(Object.hasOwn(writtenNames, name) ? writtenNames[name] : name);
      checkFigure(`report: ${title} ${name}`, row ? present(row) : null, listExpected(figures));
    }
  }

  const accounts = await runReport(checks, "opportunity", {
    ...{ group_by: [{ field: "customer.name" }], where: won, limit: 10, sort: [{ by: "value", order: "desc" }] },
    measures: [
      { as: "n", do: "count" },
      { as: "value", do: "sum", field: "amount" },
    ],
  });
  checkFigure(
    "report: accounts with the highest won value",
    accounts.rows.map(({ "customer.name": name, n, value }) => [name, n, value]),
    expected.top10_accounts_by_won_value,
  );

  // Lines have the value of the opportunity; its list price is that of the product.
  const price = { as: "price", do: "sum", field: "product.unit_price" };
  const open = await runReport(checks, "opportunity_line", { where: { "opportunity.is_closed": false }, measures: [price] });
  const wonLines = await runReport(checks, "opportunity_line", { where: { "opportunity.is_won": true }, measures: [price] });
  checkFigure("report: list prices of the open pipeline", open.totals.price, expected.open_pipeline.list_price_value);
  checkFigure("report: list prices of won opportunities", wonLines.totals.price, expected.won_list_price_value);
  const old = { stage_id: stage("Engaging"), created_at: { lt: "2017-10-02" } };
  const count = { as: "n", do: "count" };
  const [pipeline, aged, without] = [
    await runReport(checks, "opportunity", { where: { is_closed: false }, measures: [count] }),
    await runReport(checks, "opportunity", { where: old, measures: [count] }),
    await runReport(checks, "opportunity", { where: { customer_id: { is_null: true } }, measures: [count] }),
  ];
  const { open_pipeline } = expected;
  checkFigure(
    "report: open, old and without an account",
    [pipeline.totals.n, aged.totals.n, without.totals.n],
    [open_pipeline.count, open_pipeline.engaging_older_than_90_days_on_2017_12_31, open_pipeline.without_account],
  );
  const subsidiaries = await runReport(checks, "customer", {
    where: { parent_customer_id: { is_null: false } },
    measures: [count],
  });
  checkFigure("report: subsidiaries", subsidiaries.totals.n, expected.import_traps.subsidiaries);
}

/** Compares reports over the imported orders of `npm run order-history`, and over their lines. */
export async function checkOrderReports(
  // biome-ignore lint/suspicious/noExplicitAny: the file of known answers has no schema.
  expected: any,
  checks: ReportChecks,
): Promise<void> {
  const { checkFigure } = checks;
  const [count, price] = [
    { as: "n", do: "count" },
    { as: "price", do: "sum", field: "line_total" },
  ];
  const { Paid, Overdue, Pending } = expected.sales_by_payment_status;
  const states = await runReport(checks, "order_line", {
    group_by: [{ field: "order.payment_state" }],
    measures: [count, price, { as: "orders", do: "distinct", field: "order_id" }],
  });
  const state = (name: string): Values | undefined => states.rows.find((row) => row["order.payment_state"] === name);
  checkFigure(
    "report: lines, and their sum",
    [states.totals.n, states.totals.price],
    [expected.rows.SalesLines, expected.order_total],
  );
  checkFigure("report: paid", [state("PAID")?.orders, state("PAID")?.price], [Paid.orders, Paid.total]);
  checkFigure(
    "report: unpaid",
    [state("UNPAID")?.orders, state("UNPAID")?.price],
    [Overdue.orders + Pending.orders, Money.sum([Overdue.total, Pending.total])],
  );
  const orders = await runReport(checks, "order", { measures: [count] });
  checkFigure(
    "report: orders without lines",
    Number(orders.totals.n) - Number(states.totals.orders),
    expected.sales_without_lines,
  );
  const inactive = await runReport(checks, "order_line", { where: { "product.is_active": false }, measures: [count] });
  checkFigure("report: lines with an inactive product", inactive.totals.n, expected.lines_with_inactive_product);
  const prices = await runReport(checks, "order_line", {
    columns: ["quantity", "line_total", "product.unit_price"],
  });
  const toCents = (amount: unknown): number => Math.round(Number(amount) * 100);
  const equal = prices.rows.filter(
    ({ quantity, line_total, "product.unit_price": unit }) => toCents(line_total) === Number(quantity) * toCents(unit),
  );
  const readRows = Math.min(1000, expected.rows.SalesLines);
  checkFigure("report: lines of the first page, with quantity × price", [prices.rows.length, equal.length], [readRows, readRows]);
  const products = await runReport(checks, "product", { group_by: [{ field: "is_active" }], measures: [count] });
  checkFigure(
    "report: products",
    [true, false].map((isActive) => products.rows.find(({ is_active }) => String(is_active) === String(isActive))?.n),
    [expected.products_active.True, expected.products_active.False],
  );
  const buyers = await runReport(checks, "order_line", {
    ...{ group_by: [{ field: "order.customer_id" }], sort: [{ by: "price", order: "desc" }] },
    measures: [price, { as: "orders", do: "distinct", field: "order_id" }],
  });
  const names = new Map((await checks.crm.listCustomers({ limit: 100 })).data.map(({ id, name }) => [id, name]));
  checkFigure(
    "report: contacts with the highest sales",
    buyers.rows.slice(0, 5).map((row) => [names.get(String(row["order.customer_id"])), row.orders, row.price]),
    expected.top5_contacts_by_sales.map(([, name, orderCount, total]: [string, string, number, string]) => [
      name,
      orderCount,
      total,
    ]),
  );
  checkFigure("report: contacts without a sale", expected.rows.Contacts - buyers.rows.length, expected.contacts_without_sale);
}
