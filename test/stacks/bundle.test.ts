import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { registry } from "@crm/functions/api/index.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { App } from "sst/constructs";
import { initProject, useProject } from "sst/project.js";
import { load } from "sst/stacks/build.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bundle, bundleEntries, coldStartBytes, coldStartInputs, listInputs } from "../../stacks/bundle.ts";
import { apiPortUses, listEntryPoints } from "../../stacks/entry-points.ts";
import { stackNames } from "../../stacks/index.ts";
import { isExhaustive, selectSample } from "../support/sample.ts";
import { account, createTemporaryFolder, type Resource, region } from "./synthesis.ts";

/**
 * The deployment of `sst.config.ts` and the bundles of a sample of the functions: their contents, how much of them a cold start reads, and
 * that they run.
 */
const entries = selectSample(listEntryPoints(process.cwd()), {
  name: ({ path }) => path,
  kind: ({ path }) => (path.includes("/") ? path.replace(/\/.*/, "") : path),
});
const isSampled = (path: string): boolean => entries.some((entry) => entry.path === path);
const sampledApi = functionNames.filter((name) => isSampled(`api/${name}`));
let bundles: ReadonlyMap<string, Bundle>;
const bundleRuns = new Map<string, BundleRun>();

interface BundleRun {
  /** Duration of the import in milliseconds, in a new process. */
  ms: number;
  answers: { statusCode?: number; error?: string; batchItemFailures?: unknown[]; length?: number }[];
}

/** The quota of Lambda for the unzipped code of a function. */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/** Maximum kilobytes that a cold start reads, without lazily loaded chunks. */
const START_BUDGET_KB = 600;
/**
 * Functions above the budget, because they load the code of the domains that they call: what they read as of 2026-11-27 and 3 % for longer texts.
 * Lower a value when its code shrinks.
 */
