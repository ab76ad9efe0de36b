import { type EdgeSecret, edgeSecrets, type KeyParameter } from "@crm/aws/key-parameters.ts";
import { domains } from "@crm/core/domains.ts";
import { listKeyGroups, listObjectActions, type PortUse } from "@crm/core/kernel/capabilities.ts";
import { type KeyGroup, keyGroupNames, keyGroups } from "@crm/core/kernel/key-groups.ts";
import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { listFormerSecrets } from "../../stacks/capability-grants.ts";
import { apiPortUses } from "../../stacks/entry-points.ts";
import { inbound, operator, stream } from "../../stacks/platform-functions.ts";
import { assignShard } from "../../stacks/shard.ts";
import { isAllowed, listStatements, toList } from "./iam.ts";
import {
  account,
  edgeParameterArn,
  findFunction,
  findFunctionRole,
  findLiveAlias,
  findResource,
  keyParameterArn,
  listResourceProperties,
  listResources,
  parseReference,
  type Resource,
  readOnlyProperties,
  region,
  requireOnly,
  secretArns,
  synthesize,
} from "./synthesis.ts";

/** The permissions in the deployed system, and its parts that run without a request. */
let resources: ReadonlyMap<string, Resource>;

beforeAll(async () => {
  ({ resources } = await synthesize());
});

const ROLE = "AWS::IAM::Role";
const s3Actions = { put: "s3:PutObject", get: "s3:GetObject", delete: "s3:DeleteObject" };

/** The ports for which a request function has a role of its own: columns are read by the role of the tenant's keys. */
const listDataUses = (name: FunctionName): PortUse[] => apiPortUses(name).filter((use) => use !== "objects:columns:get");

const listProperties = <T extends string>(type: T) => listResourceProperties(resources, type);
const listFunctions = () => listProperties("AWS::Lambda::Function");
const liveAlias = (name: string): string => findLiveAlias(resources, name);

