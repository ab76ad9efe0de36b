import { computeColumns } from "./columns.rules.ts";
import type { Prices } from "./prices.ts";
import { fixedResources, tenantModel } from "./tenant-model.ts";

/** The monthly bill of a tenant, line by line, from measured units and bytes. All amounts are US dollars a month. */

export interface Measurements {
  /** Returns the units of an access by its name in docs/access-patterns.md. */
  access(name: string): Units;
  /** Returns the units and bytes of a write by its name in docs/costs.md, including everything derived from it. */
  wholeWrite(name: string): Units & StoredBytes;
}

interface Units {
  read: number;
  write: number;
}

/** Bytes in the table and in its indexes, and the audit trail's part of both. */
export interface StoredBytes {
  table: number;
  indexes: number;
  auditTable: number;
  auditIndexes: number;
}

export type TableClass = "standard" | "infrequent";

export interface CostChoices {
  tableClass: TableClass;
  /** Whether the firewall is before CloudFront. */
  hasFirewall: boolean;
  hasDashboard: boolean;
  /** Whether X-Ray traces calls. */
  isTraced: boolean;
  /** Whether lists that no index serves are read from columns. Without columns, they are counted as lists by an index. */
  hasColumns: boolean;
  /** Days that audit entries stay in the table before they move to the object store. */
  auditDays: number;
  /** Days that interactions stay in the table before they move to the object store; without it, they stay for ever. */
  interactionDays?: number | undefined;
  recountsPerMonth: number;
}

