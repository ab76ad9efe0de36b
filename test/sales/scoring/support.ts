import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** A tenant of its own for each test, at noon of 2 March 2026 UTC. */
export function useScoringTenant() {
  const here = {} as {
    app: App;
    tenant: Tenant;
    /** By an API key, which no moved clock ends. */
    crm: Client;
  };
  beforeAll(async () => {
    here.app = await startTestApp();
  });
  afterAll(() => here.app.stop());
  beforeEach(async () => {
    here.app.setClock({ now: "2026-03-02T12:00:00Z" });
    await enter();
  });

  /** Another tenant from now on. */
  async function enter(settings: Record<string, unknown> = {}, on = here.app): Promise<void> {
    here.tenant = await signUp(on, settings);
    const { data } = await here.tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" });
    here.crm = createClient(inProcessTransport(on, data.key));
  }
  /** A lead of which nothing is known but its name, unless `more` says so. */
  const born = async (more: Record<string, unknown> = {}) =>
    (await here.crm.createLead(newLead({ company: undefined, ...more }))).data;
  const read = async (id: string) => (await here.crm.getLead({ id })).data;
  const scoreNow = async (id: string) => (await read(id)).lead_score;
  const happened = async (person: string, type: string, more: Record<string, unknown> = {}) =>
    (await here.crm.createInteraction({ personal_key_id: person, interaction_type_id: type, ...more } as never)).data;
  /** At this instant, once all that is due then has been done. */
  const at = async (instant: string): Promise<void> => {
    here.app.setClock({ now: instant });
    await here.app.settle();
  };
  return { here, enter, born, read, scoreNow, happened, at };
}
