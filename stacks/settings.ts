import { INVALID_RETENTION_MESSAGE, parseRetentionDays } from "@crm/core/storage/stream/audit-retention.ts";

/** What differs between deployments: given in the environment of `sst deploy`, everything else is in the code. */
export interface Settings {
  /** Keeps the table, the files and the secret when a stack is removed. */
  production: boolean;
  /** The sender of mails; its domain or address must be verified in SES. */
  mailFrom: string;
  /** ARN of the pool, number or sender ID from which text messages come; without one, none are sent. */
  smsSender: string | undefined;
  /** Below which each tenant has addresses at which mails come in: `support@acme.in.example.com`; without one, none do. */
  inboundDomain: string | undefined;
  /** A name of our own for the API, with its certificate. */
  domain: { name: string; certificateArn: string } | undefined;
  /** CloudFront before the gateway, with this firewall: without it, the gateway is what clients reach. */
  edge: { firewallArn: string; secret: EdgeSecret } | undefined;
  /** What the gateway takes: of everything, of what may ask for a password, and of the public's. */
  rates: Readonly<Record<"all" | "signIn" | "open", Rate>>;
  /** Where people reach the system, for links in mails: the API's address where it is not said. */
  origin: string | undefined;
  /** Web origins that may call the API from a browser. */
  allowOrigins: readonly string[];
  /** Who gets mail when an alarm rings. */
  alarmsTo: string | undefined;
  /** Backups elsewhere, beside point-in-time recovery. */
  copies: CopySettings | undefined;
  /** A table that exists already, as after a restore, in place of one that the stack makes. */
  table: { arn: string; streamArn: string } | undefined;
  /** In which steps requests come to a new version of a function; at once where there are none. */
  shift: Shift | undefined;
  /** How many calls at a time are kept for a function, which then has no more, by its name. */
  reserved: Readonly<Record<string, number | undefined>>;
  /** The most units a second that the table, and each index, takes: without a bound, what the account may have. */
  throughput: { reads: number | undefined; writes: number | undefined };
  /** Dollars a month of which somebody is told. */
  budget: number | undefined;
  /** Where storage costs more than reads and writes: two fifths for it, and a quarter more for them. */
  tableClass: "STANDARD" | "STANDARD_INFREQUENT_ACCESS";
  /** Days that entries of the audit trail are in the table, and years for which they are then kept in the object store. */
  auditDays: number;
  auditYears: number;
}

/** The steps that CodeDeploy knows, by its names. */
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

/** Of the edge's two secrets, both valid, the one that CloudFront sends. */
export const edgeSecrets = ["1", "2"] as const;
export type EdgeSecret = (typeof edgeSecrets)[number];

/** Requests a second, and as many at once. */
export interface Rate {
  rate: number;
  burst: number;
}

export interface CopySettings {
  /** ARNs of vaults, of other accounts and regions. */
  vaults: readonly string[];
  /** How long backups and their copies are kept. */
  days: number;
  /** Whether backups can be deleted before their time: by whoever has the right to unlock the vault, or by nobody. */
  lock: "governance" | "compliance" | undefined;
}