export interface BillLine {
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
/** Its bytes are those that leave the table and its indexes. */
export const ARCHIVED_INTERACTION = "the archive, of an interaction: units, and the bytes that leave";
export const RECOUNTED_ARCHIVED = "the recount, of an archived interaction and the score that it made";

/** Bytes of an archived record in the object store, and records of a part, by `npm run bench -- --only=archive`. */
export const archiveObject = { recordBytes: 78, records: 1000 } as const;

/** The share of evenly distributed records that are younger than this. */
const shareYoungerThan = (days: number): number => Math.min(1, days / tenantModel.days);

/** Returns bytes in the table, in its indexes and in the object store. The object store has no index entries. */
export function computeStoredBytes(
  measured: Measurements,
  { auditDays, interactionDays = tenantModel.days }: Pick<CostChoices, "auditDays" | "interactionDays">,
) {
  const sum = { table: 0, indexes: 0, objects: 0 };
  const entries = shareYoungerThan(auditDays);
  const add = (count: number, storedBytes: StoredBytes): void => {
    sum.table += count * (storedBytes.table - (1 - entries) * storedBytes.auditTable);
    sum.indexes += count * (storedBytes.indexes - (1 - entries) * storedBytes.auditIndexes);
    sum.objects += count * (1 - entries) * storedBytes.auditTable;
  };
  add(tenantModel.leads, measured.wholeWrite(LEAD));
  add(tenantModel.leads * tenantModel.editsOfLead, measured.wholeWrite(NOTES));
  add(tenantModel.interactions, measured.wholeWrite(INTERACTION));
  const moved = tenantModel.interactions * (1 - shareYoungerThan(interactionDays));
  const leaving = measured.wholeWrite(ARCHIVED_INTERACTION);
  sum.table -= moved * leaving.table;
  sum.indexes -= moved * leaving.indexes;
  sum.objects += moved * archiveObject.recordBytes;
  return sum;
}

/** Returns the requests of users in a month, at `perMinute` for each user, and what the requests cause. */
function computeRequests(measured: Measurements, perMinute: number) {
  const { users, hours, mix, foundRecords: matchCount, functions } = tenantModel;
  const minutes = users * hours * 60;
  const requests = minutes * perMinute;
  const sessions = minutes * Math.min(perMinute, functions);
  const accessCosts: readonly (readonly [share: number, Units])[] = [
    [mix.read, measured.access("read a lead")],
    [mix.list, measured.access("list 20 leads, with the total")],
    [mix.search, measured.access("search, 1 match")],
    [mix.search * (matchCount - 1), { read: 0.5, write: 0 }],
    [mix.notes, measured.wholeWrite(NOTES)],
    [mix.status, measured.wholeWrite(STATUS)],
    [mix.interaction, measured.wholeWrite(INTERACTION)],
    [mix.lead, measured.wholeWrite(LEAD)],
  ];
  const units = (unitKind: keyof Units): number =>
    accessCosts.reduce((sum, [share, cost]) => sum + share * requests * cost[unitKind], 0);
  return {
    requests,
    reads: units("read"),
    writes: units("write"),
    sessionReads: sessions * measured.access("first request of a session in a minute").read,
    leases: sessions,
    changes: requests * (mix.notes + mix.status + 2 * mix.interaction + 2 * mix.lead),
  };
}

/** Returns the bill without the fixed costs. */
export function buildBill(prices: Prices, measured: Measurements, choices: CostChoices, perMinute: number): BillLine[] {
  const { dynamodb, lambda, s3, eventBridge, cloudWatch, cloudFront, httpApi, waf, xray } = prices;
  const { write, read, gb } = dynamodb[choices.tableClass];
  const bytes = computeStoredBytes(measured, choices);
  const { requests, reads, writes, sessionReads, leases, changes } = computeRequests(measured, perMinute);
  const { leads, interactions, days } = tenantModel;
  const storedInteractions = interactions * shareYoungerThan(choices.interactionDays ?? days);
  const recountReads =
    leads * measured.wholeWrite(RECOUNTED_LEAD).read +
    storedInteractions * measured.wholeWrite(RECOUNTED_INTERACTION).read +
    (interactions - storedInteractions) * measured.wholeWrite(RECOUNTED_ARCHIVED).read;
  // As many interactions move in a month as users log in one.
  const moved = choices.interactionDays === undefined ? 0 : requests * tenantModel.mix.interaction;
  const archive = measured.wholeWrite(ARCHIVED_INTERACTION);
  const { pageLoads, releases, files, bytes: releaseBytes } = tenantModel.console;
  const consoleUsers = perMinute === 0 ? 0 : tenantModel.users;
  const consoleRequests = consoleUsers * (pageLoads + releases * files);
  const consoleBytes = consoleUsers * releases * releaseBytes;
  const minutes = tenantModel.monthHours * 60;
  const swept = minutes * measured.access("sweep: nothing more is due").read;
  const seconds =
    requests * tenantModel.requestSeconds + changes * tenantModel.changeSeconds + minutes * tenantModel.sweepSeconds;
  const lists = requests * tenantModel.mix.list;
  const columns = choices.hasColumns ? computeColumns(measured, { storedInteractions, lists, changes }) : noColumns;
  return [
    gigabyteLine("the table", bytes.table, gb),
    gigabyteLine("its indexes", bytes.indexes, gb),
    gigabyteLine("recovery of the table to any second", bytes.table, dynamodb.recoveryGb),
    gigabyteLine("the object store", bytes.objects, s3.gb),
    millionLine("write units: requests and all that follows", writes, write),
    millionLine("read units: requests and all that follows", reads, read),
    millionLine("read units: sessions", sessionReads, read),
    millionLine("write units: leases of requests", leases, write),
    millionLine("read units: the recount", recountReads * choices.recountsPerMonth, read),
    millionLine("read units: the sweep", swept, read),
    millionLine("write units: the archive", moved * archive.write, write),
    millionLine("read units: the archive", moved * archive.read, read),
    gigabyteLine("columns: their objects", columns.bytes, s3.gb),
    millionLine("columns: objects written", columns.puts, s3.put),
    millionLine("columns: parts of objects read", columns.gets, s3.get),
    millionLine("columns: read units of the worker, which builds them", columns.buildReads, read),
    millionLine("columns: read units of lists, beyond those by an index", columns.listReads, read),
    millionLine("columns: write units of sets", columns.writes, write),
    millionLine("columns: gigabyte-seconds of the worker", columns.gigabyteSeconds, lambda.gbSecond),
    millionLine("requests: the gateway", requests, httpApi.request),
    millionLine("requests: CloudFront", requests + consoleRequests, cloudFront.request),
    millionLine("requests: the firewall", choices.hasFirewall ? requests + consoleRequests : 0, waf.request),
    millionLine("calls of Lambda", requests + changes / 5 + minutes, lambda.request),
    millionLine("gigabyte-seconds of Lambda", seconds, lambda.gbSecond),
    millionLine("events", changes, eventBridge.event),
    gigabyteLine("logs", requests * tenantModel.logBytes, cloudWatch.gbOfLogs + cloudWatch.gbKept),
    gigabyteLine("traffic out: the API", requests * tenantModel.answerBytes, cloudFront.gbOut),
    gigabyteLine("traffic out: the console", consoleBytes, cloudFront.gbOut),
    // At this load hardly any function is called twice in a second, so Lambda traces nearly every call.
    millionLine("traces, at most", choices.isTraced ? requests + changes / 5 : 0, xray.trace),
  ];
}

const noColumns = { bytes: 0, puts: 0, gets: 0, buildReads: 0, listReads: 0, writes: 0, gigabyteSeconds: 0 };

/** Returns what it costs once to move a million interactions to the object store. */
export function buildArchiveLines(prices: Prices, measured: Measurements, tableClass: TableClass): BillLine[] {
  const { write, read } = prices.dynamodb[tableClass];
  const archive = measured.wholeWrite(ARCHIVED_INTERACTION);
  const million = 1e6;
  return [
    millionLine("write units", million * archive.write, write),
    millionLine("read units", million * archive.read, read),
    millionLine("objects written", million / archiveObject.records, prices.s3.put),
  ];
}

/** Returns what it costs in a month that every user opens a dashboard in each working hour. Each opening is the first request of its minute. */
export function buildDashboardLines(
  prices: Prices,
  measured: Measurements,
  { tableClass, hasFirewall }: CostChoices,
): BillLine[] {
  const { dynamodb, lambda, httpApi, cloudFront, waf, cloudWatch } = prices;
  const { write, read } = dynamodb[tableClass];
  const { hoursOfDay, days, readUnits, answerBytes, seconds } = tenantModel.dashboard;
  const openings = tenantModel.users * hoursOfDay * days;
  return [
    millionLine("read units: figures", openings * readUnits, read),
    millionLine("read units: sessions", openings * measured.access("first request of a session in a minute").read, read),
    millionLine("write units: leases of requests", openings, write),
    millionLine("requests: the gateway", openings, httpApi.request),
    millionLine("requests: CloudFront", openings, cloudFront.request),
    millionLine("requests: the firewall", hasFirewall ? openings : 0, waf.request),
    millionLine("calls of Lambda", openings, lambda.request),
    millionLine("gigabyte-seconds of Lambda", openings * seconds, lambda.gbSecond),
    gigabyteLine("logs", openings * tenantModel.logBytes, cloudWatch.gbOfLogs + cloudWatch.gbKept),
    gigabyteLine("traffic out", openings * answerBytes, cloudFront.gbOut),
  ];
}

/** Returns the fixed costs, for all tenants of a deployment together. */
export function buildFixedLines(
  prices: Prices,
  { hasFirewall, hasDashboard }: Pick<CostChoices, "hasFirewall" | "hasDashboard">,
): BillLine[] {
  const { waf, cloudWatch, kms } = prices;
  const line = (name: string, count: number, price: number): BillLine => ({
    name,
    amount: String(count),
    dollars: count * price,
  });
  return [
    line("firewall", hasFirewall ? 1 : 0, waf.list),
    line("its rules", hasFirewall ? fixedResources.rules : 0, waf.rule),
    line("metrics of alarms", fixedResources.alarmMetrics, cloudWatch.alarm),
    line("dashboard", hasDashboard ? 1 : 0, cloudWatch.dashboard),
    line("metrics", fixedResources.metrics, cloudWatch.metric),
    line("master key", fixedResources.keys, kms.key),
  ];
}

/** Returns the bill of a month with the fixed costs. */
export const computeTotal = (prices: Prices, measured: Measurements, choices: CostChoices, perMinute: number): number =>
  sumDollars(buildBill(prices, measured, choices, perMinute)) + sumDollars(buildFixedLines(prices, choices));

/** Returns the cheaper class of the table for a load. */
export function chooseTableClass(prices: Prices, measured: Measurements, choices: CostChoices, perMinute: number): TableClass {
  const total = (tableClass: TableClass): number => computeTotal(prices, measured, { ...choices, tableClass }, perMinute);
  return total("infrequent") < total("standard") ? "infrequent" : "standard";
}

export const sumDollars = (lines: readonly BillLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

const gigabyteLine = (name: string, bytes: number, price: number): BillLine => ({
  name,
  amount: `${formatAmount(bytes / 1e9)} GB`,
  dollars: (bytes / 1e9) * price,
});
const millionLine = (name: string, count: number, price: number): BillLine => ({
  name,
  amount: `${formatAmount(count / 1e6)} M`,
  dollars: count * price,
});

const formatAmount = (amount: number): string => (amount === 0 ? "0" : amount.toFixed(amount >= 100 ? 0 : amount >= 1 ? 1 : 2));
