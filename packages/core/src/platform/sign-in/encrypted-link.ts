import { useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { negotiateLanguage } from "../../kernel/language.ts";
import { decryptText, encryptText, keyFor } from "../../storage/vault/secret.ts";
import { runAsTenant } from "../auth/session.ts";
import { TENANT } from "../tenant/tenant.domain.ts";
import { Tenant } from "../tenant/tenant.ts";
import { runAsVisitor } from "./visitor.ts";

/**
 * Links that say by themselves what they are about, to nobody but us: `<tenant>.<box>`. Nothing is stored for them, and of a box nothing
 * can be read, guessed or changed; one of another tenant, or for something else, does not open.
 */
interface LinkKind<N> {
  /** What its links are for: no two kinds have the same. */
  name: string;
  read: (said: string) => N | undefined;
  /** Under which requests are counted. */
  rateLimitKey: (named: N) => string | Promise<string>;
  /** Requests a minute: of one place, and of everybody together. */
  limits: readonly [ofPlace: number, ofAll: number];
}

/** Whom a visitor meets. */
export interface LinkHost {
  token: string;
  /** What the tenant is called. */
  organisation: string;
  /** That of who reads it, or else of the tenant's letterhead. */
  language: string;
}

const buildAssociatedData = (name: string): string[] => [name, useTenant()];

export const encryptLinkToken = async (name: string, said: string): Promise<string> =>
  `${useTenant()}.${encryptText(await keyFor("reach"), buildAssociatedData(name), said)}`;

/** Does `work` for what a token is about; NOT_FOUND for one that is not good, whyever. */
export async function withEncryptedLink<N extends object, T>(
  token: string,
  { name, read, rateLimitKey: counted, limits }: LinkKind<N>,
  work: (open: N & LinkHost) => Promise<T>,
): Promise<T> {
  const [tenantId = "", box = "", ...more] = token.split(".");
  if (!isId(tenantId, TENANT) || more.length > 0) throw notFound();
  return runAsTenant(tenantId, async () => {
    const said = decryptText(await keyFor("reach"), buildAssociatedData(name), box);
    const named = said === undefined ? undefined : read(said);
    if (!named) throw notFound();
    const tenant = await Tenant.get({});
    const request = useRequest();
    const language = negotiateLanguage(request.languages ?? "") ?? tenant.settings.letterhead.language;
    request.language = language;
    const visit = { actor: `link:${name}`, rateLimitKey: `${name}.${await counted(named)}`, limits };
    return runAsVisitor(tenant, visit, () => work({ ...named, token, organisation: tenant.name, language }));
  });
}