describe("policies", () => {
  const roles = () => listResources(resources, ROLE);
  const requests = () => roles().filter(([, { Properties }]) => Properties.Path?.startsWith("/crm/production/request/"));
  const accesses = () => roles().filter(([id]) => id.startsWith("access/access"));
  const dataRoles = () => roles().filter(([id]) => /^requests-\w+\/data/.test(id));

  it("contain only these wildcards", () => {
    const parked = (role: string, actions: string) =>
      ["aws/lambda/*", "tenant-queues/*"].map((keys) => `${role}: ${actions} on <storage/deadletters98524CE3>/${keys}`);
    const writesParked = (role: string) => parked(role, "s3:PutObject");
    const readsParked = (role: string) => parked(role, "s3:GetObject,s3:DeleteObject");
    const wild = roles().flatMap(([role]) =>
      listStatements(resources, role).flatMap(({ Action, Resource }) =>
        [...toList(Action).filter((action) => action.includes("*")), ...toList(Resource).filter((arn) => arn.includes("*"))]
          // Lambda names the log streams of a function.
          .filter((wildcard) => !/:log-group:\/aws\/lambda\/production-crm-[a-z-]+:\*$/.test(wildcard))
          .map((wildcard) => `${role.replace(/[0-9A-F]{8}$/, "")}: ${toList(Action)} on ${wildcard}`),
      ),
    );
    const ofFiles = / on <storage\/files[0-9A-F]{8}>\/(\w+\/(?:\$\{aws:PrincipalTag\/tenant\}\/)?\*)$/;
    // The fonts for documents belong to no tenant.
    const ofFonts = / on <storage\/files[0-9A-F]{8}>\/fonts\/\*$/;
    expect(wild.filter((grant) => ofFonts.test(grant)).map((grant) => grant.replace(ofFonts, ""))).toEqual([
      "subscribers-1/subscribeexportrole: s3:GetObject",
      "subscribers-1/subscribesignaturefilingrole: s3:GetObject",
      "subscribers-2/subscribesignatureworkrole: s3:GetObject",
      "subscribers-4/subscribeinvoicemailsrole: s3:GetObject",
      "subscribers-7/subscribeinvoicedocumentsrole: s3:GetObject",
      "requests-1/quotesrole: s3:GetObject",
      "requests-2/contractsrole: s3:GetObject",
      "requests-3/offersrole: s3:GetObject",
      "requests-4/proposalsrole: s3:GetObject",
      "requests-6/ordersrole: s3:GetObject",
      "requests-6/invoicesrole: s3:GetObject",
    ]);
    expect(wild.filter((grant) => !ofFiles.test(grant) && !ofFonts.test(grant))).toEqual([
      // CloudFormation chooses the end of a stack's ARN.
      "keys/operatorkeysrole: cloudformation:DescribeStacks on arn:aws:cloudformation:eu-west-1:123456789012:stack/production-crm-storage/*",
      "keys/operatorkeysrole: cloudformation:DescribeStacks on arn:aws:cloudformation:eu-west-1:123456789012:stack/production-crm-gateway/*",
      "rollouts/rolloutrole: lambda:GetAlias,lambda:UpdateAlias,lambda:GetProvisionedConcurrencyConfig on arn:aws:lambda:eu-west-1:123456789012:function:production-crm-*",
      "rollouts/rolloutrole: cloudwatch:DescribeAlarms on *",
      // Logs of state machines have no resource; an execution gets its name when it starts.
      "flows/approvalmachinerole: logs:CreateLogDelivery,logs:GetLogDelivery,logs:UpdateLogDelivery,logs:DeleteLogDelivery,logs:ListLogDeliveries,logs:PutResourcePolicy,logs:DescribeResourcePolicies,logs:DescribeLogGroups on *",
      "subscribers-3/subscribeapprovalwatchrole: states:DescribeExecution,states:GetExecutionHistory on arn:aws:states:eu-west-1:123456789012:execution:production-crm-approval:ten_*",
      // Lambda names the dead letters that it stores, and the consumer those that it adds. A queue is a tenant's.
      ...writesParked("stream/streamrole"),
      // AWS supports no narrower permission.
      "stream/streamrole: dynamodb:ListStreams on *",
      ...writesParked("schedules/scheduletenantqueuesrole"),
      ...readsParked("schedules/scheduletenantqueuesrole"),
      ...writesParked("operator/operatorrole"),
      ...readsParked("operator/operatorrole"),
      // CloudFormation chooses the end of the ARN of a stack.
      "operator/operatorrole: cloudformation:DescribeStacks on arn:aws:cloudformation:eu-west-1:123456789012:stack/production-crm-*",
      // SES names the emails that it stores.
      "inbound/inboundmailrole: s3:GetObject on <inbound/landedF9F67CC7>/landed/*",
      "requests-4/flowsrole: states:DescribeExecution,states:GetExecutionHistory on arn:aws:states:eu-west-1:123456789012:execution:production-crm-approval:ten_*",
    ]);
    // The permission depends on the prefix of the key.
    const files = wild
      .filter((grant) => ofFiles.test(grant) && !ofFonts.test(grant))
      .map((grant) => grant.replace(ofFiles, " on $1"));
    const declared = [
      ...functionNames.map(
        (name) =>
          [`requests-${assignShard("requests", name)}/data${name}`, listDataUses(name), "${aws:PrincipalTag/tenant}/"] as const,
      ),
      ["access/accesstenant", ["objects:columns:get"], "${aws:PrincipalTag/tenant}/"] as const,
      ...subscribers.map(
        ({ name, listener }) =>
          [
            `subscribers-${assignShard("subscribers", name)}/subscribe${name.replaceAll("-", "")}role`,
            listener.uses ?? [],
            "",
          ] as const,
      ),
      ...schedules.map(
        ({ name, declared }) => [`schedules/schedule${name.replaceAll("-", "")}role`, declared.uses ?? [], ""] as const,
      ),
      ["stream/streamrole", stream.uses, ""] as const,
      ["operator/operatorrole", operator.uses, ""] as const,
      ["inbound/inboundmailrole", inbound.uses, ""] as const,
    ].flatMap(([role, uses, prefix]) =>
      [...listObjectActions(uses)].map(
        ([kind, may]) => `${role}: ${may.map((action) => s3Actions[action])} on ${kind}/${prefix}*`,
      ),
    );
    expect(files.sort()).toEqual(declared.sort());
    expect(files.length).toBeGreaterThanOrEqual(9);
    expect(listResources(resources, "AWS::IAM::ManagedPolicy")).toEqual([]);
    expect(roles().filter(([, { Properties }]) => Properties.ManagedPolicyArns)).toEqual([]);
    // All permissions of a role are inline policies.
    expect(listResources(resources, "AWS::IAM::Policy")).toEqual([]);
  });

  it("allow no role to scan, use PartiQL or change the table itself", () => {
    const allowedAction =
      /^dynamodb:(GetItem|BatchGetItem|Query|PutItem|UpdateItem|DeleteItem|BatchWriteItem|ConditionCheckItem|DescribeStream|GetRecords|GetShardIterator|ListStreams)$/;
    for (const [role] of roles()) {
      const actions = listStatements(resources, role).flatMap(({ Action }) => toList(Action));
      expect(actions.filter((action) => action.startsWith("dynamodb:") && !allowedAction.test(action))).toEqual([]);
    }
  });

  it("give functions of the request path no direct access to table, objects and keys, only roles to assume", () => {
    expect(requests().length).toBe(functionNames.length);
    for (const [role, { Properties }] of requests()) {
      const name = Properties.Path?.split("/").at(-2);
      const ownRoles = [
        ...accesses(),
        ...dataRoles().filter(([, dataRole]) => dataRole.Properties.Description.endsWith(`, for ${name}`)),
      ];
      const actions = new Set(listStatements(resources, role).flatMap(({ Action }) => toList(Action)));
      const asks = (...ports: PortUse[]) => apiPortUses(name as FunctionName).some((use) => ports.includes(use));
      for (const action of actions) {
        expect([
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "sts:AssumeRole",
          "sts:TagSession",
          "ssm:GetParameters",
          // Fonts are shared. State machines have no tenant: an execution contains it in its name, and only its receiver knows a token.
          "s3:GetObject",
          "states:SendTaskSuccess",
          "states:SendTaskFailure",
          "states:SendTaskHeartbeat",
          "states:DescribeExecution",
          "states:GetExecutionHistory",
          // Verification codes are sent at once, because they are not stored; tests of mail accounts send as well.
          ...(asks("mail", "mailer") ? ["ses:SendEmail", "ses:SendRawEmail"] : []),
          ...(asks("sms") ? ["sms-voice:SendTextMessage"] : []),
        ]).toContain(action);
      }
      const files = listStatements(resources, role).filter(({ Action }) => toList(Action).includes("s3:GetObject"));
      for (const file of files.flatMap(({ Resource }) => toList(Resource))) expect(file).toMatch(/\/fonts\/\*$/);
      const assumeStatements = listStatements(resources, role).filter(({ Action }) => toList(Action).includes("sts:AssumeRole"));
      for (const assumedRole of assumeStatements.flatMap(({ Resource }) => toList(Resource)))
        expect(ownRoles.map(([id]) => `<${id}>`)).toContain(assumedRole);
    }
  });

  const tenant = { "aws:PrincipalTag/tenant": "ten_a" };
  const may = (role: string, keys: readonly string[], context: Record<string, string> = tenant, action = "dynamodb:GetItem") =>
    isAllowed(listStatements(resources, role), {
      action,
      resource: "<storage/table>",
      context: { ...context, ...(keys.length > 0 ? { "dynamodb:LeadingKeys": keys } : {}) },
    });

  it("restrict a session to the tenant in its tag", () => {
    for (const [role] of accesses()) {
      expect(may(role, ["T#ten_a#E#x"])).toBe(true);
      for (const keys of [
        ["T#ten_b#E#x"],
        ["T#ten_ab#E#x"],
        ["T#ten_a"],
        ["T#ten_a#E#x", "T#ten_b#E#x"],
        ["S#DUE#x"],
        ["S#WATERMARK#x"],
        [],
      ]) {
        expect([role, keys, may(role, keys)]).toEqual([role, keys, false]);
      }
      expect(may(role, ["T#ten_a#E#x"], {})).toBe(false);
      // Requests read in which shapes they may write, and nothing else of the migration.
      expect(may(role, ["S#MIGRATION#table"], tenant, "dynamodb:PutItem")).toBe(false);
      for (const action of ["dynamodb:Scan", "dynamodb:PartiQLSelect"])
        expect(may(role, ["T#ten_a#E#x"], tenant, action)).toBe(false);
    }
    const [plain] = accesses().filter(([, { Properties }]) => Properties.Description === "Keys of one tenant");
    for (const keyspace of ["SLUG", "LOGIN", "REFRESH", "RESET", "APIKEY", "FORM", "THROTTLE", "SIGNINGKEY", "TENANTS"])
      expect(may(plain?.[0] ?? "", [`S#${keyspace}#x`])).toBe(false);
  });

  it("trust functions of the request path, with a tag in each request", () => {
    const arn = (path: string) => `arn:aws:iam::${account}:role${path}`;
    const request = {
      "aws:PrincipalArn": arn("/crm/production/request/leads"),
      "aws:RequestTag/tenant": "ten_a",
      "aws:TagKeys": ["tenant"],
    };
    for (const [role, { Properties }] of accesses()) {
      const trusts = (context: Record<string, string | string[]>) =>
        isAllowed(Properties.AssumeRolePolicyDocument.Statement, { action: "sts:AssumeRole", resource: role, context });
      expect(trusts(request)).toBe(true);
      expect(trusts({ ...request, "aws:PrincipalArn": arn("/someone") })).toBe(false);
      expect(trusts({ ...request, "aws:PrincipalArn": arn("/crm/try/request/leads") })).toBe(false);
      expect(trusts({ ...request, "aws:RequestTag/tenant": "*" })).toBe(false);
      expect(trusts({ ...request, "aws:TagKeys": ["tenant", "more"] })).toBe(false);
      const { "aws:RequestTag/tenant": _tag, ...untagged } = request;
      expect(trusts(untagged)).toBe(false);
    }
  });

  it("restrict objects and keys to the tenant in the tag, for the function of the role only", () => {
    const takes = functionNames.filter((name) => listDataUses(name).some((use) => use === "seal" || use.startsWith("objects:")));
    expect(dataRoles().length).toBe(takes.length);
    const [[key] = []] = listResources(resources, "AWS::KMS::Key");
    const [[bucket] = []] = listResources(resources, "AWS::S3::Bucket").filter(([id]) => /^storage\/files[0-9A-F]{8}$/.test(id));
    for (const name of takes) {
      const { Role, Environment } = findFunction(resources, name).properties;
      const role = parseReference(Environment.Variables.CRM_DATA_ROLE ?? "");
      const may = (action: string, resource: string, context: Record<string, string>) =>
        isAllowed(listStatements(resources, role), { action, resource, context });
      for (const [kind, actions] of listObjectActions(listDataUses(name))) {
        const buildObjectArn = (owner: string) => `<${bucket}>/${kind}/${owner}/x`;
        for (const action of actions.map((each) => s3Actions[each])) {
          expect([name, action, may(action, buildObjectArn("ten_a"), tenant)]).toEqual([name, action, true]);
          for (const foreign of ["ten_b", "ten_ab", "ten_b/ten_a", "*"])
            expect(may(action, buildObjectArn(foreign), tenant)).toBe(false);
          expect(may(action, buildObjectArn("ten_a"), {})).toBe(false);
        }
      }
      expect(may("s3:ListBucket", `<${bucket}>`, tenant)).toBe(false);
      const seals = apiPortUses(name).includes("seal");
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
        const as = (owner: string) => may(action, `<${key}>`, { ...tenant, "kms:EncryptionContext:tenant": owner });
        expect([name, as("ten_a"), as("ten_b"), as("ten_*")]).toEqual([name, seals, false, false]);
        expect(may(action, `<${key}>`, tenant)).toBe(false);
      }
      const trust = findResource(resources, role, ROLE).Properties.AssumeRolePolicyDocument.Statement;
      const trusts = (path: string, tag = "ten_a") =>
        isAllowed(trust, {
          action: "sts:AssumeRole",
          resource: role,
          context: {
            "aws:PrincipalArn": `arn:aws:iam::${account}:role${path}`,
            "aws:RequestTag/tenant": tag,
            "aws:TagKeys": ["tenant"],
          },
        });
      const path = findResource(resources, Role, ROLE).Properties.Path;
      expect([trusts(`${path}x`), trusts(`${path}x`, "none"), trusts("/crm/production/request/meta/x")]).toEqual([
        true,
        false,
        false,
      ]);
    }
  });

  it("allow each function that lists records to read their columns, of the tenant in the tag, without a role of its own", () => {
    const [[bucket] = []] = listResources(resources, "AWS::S3::Bucket").filter(([id]) => /^storage\/files[0-9A-F]{8}$/.test(id));
    const listing = functionNames.filter((name) => apiPortUses(name).includes("objects:columns:get"));
    expect(listing).toEqual(expect.arrayContaining(["messages", "users", "leads"]));
    for (const name of listing) {
      const { Environment } = findFunction(resources, name).properties;
      const { tenant: role = "" } = JSON.parse(Environment.Variables.CRM_ROLES ?? "{}") as Record<string, string>;
      const mayRead = (key: string, action = "s3:GetObject") =>
        isAllowed(listStatements(resources, parseReference(role)), { action, resource: `<${bucket}>/${key}`, context: tenant });
      expect([name, mayRead("columns/ten_a/lead/x")]).toEqual([name, true]);
      for (const foreign of ["columns/ten_b/lead/x", "columns/x", "mails/ten_a/x"]) expect(mayRead(foreign)).toBe(false);
      expect(mayRead("columns/ten_a/lead/x", "s3:PutObject")).toBe(false);
      expect(Environment.Variables.CRM_FILES).toBeDefined();
    }
  });

  it("grant the master key to functions that seal or rotate, and no data key without a tenant", () => {
    const [[key] = []] = listResources(resources, "AWS::KMS::Key");
    const sealing = functionNames.filter((name) => apiPortUses(name).includes("seal"));
    const hearing = subscribers.filter(({ listener }) => listener.uses?.includes("seal")).map(({ name }) => `subscribe-${name}`);
    expect(hearing.length).toBeGreaterThanOrEqual(3);
    const holders = [...hearing, "operator"].map((name) => findFunction(resources, name).properties.Role);
    for (const [role] of roles().filter(([id]) => !dataRoles().some(([data]) => data === id))) {
      const holds = (action: string, context: Record<string, string>): boolean =>
        isAllowed(listStatements(resources, role), { action: `kms:${action}`, resource: `<${key}>`, context });
      for (const action of ["GenerateDataKey", "Decrypt"]) {
        const tenant = { "kms:EncryptionContext:tenant": "ten_a" };
        expect([role, holds(action, tenant)]).toEqual([role, holders.includes(`<${role}>`)]);
        expect(holds(action, {})).toBe(false);
      }
      for (const action of ["Encrypt", "ReEncryptFrom", "CreateGrant", "ScheduleKeyDeletion", "PutKeyPolicy"])
        expect(holds(action, { "kms:EncryptionContext:tenant": "ten_a" })).toBe(false);
    }
    const keyFunctions = listFunctions().filter(({ Environment }) => Environment.Variables.CRM_KEY === `<${key}>`);
    const sealers = sealing.map((name) => findFunction(resources, name).properties.Role);
    expect(keyFunctions.map(({ Role }) => Role).sort()).toEqual([...holders, ...sealers].sort());
  });

  it("grant the operator's functions to IAM only", () => {
    for (const name of ["operator", "operator-keys", "release-check"]) {
      const { id } = findFunction(resources, name);
      const invokePermissions = listProperties("AWS::Lambda::Permission").filter(({ FunctionName }) => FunctionName.includes(id));
      expect(invokePermissions).toEqual([]);
    }
  });

  const mayReadParameter = (role: string, resource: string): boolean =>
    isAllowed(listStatements(resources, role), { action: "ssm:GetParameters", resource, context: {} });
  const mayRead = (role: string, parameter: KeyParameter): boolean =>
    mayReadParameter(role, keyParameterArn("production", parameter));
  const mayReadEdge = (role: string, secret: EdgeSecret): boolean =>
    mayReadParameter(role, edgeParameterArn("production", secret));
  const findRole = (name: string): string => findFunctionRole(resources, name);
  /** The groups of keys that each function declares, by role. */
  const listDeclaredGroups = (): Map<string, readonly KeyGroup[]> =>
    new Map(
      [
        ...functionNames.map((name) => [name, apiPortUses(name)] as const),
        ...subscribers.map(({ name, listener }) => [`subscribe-${name}`, listener.uses ?? []] as const),
        ...schedules.map(({ name, declared }) => [`schedule-${name}`, declared.uses ?? []] as const),
        ...listFlows(domains).map(({ name, flow }) => [`flow-${name}`, flow.uses ?? []] as const),
      ].map(([name, uses]) => [findRole(name), listKeyGroups(uses)] as const),
    );

  it("grant each function the groups of keys that it declares, and the root to the operator of keys alone", () => {
    const declared = listDeclaredGroups();
    const keyOperator = findRole("operator-keys");
    const requestRoles = requests().map(([role]) => role);
    for (const [role] of roles()) {
      const isOperator = role === keyOperator;
      const readable = keyGroupNames.filter((group) => mayRead(role, group));
      expect([role, readable]).toEqual([role, isOperator ? keyGroupNames : (declared.get(role) ?? [])]);
      expect([role, mayRead(role, "root")]).toEqual([role, isOperator]);
      const statements = listStatements(resources, role).filter(({ Action }) =>
        toList(Action).some((each) => /^ssm:/.test(each)),
      );
      const hasEdge = isOperator || requestRoles.includes(role);
      expect([role, edgeSecrets.filter((secret) => mayReadEdge(role, secret))]).toEqual([role, hasEdge ? edgeSecrets : []]);
      const actions = [...new Set(statements.flatMap(({ Action }) => toList(Action)))];
      const reads = hasEdge || declared.get(role)?.length ? ["ssm:GetParameters"] : [];
      expect([role, actions]).toEqual([role, [...reads, ...(isOperator ? ["ssm:PutParameter"] : [])]]);
      for (const arn of statements.flatMap(({ Resource }) => toList(Resource))) expect(arn).not.toContain("*");
    }
    for (const { FunctionName, Environment } of listFunctions())
      expect([FunctionName, Environment.Variables.CRM_FORMER_SECRETS !== undefined]).toEqual([
        FunctionName,
        FunctionName === "production-crm-operator-keys",
      ]);
    // Several functions read each group, and few read the keys that sign access tokens.
    const readers = (group: KeyGroup): number => [...declared.values()].filter((groups) => groups.includes(group)).length;
    for (const group of keyGroupNames) expect([group, readers(group) > 1]).toEqual([group, true]);
    expect(readers("signing")).toBeLessThan(5);
  });

  it("let functions read their keys in Secrets Manager, of their own stage, while the versions before do", async () => {
    const { resources: restored } = await synthesize("restored");
    const declared = listDeclaredGroups();
    const requestRoles = requests().map(([role]) => role);
    const arns = {
      root: secretArns(["appsecret"]),
      links: secretArns(["keyslinks"]),
      signing: secretArns(["keyssigning"]),
      edge: secretArns(["edgesecret2"]),
    };
    for (const [role] of listResources(restored, ROLE)) {
      const listReadable = (stage: string) =>
        Object.entries(arns).flatMap(([group, resource]) => {
          const context = { "aws:ResourceTag/crm:stage": stage };
          const request = { action: "secretsmanager:GetSecretValue", resource, context };
          return isAllowed(listStatements(restored, role), request) ? [group] : [];
        });
      const former = [
        ...(declared.get(role) ?? []).filter((group) => group in arns),
        ...(requestRoles.includes(role) ? ["edge"] : []),
      ];
      expect([role, listReadable("production")]).toEqual([role, role === findRole("operator-keys") ? Object.keys(arns) : former]);
      expect([role, listReadable("try")]).toEqual([role, []]);
    }
    expect(listFormerSecrets({ root: "arn-root" }, ["links"])).toEqual(["arn-root"]);
  });

  it("derive the groups of keys before other stacks are deployed", async () => {
    const { ServiceToken, Purposes } = readOnlyProperties(resources, "Custom::KeyDerivation");
    expect(ServiceToken).toContain("keys/operatorkeys");
    expect(JSON.parse(Purposes)).toEqual(keyGroups);
    const { stacks } = await synthesize();
    expect(stacks.keys.dependencies).toEqual([]);
    expect(stacks.storage.dependencies).toContain(stacks.keys);
  });

  it("block public access to every bucket and queue", () => {
    for (const bucket of listProperties("AWS::S3::Bucket")) {
      expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(bucket.BucketEncryption).toBeDefined();
      expect(bucket.LifecycleConfiguration).toBeDefined();
    }
    for (const type of ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"] as const) {
      for (const { PolicyDocument } of listProperties(type)) {
        const [deny] = PolicyDocument.Statement.filter(({ Effect }) => Effect === "Deny");
        expect(deny?.Condition).toEqual({ Bool: { "aws:SecureTransport": "false" } });
      }
    }
  });
});

