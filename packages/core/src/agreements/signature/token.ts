import type { KeyObject } from "node:crypto";
import { useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { computeMac, isMac, isSameSecret, keyFor, keysFor } from "../../storage/vault/secret.ts";
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
  const signature = computeMac(await keyFor("links", "signature"), ...signedTexts(id, signer, access));
  return [useTenant(), id, signer, signature].join(".");
}

const signedTexts = (request: string, signer: string, { link_number }: Pick<Access, "link_number">): string[] => [
  "link",
  useTenant(),
  request,
  signer,
  String(link_number),
];

/** Parses the parts of a token; undefined if the form is wrong. `isGenuine` checks the signature afterwards, in the tenant. */
export function parse(token: string): TokenParts | undefined {
  const [tenant = "", request = "", signer = "", signature = "", ...more] = token.split(".");
  const isOne = isId(tenant, TENANT) && isId(request, SIGNATURE_REQUEST) && isId(signer, SIGNER) && more.length === 0;
  return isOne ? { tenant, request, signer, signature } : undefined;
}

export const isGenuine = async ({ request, signer, signature }: TokenParts, access: Access): Promise<boolean> =>
  isMac(signature, await keysFor("links", "signature"), ...signedTexts(request, signer, access));

/** Returns the six digits of the current code. They are sent only to the signer. */
export const computeCode = async (request: string, signer: string, access: Access): Promise<string> =>
  deriveCode(await keyFor("links", "signature"), request, signer, access);

export const isCode = async (request: string, signer: string, access: Access, code: string): Promise<boolean> =>
  (await keysFor("links", "signature")).some((key) => isSameSecret(deriveCode(key, request, signer, access), code));

function deriveCode(key: KeyObject, request: string, signer: string, { link_number, code_number }: Access): string {
  const digest = computeMac(key, "code", useTenant(), request, signer, String(link_number), String(code_number));
  const number = Buffer.from(digest, "base64url").readUIntBE(0, 6) % 1_000_000;
  return String(number).padStart(6, "0");
}

export * as SignerToken from "./token.ts";
