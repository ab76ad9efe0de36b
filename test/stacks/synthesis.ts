import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type EdgeSecret, edgeParameterName, edgeSecrets, type KeyParameter, keyParameterName } from "@crm/aws/key-parameters.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { Aspects, type Stack } from "aws-cdk-lib";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { ArtifactMetadataEntryType } from "aws-cdk-lib/cloud-assembly-schema";
import type { CloudFormationStackArtifact } from "aws-cdk-lib/cx-api";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { App, Stack as SstStack } from "sst/constructs";
import { setProject } from "sst/project.js";
import { deploy, deployFirewall, type StackName, stackNames } from "../../stacks/index.ts";
import {
  MAX_SETTING_LENGTHS,
  MAX_STAGE_LENGTH,
  readFirewallSettings,
  readSettings,
  type Settings,
} from "../../stacks/settings.ts";
import type { PropertiesOf } from "./resource-properties.ts";

export const account = "123456789012";
/** The account that backups are copied to. */
export const otherAccount = "210987654321";
export const region = "eu-west-1";
/** The region of the partition `aws` with the longest name, as long as that of others in Asia. */
const LONGEST_REGION = "ap-southeast-1";
export const webAclArn = `arn:aws:wafv2:us-east-1:${account}:global/webacl/production-crm-firewall/1`;

export interface Resource<T extends string = string> {
  Type: T;
  Properties: PropertiesOf<T>;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdatePolicy?: { CodeDeployLambdaAliasUpdate?: { ApplicationName: string; DeploymentGroupName: string } };
  Metadata?: { cdk_nag?: { rules_to_suppress?: { id: string; reason: string; applies_to?: string[] }[] } };
}

export interface SynthesizedSystem {
  app: App;
  stacks: Readonly<Record<StackName, Stack>>;
  /** What SST deploys. */
  artifacts: readonly CloudFormationStackArtifact[];
  /** The templates as CloudFormation gets them. */
  templates: readonly (readonly [StackName, CloudFormationTemplate])[];
  /** The resources of all stacks by `<stack>/<logical id>`, with references resolved to such names. */
  resources: ReadonlyMap<string, Resource>;
}

export interface CloudFormationTemplate {
  Metadata?: { Deployment?: string };
  Parameters?: Record<string, unknown>;
  Resources?: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Description?: string; Export?: { Name: string } }>;
}

const CERTIFICATE = "certificate/x";
const DEPLOYMENT_ID = "2026-01-01T00:00:00.000Z";

/** The ARN of a parameter with keys. */
export const keyParameterArn = (stage: string, parameter: KeyParameter): string =>
  `arn:aws:ssm:${region}:${account}:parameter${keyParameterName(stage, parameter)}`;

/** The ARN of a parameter with a secret of the edge. */
export const edgeParameterArn = (stage: string, secret: EdgeSecret): string =>
  `arn:aws:ssm:${region}:${account}:parameter${edgeParameterName(stage, secret)}`;

/** The ARNs of secrets whose names CloudFormation chose. */
export const secretArns = (names: readonly string[], inRegion: string = region): string =>
  names.map((name) => `arn:aws:secretsmanager:${inRegion}:${account}:secret:${name}-abcdefghijkl-AbCdEf`).join(" ");

/** The names of the secrets of a release that kept the root and the groups of keys in Secrets Manager. */
const FORMER_SECRETS: readonly string[] = ["appsecret", ...keyGroupNames.map((group) => `keys${group}`)];
/** The names of the secrets of its edge. */
const FORMER_EDGE_SECRETS: readonly string[] = edgeSecrets.map((secret) => `edgesecret${secret}`);

