import { join } from "node:path";
import { accessName, collectAccesses } from "@crm/aws/access.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { registry } from "@crm/functions/api/index.ts";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "sst/constructs";
import { setProject } from "sst/project.js";
import { beforeAll, describe, expect, it } from "vitest";
import { setDeployment } from "../../stacks/deployment.ts";
import { listEntryPoints } from "../../stacks/entry-points.ts";
import { Gateway } from "../../stacks/gateway.ts";
import { Alerts } from "../../stacks/metric-alarm.ts";
import { allowOperations, READ_ACTIONS } from "../../stacks/request-roles.ts";
import { Access, requestsStack } from "../../stacks/requests.ts";
import { Rollouts } from "../../stacks/rollout.ts";
import { readSettings } from "../../stacks/settings.ts";
import { assignShard } from "../../stacks/shard.ts";
import { Storage } from "../../stacks/storage.ts";
import { WRITE_ACTIONS } from "../../stacks/table-policy.ts";
import { isAllowed, type Statement, toList } from "./iam.ts";
import { account, createTemporaryFolder, region } from "./synthesis.ts";

/** Deployments in which the code alone isolates tenants (`CRM_ISOLATION=code`). */
const environment = { CRM_MAIL_FROM: "crm@example.com" };
const SHARD = 1;
const shardFunctions = functionNames.filter((name) => assignShard("requests", name) === SHARD);

interface IsolatedStacks {
  access: Template;
  requests: Template;
}

/** The stacks of the request path: the roles, and one group of functions. */
async function synthesizeRequests(variables: Record<string, string>): Promise<IsolatedStacks> {
  const out = createTemporaryFolder();
  const paths = { root: process.cwd(), config: "sst.config.ts", out, artifacts: join(out, "artifacts") };
  const config = { name: "crm", stage: "code", region, ssmPrefix: "/sst/crm/code/" };
  const versions = { version: "", cdkVersion: "", constructsVersion: "" };
  setProject({ config, ...versions, paths, metafile: { inputs: {}, outputs: {} }, stacks: () => undefined });
  const context = {
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true,
    "@aws-cdk/core:enableAdditionalMetadataCollection": false,
  };
  const props = { outdir: join(out, "dist"), treeMetadata: false, analyticsReporting: false, context };
  const app = new App({ mode: "deploy", stage: "code", name: "crm", region, account }, props);
  const settings = readSettings("code", { ...environment, ...variables });
  await setDeployment(app, { id: "1", settings, code: (entry) => Code.fromInline(`// ${entry}`) }, []);
  for (const [id, stack] of Object.entries({
    storage: Storage,
    alerts: Alerts,
    rollouts: Rollouts,
    gateway: Gateway,
    access: Access,
  }))
    app.stack(stack, { id });
  app.stack(requestsStack(SHARD), { id: "requests" });
  const templateFor = (id: string): Template => Template.fromStack(app.node.findChild(app.logicalPrefixedName(id)) as Stack);
  return { access: templateFor("access"), requests: templateFor("requests") };
}

const ROLE = "AWS::IAM::Role";

interface RoleProperties {
  Description: string;
  Path?: string;
  Policies?: { PolicyDocument: { Statement: Statement[] } }[];
}

/** The roles of the system. That of SST's own function, which a deployment leaves out, has no description. */
const listRoles = (template: Template): RoleProperties[] =>
  Object.values(template.findResources(ROLE))
    .map(({ Properties }) => Properties as RoleProperties)
    .filter(({ Description }) => Description !== undefined);

/** The statements of the own role of each request function. */
const listFunctionStatements = (template: Template): [name: string, statements: Statement[]][] =>
  listRoles(template).flatMap(({ Path, Policies }) => {
    const name = /\/request\/([\w-]+)\/$/.exec(Path ?? "")?.[1];
    return name ? [[name, (Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement)]] : [];
  });

const listActions = (statements: readonly Statement[], prefix: string): string[] =>
  statements.flatMap(({ Action }) => toList(Action).filter((action) => action.startsWith(prefix)));

const listVariables = (template: Template): Record<string, unknown>[] =>
  Object.values(template.findResources("AWS::Lambda::Function"))
    .map(({ Properties }) => Properties.Environment?.Variables ?? {})
    .filter(({ CRM_TABLE }) => CRM_TABLE !== undefined);