const LARGER_BUDGETS_KB: Readonly<Record<string, number>> = {
  "api/activities": 985,
  "api/aftersales": 1380,
  "api/approvals": 855,
  "api/attachments": 905,
  "api/audit": 870,
  "api/auth": 875,
  "api/batch": 815,
  "api/bulk": 870,
  "api/campaigns": 1410,
  "api/comments": 965,
  "api/contracts": 1550,
  "api/conversations": 1040,
  "api/customers": 1535,
  "api/deals": 1210,
  "api/exports": 1195,
  "api/flows": 835,
  "api/forms": 785,
  "api/gateways": 920,
  "api/hooks": 850,
  "api/imports": 990,
  "api/interactions": 800,
  "api/invoices": 1430,
  "api/knowledge": 675,
  "api/leads": 1095,
  "api/mailers": 735,
  "api/masters": 975,
  "api/messages": 1060,
  "api/meta": 810,
  "api/notes": 1005,
  "api/notifications": 820,
  "api/offers": 925,
  "api/opportunities": 1240,
  "api/orders": 1600,
  "api/paths": 830,
  "api/payments": 1225,
  "api/persons": 1395,
  "api/potentials": 1200,
  "api/pre-orders": 910,
  "api/products": 885,
  "api/profile": 880,
  "api/projects": 1185,
  "api/proposals": 1270,
  "api/providers": 700,
  "api/public": 1160,
  "api/quotes": 1435,
  "api/reach": 740,
  "api/reengagement": 1165,
  "api/rules": 825,
  "api/search": 1470,
  "api/service": 1265,
  "api/signatures": 845,
  "api/signing": 810,
  "api/sms": 705,
  "api/tags": 885,
  "api/uploads": 675,
  "api/users": 745,
  "api/views": 830,
  "api/webhooks": 850,
  "api/workflows": 1175,
  "flow/approval": 765,
  "inbound-mail": 725,
  operator: 760,
  "release-check": 630,
  stream: 705,
  "schedule/audit-archive": 660,
  "schedule/due": 640,
  "schedule/record-archive": 625,
  "schedule/recount": 655,
  "schedule/snapshots": 655,
  "schedule/tenant-queues": 695,
  "subscribe/absences": 745,
  "subscribe/activity-reminder-texts": 800,
  "subscribe/after-sales-mails": 835,
  "subscribe/approval-handover": 720,
  "subscribe/approval-watch": 750,
  "subscribe/booking-mails": 685,
  "subscribe/bulk-change": 810,
  "subscribe/campaign-fills": 1120,
  "subscribe/campaigns": 975,
  "subscribe/comment-notices": 790,
  "subscribe/contact-list-builds": 780,
  "subscribe/contact-list-members": 775,
  "subscribe/contract-amendment-approvals": 1110,
  "subscribe/contract-amendment-signatures": 1065,
  "subscribe/contract-amendments": 820,
  "subscribe/contract-approvals": 1085,
  "subscribe/contract-clocks": 795,
  "subscribe/contract-renewal-mails": 825,
  "subscribe/contract-renewals": 1110,
  "subscribe/contract-signatures": 765,
  "subscribe/conversion": 820,
  "subscribe/custom-fields": 735,
  "subscribe/customer-health": 750,
  "subscribe/email-sends": 1140,
  "subscribe/export": 990,
  "subscribe/import": 920,
  "subscribe/inbound-deliveries": 675,
  "subscribe/inbound-leads": 955,
  "subscribe/inbound-tickets": 1080,
  "subscribe/invitations": 835,
  "subscribe/invoice-documents": 735,
  "subscribe/invoice-mails": 970,
  "subscribe/lead-reminders": 740,
  "subscribe/lead-waits": 745,
  "subscribe/merging": 785,
  "subscribe/message-mail": 695,
  "subscribe/message-opens": 940,
  "subscribe/message-sending": 915,
  "subscribe/message-settling": 840,
  "subscribe/notifications": 790,
  "subscribe/offer-mails": 1035,
  "subscribe/offer-reminders": 655,
  "subscribe/order-leads": 755,
  "subscribe/order-sales": 705,
  "subscribe/payment-links": 635,
  "subscribe/payment-reconciliation": 1135,
  "subscribe/pre-order-allocations": 635,
  "subscribe/pre-order-mails": 825,
  "subscribe/project-members": 815,
  "subscribe/project-tasks": 1030,
  "subscribe/project-templates": 1030,
  "subscribe/proposal-approvals": 745,
  "subscribe/quote-approvals": 745,
  "subscribe/quote-signatures": 650,
  "subscribe/reengagement-fills": 1045,
  "subscribe/reengagement-told": 845,
  "subscribe/reengagement-walks": 775,
  "subscribe/rules": 715,
  "subscribe/scoring": 760,
  "subscribe/search-paths": 710,
  "subscribe/segment-builds": 770,
  "subscribe/segment-members": 770,
  "subscribe/signature-clocks": 725,
  "subscribe/signature-filing": 650,
  "subscribe/signature-mails": 675,
  "subscribe/signature-work": 885,
  "subscribe/ticket-clocks": 910,
  "subscribe/ticket-letters": 1225,
  "subscribe/ticket-mail": 1115,
  "subscribe/ticket-surveys": 780,
  "subscribe/ticket-walks": 680,
  "subscribe/webhook-deliveries": 740,
  "subscribe/workflows": 1010,
};
const findBudget = (entry: string): number => LARGER_BUDGETS_KB[entry] ?? START_BUDGET_KB;

const root = process.cwd();
/** A folder without access to installed packages. */
const outputFolder = mkdtempSync(join(tmpdir(), "crm-bundles-"));

beforeAll(async () => {
  bundles = await bundleEntries(root, outputFolder, entries);
  for (const [entry, bundle] of bundles) bundleRuns.set(entry, await runBundle(entry, bundle));
});
afterAll(() => rmSync(outputFolder, { recursive: true }));

const stage = "config";
const assets = join(createTemporaryFolder(), "dist");
const newApp = (): App => new App({ mode: "deploy", stage, name: "crm", region, account }, { outdir: assets });

