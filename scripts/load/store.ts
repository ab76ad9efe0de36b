import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { LEAD_STATUSES } from "@crm/core/sales/lead/lead.masters.ts";
import { DEFAULT_RETENTION_DAYS } from "@crm/core/storage/stream/audit-retention.ts";
import { queryAll } from "@crm/core/storage/table/database.ts";
import { systemKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { createShapeKnowledge } from "@crm/core/storage/table/written-shapes.ts";
import { createOperations } from "@crm/functions/http/operation-runner.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { fileSecrets, folderFiles, jsonLog, mailbox, smsMailbox } from "@crm/local/ports/adapters.ts";
import { localBus } from "@crm/local/ports/bus.ts";
import { localFlows } from "@crm/local/ports/flows.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { fileKeys } from "@crm/local/ports/keys.ts";
import { noNetworkPorts } from "@crm/local/ports/no-network.ts";
import { folderObjects } from "@crm/local/ports/objects.ts";
import { Refusal, State } from "@crm/local/store/state.ts";
import { connectTable } from "@crm/local/table/connection.ts";
import { hasTable, openTable } from "@crm/local/table/file.ts";
import type { TableStorage } from "@crm/local/table-engine/storage.ts";

/** A loaded store without a server, so that neither stream nor schedules disturb a measurement. */
export interface LoadedStore {
  ports: Ports;
  tenant: string;
  context: Context;
  leads: number;
  /** Users who own leads, in the order of their creation. */
  owners: readonly string[];
  /** Counts words that begin with `word`, up to `limit`, and the leads or persons that have them; read from the table. */
  countMatches(word: string, limit: number, kind?: "lead" | "person"): { words: number; leads: number };
  /** Returns the share of matching leads among those that a list by owner and status reads, from the smaller partition. */
  overlapShare(owner: string, status: string): number;
  /** Returns the time at which the n-th of all contacts is due. */
  nthDueInstant(n: number): string;
  close(): Promise<void>;
}

export async function openLoadedStore(folder: string, meter?: Meter): Promise<LoadedStore> {
  if (!hasTable(folder)) throw new Refusal(`There is no store in ${folder}.`);
  const state = new State(folder);
  const table = openTable(folder);
  const { database, close } = connectTable(table, { meter });
  const log = jsonLog("error");
  const ports: Ports = {
    domains,
    database,
    writtenShapes: createShapeKnowledge(),
    bus: localBus(state, [], log),
    mail: mailbox(state),
    sms: smsMailbox(state),
    smsSender: undefined,
    secrets: fileSecrets(state),
    keys: fileKeys(state),
    files: folderFiles(join(folder, "files")),
    objects: folderObjects({ folder: join(folder, "objects"), secrets: fileSecrets(state), origin: "http://127.0.0.1" }),
    geocoder: noGeocoder,
    flows: localFlows(state, [], log).port,
    fonts: packagedFonts(),
    // A loaded store calls no external service.
    ...noNetworkPorts,
    operations: createOperations(),
    log,
    origin: "http://127.0.0.1",
    inboundDomain: undefined,
    auditDays: DEFAULT_RETENTION_DAYS,
    archiveDays: 0,
    signup: "closed",
    keepsMailLocal: true,
  };
  const [first] = await runIn(systemContext(ports, undefined, "bench", ["tenants"]), () => queryAll(systemKey("tenants", "all")));
  const tenant = String(first?.sk);
  const context = systemContext(ports, tenant, "bench");
  const counters = await runIn(context, () => queryAll(tenantKey(tenant, "COUNT", "lead")));
  return {
    ports,
    tenant,
    context,
    leads: Number(counters.find(({ sk }) => sk === "*")?.live ?? 0),
    owners: counters
      .map(({ sk }) => String(sk))
      .filter((scope) => scope.startsWith("usr_"))
      .sort(),
    countMatches: matchCounter(table.storage, tenant),
    overlapShare(owner, status) {
      const count = `status=${defaultId(LEAD_STATUSES, status)}`;
      const [all, ownerCounter] = ["*", owner].map((scope) => counters.find(({ sk }) => sk === scope));
      return Number(ownerCounter?.[count] ?? 0) / Math.min(Number(ownerCounter?.live), Number(all?.[count]));
    },
    nthDueInstant(n) {
      const rows = table.storage.range({ ...WHOLE_PARTITION, index: "by_date", partition: `T#${tenant}#lead` });
      let nth = 0;
      for (const { item } of rows) if (++nth === n) return String((item.by_date_sort as { S: string }).S).slice(0, 24);
      throw new Error(`There are fewer than ${n} due contacts`);
    },
    async close() {
      await close();
      state.close();
    },
  };
}

/** A whole partition, in order. */
const WHOLE_PARTITION = { lower: undefined, upper: undefined, forward: true, after: undefined };

function matchCounter(storage: TableStorage, tenant: string): LoadedStore["countMatches"] {
  return (word, limit, kind = "lead") => {
    const leads = new Set<string>();
    let words = 0;
    const partition = tenantKey(tenant, "WORD", kind, word[0] ?? "");
    for (const { sk } of storage.range({
      ...WHOLE_PARTITION,
      index: undefined,
      partition,
      lower: { value: word, inclusive: true },
    })) {
      if (words === limit || !sk.startsWith(word)) break;
      words++;
      leads.add(String(sk.split("#")[1]));
    }
    return { words, leads: leads.size };
  };
}
