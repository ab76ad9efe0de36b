import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { replaceSection } from "../../scripts/generated-section.ts";
import { MAX_SETTING_LENGTHS, MAX_STAGE_LENGTH, readSettings, requireStage } from "../../stacks/settings.ts";
import { buildLimitsTable, type DeployedSystem, findHighest, limits, MAX_SHARE, resolveLongestSystem } from "./limits.ts";
import { listResources } from "./synthesis.ts";

/** The quotas of AWS, measured in a system with the longest names and settings. */
let system: DeployedSystem;

beforeAll(async () => {
  system = await resolveLongestSystem();
});

describe("a system with the longest names", () => {
  it.each(limits.map((limit) => [limit.subject, limit] as const))("stays below the limit: %s", (_, limit) => {
    const [place, value] = findHighest(limit, system);
    expect(value, `${place} has ${value} of ${limit.quota}`).toBeLessThanOrEqual(limit.quota * MAX_SHARE);
  });

  it("has names and ARNs as AWS gives them, without placeholders", () => {
    const [[, role] = []] = listResources(system.resources, "AWS::IAM::Role").filter(([id]) => id.includes("contractsrole"));
    const text = JSON.stringify(role);
    const stage = "s".repeat(MAX_STAGE_LENGTH);
    expect(text).toContain(`arn:aws:iam::123456789012:role/${stage}-crm-access-access`);
    expect(text).toContain(`arn:aws:s3:::${stage}-crm-storage-files`);
    expect(text).toContain(`arn:aws:logs:ap-southeast-1:123456789012:log-group:/aws/lambda/${stage}-crm-contracts:*`);
    expect(JSON.stringify([...system.resources])).not.toMatch(/"Fn::|"Ref":/);
  });

  it("is described by the table in docs/deploy.md", () => {
    const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
    const corrected = replaceSection(page, "limits", buildLimitsTable(system));
    expect(page === corrected, "The table is old: run `npm run limits`").toBe(true);
  });
});

describe("settings that become part of names and policies", () => {
  it.each(["", "1st", "my_stage", "stage.one", "s".repeat(MAX_STAGE_LENGTH + 1)])("reject the stage %j", (stage) => {
    expect(() => requireStage(stage)).toThrow(`at most ${MAX_STAGE_LENGTH} characters`);
  });

  it.each(["production", "try", "Eve-2", "s".repeat(MAX_STAGE_LENGTH)])("accept the stage %j", (stage) => {
    expect(() => requireStage(stage)).not.toThrow();
  });

  const environment = { CRM_MAIL_FROM: "crm@example.com" };

  it.each([
    ["CRM_ALLOW_ORIGINS", MAX_SETTING_LENGTHS.allowOrigins],
    ["CRM_DOMAIN", MAX_SETTING_LENGTHS.domain],
    ["CRM_MAIL_FROM", MAX_SETTING_LENGTHS.mailFrom],
    ["CRM_ORIGIN", MAX_SETTING_LENGTHS.origin],
    ["CRM_SMS_SENDER", MAX_SETTING_LENGTHS.smsSender],
  ])("have a maximum length: %s", (name, maximum) => {
    const read = () => readSettings("try", { ...environment, [name]: `@${"a".repeat(maximum)}` });
    expect(read).toThrow(`${name} must have at most ${maximum} characters`);
  });

  it("reject a table whose name would make policies too long", () => {
    const arn = (name: string) => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`;
    const read = (name: string) =>
      readSettings("try", { ...environment, CRM_TABLE_ARN: arn(name), CRM_TABLE_STREAM_ARN: `${arn(name)}/stream/1` });
    expect(read("t".repeat(MAX_SETTING_LENGTHS.tableName)).table?.arn).toBe(arn("t".repeat(MAX_SETTING_LENGTHS.tableName)));
    expect(() => read("t".repeat(MAX_SETTING_LENGTHS.tableName + 1))).toThrow("CRM_TABLE_ARN must be the ARN of a table");
  });
});
