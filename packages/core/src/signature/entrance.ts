import { RateLimit } from "../auth/rate-limit.ts";
import { asTenant } from "../auth/session.ts";
import { useRequest } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { visiting, visitor } from "../sign-in/visitor.ts";
import { Records } from "../storage/write/records.ts";
import { Tenant } from "../tenant/tenant.ts";
import { BUILTIN } from "./advance.rules.ts";
import { type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";

/** How whoever signs comes in: by the token of a link, which says the tenant and which of the signers it is for. */
export interface Opened {
  token: string;
  request: SignatureRecord;
  signer: Signer;
  /** What the tenant is called. */
  organisation: string;
}

/** Requests a minute: of one address, and of everybody together. */
const LIMITS = [60, 600] as const;
/** Codes, tries, signatures in a minute from one address. */
const MOST_ACTS = 10;

/** Does `work` for what a link leads to; NOT_FOUND for a token that is not genuine or was made void, whyever it is not good. */
export async function through<T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> {
  const named = SignerToken.read(token);
  if (!named) throw notFound();
  return asTenant(named.tenant, async () => {
    const request = await Records.load(SignatureRequests, named.request, { live: true });
    const signer = request?.signers.find(({ id }) => id === named.signer);
    const access = request?.access[named.signer];
    if (!request || !signer || !access || request.provider !== BUILTIN) throw notFound();
    if (!(await SignerToken.isGenuine(named, access))) throw notFound();
    const tenant = await Tenant.get({});
    useRequest().language = request.language;
    const visit = { actor: `signer:${signer.id}`, counted: signer.id, limits: LIMITS };
    return visiting(tenant, visit, () => work({ token, request, signer, organisation: tenant.name }));
  });
}

export const takeAct = async ({ signer }: Opened): Promise<unknown> => RateLimit.take(`${signer.id}.act.${visitor()}`, MOST_ACTS);