/** Loads `sst.config.ts` as `sst deploy` does. */
async function loadConfig() {
  await initProject({ stage, region });
  useProject().paths.out = dirname(assets);
  const [, config] = await load(useProject().paths.config);
  return config;
}

/** The stacks of `sst.config.ts`, synthesized as `sst deploy` does, including the code of functions. */
async function synthesizeDeployment() {
  const config = await loadConfig();
  const app = newApp();
  await config.stacks(app);
  await app.finish();
  return app.synth().stacks;
}

const startKilobytes = (bundle: Bundle): number => Math.ceil(coldStartBytes(bundle) / 1000);

/** Imports a bundle in a new process without installed packages, as Lambda does, and sends it events. */
async function runBundle(entry: string, { folder }: Bundle): Promise<BundleRun> {
  const script = join(folder, "run.mjs");
  writeFileSync(script, RUN_SCRIPT);
  const env = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none", AWS_SESSION_TOKEN: "none" };
  const settings = {
    CRM_ORIGIN: "https://crm.example.com",
    CRM_ALLOW_ORIGINS: "*",
    CRM_EDGE: "",
    CRM_TABLE: "none",
    CRM_ROLES: "{}",
    CRM_STAGE: "none",
    CRM_FORMER_SECRETS: "{}",
    CRM_FORMER_EDGE_SECRETS: "{}",
    CRM_STACKS: "none",
    CRM_KEY_GROUPS: "requests",
    CRM_BUS: "none",
    CRM_DEAD_LETTERS: "none",
    CRM_KEY: "none",
    CRM_FILES: "none",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(buildEvents(entry))], {
    env: { ...env, ...settings },
    cwd: folder,
  });
  return JSON.parse(
    stdout
      .split("\n")
      .findLast((line) => line.startsWith("ran "))
      ?.slice(4) ?? "{}",
  ) as BundleRun;
}

const RUN_SCRIPT = `
const started = performance.now();
const { handler } = await import("./index.mjs");
const ms = Math.round(performance.now() - started);
const answers = [];
for (const event of JSON.parse(process.argv[2])) {
  try {
    const { statusCode, batchItemFailures, body } = await handler(event, {});
    answers.push({ statusCode, batchItemFailures, length: body?.length });
  } catch (error) {
    answers.push({ error: error.name });
  }
}
console.log("ran " + JSON.stringify({ ms, answers }));
process.exit(0);
`;

const buildRequest = (method: string, rawPath: string) => ({
  rawPath,
  rawQueryString: "",
  headers: {},
  requestContext: { requestId: "r", http: { method, path: rawPath, sourceIp: "192.0.2.1", userAgent: "test" } },
  isBase64Encoded: false,
});

const DOCS_PATHS = [
  "/health",
  `${BASE_PATH}/openapi.json`,
  `${BASE_PATH}/docs`,
  `${BASE_PATH}/docs/swagger-ui.css`,
  `${BASE_PATH}/docs/swagger-ui-bundle.js`,
];

/** Events that can be handled without AWS. */
function buildEvents(entry: string): object[] {
  if (entry === "stream" || entry === "inbound-mail") return [{ Records: [] }];
  if (entry === "operator") return [{ action: "nothing" }];
  if (entry === "api/meta") return [...DOCS_PATHS, "/nowhere"].map((path) => buildRequest("GET", path));
  if (!entry.startsWith("api/")) return [];
  const operations = registry[entry.slice("api/".length) as FunctionName].filter(({ access }) => access !== "public");
  return operations.map(({ method, path }) => buildRequest(method, BASE_PATH + path.replaceAll(/\{\w+\}/g, "x")));
}

function listBundleInputs(entry: string): string[] {
  const bundle = bundles.get(entry);
  return bundle ? listInputs(bundle) : [];
}

