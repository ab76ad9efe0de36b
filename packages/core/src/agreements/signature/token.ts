import { useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { computeMac, isSameSecret, keyFor } from "../../storage/vault/secret.ts";
import type { Access, SignatureRecord } from "./signature.entity.ts";
import { SIGNATURE_REQUEST, SIGNER } from "./signature.kind.ts";

/** Links and codes of signers. Both are keyed hashes of the request, the signer and increasing numbers. The table stores no secret. */

interface TokenParts {
  tenant: string;
  request: string;
  signer: string;
  signature: string;
}

export async function build({ id }: Pick<SignatureRecord, "id">, signer: string, access: Access): Promise<string> {
  return [useTenant(), id, signer, await computeSignature(id, signer, access)].join(".");
}

const computeSignature = async (request: string, signer: string, { link_number }: Pick<Access, "link_number">): Promise<string> =>
  computeMac(await keyFor("signature"), "link", useTenant(), request, signer, String(link_number));

/** Parses the parts of a token; undefined if the form is wrong. `isGenuine` checks the signature afterwards, in the tenant. */
export function parse(token: string): TokenParts | undefined {
  const [tenant = "", request = "", signer = "", signature = "", ...more] = token.split(".");
  const isOne = isId(tenant, TENANT) && isId(request, SIGNATURE_REQUEST) && isId(signer, SIGNER) && more.length === 0;
  return isOne ? { tenant, request, signer, signature } : undefined;
}

export const isGenuine = async ({ request, signer, signature }: TokenParts, access: Access): Promise<boolean> =>
  isSameSecret(await computeSignature(request, signer, access), signature);

/** Returns the six digits of the current code. They are sent only to the signer. */
export async function computeCode(request: string, signer: string, { link_number, code_number }: Access): Promise<string> {
  const digest = computeMac(
    await keyFor("signature"),
    "code",
    useTenant(),
    request,
    signer,
    String(link_number),
    String(code_number),
  );
  const number = Buffer.from(digest, "base64url").readUIntBE(0, 6) % 1_000_000;
  return String(number).padStart(6, "0");
}

export * as SignerToken from "./token.ts";
