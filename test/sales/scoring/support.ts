import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** A new tenant for each test, at noon UTC on 2 March 2026. */
export function useScoringTenant() {
  const here = {} as {
    app: App;
    tenant: Tenant;
    /** A client with an API key, which stays valid when the clock moves. */
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

  /** Switches to a new tenant. */
  async function enter(settings: Record<string, unknown> = {}, on = here.app): Promise<void> {
    here.tenant = await signUp(on, settings);
    const { data } = await here.tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" });
    here.crm = createClient(inProcessTransport(on, data.key));
  }
  /** Creates a lead with only a name, unless `more` adds fields. */
  const born = async (more: Record<string, unknown> = {}) =>
    (await here.crm.createLead(newLead({ company: undefined, ...more }))).data;
  const read = async (id: string) => (await here.crm.getLead({ id })).data;
  const scoreNow = async (id: string) => (await read(id)).lead_score;
  const happened = async (person: string, type: string, more: Record<string, unknown> = {}) =>
    (await here.crm.createInteraction({ personal_key_id: person, interaction_type_id: type, ...more })).data;
  /** Moves the clock to a time and runs what is due. */
  const at = async (instant: string): Promise<void> => {
    here.app.setClock({ now: instant });
    await here.app.settle();
  };
  return { here, enter, born, read, scoreNow, happened, at };
}
