import { type KeyObject, X509Certificate } from "node:crypto";

/** Pure rules: verifies a certificate by its chain of issuers up to a trusted root. */

interface TrustPolicy {
  readonly roots: readonly X509Certificate[];
  /** The certificate must be for one of these. */
  readonly names: readonly string[];
  /** In milliseconds. */
  readonly now: number;
}

/** The key and the time until which it is valid; or the certificate whose issuer is missing. */
export type CertificateProof = { key: KeyObject; until: number } | { lacks: X509Certificate };

/** Maximum length of a certificate chain. */
const MAX_CHAIN_LENGTH = 5;

const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);

const isIssuer = (child: X509Certificate, parent: X509Certificate, now: number): boolean =>
  parent.ca && isValidAt(parent, now) && child.checkIssued(parent) && child.verify(parent.publicKey);

/** Verifies the first certificate; undefined if no further certificate could make it valid. */
export function verifyCertificate(
  certificates: readonly X509Certificate[],
  { roots, names, now }: TrustPolicy,
): CertificateProof | undefined {
  const [leaf, ...intermediates] = certificates;
  if (!leaf || leaf.ca || leaf.publicKey.asymmetricKeyType !== "rsa" || !isValidAt(leaf, now)) return undefined;
  if (!names.some((name) => leaf.checkHost(name, { wildcards: false }) !== undefined)) return undefined;
  let current = leaf;
  for (let depth = 0; depth < MAX_CHAIN_LENGTH; depth++) {
    const child = current;
    if (roots.some((root) => isIssuer(child, root, now))) return { key: leaf.publicKey, until: Date.parse(leaf.validTo) };
    const next = intermediates.find(
      (candidate) => candidate.fingerprint256 !== child.fingerprint256 && isIssuer(child, candidate, now),
    );
    if (!next) return { lacks: child };
    current = next;
  }
  return undefined;
}

const PEM_PATTERN = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g;

/** Parses the certificates of a PEM or DER file; empty if one is invalid. */
export function parseCertificates(file: Uint8Array): X509Certificate[] {
  const text = Buffer.from(file).toString("latin1");
  const encodedCertificates: (string | Uint8Array)[] = text.includes("-----BEGIN") ? (text.match(PEM_PATTERN) ?? []) : [file];
  try {
    return encodedCertificates.slice(0, MAX_CHAIN_LENGTH).map((encodedCertificate) => new X509Certificate(encodedCertificate));
  } catch {
    return [];
  }
}

const ISSUER_PATTERN = /^CA Issuers - URI:https?:\/\/crt\.([a-z0-9]{1,32})\.amazontrust\.com\/([a-z0-9]{1,32}\.cer)$/m;

/** Returns the URL of the issuer's certificate: always by HTTPS from Amazon's trust repository. */
export function findIssuerUrl({ infoAccess }: X509Certificate): string | undefined {
  const [, name, file] = ISSUER_PATTERN.exec(infoAccess ?? "") ?? [];
  return name && file && `https://crt.${name}.amazontrust.com/${file}`;
}
