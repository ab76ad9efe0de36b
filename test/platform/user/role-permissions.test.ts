import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** `GET /roles` lists what the permission check grants: the caller's own permissions are those of their role. */

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("permissions of roles", () => {
  test("have the permissions that their users have", async () => {
    const { data: roles } = await tenant.admin.listRoles({});
    const { data: me } = await tenant.admin.me({});
    expect(roles.map(({ role }) => role).slice(0, 2)).toEqual(["ADMIN", "DIRECTOR"]);
    expect(roles.find(({ role }) => role === me.role)?.permissions).toEqual(me.permissions);
  });

  test("of lower rank may not manage users", async () => {
    const { data: roles } = await tenant.admin.listRoles({});
    expect(roles.filter(({ permissions }) => permissions.includes("user:manage")).map(({ role }) => role)).toEqual(["ADMIN"]);
  });
});
