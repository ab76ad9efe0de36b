import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { User } from "@crm/core/platform/user/user.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { userInput } from "./input.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const buildInput = (more: Record<string, unknown> = {}) => userInput(tenant, more);

describe("roles", () => {
  it("are combined, and apply at once", async () => {
    const user = await addUser(app, tenant, "ANALYST", { extra_roles: ["USER", "ANALYST", "USER"] });
    expect((await user.client.me()).data).toMatchObject({ role: "ANALYST", extra_roles: ["USER"] });
    await expect(user.client.createLead(newLead())).resolves.toMatchObject({ status: 201 });
    await tenant.admin.updateUser({ id: user.id, extra_roles: [] });
    await expect(user.client.createLead(newLead())).rejects.toMatchObject({ status: 403 });
    await expect(user.client.createTeam({ name: "Mine" })).rejects.toMatchObject({ status: 403 });
    await tenant.admin.updateUser({ id: user.id, role: "DIRECTOR" });
    await expect(user.client.createTeam({ name: "Mine" })).resolves.toMatchObject({ status: 201 });
  });

  it("give a user the permissions of all of them after sign-in", async () => {
    const user = await addUser(app, tenant, "ANALYST", { extra_roles: ["MARKETER"] });
    const { permissions } = (await user.client.me()).data;
    const grants = operations.flatMap(({ access }) => (typeof access === "string" ? [] : [access]));
    for (const { name, roles } of grants)
      expect([name, permissions.includes(name)]).toEqual([name, roles.includes("ANALYST") || roles.includes("MARKETER")]);
    expect(permissions).toEqual(expect.arrayContaining(["lead:summary", "lead_source:manage"]));
    await tenant.admin.updateUser({ id: user.id, extra_roles: [] });
    expect((await user.client.me()).data.permissions).not.toContain("lead_source:manage");
  });

  it("are assigned by administrators only, also for oneself", async () => {
    for (const role of ["DIRECTOR", "MANAGER", "USER"]) {
      const user = await addUser(app, tenant, role);
      await expect(user.client.updateUser({ id: user.id, role: "ADMIN" })).rejects.toMatchObject({ status: 403 });
      await expect(user.client.createUser(buildInput({ role: "ADMIN" }))).rejects.toMatchObject({ status: 403 });
    }
  });
});

/** Runs work as an administrator who has been removed since, and whose rights another process still has in its cache. */
const actAsAdministrator = <T>({ id: tenant_id }: Tenant, work: () => T): T =>
  runIn(
    {
      ...systemContext(app.ports, tenant_id, "test", ["login"]),
      actor: { type: "user", tenant_id, id: "usr_former", session_id: "ses_former", roles: ["ADMIN"] },
    },
    work,
  );

describe("the last administrator", () => {
  const last = { status: 422, code: "RULE_VIOLATION" };

  it("cannot be demoted, deactivated, suspended or deleted", async () => {
    const fresh = await signUp(app);
    const id = fresh.userId;
    await expect(fresh.admin.updateUser({ id, role: "DIRECTOR" })).rejects.toMatchObject(last);
    await expect(fresh.admin.setUserStatus({ id, status: "INACTIVE" })).rejects.toMatchObject(last);
    await expect(fresh.admin.setUserStatus({ id, status: "SUSPENDED" })).rejects.toMatchObject(last);
    await expect(actAsAdministrator(fresh, () => User.remove({ id }))).rejects.toMatchObject({ code: last.code });
    await expect(fresh.admin.me()).resolves.toMatchObject({ data: { role: "ADMIN", status: "ACTIVE" } });
  });

  it("is the last active one, without counting pending and suspended users", async () => {
    const fresh = await signUp(app);
    const demote = () => fresh.admin.updateUser({ id: fresh.userId, role: "DIRECTOR" });
    await fresh.admin.createUser({ email: `w@${fresh.slug}.example`, first_name: "Wa", last_name: "It", role: "ADMIN" });
    await expect(demote()).rejects.toMatchObject(last);
    const second = await addUser(app, fresh, "USER", { extra_roles: ["ADMIN"] });
    await fresh.admin.setUserStatus({ id: second.id, status: "SUSPENDED" });
    await expect(demote()).rejects.toMatchObject(last);
    await fresh.admin.setUserStatus({ id: second.id, status: "ACTIVE" });
    await expect(demote()).resolves.toMatchObject({ data: { role: "DIRECTOR" } });
    await expect(fresh.admin.createTeam({ name: "Still a director" })).resolves.toMatchObject({ status: 201 });
    await expect(fresh.admin.listApiKeys()).rejects.toMatchObject({ status: 403 });
  });

  it("is one of two who demote each other at once, repeatedly", async () => {
    const fresh = await signUp(app);
    const second = await addUser(app, fresh, "ADMIN");
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.allSettled([
        fresh.admin.updateUser({ id: second.id, role: "USER" }),
        second.client.updateUser({ id: fresh.userId, role: "USER" }),
      ]);
      expect(answers.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
      const { data } = await fresh.admin.listUsers({ role: "ADMIN" });
      expect(data).toHaveLength(1);
      for (const id of [fresh.userId, second.id]) await actAsAdministrator(fresh, () => User.update({ id, role: "ADMIN" }));
    }
  });

  it("remains when many are deactivated, deleted and demoted concurrently", async () => {
    const fresh = await signUp(app);
    const otherAdmins = await Promise.all(Array.from({ length: 5 }, () => addUser(app, fresh, "ADMIN")));
    const ids = [fresh.userId, ...otherAdmins.map(({ id }) => id)];
    await Promise.allSettled(
      ids.flatMap((id) => [
        actAsAdministrator(fresh, () => User.remove({ id })),
        actAsAdministrator(fresh, () => User.setStatus({ id, status: "SUSPENDED" })),
        actAsAdministrator(fresh, () => User.update({ id, role: "USER" })),
      ]),
    );
    const { rows } = await actAsAdministrator(fresh, () => User.list({ role: "ADMIN", limit: 100 }));
    const remainingAdmins = rows.filter(({ status }) => status === "ACTIVE");
    expect(remainingAdmins).toHaveLength(1);
  });
});
