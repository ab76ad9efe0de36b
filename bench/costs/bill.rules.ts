import { prices } from "./prices.ts";
import { fixed, tenant } from "./tenant.ts";

/** What a month of a tenant costs, line by line: from units and bytes as they were measured. */

export interface Measured {
  /** Units of an access by its name in docs/access-patterns.md. */
  access(name: string): Units;
  /** Of a write by its name on the page of costs, with all that follows from it. */
  whole(name: string): Units & Held;
}

interface Units {
  read: number;
  write: number;
}

/** Bytes in the table and in its indexes, and what of both is of the audit trail. */
export interface Held {
  table: number;
  indexes: number;
  auditTable: number;
  auditIndexes: number;
}

export interface Choices {
  tableClass: "standard" | "infrequent";
  /** Days that audit entries stay in the table; then they lie in the object store. */
  auditDays: number;
  /** The same of interactions; without it they stay. */
  interactionDays?: number;
  recountsAMonth: number;
}

export interface Line {
  name: string;
  amount: string;
  dollars: number;
}

export const LEAD = "a lead, its person new";
export const NOTES = "a change of a lead's notes";
export const STATUS = "a change of a lead's status";
export const INTERACTION = "an interaction, after which the lead has another score";
export const RECOUNTED_LEAD = "the recount, of a lead and its person";
export const RECOUNTED_INTERACTION = "the recount, of an interaction and the score that it made";

/** Which part of what came evenly is younger than this. */
const younger = (days: number): number => Math.min(1, days / tenant.days);

/** Bytes in the table, in its indexes and in the object store, which needs no keys of indexes. */
export function stored(measured: Measured, { auditDays, interactionDays = tenant.days }: Choices) {
  const sum = { table: 0, indexes: 0, objects: 0 };
  const add = (count: number, held: Held, records: number): void => {
    const entries = Math.min(records, younger(auditDays));
    const record = held.table - held.auditTable;
    sum.table += count * (records * record + entries * held.auditTable);
    sum.indexes += count * (records * (held.indexes - held.auditIndexes) + entries * held.auditIndexes);
    sum.objects += count * ((1 - records) * record + (1 - entries) * held.auditTable);
  };
  add(tenant.leads, measured.whole(LEAD), 1);
  add(tenant.leads * tenant.editsOfLead, measured.whole(NOTES), 1);
  add(tenant.interactions, measured.whole(INTERACTION), younger(interactionDays));
  return sum;
}

/** What users ask in a month at so many requests a user and minute, and what follows from it. */
function asked(measured: Measured, perMinute: number) {
  const { users, hours, mix, found, functions } = tenant;
  const minutes = users * hours * 60;
  const requests = minutes * perMinute;
  const sessions = minutes * Math.min(perMinute, functions);
  const each: readonly (readonly [share: number, Units])[] = [
    [mix.read, measured.access("read a lead")],
    [mix.list, measured.access("list 20 leads, with the total")],
    [mix.search, measured.access("search, 1 match")],
    [mix.search * (found - 1), { read: 0.5, write: 0 }],
    [mix.notes, measured.whole(NOTES)],
    [mix.status, measured.whole(STATUS)],
    [mix.interaction, measured.whole(INTERACTION)],
    [mix.lead, measured.whole(LEAD)],
  ];
  const units = (of: keyof Units): number => each.reduce((sum, [share, cost]) => sum + share * requests * cost[of], 0);
  return {
    requests,
    reads: units("read"),
    writes: units("write"),
    sessionReads: sessions * measured.access("first request of a session in a minute").read,
    leases: sessions,
    changes: requests * (mix.notes + mix.status + 2 * mix.interaction + 2 * mix.lead),
  };
}

/** The bill but for what stands whatever anybody asks. */
export function bill(measured: Measured, choices: Choices, perMinute: number): Line[] {
  const { dynamodb, lambda, s3, eventBridge, cloudWatch, cloudFront, httpApi, waf } = prices;
  const { write, read, gb } = dynamodb[choices.tableClass];
  const bytes = stored(measured, choices);
  const { requests, reads, writes, sessionReads, leases, changes } = asked(measured, perMinute);
  const { leads, interactions, days } = tenant;
  const kept = interactions * younger(choices.interactionDays ?? days);
  const once = leads * measured.whole(RECOUNTED_LEAD).read + kept * measured.whole(RECOUNTED_INTERACTION).read;
  const minutes = tenant.allHours * 60;
  const swept = minutes * measured.access("sweep: nothing more is due").read;
  const seconds = requests * tenant.requestSeconds + changes * tenant.changeSeconds + minutes * tenant.sweepSeconds;
  return [
    gigabytes("the table", bytes.table, gb),
    gigabytes("its indexes", bytes.indexes, gb),
    gigabytes("recovery of the table to any second", bytes.table, dynamodb.recoveryGb),
    gigabytes("the object store", bytes.objects, s3.gb),
    millions("write units: requests and all that follows", writes, write),
    millions("read units: requests and all that follows", reads, read),
    millions("read units: sessions", sessionReads, read),
    millions("write units: leases of requests", leases, write),
    millions("read units: the recount", once * choices.recountsAMonth, read),
    millions("read units: the sweep", swept, read),
    millions("requests: CloudFront, firewall, gateway", requests, cloudFront.request + waf.request + httpApi.request),
    millions("calls of Lambda", requests + changes / 5 + minutes, lambda.request),
    millions("gigabyte-seconds of Lambda", seconds, lambda.gbSecond),
    millions("events", changes, eventBridge.event),
    gigabytes("logs", requests * tenant.logBytes, cloudWatch.gbOfLogs + cloudWatch.gbKept),
    gigabytes("traffic out", requests * tenant.answerBytes, cloudFront.gbOut),
  ];
}

/** What is paid whatever anybody asks, for all tenants of a deployment together. */
export function standing(): Line[] {
  const { waf, cloudWatch, kms, secret } = prices;
  const line = (name: string, count: number, price: number): Line => ({ name, amount: String(count), dollars: count * price });
  return [
    line("firewall", 1, waf.list),
    line("its rules", fixed.rules, waf.rule),
    line("alarms", fixed.alarms, cloudWatch.alarm),
    line("dashboard", fixed.dashboards, cloudWatch.dashboard),
    line("metrics", fixed.metrics, cloudWatch.metric),
    line("master key", fixed.keys, kms.key),
    line("secrets", fixed.secrets, secret),
  ];
}

export const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

const gigabytes = (name: string, bytes: number, price: number): Line => ({
  name,
  amount: `${short(bytes / 1e9)} GB`,
  dollars: (bytes / 1e9) * price,
});
const millions = (name: string, count: number, price: number): Line => ({
  name,
  amount: `${short(count / 1e6)} M`,
  dollars: count * price,
});

const short = (amount: number): string => (amount === 0 ? "0" : amount.toFixed(amount >= 100 ? 0 : amount >= 1 ? 1 : 2));