/** The systems under test. Synthesis takes seconds, so there are few systems with many settings each. */
const systems = {
  production: {},
  /** Every optional setting, with an edge that has its own domain. */
  configured: {
    CRM_DOMAIN: "api.example.com",
    CRM_CERTIFICATE_ARN: `arn:aws:acm:us-east-1:${account}:${CERTIFICATE}`,
    CRM_EDGE_SECRET: "2",
    CRM_RATE: "100/200",
    CRM_RATE_SIGN_IN: "10/20",
    CRM_CONCURRENCY: "1000",
    CRM_MAX_READ_UNITS: "4000",
    CRM_MAX_WRITE_UNITS: "2000",
    CRM_BUDGET: "40",
    CRM_TRACES: "on",
    CRM_DASHBOARD: "on",
    CRM_TABLE_CLASS: "standard",
    CRM_AUDIT_DAYS: "40",
    CRM_ARCHIVE_DAYS: "400",
    CRM_AUDIT_YEARS: "10",
    CRM_ANALYST_EXPORT: "on",
    CRM_QUERY_GIGABYTES: "5",
    CRM_COPY_TO: `arn:aws:backup:eu-central-1:${otherAccount}:backup-vault:crm,arn:aws:backup:eu-north-1:${account}:backup-vault:crm`,
    CRM_COPY_DAYS: "90",
    CRM_COPY_LOCK: "compliance",
  },
  /** Its own domain, no firewall, and a restored table; while the functions of the version before read keys in Secrets Manager. */
  restored: {
    CRM_FIREWALL_ARN: "none",
    CRM_DOMAIN: "api.example.com",
    CRM_CERTIFICATE_ARN: `arn:aws:acm:us-east-1:${account}:${CERTIFICATE}`,
    CRM_ALARMS_TO: "ops@example.com",
    CRM_ALLOW_ORIGINS: "https://a.example https://b.example",
    CRM_TABLE_ARN: `arn:aws:dynamodb:${region}:${account}:table/restored`,
    CRM_TABLE_STREAM_ARN: `arn:aws:dynamodb:${region}:${account}:table/restored/stream/2026-01-01T00:00:00.000`,
    CRM_SHIFT: "AllAtOnce",
    CRM_FORMER_SECRETS: secretArns(FORMER_SECRETS),
    CRM_FORMER_EDGE_SECRETS: secretArns(FORMER_EDGE_SECRETS),
  },
  /** A stage other than production, without a firewall and inbound email. */
  try: { CRM_FIREWALL_ARN: "", CRM_INBOUND_DOMAIN: "" },
  /** Every setting and name at its maximum length, in a stage and a region of the longest names. */
  longest: buildLongestSettings(),
} satisfies Record<string, Readonly<Record<string, string>>>;

/** Returns a domain of this length. */
function buildDomain(length: number): string {
  const labels = `${"a".repeat(60)}.${"b".repeat(60)}.`.repeat(5).slice(7 - length);
  return `${labels.replace(/^\./, "c")}example`;
}

/** Settings as long as `readSettings` accepts. */
function buildLongestSettings() {
  const { domain, inboundDomain, mailFrom, origin, allowOrigins, tableName } = MAX_SETTING_LENGTHS;
  const tableArn = `arn:aws:dynamodb:${LONGEST_REGION}:${account}:table/${"t".repeat(tableName)}`;
  return {
    CRM_DOMAIN: buildDomain(domain),
    CRM_CERTIFICATE_ARN: `arn:aws:acm:us-east-1:${account}:${CERTIFICATE}`,
    CRM_MAIL_FROM: `${"a".repeat(64)}@${buildDomain(mailFrom - 65)}`,
    CRM_INBOUND_DOMAIN: buildDomain(inboundDomain),
    CRM_ORIGIN: `https://${buildDomain(origin - 8)}`,
    CRM_ALLOW_ORIGINS: `https://${buildDomain(allowOrigins - 8)}`,
    CRM_SMS_SENDER: `arn:aws:sms-voice:${LONGEST_REGION}:${account}:phone-number/phone-${"0".repeat(32)}`,
    CRM_ALARMS_TO: `alarms@${buildDomain(domain)}`,
    CRM_COPY_TO: `arn:aws:backup:eu-central-1:${otherAccount}:backup-vault:${"v".repeat(50)}`,
    CRM_TABLE_ARN: tableArn,
    CRM_TABLE_STREAM_ARN: `${tableArn}/stream/2026-01-01T00:00:00.000`,
    CRM_FORMER_SECRETS: secretArns(FORMER_SECRETS, LONGEST_REGION),
    CRM_FORMER_EDGE_SECRETS: secretArns(FORMER_EDGE_SECRETS, LONGEST_REGION),
    CRM_CONCURRENCY: "1000",
    CRM_SHIFT: "Canary10Percent5Minutes",
    CRM_BUDGET: "100",
    CRM_TRACES: "on",
    CRM_DASHBOARD: "on",
    CRM_ANALYST_EXPORT: "on",
  };
}