describe("functions without a request", () => {
  it("read the stream, and park failed batches with their content", () => {
    const mapping = readOnlyProperties(resources, "AWS::Lambda::EventSourceMapping");
    expect(mapping).toMatchObject({
      EventSourceArn: "<storage/table>.StreamArn",
      FunctionName: liveAlias("stream"),
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BisectBatchOnFunctionError: true,
      // Conflicts and throttling are transient, so a batch is retried until its records expire.
      MaximumRetryAttempts: -1,
      StartingPosition: "TRIM_HORIZON",
    });
    expect(mapping.MaximumRecordAgeInSeconds).toBeLessThan(24 * 60 * 60);
    const destination = mapping.DestinationConfig.OnFailure.Destination;
    expect(resources.get(parseReference(destination))?.Type).toBe("AWS::S3::Bucket");
    expect(findFunction(resources, "operator").properties.Environment.Variables.CRM_DEAD_LETTERS).toBe(destination);
  });

  it.each(subscribers.map(({ name, events }) => [name, events] as const))(
    "deliver events to %s, and retain failed ones",
    (name, events) => {
      const rules = listProperties("AWS::Events::Rule").filter(
        ({ Targets }) => Targets[0]?.Arn === liveAlias(`subscribe-${name}`),
      );
      expect(rules.map(({ EventPattern }) => EventPattern)).toEqual([{ source: ["crm"], "detail-type": events }]);
      const queue = rules[0]?.Targets[0]?.DeadLetterConfig?.Arn ?? "";
      expect(findResource(resources, queue, "AWS::SQS::Queue").Properties.QueueName).toBe(
        "production-crm-subscribers-dead-letters",
      );
      expect(tries(`subscribe-${name}`)).toMatchObject({ DestinationConfig: { OnFailure: { Destination: queue } } });
    },
  );

  it("archive events for consumers that missed them", () => {
    const [archive] = listProperties("AWS::Events::Archive");
    expect(archive).toMatchObject({ EventPattern: { source: ["crm"] }, RetentionDays: 30 });
  });

  it.each(schedules.map(({ name, rate }) => [name, rate] as const))("run %s, and retain failures", (name, rate) => {
    const schedule = requireOnly(
      listProperties("AWS::Scheduler::Schedule").filter(({ Target }) => Target.Arn === liveAlias(`schedule-${name}`)),
    );
    expect(schedule.ScheduleExpression).toBe(rate);
    const queue = schedule.Target.DeadLetterConfig.Arn;
    expect(findResource(resources, queue, "AWS::SQS::Queue").Properties.QueueName).toBe("production-crm-schedules-dead-letters");
    expect(tries(`schedule-${name}`)).toMatchObject({ DestinationConfig: { OnFailure: { Destination: queue } } });
    const role = parseReference(schedule.Target.RoleArn);
    const may = { action: "lambda:InvokeFunction", resource: schedule.Target.Arn, context: {} };
    expect(isAllowed(listStatements(resources, role), may)).toBe(true);
  });

  const tries = (name: string) =>
    listProperties("AWS::Lambda::EventInvokeConfig").find(
      ({ FunctionName, Qualifier }) => Qualifier === "live" && FunctionName === `<${findFunction(resources, name).id}>`,
    );
});

