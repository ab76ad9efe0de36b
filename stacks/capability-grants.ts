import { TENANT_TAG } from "@crm/aws/access.ts";
import { DEAD_LETTER_PREFIX } from "@crm/aws/dead-letters.ts";
import type { EnvironmentVariable } from "@crm/aws/environment.ts";
import { FONTS_PREFIX } from "@crm/aws/fonts.ts";
import { listKeyGroups, listObjectActions, objectKinds, type PortUse, type TableUse } from "@crm/core/kernel/capabilities.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { type StackContext, use } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { allowReadFormerSecrets, allowReadKeys } from "./key-parameters.ts";
import { machineArnPrefix } from "./machine-arn.ts";
import { mailSetName } from "./mail.ts";
import { objectPrefix } from "./object-prefix.ts";
import type { Isolation, StageSecrets } from "./settings.ts";
import { Storage } from "./storage.ts";
import { ANY_TENANT_KEYS, allowReadShapes, allowTable, WRITE_ACTIONS } from "./table-policy.ts";

/** What a function gets for the ports that it uses: environment variables and permissions. */
export interface CapabilityGrants {
  environment: Partial<Record<EnvironmentVariable, string>>;
  statements: PolicyStatement[];
  /**
   * Permissions of a request function on objects and keys: for a role that it assumes for its tenant (packages/aws/src/access.ts), or for
   * its own role, by the isolation of the deployment. Other functions have them in `statements`.
   */
  data: Readonly<Record<Isolation, readonly PolicyStatement[]>>;
  /** Accepts the findings of cdk-nag on wildcards in the role, with reasons. */
  accept(role: IConstruct): void;
}

/** A policy variable: the tenant in the session's tag. */
const TENANT_VARIABLE = `\${aws:PrincipalTag/${TENANT_TAG}}`;

/** Dead letters, and the queues of tenants that are set aside. */
const parkedPrefixes = [DEAD_LETTER_PREFIX, TenantQueue.PREFIX];

function acceptParkedKeys(role: IConstruct): void {
  acceptFinding(role, "AwsSolutions-IAM5", "Lambda chooses the keys of dead letters.", /aws\/lambda\/\*$/);
  acceptFinding(role, "AwsSolutions-IAM5", "Keys of queues contain the tenant and a sequence number.", /\/tenant-queues\/\*$/);
}

const OBJECT_ACTIONS = { put: "s3:PutObject", get: "s3:GetObject", delete: "s3:DeleteObject" } as const;

/** The secrets that the version before reads for these groups: their own, or the root in a release that had no groups. */
export const listFormerSecrets = ({ root, ...former }: StageSecrets, groups: readonly KeyGroup[]): string[] =>
  Object.keys(former).length > 0 ? groups.flatMap((group) => former[group] ?? []) : [root];

