import { isAdmin, isAdult, normalizeExtraRoles } from "@crm/core/platform/user/user.rules.ts";
import { describe, expect, it } from "vitest";

describe("the minimum age of a user", () => {
  it.each([
    ["2008-06-15", "2026-06-15", true],
    ["2008-06-16", "2026-06-15", false],
    ["2008-06-14", "2026-06-15", true],
    ["2008-02-29", "2026-02-28", false],
    ["2008-02-29", "2026-03-01", true],
    ["1900-01-01", "2026-03-01", true],
    ["2026-03-01", "2026-03-01", false],
  ])("born on %s, on %s, is reached: %s", (date_of_birth, today, adult) => {
    expect(isAdult(date_of_birth, today)).toBe(adult);
  });
});

describe("roles", () => {
  it.each([
    ["MANAGER", ["MANAGER", "ANALYST", "ANALYST"], ["ANALYST"]],
    ["USER", [], []],
    ["USER", ["ADMIN", "MANAGER"], ["ADMIN", "MANAGER"]],
  ] as const)("%s with %j gives %j as extra roles", (role, extra, expected) => {
    expect(normalizeExtraRoles(role, extra)).toEqual(expected);
  });

  it.each([
    ["ACTIVE", "ADMIN", [], true],
    ["ACTIVE", "USER", ["ADMIN"], true],
    ["ACTIVE", "DIRECTOR", [], false],
    ["SUSPENDED", "ADMIN", [], false],
    ["DELETED", "USER", ["ADMIN"], false],
  ] as const)("%s %s with %j is an administrator: %s", (status, role, extra_roles, expected) => {
    expect(isAdmin({ status, role, extra_roles: [...extra_roles] })).toBe(expected);
  });
});