describe("alarms", () => {
  it("cover every condition that needs an operator, and notify them", () => {
    const alarms = listProperties("AWS::CloudWatch::Alarm");
    const [[topic] = []] = listResources(resources, "AWS::SNS::Topic");
    for (const { AlarmActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toEqual([`<${topic}>`]);
      expect(AlarmDescription.length).toBeGreaterThan(10);
    }
    expect(alarms.map(({ AlarmName }) => AlarmName.replace("production-crm-", "")).sort()).toEqual(
      [
        "api-5xx",
        "api-p95",
        "due-silent",
        "failures",
        "index-reads",
        "index-writes",
        "inbound-mail-waiting",
        "limited",
        "mail-bounces",
        "mail-complaints",
        "parked",
        "parked-age",
        "parked-silent",
        "schedules",
        "schedules-waiting",
        "sessions-throttled",
        "set-aside-age",
        "stream-age",
        "stream-silent",
        "subscribers-waiting",
        "table-reads",
        "table-writes",
        "throttles",
      ].sort(),
    );
  });

  it("refer to existing resources", () => {
    const names = new Set(listFunctions().map(({ FunctionName }) => FunctionName));
    const queues = new Set(listProperties("AWS::SQS::Queue").map(({ QueueName }) => QueueName));
    for (const { Dimensions = [] } of listProperties("AWS::CloudWatch::Alarm")) {
      for (const { Name, Value } of Dimensions) {
        if (Name === "FunctionName") expect(names).toContain(Value);
        if (Name === "QueueName") expect(queues).toContain(Value);
        if (Name === "TableName") expect(Value).toBe("<storage/table>");
        if (Name === "BucketName") expect(Value).toBe("<storage/deadletters98524CE3>");
      }
    }
  });

  it("accept failed events of every rule of the bus, and of no other caller", () => {
    const [[bus] = []] = listResources(resources, "AWS::Events::EventBus");
    const policies = listProperties("AWS::SQS::QueuePolicy").flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const grant = requireOnly(policies.filter(({ Effect }) => Effect === "Allow"));
    expect([grant.Action, grant.Principal]).toEqual(["sqs:SendMessage", { Service: "events.amazonaws.com" }]);
    expect(grant.Condition).toEqual({ ArnLike: { "aws:SourceArn": `arn:aws:events:${region}:${account}:rule/<${bus}>/*` } });
  });

  it("report a failed execution of a flow at once", () => {
    const rule = requireOnly(
      listProperties("AWS::Events::Rule").filter(({ EventPattern }) => EventPattern.source[0] === "aws.states"),
    );
    const [[topic] = []] = listResources(resources, "AWS::SNS::Topic");
    expect(rule.Targets[0]?.Arn).toBe(`<${topic}>`);
    const { status, stateMachineArn } = rule.EventPattern.detail ?? {};
    expect(status).toEqual(["FAILED", "TIMED_OUT", "ABORTED"]);
    for (const { StateMachineName } of listProperties("AWS::StepFunctions::StateMachine"))
      expect(
        `arn:aws:states:${region}:${account}:stateMachine:${StateMachineName}`.indexOf(stateMachineArn?.[0].prefix ?? "none"),
      ).toBe(0);
  });

  it("report a parked change, and a tenant that is set aside, at once", () => {
    const rules = listProperties("AWS::Events::Rule").filter(({ EventPattern }) => EventPattern.source[0] === "aws.s3");
    const bucketName = { name: ["<storage/deadletters98524CE3>"] };
    expect(rules.map(({ EventPattern }) => EventPattern.detail)).toEqual([
      { bucket: bucketName, object: { key: [{ prefix: "aws/lambda/" }] } },
      { bucket: bucketName, object: { key: [{ suffix: "-first.json" }] } },
    ]);
    const bucket = findResource(resources, "storage/deadletters98524CE3", "AWS::S3::Bucket");
    expect(bucket.Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
  });
});
