import { RateLimit } from "../auth/rate-limit.ts";
import { runIn, useContext, useRequest } from "../kernel/context.ts";
import { forbidden, notFound } from "../kernel/error.ts";
import type { Settings } from "../kernel/settings.ts";
import { hashed } from "../storage/table/key.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type FormKind, openTo } from "./form.rules.ts";
import { Form } from "./form.ts";
import { Known } from "./known.ts";
import { Tally } from "./tally.ts";

/**
 * How the public comes in: by the key of a form, which says the tenant, and as that form. What it does is done by the
 * system in that tenant, under the name `form:<id>`, and reaches no other tenant's keys.
 */
interface Opened {
  form: Form.Form;
  tenant_id: string;
  settings: Settings;
}

/** Does `work` for the active form of a key, of one of these kinds; without one, NOT_FOUND, whyever it is not there. */
export async function through<T>(key: string, kinds: readonly FormKind[], work: (form: Form.Form) => Promise<T>): Promise<T> {
  const opened = await Known.remembered(hashed("form", key), () => opening(key));
  if (!opened || !kinds.includes(opened.form.kind)) throw notFound();
  const { form, settings } = opened;
  return as(opened.tenant_id, `form:${form.id}`, settings, async () => {
    const { origin, ip = "unknown" } = useRequest();
    const open = openTo(form.allowed_origins, origin);
    if (open !== undefined) useRequest().open_to = open;
    // One address first: what it has too much does not use up what all have together.
    await RateLimit.take(`${form.id}.${hashed(ip)}`, form.rate_limit_per_address);
    await RateLimit.take(form.id, form.rate_limit_per_minute);
    if (origin !== undefined && open === undefined) {
      await Tally.add(form.id, "refused");
      throw forbidden("Pages of this origin may not use the form");
    }
    return work(form);
  });
}

async function opening(key: string): Promise<Opened | undefined> {
  const found = await Form.lookup(key);
  if (!found) return undefined;
  const { settings } = useContext();
  return as(found.tenant_id, "system:intake", settings, async () => {
    const [form, tenant] = await Promise.all([Form.load(found.id), Tenant.get({})]);
    const works = form?.is_active && form.key === key && tenant.status !== "SUSPENDED";
    return works ? { form, tenant_id: found.tenant_id, settings: tenant.settings } : undefined;
  });
}

/** Runs as the system in a tenant, under a name; the keyspaces stay. */
function as<T>(tenant_id: string, id: string, settings: Settings, work: () => Promise<T>): Promise<T> {
  return runIn({ ...useContext(), actor: { type: "system", tenant_id, id }, settings, visible: async () => "all" }, work);
}
