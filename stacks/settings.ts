import { type EdgeSecret, edgeSecrets, type FormerEdgeSecrets, type FormerSecrets } from "@crm/aws/key-parameters.ts";
import { keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { INVALID_SIGNUP_MESSAGE, parseSignupSetting, type SignupSetting } from "@crm/core/kernel/signup-setting.ts";
import { INVALID_RETENTION_MESSAGE, parseRetentionDays } from "@crm/core/storage/stream/audit-retention.ts";
import { INVALID_ARCHIVE_MESSAGE, parseArchiveDays } from "@crm/core/storage/table/archive-retention.ts";

/** What differs between deployments, from the environment of `sst deploy`. Everything else is in the code. */
export interface Settings {
  /** Whether the table, the files and the keys stay when a stack is removed. */
  production: boolean;
  /** The sender of mails. SES must have verified its domain or address. */
  mailFrom: string;
  /** The ARN of the pool, number or sender ID that sends text messages. Without it, no text messages are sent. */
  smsSender: string | undefined;
  /** The domain below which each tenant has addresses for inbound mail: `support@acme.in.example.com`. Without it, mails are not received. */
  inboundDomain: string | undefined;
  /** A custom domain of the API, with its certificate. */
  domain: { name: string; certificateArn: string } | undefined;
  /** The firewall of CloudFront, which is before the gateway, and the secret that CloudFront sends. */
  edge: { firewallArn: string | undefined; secret: EdgeSecret };
  /** Rate limits of the gateway: for all requests, for sign-in routes, and for public routes. */
  rates: Readonly<Record<"all" | "signIn" | "open", Rate>>;
  /** The origin for links in mails. By default the API's address. */
  origin: string | undefined;
  /** Web origins that may call the API from a browser. */
  allowOrigins: readonly string[];
  /** The address that gets alarms by mail. */
  alarmsTo: string | undefined;
  /** Backups in other vaults, beside point-in-time recovery. */
  copies: CopySettings | undefined;
  /** An existing table, for instance after a restore, that replaces the stack's own. */
  table: { arn: string; streamArn: string } | undefined;
  /** The steps in which requests move to a new version of a function. Without steps they move at once. */
  shift: Shift | undefined;
  /** Reserved concurrency by function name. It is also the function's maximum. */
  reserved: Readonly<Record<string, number | undefined>>;
  /** Maximum units a second of the table and of each index. Undefined: the account's limits. */
  throughput: { reads: number | undefined; writes: number | undefined };
  /** Dollars a month at which the owner of the account is notified. */
  budget: number | undefined;
  /**
   * Infrequent access suits a table whose storage costs more than its use: storage costs 60 % less, reads and writes 25 % more. docs/costs.md says
   * which class is cheaper for a load.
   */
  tableClass: "STANDARD" | "STANDARD_INFREQUENT_ACCESS";
  /** Whether X-Ray traces calls. Lambda traces the first call of a function in a second and 5 % of the others; this rate cannot be set. */
  isTraced: boolean;
  /** Whether there is a dashboard, which costs 3 $ a month. */
  hasDashboard: boolean;
  /** Days that audit entries stay in the table, and years that the object store then keeps them. */
  auditDays: number;
  auditYears: number;
  /** Days that records stay in the table before they move to the object store; 0: for ever. */
  archiveDays: number;
  /** Who may create a tenant. */
  signup: SignupSetting;
  /** The export for analysts with its tables in Athena. Undefined: neither exists. */
  analystExport: AnalystExportSettings | undefined;
  /** What keeps a request from data of other tenants: a session of STS for its tenant, which AWS checks, or the guards in the code alone. */
  isolation: Isolation;
  /** The isolations whose permissions functions have. Both, in the deployment that changes it: the versions before still use theirs. */
  permittedIsolations: readonly Isolation[];
  /**
   * Secrets of an earlier release, which kept its keys in Secrets Manager. Only for the deployment that copies them to Parameter Store: until it ends,
   * the versions before read them under the same roles.
   */
  formerSecrets: StageSecrets | undefined;
  /** The same for the secrets of the edge. */
  formerEdgeSecrets: FormerEdgeSecrets | undefined;
}

export const isolations = ["session", "code"] as const;
export type Isolation = (typeof isolations)[number];

/** ARNs of the root, and of the groups of keys if the release had them. */
export type StageSecrets = FormerSecrets & { readonly root: string };

/** The names of CodeDeploy's predefined steps. */
export const shifts = [
  "AllAtOnce",
  "Canary10Percent5Minutes",
  "Canary10Percent10Minutes",
  "Canary10Percent15Minutes",
  "Canary10Percent30Minutes",
  "Linear10PercentEvery1Minute",
  "Linear10PercentEvery2Minutes",
  "Linear10PercentEvery3Minutes",
  "Linear10PercentEvery10Minutes",
] as const;
export type Shift = (typeof shifts)[number];

/** Requests a second, and the burst. */
export interface Rate {
  rate: number;
  burst: number;
}

export interface AnalystExportSettings {
  /** Gigabytes after which a query is stopped. Athena charges by the bytes that a query reads. */
  queryGigabytes: number;
}

export interface CopySettings {
  /** ARNs of vaults in other accounts and regions. */
  vaults: readonly string[];
  /** Days to keep backups and their copies. */
  days: number;
  /** Whether a principal with the right to unlock the vault can delete backups early (governance), or none can (compliance). */
  lock: "governance" | "compliance" | undefined;
}

/** How many requests one address may send before the firewall refuses them. */
export interface FirewallSettings {
  /** Of any kind, in a minute. */
  requests: number;
  /** To routes that check passwords or tokens of links, in five minutes. */
  signIns: number;
  /** To webhooks, in a minute. */
  hooks: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names of resources contain the stage. The longest, of functions, are limited to 64 characters. */
export const MAX_STAGE_LENGTH = 12;

/**
 * Maximum lengths of settings, in characters, that become part of environment variables and policies. `test/stacks/limits.test.ts` shows that the
 * quotas of AWS hold with all of them.
 */
export const MAX_SETTING_LENGTHS = {
  allowOrigins: 400,
  domain: 253,
  inboundDomain: 190,
  mailFrom: 320,
  origin: 255,
  smsSender: 150,
  tableName: 255,
} as const;

/** Requires a stage that can be part of all names. SST checks only stages that it asks for. */
export function requireStage(stage: string): void {
  if (!/^[a-z][a-z0-9-]*$/i.test(stage) || stage.length > MAX_STAGE_LENGTH)
    throw new Error(
      `The stage "${stage}" must begin with a letter, consist of letters, digits and hyphens, and have at most ${MAX_STAGE_LENGTH} characters, because names of functions contain it. Deploy with another --stage.`,
    );
}

function parseTableClass(name: string): Settings["tableClass"] {
  if (name === "standard") return "STANDARD";
  if (name === "infrequent-access") return "STANDARD_INFREQUENT_ACCESS";
  throw new Error("CRM_TABLE_CLASS must be standard or infrequent-access.");
}

function parseInboundDomain(value: string | undefined): string | undefined {
  const isDomain =
    value !== undefined && value.length <= MAX_SETTING_LENGTHS.inboundDomain && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(value);
  if (value !== undefined && !isDomain)
    throw new Error(
      `CRM_INBOUND_DOMAIN must be a domain in lower case of at most ${MAX_SETTING_LENGTHS.inboundDomain} characters, like in.example.com.`,
    );
  return value;
}

function parseSmsSender(value: string | undefined): string | undefined {
  if (value !== undefined && !/^arn:[\w-]+:sms-voice:[\w-]+:\d{12}:(?:pool|phone-number|sender-id)\/[\w/-]+$/.test(value))
    throw new Error("CRM_SMS_SENDER must be the ARN of a pool, phone number or sender ID of AWS End User Messaging.");
  return value;
}

function requireArchiveDays(value: string | undefined): number {
  const days = parseArchiveDays(value);
  if (days === undefined) throw new Error(INVALID_ARCHIVE_MESSAGE);
  return days;
}

function requireSignupSetting(value: string | undefined): SignupSetting {
  const setting = parseSignupSetting(value, "closed");
  if (setting === undefined) throw new Error(INVALID_SIGNUP_MESSAGE);
  return setting;
}

function parseAuditDays(value: string | undefined): number {
  const days = parseRetentionDays(value);
  if (days === undefined) throw new Error(INVALID_RETENTION_MESSAGE);
  return days;
}

/** Reads the settings from the environment. Throws an error that says which variable to set if one is missing or invalid. */
export function readSettings(stage: string, environment: Environment): Settings {
  const { read, text: readText, both: readPair, most: readLimit, readSwitch } = environmentReader(environment);
  const mailFrom = readText("CRM_MAIL_FROM", MAX_SETTING_LENGTHS.mailFrom);
  if (!mailFrom?.includes("@")) throw new Error("CRM_MAIL_FROM must be the address that mails come from, verified in SES.");
  const production = stage === "production";
  readText("CRM_DOMAIN", MAX_SETTING_LENGTHS.domain);
  const domain = readPair("CRM_DOMAIN", "CRM_CERTIFICATE_ARN");
  const edge = readEdgeSettings(production, environment);
  if (domain && !domain[1].includes(":us-east-1:"))
    throw new Error("CRM_CERTIFICATE_ARN must be a certificate in us-east-1, the only region that CloudFront accepts.");
  const table = readPair("CRM_TABLE_ARN", "CRM_TABLE_STREAM_ARN");
  if (table && !/^arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{3,255}$/.test(table[0]))
    throw new Error(
      "CRM_TABLE_ARN must be the ARN of a table, such as arn:aws:dynamodb:eu-west-1:123456789012:table/crm-restored.",
    );
  const rate = (name: string, usual: string): Rate => {
    const [, a, b] = /^(\d+)\/(\d+)$/.exec(read(name) ?? usual) ?? [];
    if (!Number(a) || !Number(b)) throw new Error(`${name} must be requests a second and a burst, such as ${usual}.`);
    return { rate: Number(a), burst: Number(b) };
  };
  return {
    production,
    mailFrom,
    smsSender: parseSmsSender(readText("CRM_SMS_SENDER", MAX_SETTING_LENGTHS.smsSender)),
    inboundDomain: parseInboundDomain(read("CRM_INBOUND_DOMAIN")),
    domain: domain && { name: domain[0], certificateArn: domain[1] },
    edge,
    rates: {
      all: rate("CRM_RATE", "2000/4000"),
      signIn: rate("CRM_RATE_SIGN_IN", "500/1000"),
      open: rate("CRM_RATE_PUBLIC", "500/1000"),
    },
    origin: readText("CRM_ORIGIN", MAX_SETTING_LENGTHS.origin),
    allowOrigins: readText("CRM_ALLOW_ORIGINS", MAX_SETTING_LENGTHS.allowOrigins)?.split(/[\s,]+/) ?? ["*"],
    alarmsTo: read("CRM_ALARMS_TO"),
    copies: readCopySettings(environment),
    table: table && { arn: table[0], streamArn: table[1] },
    reserved: readReservations(environment),
    throughput: { reads: readLimit("CRM_MAX_READ_UNITS"), writes: readLimit("CRM_MAX_WRITE_UNITS") },
    tableClass: parseTableClass(read("CRM_TABLE_CLASS") ?? "infrequent-access"),
    isTraced: readSwitch("CRM_TRACES"),
    hasDashboard: readSwitch("CRM_DASHBOARD"),
    auditDays: parseAuditDays(read("CRM_AUDIT_DAYS")),
    auditYears: readLimit("CRM_AUDIT_YEARS") ?? 7,
    archiveDays: requireArchiveDays(read("CRM_ARCHIVE_DAYS")),
    signup: requireSignupSetting(read("CRM_SIGNUP")),
    budget: readLimit("CRM_BUDGET") ?? (production ? 100 : undefined),
    analystExport: readSwitch("CRM_ANALYST_EXPORT") ? { queryGigabytes: readLimit("CRM_QUERY_GIGABYTES") ?? 10 } : undefined,
    ...readIsolation(environment),
    formerSecrets: parseFormerSecrets(read("CRM_FORMER_SECRETS")),
    formerEdgeSecrets: parseFormerEdgeSecrets(read("CRM_FORMER_EDGE_SECRETS")),
    shift: parseShift(read("CRM_SHIFT") ?? (production ? "Canary10Percent5Minutes" : undefined)),
  };
}

/** Lambda requires this many unreserved calls in an account, so a smaller account can reserve none. */
const MIN_UNRESERVED = 100;

/** Reserved concurrency by default in an account with 1000 concurrent calls (which AWS grants on request). A smaller account reserves none. */
const RESERVATIONS = {
  auth: { variable: "CRM_RESERVE_SIGN_IN", usual: 100 },
  stream: { variable: "CRM_RESERVE_STREAM", usual: 100 },
  "subscribe-import": { variable: "CRM_RESERVE_IMPORTS", usual: 50 },
};

function readReservations(environment: Environment): Settings["reserved"] {
  const { most: readCount } = environmentReader(environment);
  const quota = readCount("CRM_CONCURRENCY") ?? 10;
  const reserved = Object.entries(RESERVATIONS).map(
    ([name, { variable, usual }]) => [name, readCount(variable) ?? (quota >= 1000 ? usual : undefined)] as const,
  );
  const sum = reserved.reduce((all, [, count = 0]) => all + count, 0);
  if (sum > 0 && sum > quota - MIN_UNRESERVED)
    throw new Error(
      `CRM_RESERVE_… reserve ${sum} of the ${quota} calls at a time that CRM_CONCURRENCY allows; ${MIN_UNRESERVED} must be left.`,
    );
  return Object.fromEntries(reserved);
}

function readIsolation(environment: Environment): Pick<Settings, "isolation" | "permittedIsolations"> {
  const { read } = environmentReader(environment);
  const parse = (name: string, usual: Isolation): Isolation => {
    const value = read(name) ?? usual;
    const isolation = isolations.find((each) => each === value);
    if (!isolation) throw new Error(`${name} must be ${isolations.join(" or ")}.`);
    return isolation;
  };
  const isolation = parse("CRM_ISOLATION", "session");
  const former = parse("CRM_ISOLATION_BEFORE", isolation);
  return { isolation, permittedIsolations: isolations.filter((each) => each === isolation || each === former) };
}

function parseFormerSecrets(value: string | undefined): StageSecrets | undefined {
  if (value === undefined) return undefined;
  const [root = "", ...groups] = value.split(/\s+/);
  const isComplete = groups.length === 0 || groups.length === keyGroupNames.length;
  if (!isComplete || ![root, ...groups].every(isSecretArn))
    throw new Error(
      "CRM_FORMER_SECRETS must be the output SecretArn of the deployed stack storage, and after a blank its output KeySecretArns if it has one.",
    );
  return { root, ...Object.fromEntries(groups.map((arn, index) => [keyGroupNames[index], arn])) };
}

function parseFormerEdgeSecrets(value: string | undefined): FormerEdgeSecrets | undefined {
  if (value === undefined) return undefined;
  const arns = value.split(/\s+/);
  if (arns.length !== edgeSecrets.length || !arns.every(isSecretArn))
    throw new Error(
      "CRM_FORMER_EDGE_SECRETS must be the output EdgeSecrets of the deployed stack gateway: two ARNs with a blank.",
    );
  return Object.fromEntries(edgeSecrets.map((secret, index) => [secret, arns[index]]));
}

const isSecretArn = (arn: string): boolean => /^arn:[\w-]+:secretsmanager:[\w-]+:\d+:secret:[\w/+=.@-]+$/.test(arn);

function parseShift(value: string | undefined): Shift | undefined {
  const shift = shifts.find((each) => each === value);
  if (value !== undefined && !shift) throw new Error(`CRM_SHIFT must be one of ${shifts.join(", ")}.`);
  return shift;
}

function readCopySettings(environment: Environment): CopySettings | undefined {
  const { read } = environmentReader(environment);
  const vaults = read("CRM_COPY_TO")?.split(/[\s,]+/) ?? [];
  if (vaults.length === 0) return undefined;
  if (!vaults.every((arn) => /^arn:aws:backup:[\w-]+:\d{12}:backup-vault:/.test(arn)))
    throw new Error(
      "CRM_COPY_TO must be ARNs of backup vaults, such as arn:aws:backup:eu-central-1:210987654321:backup-vault:crm.",
    );
  const days = Number(read("CRM_COPY_DAYS") ?? 35);
  if (!Number.isInteger(days) || days < 1) throw new Error("CRM_COPY_DAYS must be a number of days, 1 or more.");
  const value = read("CRM_COPY_LOCK");
  const lock = (["governance", "compliance"] as const).find((mode) => mode === value);
  if (value && !lock) throw new Error("CRM_COPY_LOCK must be governance or compliance, or unset.");
  return { vaults, days, lock };
}

/** Requires production to name a firewall or to set `none` explicitly. */
function readEdgeSettings(production: boolean, environment: Environment): Settings["edge"] {
  const { read } = environmentReader(environment);
  const firewallArn = read("CRM_FIREWALL_ARN") ?? (production ? undefined : "none");
  const isFirewall = firewallArn?.startsWith("arn:aws:wafv2:us-east-1:");
  if (firewallArn !== "none" && !isFirewall)
    throw new Error(
      "CRM_FIREWALL_ARN must be the ARN that `npm run deploy:firewall` prints, or `none` for a system without a firewall.",
    );
  const secret = edgeSecrets.find((edgeSecret) => edgeSecret === (read("CRM_EDGE_SECRET") ?? "1"));
  if (!secret) throw new Error("CRM_EDGE_SECRET must be 1 or 2, the secret that CloudFront sends.");
  return { firewallArn: isFirewall ? firewallArn : undefined, secret };
}

/** Reads the settings of the firewall, which is deployed separately. */
export function readFirewallSettings(environment: Environment): FirewallSettings {
  const { read } = environmentReader(environment);
  const readRequestLimit = (name: string, usual: number): number => {
    const value = Number(read(name) ?? usual);
    if (!Number.isInteger(value) || value < 10) throw new Error(`${name} must be a number of requests, 10 or more.`);
    return value;
  };
  return {
    requests: readRequestLimit("CRM_ADDRESS_REQUESTS", 3000),
    signIns: readRequestLimit("CRM_ADDRESS_SIGN_INS", 1000),
    hooks: readRequestLimit("CRM_ADDRESS_HOOKS", 3000),
  };
}

function environmentReader(environment: Environment) {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const readText = (name: string, maximum: number): string | undefined => {
    const value = read(name);
    if (value !== undefined && value.length > maximum)
      throw new Error(`${name} must have at most ${maximum} characters, so that it fits into the environment of functions.`);
    return value;
  };
  const readPair = (firstName: string, secondName: string): [string, string] | undefined => {
    const [first, second] = [read(firstName), read(secondName)];
    if ((first === undefined) !== (second === undefined))
      throw new Error(`${firstName} and ${secondName} go together: set both or neither.`);
    return first === undefined || second === undefined ? undefined : [first, second];
  };
  const readCount = (name: string): number | undefined => {
    const value = read(name) === undefined ? undefined : Number(read(name));
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new Error(`${name} must be a whole number above 0.`);
    return value;
  };
  const readSwitch = (name: string): boolean => {
    const value = read(name) ?? "off";
    if (value !== "on" && value !== "off") throw new Error(`${name} must be on or off.`);
    return value === "on";
  };
  return { read, text: readText, both: readPair, most: readCount, readSwitch };
}
