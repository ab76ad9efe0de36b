import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type FunctionName, functionNames, registry } from "@crm/functions/api/index.ts";
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

/** Maximum kilobytes that a cold start reads, without lazily loaded chunks. */
const START_BUDGET_KB = 600;
/**
 * Functions above the budget, because they load the code of the domains that they call. Lower a value when its code shrinks.
 */
const LARGER_BUDGETS_KB: Readonly<Record<string, number>> = {
  "api/activities": 875,
  "api/approvals": 770,
  "api/attachments": 810,
  "api/audit": 770,
  "api/auth": 765,
  "api/bulk": 800,
  "api/contracts": 1395,
  "api/conversations": 925,
  "api/customers": 1320,
  "api/deals": 985,
  "api/exports": 800,
  "api/flows": 750,
  "api/forms": 720,
  "api/hooks": 635,
  "api/imports": 845,
  "api/interactions": 725,
  "api/knowledge": 610,
  "api/leads": 990,
  "api/mailers": 670,
  "api/masters": 875,
  "api/messages": 880,
  "api/meta": 720,
  "api/notes": 795,
  "api/notifications": 730,
  "api/offers": 840,
  "api/opportunities": 1090,
  "api/paths": 740,
  "api/persons": 1250,
  "api/potentials": 1035,
  "api/products": 790,
  "api/proposals": 1105,
  "api/providers": 635,
  "api/public": 1005,
  "api/quotes": 1330,
  "api/reach": 695,
  "api/reengagement": 1015,
  "api/rules": 740,
  "api/search": 1305,
  "api/service": 1125,
  "api/signatures": 760,
  "api/signing": 725,
  "api/sms": 645,
  "api/tags": 805,
  "api/uploads": 615,
  "api/users": 670,
  "api/views": 735,
  "api/webhooks": 760,
  "flow/approval": 670,
  "inbound-mail": 665,
  operator: 650,
  "schedule/snapshots": 695,
  stream: 620,
  "subscribe/absences": 685,
  "subscribe/approval-handover": 640,
  "subscribe/approval-watch": 665,
  "subscribe/booking-mails": 625,
  "subscribe/bulk-change": 795,
  "subscribe/contact-list-builds": 700,
  "subscribe/contact-list-members": 695,
  "subscribe/contract-amendment-approvals": 1010,
  "subscribe/contract-amendment-signatures": 975,
  "subscribe/contract-amendments": 760,
  "subscribe/contract-approvals": 995,
  "subscribe/contract-clocks": 735,
  "subscribe/contract-renewal-mails": 745,
  "subscribe/contract-renewals": 990,
  "subscribe/contract-signatures": 730,
  "subscribe/conversion": 735,
  "subscribe/custom-fields": 650,
  "subscribe/customer-health": 670,
  "subscribe/email-sends": 925,
  "subscribe/export": 695,
  "subscribe/import": 860,
  "subscribe/invitations": 740,
  "subscribe/inbound-leads": 850,
  "subscribe/lead-reminders": 680,
  "subscribe/lead-waits": 685,
  "subscribe/merging": 705,
  "subscribe/message-mail": 635,
  "subscribe/message-opens": 825,
  "subscribe/message-sending": 815,
  "subscribe/message-settling": 740,
  "subscribe/notifications": 690,
  "subscribe/offer-mails": 900,
  "subscribe/offer-reminders": 720,
  "subscribe/proposal-approvals": 665,
  "subscribe/proposal-expiry": 685,
  "subscribe/quote-approvals": 665,
  "subscribe/quote-expiry": 680,
  "subscribe/quote-siblings": 680,
  "subscribe/reengagement-fills": 900,
  "subscribe/reengagement-steps": 880,
  "subscribe/reengagement-told": 750,
  "subscribe/rules": 630,
  "subscribe/scoring": 695,
  "subscribe/search-paths": 630,
  "subscribe/segment-builds": 690,
  "subscribe/segment-members": 685,
  "subscribe/signature-clocks": 640,
  "subscribe/signature-mails": 620,
  "subscribe/signature-work": 800,
  "subscribe/stage-automations": 1000,
  "subscribe/ticket-clocks": 810,
  "subscribe/ticket-letters": 1110,
  "subscribe/ticket-mail": 1075,
  "subscribe/ticket-surveys": 700,
  "subscribe/inbound-tickets": 950,
  "subscribe/ticket-walks": 620,
  "subscribe/webhook-deliveries": 660,
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
    CRM_SECRET: "none",
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
      (Object.values(template.Resources) as Resource[]).filter(({ Type }) => Type === "AWS::Lambda::Function"),
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
        ["dynamodb", ...keys, ...texts, ...objects, "secrets-manager", ...mails, ...flows, "sts"],
      ]);
    }
    const system = {
      stream: ["dynamodb", "eventbridge", "s3"],
      "subscribe/mail": ["dynamodb", "secrets-manager", "sesv2"],
      "schedule/due": ["dynamodb", "eventbridge"],
      watch: ["dynamodb", "s3"],
      operator: ["dynamodb", "eventbridge", "kms", "s3"],
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
    // These describe the whole API and load it only on request.
    const describing = ["meta", "masters"];
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
