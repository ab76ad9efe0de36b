import { TENANT_TAG } from "@crm/aws/access.ts";
import type { Variable } from "@crm/aws/environment.ts";
import { FONTS } from "@crm/aws/fonts.ts";
import { PARKED } from "@crm/aws/parked.ts";
import { objectKinds, objectUses, type PortUse, type TableUse } from "@crm/core/kernel/uses.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { machinesOf } from "./machines.ts";
import { mailSetOf } from "./mail.ts";
import { accept } from "./nag.ts";
import { objectPrefix } from "./objects.ts";
import { Storage } from "./storage.ts";
import { TENANTS, useTable } from "./table.ts";

/** What follows for a function from the ports that it uses, by name: what it is told, and what it may do. */
export interface Given {
  environment: Partial<Record<Variable, string>>;
  statements: PolicyStatement[];
  /** What it may do with objects and keys: of any tenant under its own role, of one under a role that it takes on (access.ts). */
  data: PolicyStatement[];
  /** Says of its role why what looks wide in it is not. */
  accept(role: IConstruct): void;
}

/** In a policy: the tenant of the session. */
const TAGGED = `\${aws:PrincipalTag/${TENANT_TAG}}`;

const actions = { put: "s3:PutObject", get: "s3:GetObject", delete: "s3:DeleteObject" } as const;

export function given(
  context: StackContext,
  uses: readonly PortUse[],
  table: readonly TableUse[],
  bus?: { name: string; arn: string },
  isOfOne = false,
): Given {
  const { secret, key, files, deadLetters, table: theTable } = use(Storage);
  const { settings } = useDeployment(context.app);
  const environment: Given["environment"] = {};
  const data: PolicyStatement[] = [];
  const statements = table.map(({ actions: may, within, on }) =>
    useTable(theTable, {
      actions: may,
      keys: [within === undefined ? TENANTS : `${keyspacePrefix(within)}*`],
      ...(on === undefined ? {} : { on: on as never }),
    }),
  );
  if (uses.includes("secrets")) {
    environment.CRM_SECRET = secret.secretArn;
    statements.push(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] }));
  }
  if (uses.includes("seal")) {
    environment.CRM_KEY = key.keyArn;
    data.push(useKey(key, isOfOne));
  }
  if (uses.includes("mail") || uses.includes("mailer")) {
    environment.CRM_MAIL_FROM = settings.mailFrom;
    environment.CRM_MAIL_SET = mailSetOf(context.app);
    const domain = uses.includes("inbound_domain") ? settings.inboundDomain : undefined;
    statements.push(sendMail(context, settings.mailFrom, domain));
  }
  const { smsSender } = settings;
  if (uses.includes("sms") || uses.includes("sms_sender")) environment.CRM_SMS_SENDER = smsSender ?? "";
  if (uses.includes("sms") && smsSender !== undefined)
    statements.push(new PolicyStatement({ actions: ["sms-voice:SendTextMessage"], resources: [smsSender] }));
  if (uses.includes("bus")) {
    if (!bus) throw new Error("The bus is made after the functions that answer requests: their events leave by the stream");
    environment.CRM_BUS = bus.name;
    statements.push(new PolicyStatement({ actions: ["events:PutEvents"], resources: [bus.arn] }));
  }
  const flows = useFlows(context, uses);
  if (flows.length > 0) environment.CRM_FLOWS = machinesOf(context);
  statements.push(...flows);
  if (uses.includes("dead_letters:put")) {
    environment.CRM_DEAD_LETTERS = deadLetters.bucketName;
    statements.push(new PolicyStatement({ actions: ["s3:PutObject"], resources: [deadLetters.arnForObjects(`${PARKED}*`)] }));
  }
  if (uses.includes("dead_letters")) {
    const parked = deadLetters.arnForObjects(`${PARKED}*`);
    statements.push(new PolicyStatement({ actions: ["s3:GetObject", "s3:DeleteObject"], resources: [parked] }));
  }
  if (uses.includes("dead_letters") || uses.includes("dead_letters:list")) {
    environment.CRM_DEAD_LETTERS = deadLetters.bucketName;
    statements.push(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [deadLetters.bucketArn] }));
  }
  if (uses.includes("inbound_domain")) environment.CRM_INBOUND_DOMAIN = settings.inboundDomain ?? "";
  if (uses.includes("audit_days")) environment.CRM_AUDIT_DAYS = String(settings.auditDays);
  if (uses.includes("fonts")) {
    environment.CRM_FILES = files.bucketName;
    statements.push(new PolicyStatement({ actions: ["s3:GetObject"], resources: [files.arnForObjects(`${FONTS}*`)] }));
  }
  const objects = objectUses(uses);
  if (objects.size > 0) {
    environment.CRM_FILES = files.bucketName;
    data.push(...useObjects(files, objects, isOfOne));
  }
  if (!isOfOne) statements.push(...data);
  return {
    environment,
    statements,
    data,
    accept(role) {
      if (objects.size > 0)
        accept(
          role,
          "AwsSolutions-IAM5",
          "Keys of objects are made when they are needed; what they begin with is the leave.",
          new RegExp(`/(${objectKinds.join("|")})/(<aws:PrincipalTag/tenant>/)?\\*$`),
        );
      if (uses.includes("flows:read"))
        accept(role, "AwsSolutions-IAM5", "Executions are named when they are started.", /:execution:.*:ten_\*$/);
      if (uses.includes("fonts"))
        accept(role, "AwsSolutions-IAM5", "Each document takes the fonts that its letters need.", /\/fonts\/\*$/);
      if (uses.includes("dead_letters"))
        accept(role, "AwsSolutions-IAM5", "Lambda names the objects that it parks.", /aws\/lambda\/\*$/);
    },
  };
}

