import { LANDED } from "@crm/aws/landed.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { settingsOf } from "../../stacks/settings.ts";
import {
  account,
  findingsIn,
  functionNamed,
  liveOf,
  ofType,
  propertiesOf,
  region,
  type Synthesized,
  synthesize,
} from "./synth.ts";

/** What SES is asked to do with mails, and may. */
let made: Synthesized;
let without: Synthesized;

beforeAll(async () => {
  made = await synthesize();
  without = await synthesize("try");
});

const SET = "production-crm-inbound-mail";
const ARN = `arn:aws:ses:${region}:${account}:receipt-rule-set/${SET}:receipt-rule/take-in`;
const bySes = { StringEquals: { "aws:SourceAccount": account }, ArnEquals: { "aws:SourceArn": ARN } };
const bucket = () => ofType(made.resources, "AWS::S3::Bucket").find(([id]) => id.startsWith("inbound/landed"));

describe("mails that come in", () => {
  it("are left in the bucket, and then brought to the function, for every host below the domain", () => {
    const [{ Rule, RuleSetName }] = propertiesOf(made.resources, "AWS::SES::ReceiptRule");
    expect([RuleSetName, propertiesOf(made.resources, "AWS::SES::ReceiptRuleSet")]).toEqual([
      "<inbound/rules>",
      [{ RuleSetName: SET }],
    ]);
    expect(Rule).toEqual({
      Name: "take-in",
      Enabled: true,
      ScanEnabled: true,
      TlsPolicy: "Optional",
      Recipients: [".in.example.com"],
      Actions: [
        { S3Action: { BucketName: `<${bucket()?.[0]}>`, ObjectKeyPrefix: LANDED } },
        { LambdaAction: { FunctionArn: liveOf(made.resources, "inbound-mail"), InvocationType: "Event" } },
      ],
    });
    const { Environment } = functionNamed(made.resources, "inbound-mail").properties;
    expect(Environment.Variables).toMatchObject({ CRM_INBOUND_DOMAIN: "in.example.com", CRM_INBOUND_MAIL: `<${bucket()?.[0]}>` });
  });

  it("come from SES by that rule alone", () => {
    const [policy] = ofType(made.resources, "AWS::S3::BucketPolicy").filter(([id]) => id.startsWith("inbound/"));
    const statements = policy?.[1].Properties.PolicyDocument.Statement as { Effect: string; Principal: object }[];
    expect(statements.filter(({ Effect }) => Effect === "Allow")).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "ses.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `<${bucket()?.[0]}>/${LANDED}*`,
        Condition: bySes,
      },
    ]);
    const permissions = propertiesOf(made.resources, "AWS::Lambda::Permission").filter(
      ({ Principal }) => Principal === "ses.amazonaws.com",
    );
    expect(permissions).toEqual([
      {
        Action: "lambda:InvokeFunction",
        Principal: "ses.amazonaws.com",
        FunctionName: liveOf(made.resources, "inbound-mail"),
        SourceAccount: account,
        SourceArn: ARN,
      },
    ]);
  });

  it("that could not be taken in wait, with their bytes for longer than that", () => {
    const tries = propertiesOf(made.resources, "AWS::Lambda::EventInvokeConfig").find(({ FunctionName }) =>
      String(FunctionName).includes("inboundmail"),
    );
    expect(tries).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: expect.stringContaining("inboundmaildeadletters") } },
    });
    const [, { DeletionPolicy, Properties } = { DeletionPolicy: "", Properties: {} as never }] = bucket() ?? [];
    expect(DeletionPolicy).toBe("Retain");
    expect(Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeGreaterThan(14);
    const waiting = propertiesOf(made.resources, "AWS::CloudWatch::Alarm").map(({ AlarmName }) => AlarmName);
    expect(waiting).toContain("production-crm-inbound-mail-waiting");
    expect(waiting).toContain("production-crm-inbound-mail-errors");
  });

  it("are taken for no domain where none is said, and for none that is no domain", () => {
    expect(ofType(without.resources, "AWS::SES::ReceiptRule")).toEqual([]);
    expect(() => settingsOf("try", { CRM_MAIL_FROM: "a@b.c", CRM_INBOUND_DOMAIN: "In.example" })).toThrow("CRM_INBOUND_DOMAIN");
  });

  it("are found in order by cdk-nag", () => {
    expect(findingsIn(made.stacks.inbound)).toEqual([]);
  });
});
