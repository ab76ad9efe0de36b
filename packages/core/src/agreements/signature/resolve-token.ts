import { useRequest } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { resolveVisitorLanguage } from "../../kernel/request-language.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";
import { BUILTIN } from "./transition.rules.ts";

/** A visit of a signer by a link. The token names the tenant, the request and the signer. */
export interface LinkVisit {
  token: string;
  request: SignatureRecord;
  signer: Signer;
  /** Language of the page and of the consent. The document has that of the request. */
  language: string;
  /** Name of the tenant. */
  organisation: string;
}

/** Maximum requests of a signer's link in a minute: from one address, and in total. */
const REQUEST_LIMITS = [60, 600] as const;
/** Maximum codes, tries and signatures in a minute from one address. */
const MAX_ACTIONS_PER_MINUTE = 10;

/** Runs `work` for the signer of a link. Throws the same NOT_FOUND for every invalid or revoked token, so that it reveals nothing. */
export async function withLink<T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> {
  const parts = SignerToken.parse(token);
  if (!parts) throw notFound();
  return runAsTenant(parts.tenant, async () => {
    const request = await Records.load(SignatureRequests, parts.request, { live: true });
    const signer = request?.signers.find(({ id }) => id === parts.signer);
    const access = request?.access[parts.signer];
    if (!request || !signer || !access || request.provider !== BUILTIN) throw notFound();
    if (!(await SignerToken.isGenuine(parts, access))) throw notFound();
    const tenant = await Tenant.get({});
    const language = resolveVisitorLanguage(request.page_language, request.language);
    useRequest().language = language;
    const visit = { authority: "signature_link", actor: `signer:${signer.id}`, rateLimitKey: signer.id, limits: REQUEST_LIMITS };
    return runAsVisitor(tenant, visit, () => work({ token, request, signer, language, organisation: tenant.name }));
  });
}

export const limitActions = async ({ signer }: LinkVisit): Promise<unknown> =>
  RateLimit.take(`${signer.id}.act.${visitorHash()}`, MAX_ACTIONS_PER_MINUTE);
