import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
let app: App; let tenant: Tenant;
beforeAll(async () => { app = await startTestApp(); tenant = await signUp(app); });
afterAll(() => app.stop());
describe("x", () => { it("y", async () => {
  await tenant.admin.createLead(newLead());
  await app.settle();
  const t0 = performance.now();
  console.log(await operateLocally(app.ports, { action: "analyst-export", tenant: tenant.slug }), app.state.folder, performance.now() - t0);
  const t1 = performance.now();
  console.log(await operateLocally(app.ports, { action: "analyst-export", tenant: tenant.slug }), performance.now() - t1);
}); });
