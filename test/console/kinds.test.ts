import { writeFileSync } from "node:fs";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Client, createClient, type Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { makeWorld, type World } from "../invariants/registry/world.ts";
import { addUser, PASSWORD, startTestApp } from "../support/app.ts";
import { selectSample } from "../support/sample.ts";
import { type ConsoleDriver, driveConsole, type Screen } from "./console-driver.ts";

/**
 * Each kind of the schema has pages in the console, without a line there. The test opens the list and the record of a sample of the kinds, and
 * each engine on three kinds for one role on a screen and another on a phone with axe. `npm run console-matrix` opens all pages for all roles,
 * widths, dark colors and right to left, and writes the table in docs/console/matrix.md.
 */
const isMatrix = process.env.CRM_MATRIX === "all";
const MATRIX_FILE = new URL("../../docs/console/matrix.md", import.meta.url);

type Kind = Schemas.SchemaKind;
type Engine = "list" | "board" | "calendar" | "record" | "form";

interface Variant extends Screen {
  name: string;
  role: "ADMIN" | "SALES_REP";
  hasAxe: boolean;
}

const variants: readonly Variant[] = [
  { name: "ADMIN 1280", role: "ADMIN", width: 1280, hasAxe: true },
  { name: "ADMIN 360", role: "ADMIN", width: 360, hasAxe: true },
  { name: "ADMIN 1280 dark", role: "ADMIN", width: 1280, isDark: true, hasAxe: true },
  { name: "ADMIN 1280 Arabic", role: "ADMIN", width: 1280, language: "ar", hasAxe: false },
  { name: "ADMIN 360 Arabic dark", role: "ADMIN", width: 360, language: "ar", isDark: true, hasAxe: false },
  { name: "SALES_REP 1280", role: "SALES_REP", width: 1280, hasAxe: true },
  { name: "SALES_REP 360", role: "SALES_REP", width: 360, hasAxe: true },
];

/** The variants of the sample: each role and each width once. */
const SAMPLE_VARIANTS = ["ADMIN 1280", "SALES_REP 360"];

/** Kinds that stand for the others in the sample: one with a board, one with a calendar, one with neither. */
const SAMPLE_KINDS = ["opportunity", "activity", "contact"];

