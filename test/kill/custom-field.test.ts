import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, httpTransport, Refused } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead } from "../support.ts";
import { enginesOf, killed, launch, type Server, signedUp } from "./server.ts";

const KILLS = Number(process.env.CRM_KILLS ?? 4);
const LEADS = 6;
/** So few that they are wanted by several at once, and enough that there are free ones. */
const BADGES = Array.from({ length: 8 }, (_, at) => `badge ${at}`);

interface Holder {
  id: string;
  /** What was acknowledged last. */
  badge: string | null;
  inFlight: string | null | undefined;
}

let data: string;
let server: Server;
let token: string;
let holders: Holder[];

const client = (): Client => createClient(httpTransport(server.url, token));

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-"));
  server = await launch(data);
  ({ token } = await signedUp(server.url, `custom-${Date.now().toString(36)}`));
  const crm = client();
  const field = { field_name: "badge", field_label: "Badge", field_type: "text", is_unique: true } as const;
  await crm.createCustomField({ entity_type: "lead", ...field });
  holders = [];
  for (let at = 0; at < LEADS; at++) {
    const { data: lead } = await crm.createLead(newLead());
    holders.push({ id: lead.id, badge: null, inFlight: undefined });
  }
}, 60_000);

afterAll(async () => {
  await killed(server.process, "SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

/** Takes one badge after the other, or none, until the connection goes; one that somebody else has is refused. */
async function keepTaking(holder: Holder, stopped: () => boolean): Promise<void> {
  const crm = client();
  while (!stopped()) {
    const badge = Math.random() < 0.2 ? null : (BADGES[Math.floor(Math.random() * BADGES.length)] as string);
    holder.inFlight = badge;
    try {
      await crm.updateLead({ id: holder.id, custom_fields: { badge } } as never);
      holder.badge = badge;
    } catch (error) {
      if (!(error instanceof Refused) || error.status >= 500) return;
      expect(error.status).toBe(409);
    }
    holder.inFlight = undefined;
  }
}

describe.each(Array.from({ length: KILLS }, (_, n) => [n + 1, n % 2 === 0 ? "server" : "database"] as const))(
  "kill %i, of the %s, while unique values change hands",
  (_, victim) => {
    it("leaves each value with one record or none, and what was acknowledged done", async () => {
      let isOver = false;
      const busy = holders.map((holder) => keepTaking(holder, () => isOver));
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 500));
      if (victim === "server") await killed(server.process);
      else for (const pid of enginesOf(data)) process.kill(pid, "SIGKILL");
      isOver = true;
      await Promise.all(busy);
      if (victim === "server") server = await launch(data);
      const crm = client();
      const shown = new Map<string, string>();
      for (const holder of holders) {
        const { badge } = (await crm.getLead({ id: holder.id })).data.custom_fields as { badge: string | null };
        expect(holder.inFlight === undefined ? [holder.badge] : [holder.badge, holder.inFlight]).toContain(badge);
        if (badge !== null) {
          expect(shown.has(badge)).toBe(false);
          shown.set(badge, holder.id);
        }
        Object.assign(holder, { badge, inFlight: undefined });
      }
      // A value is taken just as long as a lead shows it: no lock outlived its value, and none was lost.
      const { data: other } = await crm.createLead(newLead());
      for (const badge of BADGES) {
        const take = crm.updateLead({ id: other.id, custom_fields: { badge } } as never);
        if (shown.has(badge)) await expect(take).rejects.toMatchObject({ status: 409 });
        else expect((await take).data.custom_fields).toEqual({ badge });
      }
      await crm.deleteLead({ id: other.id });
    });
  },
);
