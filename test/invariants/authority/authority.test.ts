import { domains } from "@crm/core/domains.ts";
import type { Safeguard } from "@crm/core/kernel/authority.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import { operations } from "@crm/functions/api/index.ts";
import { ApiError } from "@crm/functions/derive/client.ts";
import { pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { startTestApp } from "../../support/app.ts";
import { type DeclaredAuthority, listAuthorities } from "../architecture/authorities.ts";
import { World } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

/** What runs later does what was approved, or what was changed with no more rights than its author has (docs/platform/authorities.md). */

const listKinds = ({ basis }: DeclaredAuthority, isMeant: (safeguard: Safeguard) => boolean): Kind[] =>
  typeof basis === "string"
    ? []
    : Object.entries(basis).flatMap(([safeguard, kinds]) => (isMeant(safeguard as Safeguard) ? [...kinds] : []));

const declared = listAuthorities(domains);

it("each record that says what runs later has a scenario", () => {
  const isDerived = (safeguard: Safeguard): boolean => safeguard === "settings" || safeguard === "fixed";
  const inManifests = declared.flatMap((authority) =>
    listKinds(authority, (safeguard) => !isDerived(safeguard)).map(({ name }) => `${authority.name}: ${name}`),
  );
  expect([...new Set(scenarios.map(({ authority, record }) => `${authority}: ${record}`))].sort()).toEqual(inManifests.sort());
});

it("records that are settings are changed by ADMINs and DIRECTORs alone", () => {
  const permissions = domains.flatMap(({ grants = [] }) => grants.flatMap((grant) => Object.values(grant)));
  const kinds = new Set(declared.flatMap((authority) => listKinds(authority, (safeguard) => safeguard === "settings")));
  expect(kinds.size).toBeGreaterThan(0);
  for (const { name } of kinds) {
    const changing = permissions.filter(
      (permission) => permission.name.startsWith(`${name}:`) && !permission.name.endsWith(":read"),
    );
    expect(changing.length, name).toBeGreaterThan(0);
    for (const { roles } of changing) expect(["ADMIN", "DIRECTOR"], name).toEqual(expect.arrayContaining([...roles]));
  }
});

it("no operation changes what a fixed record says", () => {
  const kinds = new Set(declared.flatMap((authority) => listKinds(authority, (safeguard) => safeguard === "fixed")));
  expect(kinds.size).toBeGreaterThan(0);
  for (const { name, path } of kinds) {
    const writing = operations.filter((operation) => operation.method !== "GET" && operation.path.startsWith(`${path}/{`));
    expect(writing.length, name).toBeGreaterThan(0);
    for (const operation of writing)
      expect(Object.keys((operation.verb.schema as z.ZodObject).shape), operation.name).toEqual(
        pathParameterNames(operation.path),
      );
    expect(
      domains.filter(({ bulk = {} }) => name in bulk).map((domain) => domain.name),
      name,
    ).toEqual([]);
  }
});

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Waits for changes, some of them refused. Returns whether all were made. */
async function tryAll(changes: readonly Promise<unknown>[]): Promise<boolean> {
  const results = await Promise.allSettled(changes);
  for (const result of results) if (result.status === "rejected" && !isRefusal(result.reason)) throw result.reason;
  return results.every(({ status }) => status === "fulfilled");
}

const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status < 500;

describe.each(scenarios)("$authority: $change", ({ role, approve, edit, approveAgain, run }) => {
  it(`never does what a ${role} has changed with the rights of another user`, async () => {
    const world = await World.create(app);
    const state = await approve(world);
    const editor = await world.findUser(role);
    await tryAll(edit(world, state, editor.client));
    await app.settle();
    expect(await run(world, state)).not.toBe("edited");
  });

  it("does what an ADMIN has changed and approved", async () => {
    const world = await World.create(app);
    const state = await approve(world);
    await tryAll(edit(world, state, world.admin));
    await approveAgain?.(world, state);
    await app.settle();
    expect(await run(world, state)).toBe("edited");
  });
});
