import { type KeyObject, X509Certificate } from "node:crypto";

/** Whether a certificate is of whom it says, by those who vouch for it up to a root that is trusted. Pure. */

export interface TrustPolicy {
  readonly roots: readonly X509Certificate[];
  /** One of them has to be its own. */
  readonly names: readonly string[];
  /** Milliseconds. */
  readonly now: number;
}

/** The key, and until when it may be used; or the certificate whose issuer is not among those that are there. */
export type CertificateProof = { key: KeyObject; until: number } | { lacks: X509Certificate };

/** Certificates above one another. */
const MAX_CHAIN_LENGTH = 5;

const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);

const isIssuer = (child: X509Certificate, parent: X509Certificate, now: number): boolean =>
  parent.ca && isValidAt(parent, now) && child.checkIssued(parent) && child.verify(parent.publicKey);

/** What the first of them is worth; undefined where no other certificate could make it good. */
export function verifyCertificate(
  certificates: readonly X509Certificate[],
  { roots, names, now }: TrustPolicy,
): CertificateProof | undefined {
  const [leaf, ...others] = certificates;
  if (!leaf || leaf.ca || leaf.publicKey.asymmetricKeyType !== "rsa" || !isValidAt(leaf, now)) return undefined;
  if (!names.some((name) => leaf.checkHost(name, { wildcards: false }) !== undefined)) return undefined;
  let current = leaf;
  for (let depth = 0; depth < MAX_CHAIN_LENGTH; depth++) {
    const child = current;
    if (roots.some((root) => isIssuer(child, root, now))) return { key: leaf.publicKey, until: Date.parse(leaf.validTo) };
    const next = others.find((each) => each.fingerprint256 !== child.fingerprint256 && isIssuer(child, each, now));
    if (!next) return { lacks: child };
    current = next;
  }
  return undefined;
}

const PEM_PATTERN = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g;

/** The certificates in a file, of text or of bytes; none where one of them is broken. */
export function parseCertificates(file: Uint8Array): X509Certificate[] {
  const text = Buffer.from(file).toString("latin1");
  const found: (string | Uint8Array)[] = text.includes("-----BEGIN") ? (text.match(PEM_PATTERN) ?? []) : [file];
  try {
    return found.slice(0, MAX_CHAIN_LENGTH).map((each) => new X509Certificate(each));
  } catch {
    return [];
  }
}

const ISSUER_PATTERN = /^CA Issuers - URI:https?:\/\/crt\.([a-z0-9]{1,32})\.amazontrust\.com\/([a-z0-9]{1,32}\.cer)$/m;

/** Where Amazon has the certificate of an issuer, as the one that it issued says: over HTTPS in any case, and nowhere but there. */
export function findIssuerUrl({ infoAccess }: X509Certificate): string | undefined {
  const [, name, file] = ISSUER_PATTERN.exec(infoAccess ?? "") ?? [];
  return name && file && `https://crt.${name}.amazontrust.com/${file}`;
}
