import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Money } from "@crm/core/kernel/money.ts";
import { allowAnyInput, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { parse } from "csv-parse/sync";
import { checkSalesReports } from "./history-reports.ts";

/**
 * `npm run sales-history -- <folder>`: imports accounts.csv, products.csv, sales_teams.csv and the 8,800 rows of sales_pipeline.csv through the API,
 * and prints each figure of truth.json beside the product's statistics of opportunities, and beside the answers of reports. Errors in the files are handled by column and value
 * mappings: a product without its space, a misspelled sector and country, names of stages. In memory.
 */
const folder = process.argv[2];
if (folder === undefined) {
  console.error(
    "npm run sales-history -- <folder with accounts.csv, products.csv, sales_teams.csv, sales_pipeline.csv, truth.json>",
  );
  process.exit(2);
}
const expectedData = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));

const app = await startApp({ data: "memory", logFrom: "error" });
const server = await startServer(app, 0);
let failed = 0;

function checkFigure(title: string, actual: unknown, expected: unknown): void {
  const [actualText, expectedText] = [actual, expected].map((value) => JSON.stringify(value));
  if (actualText !== expectedText) failed++;
  console.log(`${actualText === expectedText ? "ok    " : "FAILED"} ${title.padEnd(44)} ${actualText}  ${expectedText}`);
}

const readRows = (file: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, file)), { columns: true, bom: true });
/** Waits until the server has settled, which may take longer than the time limit of `fetch`. */
const settle = () =>
  new Promise((resolve, reject) => {
    const clientRequest = request(`${server.url}/_local/settle`, { method: "POST" }, (answer) =>
      answer.resume().on("end", resolve),
    );
    clientRequest.on("error", reject).end("{}");
  });
/** Rounds half up by decimal digits: 0.66875 is 0.6688. */
const formatRatio = (value: number | null | undefined): string | null =>
  value === null || value === undefined ? null : Money.fromNumber(value, 4);
const PASSWORD = "Correct-Horse-9000";

/** Statistics of each row by its label, in the format of truth.json. */
interface ExpectedFigures {
  opportunities: number;
  won: number;
  lost: number;
  won_value: string;
  win_rate: number | null;
  avg_won_cycle_days: number | null;
}
const listExpected = ({
  opportunities,
  won: wonCount,
  lost: lostCount,
  won_value,
  win_rate,
  avg_won_cycle_days,
}: ExpectedFigures) => [
  ...[opportunities, wonCount, lostCount, won_value],
  ...[formatRatio(win_rate), formatRatio(avg_won_cycle_days)],
];

