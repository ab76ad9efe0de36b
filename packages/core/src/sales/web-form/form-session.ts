import type { Brand } from "../../kernel/brand.ts";
import { actAs, runIn, useContext, useRequest } from "../../kernel/context.ts";
import { forbidden, notFound } from "../../kernel/error.ts";
import { negotiateLanguage } from "../../kernel/language.ts";
import type { Settings } from "../../kernel/settings.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { buildBrand } from "../../platform/tenant/brand.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { type FormKind, resolveAllowedOrigin } from "./form.rules.ts";
import { Form } from "./form.ts";
import { FormCache } from "./form-cache.ts";
import { SubmissionLog } from "./submission-log.ts";

/**
 * Access of the public by the key of a form, which determines the tenant. The work runs as the system in that tenant, as the actor
 * `form:<id>`, and cannot access keys of other tenants.
 */
interface FormSession {
  form: Form.Form;
  tenant_id: string;
  settings: Settings;
  brand: Brand;
}

interface SessionOptions {
  /** The page of the form itself is of this origin, and its token shows that the visitor opened it. Browsers may send no origin with it. */
  isOwnPage?: boolean;
}

/** Runs `work` for the active form of a key, if it is of one of these kinds. Otherwise NOT_FOUND, without a reason. */
export async function withForm<T>(
  key: string,
  kinds: readonly FormKind[],
  work: (form: Form.Form) => Promise<T>,
  { isOwnPage = false }: SessionOptions = {},
): Promise<T> {
  const session = await FormCache.loadCached(hashTexts("form", key), () => openSession(key));
  if (!session || !kinds.includes(session.form.kind)) throw notFound();
  const { form, settings, brand } = session;
  useRequest().brand = brand;
  useRequest().language = form.language ?? negotiateLanguage(useRequest().languages ?? "") ?? settings.letterhead.language;
  return runAsForm(session.tenant_id, `form:${form.id}`, settings, async () => {
    const { origin, ip = "unknown" } = useRequest();
    const open = resolveAllowedOrigin(form.allowed_origins, origin);
    if (open !== undefined && !isOwnPage) useRequest().cors_origin = open;
    // The limit of one address comes first, so that refused requests of one address do not use up the limit of all.
    await RateLimit.take(`${form.id}.${hashTexts(ip)}`, form.rate_limit_per_address);
    await RateLimit.take(form.id, form.rate_limit_per_minute);
    if (!isOwnPage && origin !== undefined && open === undefined) {
      await SubmissionLog.addRefused(form.id, "refused");
      throw forbidden("Pages of this origin are not allowed to use the form");
    }
    return work(form);
  });
}

async function openSession(key: string): Promise<FormSession | undefined> {
  const match = await Form.findByKey(key);
  if (!match) return undefined;
  const { settings } = useContext();
  return runAsForm(match.tenant_id, "system:intake", settings, async () => {
    const [form, tenant] = await Promise.all([Form.load(match.id), Tenant.get({})]);
    const isUsable = form?.is_active && form.key === key && tenant.status !== "SUSPENDED";
    return isUsable ? { form, tenant_id: match.tenant_id, settings: tenant.settings, brand: buildBrand(tenant) } : undefined;
  });
}

/** Runs work as the system in a tenant, under the name of the form, with the same keyspaces. */
const runAsForm = <T>(tenant_id: string, id: string, settings: Settings, work: () => Promise<T>): Promise<T> =>
  runIn(actAs("form", { type: "system", tenant_id, id }, { settings, visibleOwners: async () => "all" }), work);
