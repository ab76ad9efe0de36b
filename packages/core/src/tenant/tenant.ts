import * as z from "zod";
import { Principal } from "../auth/principal.ts";
import { useTenant } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { name, patched, patchOf, text } from "../kernel/schema.ts";
import { Settings } from "../kernel/settings.ts";
import { Records } from "../storage/records.ts";
import { Stored, Tenants } from "./tenant.entity.ts";

/** The tenant of the actor: its name, plan and settings. */

export const Info = Stored;

/** A new tenant's slug: what people type to say which tenant they mean. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "2 to 63 lower case letters, digits and hyphens, beginning with a letter or digit");

export const get = fn(z.strictObject({}), () => Records.read(Tenants, useTenant()));

/** Settings are changed one by one; `null` gives one its default back. */
export const update = fn(
  z.strictObject({ name: name(255).optional(), settings: patchOf(Settings.shape).optional() }),
  async (changes) => {
    const tenant = await Records.change(Tenants, useTenant(), (current) => ({
      ...current,
      name: changes.name ?? current.name,
      settings: { ...current.settings, ...patched(Settings.shape, changes.settings ?? {}) },
    }));
    Principal.forget();
    return tenant;
  },
);

/** For the operator of the system, not for tenants: suspends a tenant with a reason, or lets it write again. */
export const setStatus = fn(
  z.strictObject({ status: Stored.shape.status, reason: text(500).optional() }),
  async ({ status, reason }) => {
    const tenant = await Records.change(Tenants, useTenant(), (current) => ({
      ...current,
      status,
      status_reason: reason ?? null,
    }));
    Principal.forget();
    return tenant;
  },
);

export * as Tenant from "./tenant.ts";