describe("sst.config.ts", () => {
  beforeAll(() => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "none");
    vi.stubEnv("CRM_INBOUND_DOMAIN", "in.example.com");
  });
  afterAll(() => vi.unstubAllEnvs());

  it("is loaded by SST, and rejects a deployment without a sender address", async () => {
    vi.stubEnv("CRM_MAIL_FROM", "");
    const config = await loadConfig();
    expect(useProject().config.name).toBe("crm");
    await expect(config.stacks(newApp())).rejects.toThrow("CRM_MAIL_FROM");
  });

  // Bundles the code of every function, which takes minutes.
  it.runIf(isExhaustive)("creates every stack, with a code folder for every function", async () => {
    vi.stubEnv("CRM_MAIL_FROM", "crm@example.com");
    const stacks = await synthesizeDeployment();
    expect(stacks.map(({ stackName }) => stackName).sort()).toEqual(stackNames.map((name) => `config-crm-${name}`).sort());
    const functions = stacks.flatMap(({ template }) =>
      (Object.values(template.Resources) as Resource<"AWS::Lambda::Function">[]).filter(
        ({ Type }) => Type === "AWS::Lambda::Function",
      ),
    );
    expect(functions.length).toBe(listEntryPoints(root).length);
    for (const { Properties } of functions) {
      expect(existsSync(join(assets, `asset.${Properties.Code.S3Key.replace(".zip", "")}`, "index.mjs"))).toBe(true);
    }
  });
});