try {
  const { data } = await createClient(httpTransport(server.url)).signup({
    tenant_name: "Hardware",
    tenant_slug: "hardware",
    first_name: "Ada",
    last_name: "Admin",
    email: "ada@hardware.example",
    password: PASSWORD,
  });
  const crm = createClient(httpTransport(server.url, data.access_token));
  await crm.updateTenant({ settings: { rate_limit_per_minute: 1_000_000, default_country: "US", currency: "USD" } });

  const bring = async (entity: string, file: string, parts: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const form = new FormData();
    form.append("file", new Blob([readFileSync(join(folder, file))], { type: "text/csv" }), file);
    for (const [name, value] of Object.entries(parts)) form.append(name, JSON.stringify(value));
    const response = await fetch(`${server.url}/api/v1/${entity}/import`, {
      method: "POST",
      headers: { authorization: `Bearer ${data.access_token}` },
      body: form,
    });
    const answer = (await response.json()) as { data: { import_id: string } };
    if (response.status !== 202) throw new Error(JSON.stringify(answer));
    await settle();
    const { data: done } = await crm.getImport({ id: answer.data.import_id });
    if (done.failed > 0) {
      const errors = await fetch(`${server.url}/api/v1/imports/${answer.data.import_id}/errors`, {
        headers: { authorization: `Bearer ${data.access_token}` },
      });
      console.log((await errors.text()).split("\n").slice(0, 5).join("\n"));
    }
    return done as Record<string, unknown>;
  };

  // A region becomes a territory; a manager's team works in one territory.
  const agents = readRows("sales_teams.csv");
  const territories = new Map<string, string>();
  const managers = new Map<string, string>();
  const teams = new Map<string, string>();
  const users = new Map<string, string>();
  const user = async (full_name: string, more: Record<string, unknown>): Promise<string> => {
    const email = `${full_name.toLowerCase().replaceAll(" ", ".")}@hardware.example`;
    return (await allowAnyInput(crm).createUser({ full_name, email, password: PASSWORD, ...more })).data.id;
  };
  for (const { sales_agent = "", manager = "", regional_office = "" } of agents) {
    if (!territories.has(regional_office)) {
      const territory = { kind: "territories", name: regional_office, region: regional_office };
      territories.set(regional_office, (await crm.createMaster(territory)).data.id);
    }
    if (!teams.has(manager)) {
      managers.set(manager, await user(manager, { role: "MANAGER" }));
      const team = { name: `Team ${manager}`, manager_id: managers.get(manager), territory_id: territories.get(regional_office) };
      teams.set(manager, (await crm.createTeam(team)).data.id);
    }
    const place = { role: "SALES_REP", team_id: teams.get(manager), manager_id: managers.get(manager) };
    users.set(sales_agent, await user(sales_agent, place));
  }
  checkFigure("agents", users.size, expectedData.files["sales_teams.csv"]);

  const products = await bring("products", "products.csv", {
    mapping: { product: "name", series: "family", sales_price: "unit_price" },
  });
  checkFigure("products", [products.created, products.failed], [expectedData.files["products.csv"], 0]);

  const accounts = readRows("accounts.csv");
  const accountColumns = {
    account: "name",
    sector: "industry_id",
    employees: "employee_count",
    office_location: "billing_country_id",
  };
  const accountValues = { industry_id: { technolgy: "technology" }, billing_country_id: { Philipines: "PH", Korea: "KR" } };
  const accountImport = await bring("customers", "accounts.csv", {
    mapping: accountColumns,
    value_map: accountValues,
    options: { create_masters: true },
  });
  checkFigure("accounts", [accountImport.created, accountImport.failed], [expectedData.files["accounts.csv"], 0]);
  // A parent account may follow its subsidiary in the file, so parents are set in a second import.
  const above = await bring("customers", "accounts.csv", {
    mapping: { account: "name", subsidiary_of: "parent_customer_id" },
    options: { mode: "update", match_on: "name" },
  });
  checkFigure("failed imports of parent accounts", above.failed, 0);
  let below = 0;
  for (let page = 1; page <= Math.ceil(accounts.length / 100); page++)
    for (const { parent_customer_id } of (await crm.listCustomers({ limit: 100, page })).data as Record<string, unknown>[])
      if (parent_customer_id) below++;
  checkFigure("subsidiaries", below, expectedData.import_traps.subsidiaries);

  const pipeline = await bring("opportunities", "sales_pipeline.csv", {
    mapping: {
      opportunity_id: "name",
      sales_agent: "owner_id",
      product: "product_id",
      account: "customer_id",
      deal_stage: "stage_id",
      engage_date: "created_at",
      close_date: "closed_date",
      close_value: "amount",
    },
    value_map: {
      owner_id: Object.fromEntries(users),
      product_id: { GTXPro: "GTX Pro" },
      stage_id: { Won: "closed_won", Lost: "closed_lost", Engaging: "qualification", Prospecting: "prospecting" },
    },
    options: { historic: true },
  });
  checkFigure("opportunities", [pipeline.created, pipeline.failed], [expectedData.files["sales_pipeline.csv"], 0]);
  const countOpportunities = async (query: Record<string, unknown>): Promise<number> =>
    (await crm.listOpportunities({ limit: 1, ...query })).meta.total;
  checkFigure("stored", await countOpportunities({}), expectedData.unique_opportunity_ids);
  let without = 0;
  let cursor: string | null = null;
  do {
    const query = { limit: 100, "customer_id[is_null]": true, ...(cursor === null ? {} : { cursor }) };
    const page = await crm.listOpportunities(query);
    without += page.data.length;
    cursor = page.meta.next_cursor;
  } while (cursor !== null);
  checkFigure("opportunities without an account", without, expectedData.open_pipeline.without_account);

  const stats = async (query: Record<string, unknown>) => (await crm.getOpportunityStats(query)).data;
  const all = await stats({ group_by: "stage" });
  checkFigure("won", all.totals.won_count, expectedData.won_deals);
  checkFigure("lost", all.totals.lost_count, expectedData.lost_deals);
  checkFigure("won value", all.totals.won_value, expectedData.total_won_value);
  checkFigure("win rate", formatRatio(all.totals.win_rate), formatRatio(expectedData.win_rate));
  checkFigure(
    "average cycle of won opportunities, days",
    formatRatio(all.totals.average_cycle_days),
    formatRatio(expectedData.avg_cycle_days.won),
  );
  const stages: Record<string, string> = {
    Won: "closed_won",
    Lost: "closed_lost",
    Engaging: "qualification",
    Prospecting: "prospecting",
  };
  for (const [name, count] of Object.entries(expectedData.by_stage))
    checkFigure(`in ${name}`, all.rows.find(({ code }) => code === stages[name])?.count ?? 0, count);

  const quarters = (await stats({ group_by: "period", interval: "quarter" })).rows;
  for (const [quarter, { won: wonCount, lost: lostCount, won_value }] of Object.entries<{
    won: number;
    lost: number;
    won_value: string;
  }>(expectedData.per_quarter)) {
    const row = quarters.find(({ key }) => key === quarter);
    checkFigure(quarter, [row?.won_count, row?.lost_count, row?.won_value], [wonCount, lostCount, won_value]);
  }
  const months = (await stats({ group_by: "period", interval: "month" })).rows;
  for (const [month, { won: wonCount, won_value }] of Object.entries<{ won: number; won_value: string }>(
    expectedData.per_month_won,
  )) {
    const row = months.find(({ key }) => key === month);
    checkFigure(`won in ${month}`, [row?.won_count, row?.won_value], [wonCount, won_value]);
  }
  const groups = {
    product: expectedData.per_product_as_written,
    owner: expectedData.per_agent,
    manager: expectedData.per_manager,
    region: expectedData.per_region,
  } as Record<string, Record<string, ExpectedFigures>>;
  for (const [group_by, expectedByName] of Object.entries(groups)) {
    const { rows } = await stats({ group_by });
    for (const [name, figures] of Object.entries(expectedByName)) {
      const label = name === "GTXPro" ? "GTX Pro" : name;
      const row = rows.find((each) => each.label === label || each.key === label);
      const actual = row && [
        ...[row.count, row.won_count, row.lost_count, row.won_value],
        ...[formatRatio(row.win_rate), formatRatio(row.average_cycle_days)],
      ];
      checkFigure(`${group_by} ${label}`, actual ?? null, listExpected(figures));
    }
  }
  await checkSalesReports(expectedData, new Map([...users, ...managers]), { crm, checkFigure });
} finally {
  await server.close();
  await app.stop();
}
console.log(failed === 0 ? "All figures match truth.json." : `${failed} figures differ.`);
process.exit(failed === 0 ? 0 : 1);