export function grantCapabilities(
  context: StackContext,
  uses: readonly PortUse[],
  table: readonly TableUse[],
  bus?: { name: string; arn: string },
  isRequest = false,
): CapabilityGrants {
  const { key, files, deadLetters, table: theTable } = use(Storage);
  const { settings } = useDeployment(context.app);
  const environment: CapabilityGrants["environment"] = {};
  const statements = table.map(({ actions: may, keyspace, withTenants, indexes: on }) =>
    allowTable(theTable, {
      actions: may,
      keys: [
        ...(keyspace === undefined || withTenants ? [ANY_TENANT_KEYS] : []),
        ...(keyspace === undefined ? [] : [`${keyspacePrefix(keyspace)}*`]),
      ],
      // A capability names its indexes as text; the table has those that the core declares.
      ...(on === undefined ? {} : { indexes: on as never }),
    }),
  );
  // A function that writes records reads first in which shape it may write them.
  if (table.some(({ actions, keyspace }) => keyspace === undefined && actions.some((action) => WRITE_ACTIONS.includes(action))))
    statements.push(allowReadShapes(theTable));
  const groups = listKeyGroups(uses);
  if (groups.length > 0) {
    environment.CRM_KEY_GROUPS = groups.join(" ");
    statements.push(allowReadKeys(context, groups));
    if (settings.formerSecrets)
      statements.push(allowReadFormerSecrets(context, listFormerSecrets(settings.formerSecrets, groups)));
  }
  if (uses.includes("seal")) environment.CRM_KEY = key.keyArn;
  if (uses.includes("mail") || uses.includes("mailer")) {
    environment.CRM_MAIL_FROM = settings.mailFrom;
    environment.CRM_MAIL_SET = mailSetName(context.app);
    const domain = uses.includes("inbound_domain") ? settings.inboundDomain : undefined;
    statements.push(allowMail(context, settings.mailFrom, domain));
  }
  const { smsSender } = settings;
  if (uses.includes("sms") || uses.includes("sms_sender")) environment.CRM_SMS_SENDER = smsSender ?? "";
  if (uses.includes("sms") && smsSender !== undefined)
    statements.push(new PolicyStatement({ actions: ["sms-voice:SendTextMessage"], resources: [smsSender] }));
  if (uses.includes("bus")) {
    if (!bus)
      throw new Error("Request functions cannot use the bus, which is created after them; their events leave through the stream");
    environment.CRM_BUS = bus.name;
    statements.push(new PolicyStatement({ actions: ["events:PutEvents"], resources: [bus.arn] }));
  }
  const flows = allowFlows(context, uses);
  if (flows.length > 0) environment.CRM_FLOWS = machineArnPrefix(context);
  statements.push(...flows);
  if (uses.includes("dead_letters:put")) {
    environment.CRM_DEAD_LETTERS = deadLetters.bucketName;
    statements.push(
      new PolicyStatement({
        actions: ["s3:PutObject"],
        resources: parkedPrefixes.map((prefix) => deadLetters.arnForObjects(`${prefix}*`)),
      }),
    );
  }
  if (uses.includes("dead_letters")) {
    const parked = parkedPrefixes.map((prefix) => deadLetters.arnForObjects(`${prefix}*`));
    statements.push(new PolicyStatement({ actions: ["s3:GetObject", "s3:DeleteObject"], resources: parked }));
  }
  if (uses.includes("dead_letters") || uses.includes("dead_letters:list")) {
    environment.CRM_DEAD_LETTERS = deadLetters.bucketName;
    statements.push(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [deadLetters.bucketArn] }));
  }
  if (uses.includes("inbound_domain")) environment.CRM_INBOUND_DOMAIN = settings.inboundDomain ?? "";
  if (uses.includes("audit_days")) environment.CRM_AUDIT_DAYS = String(settings.auditDays);
  if (uses.includes("archive_days")) environment.CRM_ARCHIVE_DAYS = String(settings.archiveDays);
  if (uses.includes("signup")) environment.CRM_SIGNUP = settings.signup;
  if (uses.includes("fonts")) {
    environment.CRM_FILES = files.bucketName;
    statements.push(new PolicyStatement({ actions: ["s3:GetObject"], resources: [files.arnForObjects(`${FONTS_PREFIX}*`)] }));
  }
  const objects = listObjectActions(uses);
  if (objects.size > 0) environment.CRM_FILES = files.bucketName;
  const allowData = (isOfOne: boolean): PolicyStatement[] => [
    ...(uses.includes("seal") ? [allowKey(key, isOfOne)] : []),
    ...allowObjects(files, isOfOne ? omitColumns(objects) : objects, isOfOne),
  ];
  if (!isRequest) statements.push(...allowData(false), ...allowList(files, objects));
  return {
    environment,
    statements,
    data: { session: allowData(true), code: allowData(false) },
    accept(role) {
      if (objects.size > 0)
        acceptFinding(
          role,
          "AwsSolutions-IAM5",
          "Object keys are created at run time; the permission is limited by their prefix.",
          new RegExp(`/(${objectKinds.join("|")})/(<aws:PrincipalTag/tenant>/)?\\*$`),
        );
      if (uses.includes("flows:read"))
        acceptFinding(role, "AwsSolutions-IAM5", "Executions get their names when they start.", /:execution:.*:ten_\*$/);
      if (uses.includes("fonts"))
        acceptFinding(
          role,
          "AwsSolutions-IAM5",
          "Each document needs different fonts, depending on its characters.",
          /\/fonts\/\*$/,
        );
      if (uses.includes("dead_letters") || uses.includes("dead_letters:put")) acceptParkedKeys(role);
    },
  };
}