describe("the setting CRM_ISOLATION", () => {
  it("is session by default, and rejects other values by name", () => {
    expect(readSettings("try", environment)).toMatchObject({ isolation: "session", permittedIsolations: ["session"] });
    expect(readSettings("try", { ...environment, CRM_ISOLATION: "code" }).permittedIsolations).toEqual(["code"]);
    expect(() => readSettings("try", { ...environment, CRM_ISOLATION: "none" })).toThrow(
      "CRM_ISOLATION must be session or code.",
    );
    expect(() => readSettings("try", { ...environment, CRM_ISOLATION_BEFORE: "x" })).toThrow("CRM_ISOLATION_BEFORE must be");
  });

  it("selects the adapters of request functions alone, each with a guard", () => {
    const root = process.cwd();
    const [session, code] = [listEntryPoints(root), listEntryPoints(root, "code")];
    for (const [index, { path, code: text }] of code.entries()) {
      const before = session[index]?.code ?? "";
      const guarded = before.replaceAll("ports/tenant-", "ports/guarded-").replaceAll(/\btenant(?=[A-Z])/g, "guarded");
      // Imports are sorted by the names of the adapters.
      const listLines = (source: string): string[] => source.split("\n").sort();
      expect([path, listLines(text)]).toEqual([path, listLines(path.startsWith("api/") ? guarded : before)]);
    }
    const leads = code.find(({ path }) => path === "api/leads")?.code;
    for (const adapter of ["guardedDatabase", "guardedSeal", "guardedObjects"]) expect(leads).toContain(`{ ${adapter} }`);
  });
});

describe("a function's own permissions on the table", () => {
  const arn = `arn:aws:dynamodb:${region}:${account}:table/crm`;
  const table = { name: "crm", arn, streamArn: "" };
  const keyspaces = ["SLUG", "LOGIN", "REFRESH", "APIKEY", "FORM", "HOOK", "RESET", "THROTTLE", "SIGNINGKEY", "DUE", "CLAIM"];
  const upper = (keyspace: string): string => keyspace.replaceAll("_", "").toUpperCase();

  it("are the union of the keyspaces that its operations declare, for reads and for writes", () => {
    for (const name of functionNames) {
      const accesses = [...collectAccesses(registry[name]).values()];
      const statements = allowOperations(table, registry[name]).map((each) => each.toStatementJson() as Statement);
      const may = (action: string, key: string, resource = arn) =>
        isAllowed(statements, { action: `dynamodb:${action}`, resource, context: { "dynamodb:LeadingKeys": [key] } });
      for (const [actions, of] of [
        [READ_ACTIONS, accesses],
        [WRITE_ACTIONS, accesses.filter(({ writes }) => writes)],
      ] as const) {
        const declared = new Set(of.flatMap((access) => access.keyspaces.map(upper)));
        for (const action of actions) {
          expect([name, action, may(action, "T#ten_a#E#x")]).toEqual([name, action, of.length > 0]);
          for (const keyspace of [...keyspaces, "TENANTS", "WATERMARK"])
            expect([name, action, keyspace, may(action, `S#${keyspace}#x`)]).toEqual([
              name,
              action,
              keyspace,
              declared.has(keyspace),
            ]);
        }
      }
      expect(may("Query", "S#DUE#x", `${arn}/index/due`) || may("Query", "T#ten_a#x", `${arn}/index/due`)).toBe(false);
      for (const action of ["Scan", "PartiQLSelect", "UpdateTable"]) expect(may(action, "T#ten_a#E#x")).toBe(false);
    }
  });
});

describe("the stacks of the isolation code", () => {
  let code: IsolatedStacks;
  beforeAll(async () => {
    code = await synthesizeRequests({ CRM_ISOLATION: "code" });
  });

  it("have no role for tenants and no permission to assume one", () => {
    expect(listRoles(code.access)).toEqual([]);
    expect(Object.keys(code.access.toJSON().Resources).length).toBeGreaterThan(0);
    expect(
      listRoles(code.requests)
        .map(({ Description }) => Description)
        .filter((text) => text.includes("one tenant")),
    ).toEqual([]);
    const statements = listFunctionStatements(code.requests);
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.map(([name]) => name).sort()).toEqual([...shardFunctions].sort());
    for (const [name, own] of statements) {
      expect([name, listActions(own, "sts:")]).toEqual([name, []]);
      expect([name, listActions(own, "s3:ListBucket")]).toEqual([name, []]);
      const accesses = collectAccesses(registry[name as (typeof functionNames)[number]]);
      expect([name, listActions(own, "dynamodb:").includes("dynamodb:PutItem")]).toEqual([name, accesses.has(accessName([]))]);
    }
    for (const variables of listVariables(code.requests))
      expect([variables.CRM_ROLES, variables.CRM_DATA_ROLE]).toEqual([undefined, undefined]);
  });

  it("keep the permissions of the isolation before, for the deployment that changes it", async () => {
    const changing = await synthesizeRequests({ CRM_ISOLATION: "code", CRM_ISOLATION_BEFORE: "session" });
    expect(listRoles(changing.access).length).toBeGreaterThan(5);
    const user = shardFunctions.find((name) => collectAccesses(registry[name]).size > 0);
    const [, own] = listFunctionStatements(changing.requests).find(([name]) => name === user) ?? ["", []];
    expect(listActions(own, "sts:").length).toBeGreaterThan(0);
    expect(listActions(own, "dynamodb:")).toContain("dynamodb:PutItem");
    expect(listVariables(changing.requests).map(({ CRM_ROLES }) => CRM_ROLES)).toEqual(shardFunctions.map(() => undefined));
  });
});