describe("the code of each function", () => {
  it("contains nothing of the local system, of tests or of build tools", () => {
    for (const [entry, bundle] of bundles) {
      const foreign = listInputs(bundle).filter((file) =>
        /packages\/local\/|^test\/|^stacks\/|node_modules\/(aws-cdk-lib|sst|rolldown|vitest|node|@dynoxide)\//.test(file),
      );
      expect([entry, foreign]).toEqual([entry, []]);
    }
  });

  it("does not search for credentials", () => {
    for (const [entry, bundle] of bundles) {
      expect([entry, listInputs(bundle).filter((file) => /credential-provider-|token-providers|client-sso/.test(file))]).toEqual([
        entry,
        [],
      ]);
    }
  });

  it("stays within its budget of code loaded at a cold start", () => {
    const rows = [...bundles].map(([entry, bundle]) => ({
      function: entry,
      "kB read": startKilobytes(bundle),
      budget: findBudget(entry),
    }));
    const oversizedRows = rows.filter((row) => row["kB read"] > row.budget);
    if (oversizedRows.length > 0) console.table(rows);
    expect(oversizedRows).toEqual([]);
  });

  it("stays below 90 % of the unzipped size that Lambda allows", () => {
    for (const [entry, { folder }] of bundles) {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
      const size = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
      expect(size).toBeGreaterThan(0);
      expect([entry, size < MAX_UNZIPPED_BYTES * 0.9]).toEqual([entry, true]);
    }
  });

  it("loads no global data tables at a cold start, and nothing that only few requests need", () => {
    const heavy =
      /node_modules\/(iso-3166|libphonenumber-js|postcode-validator|country-to-currency|@fastify\/busboy|@aws-sdk\/client-kms)\//;
    for (const [entry, bundle] of bundles)
      expect([entry, coldStartInputs(bundle).filter((file) => heavy.test(file))]).toEqual([entry, []]);
  });

  it("contains no unused parts of libraries", () => {
    const useless =
      /node_modules\/jsonschema\/|electrodb\/src\/(service|transaction|conversions)\.js|client-dynamodb\/dist-es\/DynamoDB\.js/;
    for (const [entry, bundle] of bundles)
      expect([entry, listInputs(bundle).filter((file) => useless.test(file))]).toEqual([entry, []]);
  });

  it("contains only the AWS clients that it needs", () => {
    const clients = (entry: string) =>
      [...new Set(listBundleInputs(entry).flatMap((file) => /@aws-sdk\/client-([\w-]+)\//.exec(file)?.[1] ?? []))].sort();
    for (const name of sampledApi) {
      const uses = apiPortUses(name);
      const keys = uses.includes("seal") ? ["kms"] : [];
      const objects = uses.some((use) => use.startsWith("objects:")) ? ["s3"] : [];
      const flows = uses.some((use) => use.startsWith("flows:")) ? ["sfn"] : [];
      const texts = uses.includes("sms") ? ["pinpoint-sms-voice-v2"] : [];
      const mails = uses.includes("mail") || uses.includes("mailer") ? ["sesv2"] : [];
      expect([name, clients(`api/${name}`)]).toEqual([
        name,
        ["dynamodb", ...keys, ...texts, ...objects, ...mails, ...flows, "ssm", "sts"],
      ]);
    }
    const system = {
      stream: ["dynamodb", "eventbridge", "s3"],
      "subscribe/mail": ["dynamodb", "sesv2", "ssm"],
      "schedule/due": ["dynamodb", "eventbridge"],
      watch: ["dynamodb", "s3"],
      operator: ["cloudformation", "dynamodb", "eventbridge", "kms", "s3"],
    };
    for (const [entry, expected] of Object.entries(system))
      if (isSampled(entry)) expect([entry, clients(entry)]).toEqual([entry, expected]);
  });
});

describe("functions that serve requests", () => {
  it.each(sampledApi.filter((name) => name !== "meta"))("%s runs, and requires authentication for all its operations", (name) => {
    const answers = bundleRuns.get(`api/${name}`)?.answers ?? [];
    expect(answers.length).toBe(registry[name].filter(({ access }) => access !== "public").length);
    for (const { statusCode } of answers) expect(statusCode).toBe(401);
  });

  it.each(sampledApi)("%s contains only the code of its own operations", (name) => {
    // Operations that several kinds of records share, and the code that all of them use.
    const shared =
      /api\/(shared\/[\w-]+|\w+\/links|agreements\/(offer-operations|share-link-output|signature-request-output)|sales\/assignments)\.ts$/;
    const listSourceFiles = (functionName: string) =>
      listBundleInputs(`api/${functionName}`).filter(
        (file) => /functions\/src\/api\/[\w/-]+\.ts$/.test(file) && !shared.test(file),
      );
    const ownFiles = listSourceFiles(name);
    expect(ownFiles.length).toBeGreaterThan(0);
    // These describe or call the whole API, and load it only on request.
    const describing = ["meta", "masters", "batch"];
    if (describing.includes(name)) return;
    const otherFiles = new Set(
      sampledApi.filter((functionName) => functionName !== name && !describing.includes(functionName)).flatMap(listSourceFiles),
    );
    expect(ownFiles.filter((file) => otherFiles.has(file))).toEqual([]);
  });

  it.runIf(isSampled("api/meta"))("meta includes the files of the page", () => {
    const [health, document, page, style, script, nowhere] = bundleRuns.get("api/meta")?.answers ?? [];
    expect([health, document, page, style, script, nowhere].map((answer) => answer?.statusCode)).toEqual([
      200, 200, 200, 200, 200, 404,
    ]);
    expect(document?.length).toBeGreaterThan(50_000);
    expect(script?.length).toBeGreaterThan(500_000);
    expect(existsSync(join(bundles.get("api/meta")?.folder ?? "", "swagger-ui", "swagger-ui.css"))).toBe(true);
  });
});

describe("functions of the system", () => {
  it("run", () => {
    expect(bundleRuns.get("stream")?.answers).toEqual([{ batchItemFailures: [] }]);
    expect(bundleRuns.get("operator")?.answers).toEqual([{ error: "Failure" }]);
    for (const entry of bundles.keys()) expect([entry, bundleRuns.get(entry)?.ms]).toEqual([entry, expect.any(Number)]);
  });

  it("are those named in the definitions", () => {
    for (const entry of bundles.keys()) {
      const [kind = "", name] = entry.split("/");
      if (kind !== "schedule" && kind !== "subscribe") continue;
      expect([...subscribers, ...schedules].map((trigger) => trigger.name)).toContain(name);
      // The handler is loaded at startup, not at the first event.
      expect(listEntryPoints(root).find(({ path }) => path === entry)?.code).toContain(" as run }");
    }
  });
});