/** Requests read columns with the role by which they read the records, which are in all of them (stacks/request-roles.ts). */
const omitColumns = (objects: ReturnType<typeof listObjectActions>): ReturnType<typeof listObjectActions> =>
  new Map([...objects].filter(([kind]) => kind !== "columns"));

/** Allows reading the columns of the tenant in the session's tag. */
export const allowReadColumns = (bucket: IBucket): PolicyStatement[] =>
  allowObjects(bucket, new Map([["columns", ["get"]]]), true);

/** Allows these actions on objects of some kinds, of the tenant in the session's tag or of any. */
const allowObjects = (bucket: IBucket, objects: ReturnType<typeof listObjectActions>, isOfOne: boolean): PolicyStatement[] =>
  [...objects].map(
    ([kind, may]) =>
      new PolicyStatement({
        actions: may.map((action) => OBJECT_ACTIONS[action]),
        resources: [bucket.arnForObjects(`${objectPrefix(kind)}${isOfOne ? `${TENANT_VARIABLE}/` : ""}*`)],
      }),
  );

/**
 * Allows listing the bucket where objects are read or deleted: without that, S3 answers 403 for a missing object. A list cannot be
 * restricted to one tenant, so a request function may not list.
 */
const allowList = (bucket: IBucket, objects: ReturnType<typeof listObjectActions>): PolicyStatement[] =>
  [...objects.values()].flat().every((action) => action === "put")
    ? []
    : [new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] })];

/** Allows creating and decrypting data keys, only with a tenant in the encryption context: the one in the session's tag, or any. */
const allowKey = (key: IKey, isOfOne: boolean): PolicyStatement =>
  new PolicyStatement({
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    resources: [key.keyArn],
    conditions: isOfOne
      ? { StringEquals: { "kms:EncryptionContext:tenant": TENANT_VARIABLE } }
      : { StringLike: { "kms:EncryptionContext:tenant": "ten_*" } },
  });

const FLOW_ACTIONS = {
  "flows:start": ["states:StartExecution"],
  "flows:answer": ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
  "flows:read": ["states:DescribeExecution", "states:GetExecutionHistory"],
} as const;

/** Allows the declared actions on the state machines of all flows, or on their executions. */
function allowFlows(context: StackContext, uses: readonly PortUse[]): PolicyStatement[] {
  const machines = useDeployment(context.app).machines.map(({ name }) => `${machineArnPrefix(context)}${name}`);
  const executions = machines.map((machine) => `${machine.replace(":stateMachine:", ":execution:")}:ten_*`);
  return (["flows:start", "flows:answer", "flows:read"] as const)
    .filter((use) => uses.includes(use) && machines.length > 0)
    .map(
      (use) => new PolicyStatement({ actions: [...FLOW_ACTIONS[use]], resources: use === "flows:read" ? executions : machines }),
    );
}

/**
 * Allows sending from the configured address, and from tenants' addresses below the inbound domain. SES checks the identity of the domain
 * or of the address.
 */
function allowMail({ app, stack }: StackContext, from: string, domain: string | undefined): PolicyStatement {
  const address = /<([^>]+)>$/.exec(from)?.[1] ?? from;
  const createArnFormatter = (resource: string) => (resourceName: string) =>
    stack.formatArn({ service: "ses", resource, resourceName });
  const [identity, set] = [createArnFormatter("identity"), createArnFormatter("configuration-set")];
  return new PolicyStatement({
    // A mail with a calendar invitation is sent as raw text.
    actions: ["ses:SendEmail", "ses:SendRawEmail"],
    resources: [
      identity(address),
      identity(address.split("@")[1] ?? ""),
      ...(domain === undefined ? [] : [identity(domain)]),
      set(mailSetName(app)),
    ],
    conditions:
      domain === undefined
        ? { StringEquals: { "ses:FromAddress": address } }
        : { StringLike: { "ses:FromAddress": [address, `support@*.${domain}`] } },
  });
}
