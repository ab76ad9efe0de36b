import { INBOUND_MAIL_PREFIX } from "@crm/aws/inbound-mail-prefix.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../../stacks/settings.ts";
import {
  account,
  findFunction,
  findLiveAlias,
  listFindings,
  listResourceProperties,
  listResources,
  readOnlyProperties,
  region,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

/** How SES handles inbound emails, and what it is permitted to do. */
let production: SynthesizedSystem;
let trySystem: SynthesizedSystem;

beforeAll(async () => {
  production = await synthesize();
  trySystem = await synthesize("try");
});

const RULE_SET = "production-crm-inbound-mail";
const RULE_ARN = `arn:aws:ses:${region}:${account}:receipt-rule-set/${RULE_SET}:receipt-rule/take-in`;
const sesCondition = { StringEquals: { "aws:SourceAccount": account }, ArnEquals: { "aws:SourceArn": RULE_ARN } };
const findBucket = () => listResources(production.resources, "AWS::S3::Bucket").find(([id]) => id.startsWith("inbound/landed"));

describe("inbound mails", () => {
  it("are stored in the bucket and then passed to the function, for every host below the domain", () => {
    const { Rule, RuleSetName } = readOnlyProperties(production.resources, "AWS::SES::ReceiptRule");
    expect([RuleSetName, listResourceProperties(production.resources, "AWS::SES::ReceiptRuleSet")]).toEqual([
      "<inbound/rules>",
      [{ RuleSetName: RULE_SET }],
    ]);
    expect(Rule).toEqual({
      Name: "take-in",
      Enabled: true,
      ScanEnabled: true,
      TlsPolicy: "Optional",
      Recipients: [".in.example.com"],
      Actions: [
        { S3Action: { BucketName: `<${findBucket()?.[0]}>`, ObjectKeyPrefix: INBOUND_MAIL_PREFIX } },
        { LambdaAction: { FunctionArn: findLiveAlias(production.resources, "inbound-mail"), InvocationType: "Event" } },
      ],
    });
    const { Environment } = findFunction(production.resources, "inbound-mail").properties;
    expect(Environment.Variables).toMatchObject({
      CRM_INBOUND_DOMAIN: "in.example.com",
      CRM_INBOUND_MAIL: `<${findBucket()?.[0]}>`,
    });
  });

  it("are accepted only from SES by that rule", () => {
    const [policy] = listResources(production.resources, "AWS::S3::BucketPolicy").filter(([id]) => id.startsWith("inbound/"));
    expect(policy?.[1].Properties.PolicyDocument.Statement.filter(({ Effect }) => Effect === "Allow")).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "ses.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `<${findBucket()?.[0]}>/${INBOUND_MAIL_PREFIX}*`,
        Condition: sesCondition,
      },
    ]);
    const permissions = listResourceProperties(production.resources, "AWS::Lambda::Permission").filter(
      ({ Principal }) => Principal === "ses.amazonaws.com",
    );
    expect(permissions).toEqual([
      {
        Action: "lambda:InvokeFunction",
        Principal: "ses.amazonaws.com",
        FunctionName: findLiveAlias(production.resources, "inbound-mail"),
        SourceAccount: account,
        SourceArn: RULE_ARN,
      },
    ]);
  });

  it("wait in a queue if they fail, and their content is stored longer than that", () => {
    const tries = listResourceProperties(production.resources, "AWS::Lambda::EventInvokeConfig").find(({ FunctionName }) =>
      FunctionName.includes("inboundmail"),
    );
    expect(tries).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: expect.stringContaining("inboundmaildeadletters") } },
    });
    const [, bucket] = findBucket() ?? [];
    expect(bucket?.DeletionPolicy).toBe("Retain");
    expect(bucket?.Properties.LifecycleConfiguration.Rules[0]?.ExpirationInDays).toBeGreaterThan(14);
    const waiting = listResourceProperties(production.resources, "AWS::CloudWatch::Alarm").map(({ AlarmName }) => AlarmName);
    expect(waiting).toContain("production-crm-inbound-mail-waiting");
  });

  it("are accepted for no domain by default, and an invalid domain is rejected", () => {
    expect(listResources(trySystem.resources, "AWS::SES::ReceiptRule")).toEqual([]);
    expect(() => readSettings("try", { CRM_MAIL_FROM: "a@b.c", CRM_INBOUND_DOMAIN: "In.example" })).toThrow("CRM_INBOUND_DOMAIN");
  });

  it("have no cdk-nag findings", () => {
    expect(listFindings(production.stacks.inbound)).toEqual([]);
  });
});