export type SystemName = keyof typeof systems;
/** The systems whose names are frozen: those of a stage that is deployed. */
export const systemNames = (Object.keys(systems) as SystemName[]).filter((name) => name !== "longest");

/** Where a system is deployed. */
export interface Place {
  region: string;
  account: string;
}

const production = { stage: "production", region, account };
export const places: Readonly<Record<SystemName, Place & { stage: string }>> = {
  production,
  configured: production,
  restored: production,
  try: { ...production, stage: "try" },
  longest: { stage: "s".repeat(MAX_STAGE_LENGTH), region: LONGEST_REGION, account },
};

/** The systems that cdk-nag checks, which takes a fifth of a synthesis. */
const checkedSystems: readonly SystemName[] = ["production", "configured"];

/** Each system is synthesized once per worker. */
const synthesisCache = new Map<string, Promise<SynthesizedSystem>>();

/**
 * The stacks as `sst deploy` creates them, without AWS. The code of functions is left out, because bundling takes seconds and is tested
 * elsewhere. Other domains can be given, with a name for the set.
 */
export function synthesize(
  system: SystemName = "production",
  domains?: { name: string; domains: readonly Domain[] },
): Promise<SynthesizedSystem> {
  const key = `${system} ${domains?.name ?? ""}`;
  const present = synthesisCache.get(key) ?? buildSystem(system, domains?.domains);
  synthesisCache.set(key, present);
  return present;
}

async function buildSystem(system: SystemName, domains: readonly Domain[] | undefined): Promise<SynthesizedSystem> {
  const place = places[system];
  const { stage } = place;
  const app = createApp(stage, place.region);
  const settings: Settings = readSettings(stage, {
    CRM_MAIL_FROM: "crm@example.com",
    CRM_INBOUND_DOMAIN: "in.example.com",
    CRM_FIREWALL_ARN: webAclArn,
    ...systems[system],
  });
  await deploy(app, { id: DEPLOYMENT_ID, settings, code: (entry) => Code.fromInline(`// ${entry}`) }, domains);
  if (checkedSystems.includes(system)) Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }));
  await app.finish();
  const assembly = app.synth();
  const stacks = Object.fromEntries(
    stackNames.map((name) => [name, app.node.findChild(app.logicalPrefixedName(name)) as Stack]),
  ) as Record<StackName, Stack>;
  const artifacts = stackNames.map((name) => assembly.getStackArtifact(stacks[name].artifactId));
  const templates = artifacts.map(
    ({ template }, index) => [stackNames[index] as StackName, template as CloudFormationTemplate] as const,
  );
  return { app, stacks, artifacts, templates, resources: resolveResources(templates, place, symbolicReference) };
}

/** The firewall as deployed: a separate app in another region. */
export async function synthesizeFirewall(environment: Record<string, string> = {}): Promise<Stack> {
  const app = createApp("production", "us-east-1");
  deployFirewall(app, readFirewallSettings(environment));
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }));
  await app.finish();
  app.synth();
  return app.node.findChild("production-crm-firewall") as Stack;
}