describe.skipIf(!hasBrowser())("the pages of each kind", () => {
  let app: App;
  let world: World;
  let server: Awaited<ReturnType<typeof startServer>>;
  let pages: ConsoleDriver;
  let emails: Record<Variant["role"], string>;
  const clients = new Map<string, Client>();

  beforeAll(async () => {
    app = await startTestApp();
    world = await makeWorld(app, "Sample");
    const { email: representative } = await addUser(app, world.tenant, "SALES_REP");
    emails = { ADMIN: world.tenant.email, SALES_REP: representative };
    await app.settle();
    server = await startServer(app, 0);
    const browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    pages = await driveConsole(browser, server.url);
  });
  afterAll(async () => {
    await pages.browser.close();
    await server.close();
    await app.stop();
  });

  const credentials = (role: Variant["role"]) => ({
    email: emails[role],
    password: role === "ADMIN" ? world.tenant.password : PASSWORD,
  });

  const clientFor = (role: Variant["role"]): Client => {
    const client = clients.get(role) ?? createClient({ baseUrl: server.url, auth: credentials(role) });
    clients.set(role, client);
    return client;
  };

  async function listKinds(role: Variant["role"]): Promise<Kind[]> {
    const { kinds } = await clientFor(role).request<{ kinds: Kind[] }>("GET", "/api/v1/schema");
    return kinds.filter(({ operations }) => operations.includes("list"));
  }

  async function begin({ role, ...screen }: Variant): Promise<void> {
    await pages.setScreen(screen);
    await pages.signIn(credentials(role), "/crm/leads");
  }

  /** Returns the address of a page of a kind; undefined if the kind has none. */
  async function findAddress(kind: Kind, engine: Engine, role: Variant["role"]): Promise<string | undefined> {
    const path = kind.path.replace("/api/v1", "/crm");
    const has: Record<Engine, boolean> = {
      list: true,
      board: !!kind.board,
      calendar: !!kind.calendar,
      record: kind.operations.includes("read"),
      form: kind.operations.includes("create"),
    };
    if (!has[engine]) return undefined;
    if (engine === "board" || engine === "calendar") return `${path}?mode=${engine}`;
    if (engine !== "record") return engine === "form" ? `${path}/add` : path;
    const [record] = await clientFor(role).request<{ id: string }[]>("GET", kind.path, { query: { limit: 1 } });
    return record && `${path}/view/${record.id}`;
  }

  /** Opens a page. Returns one sentence for each fault; undefined if the kind has no such page. */
  async function inspect(kind: Kind, engine: Engine, { role, hasAxe, name }: Variant): Promise<string[] | undefined> {
    const address = await findAddress(kind, engine, role);
    if (address === undefined) return undefined;
    await pages.goTo(address);
    const findings = [...(await pages.inspect()), ...(hasAxe ? await pages.findViolations() : []), ...pages.takeErrors()];
    return findings.map((finding) => `${name} ${address}: ${finding}`);
  }

  it.skipIf(isMatrix)("open without an error, and look sound", async () => {
    const variant: Variant = { name: "ADMIN 1280", role: "ADMIN", width: 1280, hasAxe: false };
    await begin(variant);
    const findings: string[] = [];
    for (const kind of selectSample(await listKinds("ADMIN"), { name: ({ kind: name }) => name, kind: () => "kind" }))
      for (const engine of ["list", "record"] as const) findings.push(...((await inspect(kind, engine, variant)) ?? []));
    expect(findings).toEqual([]);
  });

  it("of a record that does not exist say so", async () => {
    await begin({ name: "ADMIN 1280", role: "ADMIN", width: 1280, hasAxe: false });
    const kinds = (await listKinds("ADMIN")).filter(({ operations }) => operations.includes("read"));
    const sampled = isMatrix ? kinds : selectSample(kinds, { name: ({ kind: name }) => name, kind: () => "kind" });
    for (const { path, operations } of sampled) {
      const canChange = operations.includes("update") || operations.includes("replace");
      for (const page of canChange ? ["view", "edit"] : ["view"]) {
        const address = `${path.replace("/api/v1", "/crm")}/${page}/xyz_01unknown`;
        // The page must also complete, which the driver waits for.
        await pages.goTo(address);
        const heading = await pages.browser.evaluate<string>("document.querySelector('h1').innerText");
        const place = await pages.browser.evaluate<string>("location.pathname");
        const findings = [...(await pages.inspect()), ...pages.takeErrors()];
        expect({ address, findings, place, heading }).toEqual({
          ...{ address, findings: [] },
          place: address,
          heading: expect.stringMatching(/^There is no such record, or you may not see it$|^This report does not exist/),
        });
      }
    }
  });

  it.skipIf(isMatrix)("are accessible for two roles, one on a screen and one on a phone", async () => {
    const findings: string[] = [];
    for (const variant of variants.filter(({ name }) => SAMPLE_VARIANTS.includes(name))) {
      await begin(variant);
      for (const kind of (await listKinds(variant.role)).filter(({ kind: name }) => SAMPLE_KINDS.includes(name)))
        for (const engine of engines) findings.push(...((await inspect(kind, engine, variant)) ?? []));
    }
    expect(findings).toEqual([]);
  });

  it.runIf(isMatrix)("pass all checks for all roles, widths, colors and directions", async () => {
    const rows = new Map<string, Map<string, string>>();
    const findings: string[] = [];
    for (const variant of variants) {
      await begin(variant);
      for (const kind of await listKinds(variant.role))
        for (const engine of engines) {
          const found = await inspect(kind, engine, variant);
          if (found === undefined) continue;
          findings.push(...found);
          const row = rows.get(`${kind.kind} ${engine}`) ?? new Map<string, string>();
          rows.set(`${kind.kind} ${engine}`, row.set(variant.name, found.length === 0 ? "✓" : String(found.length)));
        }
    }
    writeFileSync(MATRIX_FILE, formatMatrix(rows));
    expect(findings).toEqual([]);
  });
});

const engines: readonly Engine[] = ["list", "board", "calendar", "record", "form"];

function formatMatrix(rows: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const names = variants.map(({ name }) => name);
  const pageCount = [...rows.values()].reduce((sum, row) => sum + row.size, 0);
  const faultless = [...rows.values()].reduce((sum, row) => sum + [...row.values()].filter((cell) => cell === "✓").length, 0);
  return [
    "# Pages of the console by kind, role, width, color and direction",
    "",
    "This page shows which pages of the console pass the checks of `test/console/kinds.test.ts`: no error in the browser's console, no sideways",
    "scrolling, no cut or overlapping texts, no raw ids, sizes and gaps of the design, and no finding of axe (left to right). `npm run console-matrix`",
    "writes it.",
    "",
    `${faultless} of ${pageCount} pages pass. A number is the count of findings; an empty cell is a page that the role does not have.`,
    "",
    `| kind | page | ${names.join(" | ")} |`,
    `| --- | --- | ${names.map(() => "---").join(" | ")} |`,
    ...[...rows].map(([key, row]) => {
      const [kind, engine] = key.split(" ");
      return `| ${kind} | ${engine} | ${names.map((name) => row.get(name) ?? "").join(" | ")} |`;
    }),
    "",
  ].join("\n");
}
