import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { People } from "@crm/core/people/person/person.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { ApiError, type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { readTenantItems, signUpTenant } from "./server-process.ts";

/** Number of kills; `CRM_KILLS=20` is the long form. */
const KILLS = resolveTestSize("CRM_KILLS", 1, 8);
const CLIENTS = 8;

let data: string;
let server: ServerHandle;
let token: string;
let tenant: string;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-"));
  server = await launchServer(data);
  ({ token, tenant } = await signUpTenant(server.url, `kill-${Date.now().toString(36)}`));
});

afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

const client = (): Client => createClient(httpTransport(server.url, token));

/** The answers that clients received, and the requests in flight at the time of the kill. */
interface Load {
  acknowledged: Map<string, string>;
  patched: Map<string, { company: string; version: number }>;
  inFlight: Map<string, string>;
  stop: () => Promise<void>;
}

let serial = 0;

function startLoad(): Load {
  const acknowledged = new Map<string, string>();
  const patched: Load["patched"] = new Map();
  const inFlight = new Map<string, string>();
  let isStopped = false;
  const work = async (): Promise<void> => {
    const crm = client();
    while (!isStopped) {
      const name = `K${++serial}`;
      const write = `create ${name}`;
      inFlight.set(name, write);
      try {
        const { data: lead } = await crm.createLead(buildLead(name), { idempotencyKey: name });
        acknowledged.set(name, lead.id);
        inFlight.set(name, `change ${name}`);
        const company = `Changed ${name}`;
        const { data: next } = await crm.updateLead({ id: lead.id, company });
        patched.set(lead.id, { company, version: next.version });
        inFlight.delete(name);
      } catch (error) {
        // The killed process dropped the connection. A rejection would be a bug, so it is rethrown.
        if (error instanceof ApiError) throw error;
        return;
      }
    }
  };
  const workers = Promise.all(Array.from({ length: CLIENTS }, work));
  return {
    acknowledged,
    patched,
    inFlight,
    stop: async () => {
      isStopped = true;
      await workers;
    },
  };
}

const buildLead = (name: string) => ({
  first_name: "Kill",
  last_name: name,
  email: `${name.toLowerCase()}@kill.example`,
  phone: `+1 803 456 ${name.slice(1).padStart(4, "0").slice(-4)}`,
});

type Item = Record<string, unknown>;

const readItems = (): Item[] => readTenantItems(data, tenant);

/**
 * Faults in the stored table: a lead without a person, a contact point with two owners or none, two leads from one
 * request.
 */
function findFaults(): string[] {
  const items = readItems();
  const listItems = (kind: string): Item[] => items.filter(({ __edb_e__ }) => __edb_e__ === kind);
  const persons = new Map(listItems("person").map((item) => [String(item.id), People.fromItem(item)]));
  const points = items.filter(({ sk }) => sk === "point");
  const faults: string[] = [];
  const names = new Map<string, number>();
  for (const lead of listItems("lead").map((item) => Leads.fromItem(item))) {
    names.set(String(lead.last_name), (names.get(String(lead.last_name)) ?? 0) + 1);
    if (!persons.has(String(lead.personal_key_id))) faults.push(`lead ${lead.last_name} has no person`);
  }
  for (const [name, count] of names) if (count > 1) faults.push(`${count} leads of the one request ${name}`);
  for (const point of points) {
    if (!(point.holders as string[]).some((id) => persons.has(id))) faults.push(`contact point without a person: ${point.pk}`);
  }
  const ownedCount = points.length;
  const heldCount = [...persons.values()].flatMap((person) => person.contact_points.filter(({ is_shared }) => !is_shared)).length;
  if (ownedCount < heldCount) faults.push(`${heldCount} contact points stand on persons, ${ownedCount} are owned`);
  return faults;
}

describe.each(Array.from({ length: KILLS }, (_, n) => n + 1))("kill %i", (n) => {
  it("loses no acknowledged write, leaves none half done and repeats none", async () => {
    const running = startLoad();
    await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 600));
    const inFlight = [...running.inFlight.values()];
    const acknowledgedCount = running.acknowledged.size;
    await server.kill();
    console.log(`kill ${n}: ${acknowledgedCount} writes acknowledged, ${inFlight.length} in flight: ${inFlight.join(", ")}`);
    expect(inFlight.length).toBeGreaterThan(0);
    await running.stop();
    server = await restartServer(data, { isLast: n === KILLS });

    const crm = client();
    for (const [name, id] of running.acknowledged) {
      const { data: lead } = await crm.getLead({ id });
      expect(lead.last_name).toBe(name);
      const change = running.patched.get(id);
      if (change) expect(lead).toMatchObject(change);
    }
    // A caller without an answer retries with the same key and gets one lead.
    for (const name of running.inFlight.keys()) {
      const { data: lead } = await crm.createLead(buildLead(name), { idempotencyKey: name }).catch(async () => {
        throw new Error(`the repeat of ${name} failed`);
      });
      const acknowledgedId = running.acknowledged.get(name);
      if (acknowledgedId) expect(lead.id).toBe(acknowledgedId);
    }
    expect(findFaults()).toEqual([]);
    await fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
    const leads = readItems().filter(({ __edb_e__ }) => __edb_e__ === "lead").length;
    expect((await crm.listLeads({ limit: 1 })).meta.total).toBe(leads);
  });
});
