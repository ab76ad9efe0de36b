import { useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { negotiateLanguage } from "../../kernel/language.ts";
import { decryptText, encryptText, keyFor, keysFor } from "../../storage/vault/secret.ts";
import { runAsTenant } from "../auth/session.ts";
import { TENANT } from "../tenant/tenant.kind.ts";
import { Tenant } from "../tenant/tenant.ts";
import { runAsVisitor } from "./visitor.ts";

/**
 * Links whose token contains their subject, encrypted: `<tenant>.<box>`. Nothing is stored for them. The box cannot be read, guessed or changed, and
 * a box of another tenant or another kind cannot be decrypted.
 */
interface LinkKind<N> {
  /** The purpose of the links; unique for each kind. */
  name: string;
  /** The authority that a manifest declares for the links. */
  authority: string;
  read: (text: string) => N | undefined;
  /** Returns the key under which requests are rate-limited. */
  rateLimitKey: (target: N) => string | Promise<string>;
  /** Requests a minute: from one address, and from all together. */
  limits: readonly [ofPlace: number, ofAll: number];
}

/** The tenant behind the link, as the page shows it to the visitor. */
export interface LinkHost {
  token: string;
  /** The name of the tenant. */
  organisation: string;
  /** The language of the visitor's browser, otherwise that of the tenant's letterhead. */
  language: string;
}

const buildAssociatedData = (name: string): string[] => [name, useTenant()];

export const encryptLinkToken = async (name: string, plaintext: string): Promise<string> =>
  `${useTenant()}.${encryptText(await keyFor("links", "reach"), buildAssociatedData(name), plaintext)}`;

/** Runs `work` with the subject of a token; throws NOT_FOUND for every invalid token, without the reason. */
export async function withEncryptedLink<N extends object, T>(
  token: string,
  { name, authority, read, rateLimitKey, limits }: LinkKind<N>,
  work: (open: N & LinkHost) => Promise<T>,
): Promise<T> {
  const [tenantId = "", box = "", ...more] = token.split(".");
  if (!isId(tenantId, TENANT) || more.length > 0) throw notFound();
  return runAsTenant(tenantId, async () => {
    const plaintext = decryptText(await keysFor("links", "reach"), buildAssociatedData(name), box);
    const subject = plaintext === undefined ? undefined : read(plaintext);
    if (!subject) throw notFound();
    const tenant = await Tenant.get({});
    const request = useRequest();
    const language = negotiateLanguage(request.languages ?? "") ?? tenant.settings.letterhead.language;
    request.language = language;
    const visit = { authority, actor: `link:${name}`, rateLimitKey: `${name}.${await rateLimitKey(subject)}`, limits };
    return runAsVisitor(tenant, visit, () => work({ ...subject, token, organisation: tenant.name, language }));
  });
}
