import { writeFileSync } from "node:fs";
import { startServer } from "@crm/local/server/http-server.ts";
import { driveConsole } from "../test/console/console-driver.ts";
import { addUser, signUp, startTestApp } from "../test/support/app.ts";
import { startBrowser } from "./browser.ts";

const app = await startTestApp();
const tenant = await signUp(app, { currency: "EUR" } as never);
const { admin } = tenant;
const c = admin as any;
const rep = await addUser(app, tenant, "MANAGER");
const r = rep.client as any;
const { data: lead } = await r.createLead({ first_name: "Nora", last_name: "Ito", company: "Harbour Lights", email: "nora@mail.example" });
await r.updateLead({ id: lead.id, company: "Harbour Lights Trading", job_title: "Buyer" });
await c.updateLead({ id: lead.id, owner_id: tenant.userId, next_contact_date: "2026-12-24" });
const { data: customer } = await c.createCustomer({ name: "Lagoon Charter" });
const { data: opp } = await c.createOpportunity({ name: "Fleet of twelve boats for the charter season", customer_id: customer.id, amount: "18000", currency: "USD", close_date: "2027-01-01" });
await c.updateOpportunity({ id: opp.id, amount: "24500.50", close_date: "2027-02-01" });
await c.winOpportunity({ id: opp.id });
const { data: other } = await c.createLead({ last_name: "Gone", email: "gone@mail.example" });
await c.deleteLead({ id: other.id });
await c.restoreLead({ id: other.id });
await c.deleteLead({ id: other.id });
await c.updateCustomer({ id: customer.id, industry: null, description: "A long text about the customer that says more than a line can hold, and more, and more." }).catch((e: Error) => console.log(e.message));
await c.createSearchPath?.({ kind: "lead", path: "custom_fields.x" }).catch(() => undefined);
await c.updatePreferences?.({ density: "compact" }).catch((e: Error) => console.log(e.message));
await app.settle();
const { data: all } = await c.listAuditEntries({ limit: 100 });
console.log(all.map((e: any) => [e.record_type, e.operation, e.changed.join(","), e.user_id.slice(0, 18), e.actor_type, e.record_title, e.record_label].join(" | ")).join("\n"));
const server = await startServer(app, 0);
const browser = await startBrowser({ width: 1280, height: 900 });
if (!browser) throw new Error("no browser");
const driver = await driveConsole(browser, server.url);
for (const [variant, screen] of Object.entries({ "1280": { width: 1280 }, "360": { width: 360 }, "1280-dark": { width: 1280, isDark: true }, "360-ar": { width: 360, isDark: true, language: "ar" }, "1280-ar": { width: 1280, language: "ar" } })) {
  await driver.setScreen(screen as never);
  await browser.clearCookies();
  await driver.signIn({ email: tenant.email, password: tenant.password });
  for (const [name, path, press] of [["people", "/crm/audit"], ["all", "/crm/audit?by=all"], ["drawer", "/crm/audit?kind=lead&operation=UPDATE", { en: "Details", ar: "التفاصيل" }]] as const) {
    await driver.open(path);
    await driver.waitUntilComplete();
    if (press) await driver.press((screen as any).language === "ar" ? press.ar : press.en).catch((e: Error) => console.log(variant, e.message));
    await driver.waitUntilComplete();
    await new Promise((done) => setTimeout(done, 1200));
    const found = await driver.inspect();
    if (found.length > 0) console.log(name, variant, found.slice(0, 8));
    writeFileSync(`/tmp/w/audt-${name}-${variant}.png`, await browser.takeScreenshot());
  }
}
await browser.close();
await server.close();
await app.stop();
process.exit(0);