/** How many requests one address may send before the firewall answers in our place. */
export interface FirewallSettings {
  /** Of any kind, in a minute. */
  requests: number;
  /** To what may ask for a password to be looked at, in five minutes. */
  signIns: number;
  /** To the door of webhooks, in a minute. */
  hooks: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

function parseTableClass(name: string): Settings["tableClass"] {
  if (name === "standard") return "STANDARD";
  if (name === "infrequent-access") return "STANDARD_INFREQUENT_ACCESS";
  throw new Error("CRM_TABLE_CLASS must be standard or infrequent-access.");
}

function parseInboundDomain(said: string | undefined): string | undefined {
  if (said !== undefined && !/^(?=.{4,190}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(said))
    throw new Error("CRM_INBOUND_DOMAIN must be a domain in lower case, like in.example.com.");
  return said;
}

function parseSmsSender(said: string | undefined): string | undefined {
  if (said !== undefined && !/^arn:[\w-]+:sms-voice:[\w-]+:\d{12}:(?:pool|phone-number|sender-id)\/[\w/-]+$/.test(said))
    throw new Error("CRM_SMS_SENDER must be the ARN of a pool, phone number or sender ID of AWS End User Messaging.");
  return said;
}

function parseAuditDays(said: string | undefined): number {
  const days = parseRetentionDays(said);
  if (days === undefined) throw new Error(INVALID_RETENTION_MESSAGE);
  return days;
}

/** Settings out of the environment; an error that says what to set where one is missing. */
export function readSettings(stage: string, environment: Environment): Settings {
  const { read, both, most } = environmentReader(environment);
  const mailFrom = read("CRM_MAIL_FROM");
  if (!mailFrom?.includes("@")) throw new Error("CRM_MAIL_FROM must be the address that mails come from, verified in SES.");
  const production = stage === "production";
  const domain = both("CRM_DOMAIN", "CRM_CERTIFICATE_ARN");
  const edge = readEdgeSettings(production, environment);
  if (edge && domain && !domain[1].includes(":us-east-1:"))
    throw new Error("CRM_CERTIFICATE_ARN must be a certificate in us-east-1: CloudFront takes no other.");
  const table = both("CRM_TABLE_ARN", "CRM_TABLE_STREAM_ARN");
  const rate = (name: string, usual: string): Rate => {
    const [, a, b] = /^(\d+)\/(\d+)$/.exec(read(name) ?? usual) ?? [];
    if (!Number(a) || !Number(b)) throw new Error(`${name} must be requests a second and at once, like ${usual}.`);
    return { rate: Number(a), burst: Number(b) };
  };
  return {
    production,
    mailFrom,
    smsSender: parseSmsSender(read("CRM_SMS_SENDER")),
    inboundDomain: parseInboundDomain(read("CRM_INBOUND_DOMAIN")),
    domain: domain && { name: domain[0], certificateArn: domain[1] },
    edge,
    rates: {
      all: rate("CRM_RATE", "2000/4000"),
      signIn: rate("CRM_RATE_SIGN_IN", "500/1000"),
      open: rate("CRM_RATE_PUBLIC", "500/1000"),
    },
    origin: read("CRM_ORIGIN"),
    allowOrigins: read("CRM_ALLOW_ORIGINS")?.split(/[\s,]+/) ?? ["*"],
    alarmsTo: read("CRM_ALARMS_TO"),
    copies: readCopySettings(environment),
    table: table && { arn: table[0], streamArn: table[1] },
    reserved: readReservations(environment),
    throughput: { reads: most("CRM_MAX_READ_UNITS"), writes: most("CRM_MAX_WRITE_UNITS") },
    tableClass: parseTableClass(read("CRM_TABLE_CLASS") ?? "standard"),
    auditDays: parseAuditDays(read("CRM_AUDIT_DAYS")),
    auditYears: most("CRM_AUDIT_YEARS") ?? 7,
    budget: most("CRM_BUDGET") ?? (production ? 100 : undefined),
    shift: parseShift(read("CRM_SHIFT") ?? (production ? "Canary10Percent5Minutes" : undefined)),
  };
}

/** Lambda keeps so many for all functions together, and reserves none of an account that has no more. */
const MIN_UNRESERVED = 100;

/** What is kept where the account has a thousand, which is what accounts are given that ask; of fewer, nothing. */
const RESERVATIONS = {
  auth: { variable: "CRM_RESERVE_SIGN_IN", usual: 100 },
  stream: { variable: "CRM_RESERVE_STREAM", usual: 100 },
  "subscribe-import": { variable: "CRM_RESERVE_IMPORTS", usual: 50 },
};

function readReservations(environment: Environment): Settings["reserved"] {
  const { most } = environmentReader(environment);
  const quota = most("CRM_CONCURRENCY") ?? 10;
  const reserved = Object.entries(RESERVATIONS).map(
    ([name, { variable, usual }]) => [name, most(variable) ?? (quota >= 1000 ? usual : undefined)] as const,
  );
  const sum = reserved.reduce((all, [, each = 0]) => all + each, 0);
  if (sum > 0 && sum > quota - MIN_UNRESERVED)
    throw new Error(
      `CRM_RESERVE_… reserve ${sum} of the ${quota} calls at a time that CRM_CONCURRENCY says the account has: ${MIN_UNRESERVED} must be left.`,
    );
  return Object.fromEntries(reserved);
}

function parseShift(said: string | undefined): Shift | undefined {
  const shift = shifts.find((each) => each === said);
  if (said !== undefined && !shift) throw new Error(`CRM_SHIFT must be one of ${shifts.join(", ")}.`);
  return shift;
}

function readCopySettings(environment: Environment): CopySettings | undefined {
  const { read } = environmentReader(environment);
  const vaults = read("CRM_COPY_TO")?.split(/[\s,]+/) ?? [];
  if (vaults.length === 0) return undefined;
  if (!vaults.every((arn) => /^arn:aws:backup:[\w-]+:\d{12}:backup-vault:/.test(arn)))
    throw new Error("CRM_COPY_TO must be ARNs of backup vaults, like arn:aws:backup:eu-central-1:210987654321:backup-vault:crm.");
  const days = Number(read("CRM_COPY_DAYS") ?? 35);
  if (!Number.isInteger(days) || days < 1) throw new Error("CRM_COPY_DAYS must be a number of days, 1 or more.");
  const said = read("CRM_COPY_LOCK");
  const lock = (["governance", "compliance"] as const).find((each) => each === said);
  if (said && !lock) throw new Error("CRM_COPY_LOCK must be governance or compliance, or nothing.");
  return { vaults, days, lock };
}

/** A production is not left without a firewall by having forgotten it. */
function readEdgeSettings(production: boolean, environment: Environment): Settings["edge"] {
  const { read } = environmentReader(environment);
  const firewallArn = read("CRM_FIREWALL_ARN") ?? (production ? undefined : "none");
  if (firewallArn === "none") return undefined;
  if (!firewallArn?.startsWith("arn:aws:wafv2:us-east-1:"))
    throw new Error("CRM_FIREWALL_ARN must be what `npm run deploy:firewall` answers, or `none` for a system without an edge.");
  const secret = edgeSecrets.find((each) => each === (read("CRM_EDGE_SECRET") ?? "1"));
  if (!secret) throw new Error("CRM_EDGE_SECRET must be 1 or 2: which secret CloudFront sends.");
  return { firewallArn, secret };
}

/** What the firewall is told, which is deployed by itself. */
export function readFirewallSettings(environment: Environment): FirewallSettings {
  const { read } = environmentReader(environment);
  const most = (name: string, usual: number): number => {
    const value = Number(read(name) ?? usual);
    if (!Number.isInteger(value) || value < 10) throw new Error(`${name} must be a number of requests, 10 or more.`);
    return value;
  };
  return {
    requests: most("CRM_ADDRESS_REQUESTS", 3000),
    signIns: most("CRM_ADDRESS_SIGN_INS", 1000),
    hooks: most("CRM_ADDRESS_HOOKS", 3000),
  };
}

function environmentReader(environment: Environment) {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const both = (one: string, other: string): [string, string] | undefined => {
    const [first, second] = [read(one), read(other)];
    if ((first === undefined) !== (second === undefined))
      throw new Error(`${one} and ${other} go together: set both or neither.`);
    return first === undefined || second === undefined ? undefined : [first, second];
  };
  const most = (name: string): number | undefined => {
    const value = read(name) === undefined ? undefined : Number(read(name));
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new Error(`${name} must be a whole number above 0.`);
    return value;
  };
  return { read, both, most };
}