function createApp(stage: string, targetRegion: string): App {
  const out = createTemporaryFolder();
  setProject(buildProject(stage, out));
  // CDK's statistics about constructs are in no template and cost a third of a synthesis.
  const context = { "@aws-cdk/core:enableAdditionalMetadataCollection": false };
  const props = { outdir: join(out, "dist"), treeMetadata: false, analyticsReporting: false, context };
  return new App({ mode: "deploy", stage, name: "crm", region: targetRegion, account }, props);
}

/** SST adds a function with 4.5 MB of code to each stack; hashing and copying it is slow, so its code is left out too. */
Object.assign(SstStack.prototype, {
  createCustomResourceHandler(this: SstStack) {
    const code = Code.fromInline("// custom resources");
    return new LambdaFunction(this, "CustomResourceHandler", { code, handler: "index.handler", runtime: Runtime.NODEJS_22_X });
  },
});

/** The errors and warnings of cdk-nag and CDK in a synthesized app or stack. */
export const listFindings = (construct: IConstruct): string[] =>
  construct.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => FINDING_TYPES.includes(type)).map(({ data }) => String(data)));

const FINDING_TYPES: readonly string[] = [ArtifactMetadataEntryType.ERROR, ArtifactMetadataEntryType.WARN];

let folderCount = 0;

