import type { App } from "@crm/local/app.ts";
import { addUser, newLead, signUp } from "../../support/app.ts";
import type { RequestUnits, UnitMeter } from "../../support/request-units.ts";

/** Measures the accesses of a user to preferences, recent records, favorites, presence and layouts. */
export async function measureProfile(app: App, measured: UnitMeter, result: Record<string, RequestUnits>): Promise<void> {
  const tenant = await signUp(app);
  const { client: crm, id: owner_id } = await addUser(app, tenant, "SALES_REP");
  const ids: string[] = [];
  for (let n = 0; n < 51; n++) ids.push((await crm.createLead(newLead())).data.id);
  const [record_id = "", ...others] = ids;
  await Promise.all([crm.getLayout({ kind: "lead" }), crm.listPresence({ record_id })]);
  const visitOthers = async (): Promise<void> => {
    for (const id of others) await crm.visitRecord({ record_id: id });
  };
  const addDueLeads = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await crm.createLead(newLead({ owner_id, next_contact_date: "2026-01-01T09:00:00Z" }));
  };
  const steps: readonly (readonly [string | undefined, () => Promise<unknown>])[] = [
    ["read the preferences of a user", () => crm.getMyPreferences()],
    ["set a preference for the first time", () => crm.updateMyPreferences({ theme: "dark" })],
    ["change a preference", () => crm.updateMyPreferences({ theme: "light" })],
    ["visit a record for the first time", () => crm.visitRecord({ record_id })],
    ["visit the same record once more", () => crm.visitRecord({ record_id })],
    [undefined, visitOthers],
    ["visit another record, with 50 recent ones", () => crm.visitRecord({ record_id })],
    ["list 50 recent records", () => crm.listMyRecentRecords()],
    ["add a favorite", () => crm.addMyFavorite({ record_id })],
    ["list 1 favorite", () => crm.listMyFavorites()],
    ["report presence for the first time", () => crm.reportPresence({ record_id })],
    ["a further heartbeat", () => crm.reportPresence({ record_id, is_editing: true })],
    ["list who views a record", () => crm.listPresence({ record_id })],
    ["read the layout of leads for a role", () => crm.getLayout({ kind: "lead", role: "SALES_REP" })],
    [undefined, addDueLeads],
    ["list 5 of 20 follow-ups", () => crm.listMyFollowUps({ limit: 5 })],
  ];
  for (const [name, step] of steps) {
    if (name === undefined) await step();
    else result[name] = await measured(step);
  }
}
