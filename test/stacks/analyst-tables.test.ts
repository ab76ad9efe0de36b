import { beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../../stacks/settings.ts";
import {
  findFunction,
  findResource,
  listFindings,
  listResourceProperties,
  readOnlyProperties,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

/** The tables of the export for analysts in Athena, if a deployment requests them. */
let configuredSystem: SynthesizedSystem;
let productionSystem: SynthesizedSystem;

beforeAll(async () => {
  configuredSystem = await synthesize("configured");
  productionSystem = await synthesize();
});

const list = <T extends string>(type: T, { resources }: SynthesizedSystem = configuredSystem) =>
  listResourceProperties(resources, type);
const findTable = (name: string) =>
  list("AWS::Glue::Table")
    .map(({ TableInput }) => TableInput)
    .find(({ Name }) => Name === name);

describe("the tables", () => {
  it("have a column for each exported field, and compute their partitions from the query", () => {
    const table = findTable("opportunity");
    const { Location, Columns } = table?.StorageDescriptor ?? {};
    expect(table?.PartitionKeys).toEqual(["tenant", "day"].map((Name) => ({ Name, Type: "string" })));
    expect(table?.Parameters).toMatchObject({
      "projection.enabled": "true",
      "projection.tenant.type": "injected",
      "projection.day.type": "date",
      "storage.location.template": `${Location}\${tenant}/opportunity/day=\${day}/`,
    });
    expect(Location).toMatch(/^s3:\/\/<storage\/files\w+>\/lake\/$/);
    expect(Columns).toEqual(
      expect.arrayContaining([
        { Name: "id", Type: "string" },
        { Name: "version", Type: "bigint" },
        { Name: "amount", Type: "decimal(38,4)" },
        { Name: "currency", Type: "string" },
        { Name: "close_date", Type: "date" },
        { Name: "created_at", Type: "timestamp" },
        { Name: "is_won", Type: "boolean" },
        { Name: "tags", Type: "array<string>" },
      ]),
    );
  });

  it("have names that need no quotes, and no column twice", () => {
    for (const { TableInput } of list("AWS::Glue::Table")) {
      const names = [...TableInput.PartitionKeys, ...TableInput.StorageDescriptor.Columns].map(({ Name }) => Name);
      expect([TableInput.Name, ...names].filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
      expect([TableInput.Name, new Set(names).size]).toEqual([TableInput.Name, names.length]);
    }
    const { DatabaseInput } = readOnlyProperties(configuredSystem.resources, "AWS::Glue::Database");
    expect(DatabaseInput.Name).toBe("production_crm_analysts");
  });

  it("have no table of accounts with credentials", () => {
    for (const name of ["mail_account", "payment_account", "webhook_endpoint", "second_factor", "session"])
      expect([name, findTable(name)]).toEqual([name, undefined]);
  });
});

describe("the workgroup", () => {
  it("stops a query at the limit, and keeps encrypted results for a week", () => {
    const { WorkGroupConfiguration: configuration } = readOnlyProperties(configuredSystem.resources, "AWS::Athena::WorkGroup");
    expect(configuration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 5_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } },
    });
    const bucket = /^s3:\/\/<(.+)>\/$/.exec(configuration.ResultConfiguration.OutputLocation)?.[1] ?? "";
    const { LifecycleConfiguration } = findResource(configuredSystem.resources, bucket, "AWS::S3::Bucket").Properties;
    expect(LifecycleConfiguration.Rules).toMatchObject([{ ExpirationInDays: 7, Status: "Enabled" }]);
  });

  it("is used by principals that the operator chooses", () => {
    const policies = list("AWS::IAM::ManagedPolicy").filter(({ Description }) => /analysts/.test(Description));
    expect(policies.map(({ Roles, Users, Groups }) => [Roles, Users, Groups])).toEqual([[undefined, undefined, undefined]]);
    const actions = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
    expect(actions.filter((action) => /Delete|Update|Create|^s3:Put/.test(action))).toEqual(["s3:PutObject"]);
  });

  it("has no cdk-nag findings", () => expect(listFindings(configuredSystem.stacks.operator)).toEqual([]));
});

describe("the setting", () => {
  const listLakeRights = ({ resources }: SynthesizedSystem) => {
    const { properties } = findFunction(resources, "operator");
    const role = findResource(resources, properties.Role, "AWS::IAM::Role");
    return [properties.Environment.Variables.CRM_ANALYST_EXPORT, JSON.stringify(role).includes("/lake/*")];
  };

  it("is off by default: then there are no tables, and the operator's function has no right to write objects", () => {
    for (const type of ["AWS::Glue::Table", "AWS::Glue::Database", "AWS::Athena::WorkGroup"])
      expect(list(type, productionSystem)).toEqual([]);
    expect([listLakeRights(productionSystem), listLakeRights(configuredSystem)]).toEqual([
      ["off", false],
      ["on", true],
    ]);
  });

  it("has a limit of ten gigabytes by default", () => {
    const environment = { CRM_MAIL_FROM: "crm@example.com", CRM_ANALYST_EXPORT: "on" };
    expect(readSettings("try", environment).analystExport).toEqual({ queryGigabytes: 10 });
    expect(() => readSettings("try", { ...environment, CRM_QUERY_GIGABYTES: "0" })).toThrow("CRM_QUERY_GIGABYTES");
    expect(() => readSettings("try", { ...environment, CRM_ANALYST_EXPORT: "yes" })).toThrow("must be on or off");
  });
});