/** Returns a folder of this worker that the next run reuses; SST and CDK write into it until the process ends. */
export function createTemporaryFolder(): string {
  const folder = join(process.cwd(), ".sst", "test", `${process.env.VITEST_POOL_ID ?? 0}-${++folderCount}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The project data that `sst` has after reading its configuration, which `bundle.test.ts` tests. */
const buildProject = (stage: string, out: string) => ({
  config: { name: "crm", stage, region, ssmPrefix: `/sst/crm/${stage}/` },
  version: "",
  cdkVersion: "",
  constructsVersion: "",
  paths: { root: process.cwd(), config: "sst.config.ts", out, artifacts: join(out, "artifacts") },
  metafile: { inputs: {}, outputs: {} },
  stacks: () => undefined,
});

type Resolve = (value: unknown, stack: StackName) => unknown;

/** Returns the value of a reference to a resource, or to one of its attributes. */
type ResolveReference = (stack: StackName, id: string, attribute: string | undefined, resolve: Resolve) => string;

/** A reference to a resource becomes `<stack/id>`, as does its ARN, and `<stack/id>.attribute`. */
const symbolicReference: ResolveReference = (stack, id, attribute) =>
  `<${stack}/${id}>${attribute === undefined || attribute === "Arn" ? "" : `.${attribute}`}`;

/** All resources with intrinsic functions such as `Fn::Join` evaluated. */
export function resolveResources(
  templates: readonly (readonly [StackName, CloudFormationTemplate])[],
  place: Place,
  resolveReference: ResolveReference,
): Map<string, Resource> {
  const exported = new Map<string, { stack: StackName; value: unknown }>();
  for (const [stack, { Outputs = {} }] of templates) {
    for (const { Value, Export } of Object.values(Outputs)) if (Export) exported.set(Export.Name, { stack, value: Value });
  }
  const pseudoParameters: Record<string, string> = {
    "AWS::Partition": "aws",
    "AWS::Region": place.region,
    "AWS::AccountId": place.account,
    "AWS::URLSuffix": "amazonaws.com",
  };
  const resolve: Resolve = (value, stack) => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, stack));
    if (typeof value !== "object" || value === null) return value;
    const [[key, inner] = ["", undefined], ...more] = Object.entries(value);
    if (more.length > 0) return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, resolve(child, stack)]));
    if (key === "Ref") return pseudoParameters[inner as string] ?? resolveReference(stack, inner, undefined, resolve);
    if (key === "Fn::GetAtt") return resolveReference(stack, inner[0], inner[1], resolve);
    if (key === "Fn::Join") return (resolve(inner[1], stack) as string[]).join(inner[0]);
    if (key === "Fn::Select") return (resolve(inner[1], stack) as string[])[Number(inner[0])];
    if (key === "Fn::Split") return (resolve(inner[1], stack) as string).split(inner[0]);
    if (key === "Fn::ImportValue") {
      const from = exported.get(inner as string);
      if (!from) throw new Error(`No stack exports ${inner}`);
      return resolve(from.value, from.stack);
    }
    return { [key]: resolve(inner, stack) };
  };
  return new Map(
    templates.flatMap(([stack, { Resources = {} }]) =>
      Object.entries(Resources).map(([id, resource]) => [`${stack}/${id}`, resolve(resource, stack) as Resource] as const),
    ),
  );
}

export const listResources = <T extends string>(
  resources: ReadonlyMap<string, Resource>,
  type: T,
): readonly [string, Resource<T>][] => (readIndex(resources).byType.get(type) ?? []) as [string, Resource<T>][];

interface ResourceIndex {
  readonly byType: ReadonlyMap<string, readonly [string, Resource][]>;
  readonly functions: ReadonlyMap<string, { id: string; properties: PropertiesOf<"AWS::Lambda::Function"> }>;
}

/** Cached for each template, because tests look up resources thousands of times. */
const indexCache = new WeakMap<ReadonlyMap<string, Resource>, ResourceIndex>();

function readIndex(resources: ReadonlyMap<string, Resource>): ResourceIndex {
  const present = indexCache.get(resources);
  if (present) return present;
  const byType = Map.groupBy(resources, ([, { Type }]) => Type);
  const functions = ((byType.get("AWS::Lambda::Function") ?? []) as [string, Resource<"AWS::Lambda::Function">][]).map(
    ([id, { Properties }]) => [Properties.FunctionName.replace(/^\w+-crm-/, ""), { id, properties: Properties }] as const,
  );
  const index = { byType, functions: new Map(functions) };
  indexCache.set(resources, index);
  return index;
}

export const listResourceProperties = <T extends string>(resources: ReadonlyMap<string, Resource>, type: T): PropertiesOf<T>[] =>
  listResources(resources, type).map(([, { Properties }]) => Properties);

/** The properties of the only resource of a type. */
export const readOnlyProperties = <T extends string>(resources: ReadonlyMap<string, Resource>, type: T): PropertiesOf<T> =>
  requireOnly(listResourceProperties(resources, type));

/** The only item of a list. */
export function requireOnly<T>(items: readonly T[]): T {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`The list has ${items.length} items instead of one`);
  return item;
}

/** The logical id in a reference such as `<stack/id>` or `<stack/id>.Arn`. */
export const parseReference = (reference: string): string => reference.replace(/^<|>.*$/g, "");

/** The resource of this type that a reference or logical id names. */
export function findResource<T extends string>(
  resources: ReadonlyMap<string, Resource>,
  reference: string,
  type: T,
): Resource<T> {
  const resource = resources.get(parseReference(reference));
  if (resource?.Type !== type) throw new Error(`${reference} is no ${type}`);
  return resource as Resource<T>;
}

/** The id and properties of a function by its short name. */
export function findFunction(resources: ReadonlyMap<string, Resource>, name: string) {
  const named = readIndex(resources).functions.get(name);
  if (!named) throw new Error(`No function ${name}`);
  return named;
}

/** The logical id of a function's role. */
export const findFunctionRole = (resources: ReadonlyMap<string, Resource>, name: string): string =>
  parseReference(findFunction(resources, name).properties.Role);

/** The reference to a function's alias in the template, through which it is invoked. */
export function findLiveAlias(resources: ReadonlyMap<string, Resource>, name: string): string {
  const { id } = findFunction(resources, name);
  const alias = listResources(resources, "AWS::Lambda::Alias").find(
    ([, { Properties }]) => Properties.FunctionName === `<${id}>`,
  );
  if (alias?.[1].Properties.Name !== "live") throw new Error(`Nothing is live of ${name}`);
  return `<${alias[0]}>`;
}
