import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  postalSettings,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { dumpItems } from "../stream/chaos.ts";

/** Data for tests of lists: leads, their persons and interactions over some days, with two owners or none. */
export const ZONE = "America/New_York";
export type Row = Record<string, unknown> & BaseRecord;
export type Query = Record<string, unknown>;
export type Page = {
  data: { id: string }[];
  meta: { next_cursor: string | null; total: number; total_is_lower_bound?: boolean };
};
export type ListCall = (query: Query) => Promise<Page>;

const STORY_COUNT = 36;

export class ListFixture {
  readonly app: App;
  readonly tenant: Tenant;
  readonly random: Random;
  admin: Client;
  /** A user who does not see all records. */
  readonly rep: TestUser;

  private constructor(app: App, tenant: Tenant, rep: TestUser, random: Random) {
    [this.app, this.tenant, this.rep, this.random] = [app, tenant, rep, random];
    this.admin = tenant.admin;
  }

  static async create(name: string, stories = STORY_COUNT): Promise<ListFixture> {
    const app = await startTestApp();
    const tenant = await signUp(app, { ...postalSettings, timezone: ZONE });
    const world = new ListFixture(app, tenant, await addUser(app, tenant, "SALES_REP"), createTestRandom(name));
    for (const code of ["north", "south"]) await tenant.admin.createMaster({ kind: "territories", code, name: code });
    for (let n = 0; n < stories; n++) await world.#createStory(n);
    return world;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  listRecords(collection: Collection<Row>): Row[] {
    return dumpItems(this.app, this.tenant.id)
      .filter(({ __edb_e__ }) => __edb_e__ === collection.name)
      .map((item) => collection.fromItem(item))
      .filter(({ deleted_at }) => deleted_at === null);
  }

  async #passHours(): Promise<void> {
    const { app, tenant, rep } = this;
    app.setClock({ advance: 11 * 60 * 60_000 });
    this.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    const { access_token } = await signIn(app, { ...tenant, email: rep.email, password: PASSWORD });
    rep.client = createClient(inProcessTransport(app, access_token));
  }

  async #createStory(n: number): Promise<void> {
    if (n % 12 === 11) await this.#passHours();
    const { admin, tenant, rep } = this;
    const owners = [tenant.userId, rep.id, null];
    const { data: lead } = await admin.createLead(
      newLead({
        // Each owner has some of the converted leads.
        owner_id: n % 6 === 0 ? (owners[(n / 6) % 3] as string | null) : this.pick(owners),
        company: this.pick(["Acme", "ACME Tools", "Ångström", "Zeta", null]),
        budget: this.pick(["9.50", "10", "1200.00", null]),
        insurance_type_id: this.pick(["auto", "home", "life", null]),
        territory_id: this.pick(["north", "south", null]),
        next_contact_date: this.pick([null, "2030-01-05T10:00:00Z", "2030-02-05T10:00:00Z"]),
        tags: this.pick([[], ["VIP"], ["vip", "Künstler"], ["trade fair"]]),
      }),
    );
    const sharing = this.pick(["PRIVATE", "EVERYONE"] as const);
    if (n % 4 === 1) await admin.createView({ kind: this.pick(["lead", "person"]), name: `View ${n}`, sharing, query: {} });
    if (n % 4 === 2)
      await admin.createBookingLink({
        ...{ name: `Link ${n}`, activity_type_id: this.pick(["meeting", "call"]), is_active: this.pick([true, false]) },
        ...{ durations_minutes: this.pick([[30], [15, 60]]), owner_id: this.pick([tenant.userId, rep.id]) },
      });
    if (n % 8 === 3) {
      const bulkInput = { kind: "lead", ids: [lead.id], action: "update", add_tags: ["walked"] };
      await admin.createBulkChange({ ...bulkInput, dry_run: this.pick([true, false]) });
    }
    if (n % 4 === 0) await admin.setLeadStatus({ id: lead.id, lead_status_id: "contacted" });
    if (n % 6 === 0) await admin.convertLead({ id: lead.id, override_reason: "Signed on the spot" });
    if (n % 3 === 0) await this.#createPersonRecords(n, lead.personal_key_id);
    if (n % 9 === 0) await this.#createSets(n);
  }

  async #createSets(n: number): Promise<void> {
    const dynamic = { membership: "DYNAMIC", filter: { created_at: { lt: "2020-01-01" } } };
    const set = { name: `Set ${n}`, ...this.pick([{}, dynamic]) };
    await this.admin.createSegment(set);
    await this.admin.createContactList(set);
  }

  async #attach(related_to_id: string, file_name: string): Promise<void> {
    const { app, tenant, admin } = this;
    const { data } = await admin.createUpload({ file_name, content_type: "text/plain", size: 1 });
    await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, Buffer.from("x"));
    await admin.createAttachment({ related_to_id, upload_id: data.upload_id, category_id: this.pick(["legal", null]) });
  }

  async #createPersonRecords(n: number, id: string): Promise<void> {
    const { admin, tenant, rep } = this;
    await admin.updatePerson({
      id,
      external_key: `crm-${n}`,
      job_title: this.pick(["Captain", null]),
      education_level: this.pick(["phd", "masters", null]),
      preferred_contact_method: this.pick(["email", "phone", null]),
    });
    if (n % 2 === 0) await admin.addAddress({ id, country: this.pick(["DE", "FR"]), city: "Lille" });
    await admin.createNote({ related_to_id: id, content: `Note ${n}`, title: this.pick(["Tea", null]), is_pinned: n % 2 === 0 });
    if (n % 2 === 0) await this.#attach(id, this.pick(["Offer.txt", "Terms.csv"]));
    await admin.createInteraction({
      personal_key_id: id,
      interaction_type_id: this.pick(["phone", "email"]),
      subject: `Call ${n}`,
      duration_minutes: this.pick([3, 20, 100]),
      sentiment: this.pick(["POSITIVE", "NEGATIVE", null]),
      feedback_type: this.pick(["COMPLAINT", null]),
      owner_id: this.pick([tenant.userId, rep.id]),
      tags: this.pick([[], ["Callback"]]),
    });
    await admin.createJourneyEntry({
      id,
      stage: this.pick(["Awareness", "Purchase"]),
      confidence_score: this.pick([0.25, 0.5]),
    });
  }
}

const RECENT_START = new Date(Date.now() - 20 * 24 * 60 * 60_000).toISOString();

/** Adds the lower bound that queries by change date require. */
function boundChanges(query: Query): Query {
  const bounds = Object.keys(query).filter((name) => name.startsWith("updated_at"));
  const isOpen =
    bounds.length > 0 && !bounds.some((name) => name.includes("[g") || name.includes("[eq") || name === "updated_at");
  return isOpen || String(query.sort).endsWith("updated_at") ? { ...query, "updated_at[gte]": RECENT_START } : query;
}

/** Reads a whole list page by page and returns the metadata of its first page. */
export async function walkList(call: ListCall, query: Query, limit = 100): Promise<{ ids: string[]; meta: Page["meta"] }> {
  const first = await call({ limit, ...boundChanges(query) });
  const ids = first.data.map(({ id }) => id);
  for (let cursor = first.meta.next_cursor; cursor; ) {
    const { data, meta } = await call({ limit, ...boundChanges(query), cursor });
    ids.push(...data.map(({ id }) => id));
    cursor = meta.next_cursor;
  }
  return { ids, meta: first.meta };
}