/**
 * Leave to do this with objects of some kinds, of the tenant in the session's tag or of any. Who reads or deletes for all may list them,
 * too, without which what is missing cannot be told from what is forbidden; a list knows no tenants, so who serves one may not.
 */
const useObjects = (bucket: IBucket, objects: ReturnType<typeof objectUses>, isOfOne: boolean): PolicyStatement[] => [
  ...[...objects].map(
    ([kind, may]) =>
      new PolicyStatement({
        actions: may.map((action) => actions[action]),
        resources: [bucket.arnForObjects(`${objectPrefix(kind)}${isOfOne ? `${TAGGED}/` : ""}*`)],
      }),
  ),
  ...(isOfOne || [...objects.values()].flat().every((action) => action === "put")
    ? []
    : [new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] })]),
];

/** Leave to draw data keys and to open them, none without a tenant to whom it is bound: the one in the session's tag, or any. */
const useKey = (key: IKey, isOfOne: boolean): PolicyStatement =>
  new PolicyStatement({
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    resources: [key.keyArn],
    conditions: isOfOne
      ? { StringEquals: { "kms:EncryptionContext:tenant": TAGGED } }
      : { StringLike: { "kms:EncryptionContext:tenant": "ten_*" } },
  });

const flowActions = {
  "flows:start": ["states:StartExecution"],
  "flows:answer": ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
  "flows:read": ["states:DescribeExecution", "states:GetExecutionHistory"],
} as const;

/** Leave to do with the machines of all flows, or with their executions, what a function says. */
function useFlows(context: StackContext, uses: readonly PortUse[]): PolicyStatement[] {
  const machines = useDeployment(context.app).machines.map(({ name }) => `${machinesOf(context)}${name}`);
  const executions = machines.map((machine) => `${machine.replace(":stateMachine:", ":execution:")}:ten_*`);
  return (["flows:start", "flows:answer", "flows:read"] as const)
    .filter((use) => uses.includes(use) && machines.length > 0)
    .map(
      (use) => new PolicyStatement({ actions: [...flowActions[use]], resources: use === "flows:read" ? executions : machines }),
    );
}

/**
 * Leave to send from the configured address, and from those of tenants below the domain at which they get mails: SES asks for the identity of
 * the domain, or of the address itself.
 */
function sendMail({ app, stack }: StackContext, from: string, domain: string | undefined): PolicyStatement {
  const address = /<([^>]+)>$/.exec(from)?.[1] ?? from;
  const of = (resource: string) => (resourceName: string) => stack.formatArn({ service: "ses", resource, resourceName });
  const [identity, set] = [of("identity"), of("configuration-set")];
  return new PolicyStatement({
    // Of a mail with a calendar its own text is sent.
    actions: ["ses:SendEmail", "ses:SendRawEmail"],
    resources: [
      identity(address),
      identity(address.split("@")[1] ?? ""),
      ...(domain === undefined ? [] : [identity(domain)]),
      set(mailSetOf(app)),
    ],
    conditions:
      domain === undefined
        ? { StringEquals: { "ses:FromAddress": address } }
        : { StringLike: { "ses:FromAddress": [address, `support@*.${domain}`] } },
  });
}
