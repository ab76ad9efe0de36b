import { type KeyObject, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { ProviderClient } from "../../lib/provider-http/provider-client.ts";
import { Cache } from "../../storage/table/cache.ts";
import { type CertificateProof, findIssuerUrl, parseCertificates, verifyCertificate } from "./certificate.rules.ts";
import { listCertificateNames, parseCertificateRegion, parsePlausibleMessage } from "./sns.rules.ts";
import type { VerificationContext, WebhookRequest } from "./webhook-request.ts";

/** The certificates with which Amazon SNS signs: downloaded from the URL in a message, and verified. */

/**
 * Fingerprints of Amazon Root CA 1 to 4 and of the Starfield root that signed them before, from amazontrust.com/repository, read
 * 2026-11-23.
 */
const AMAZON_ROOT_FINGERPRINTS = new Set([
  "8E:CD:E6:88:4F:3D:87:B1:12:5B:A3:1A:C3:FC:B1:3D:70:16:DE:7F:57:CC:90:4F:E1:CB:97:C6:AE:98:19:6E",
  "1B:A5:B2:AA:8C:65:40:1A:82:96:01:18:F8:0B:EC:4F:62:30:4D:83:CE:C4:71:3A:19:C3:9C:01:1E:A4:6D:B4",
  "18:CE:6C:FE:7B:F1:4E:60:B2:E3:47:B8:DF:E8:68:CB:31:D0:2E:BB:3A:DA:27:15:69:F5:03:43:B4:6D:B3:A4",
  "E3:5D:28:41:9E:D0:20:25:CF:A6:90:38:CD:62:39:62:45:8D:A5:C6:95:FB:DE:A3:C2:2B:0B:FB:25:89:70:92",
  "56:8D:69:05:A2:C8:87:08:A4:B3:02:51:90:ED:CF:ED:B1:97:4A:60:6A:13:C6:E5:29:0F:CB:2A:E6:3E:DA:B5",
]);

const listAmazonRoots = (): X509Certificate[] =>
  rootCertificates
    .map((rootCertificate) => new X509Certificate(rootCertificate))
    .filter(({ fingerprint256 }) => AMAZON_ROOT_FINGERPRINTS.has(fingerprint256));

/** A result is cached for an hour, also that a URL has no valid certificate. */
const proofCache = new Cache<CertificateProof | undefined>(60 * 60, 100);

/**
 * Returns the key that must have signed a request; undefined if nothing can make it valid. Makes no request for messages that
 * cannot be valid.
 */
export async function findSigningKey(
  call: WebhookRequest,
  context: Pick<VerificationContext, "secrets" | "now">,
): Promise<KeyObject | undefined> {
  const posted = parsePlausibleMessage(call, context);
  if (!posted) return undefined;
  const proof = await proofCache.get(posted.SigningCertURL, () => proveCertificate(posted.SigningCertURL));
  return proof && "key" in proof && context.now <= proof.until ? proof.key : undefined;
}

/** Maximum number of issuers downloaded besides the certificates of the file. */
const MAX_ISSUERS = 3;

async function proveCertificate(url: string): Promise<CertificateProof | undefined> {
  const { authorities } = usePorts().web;
  const roots = authorities?.map((authority) => new X509Certificate(authority)) ?? listAmazonRoots();
  const trust = { roots, names: listCertificateNames(parseCertificateRegion(url) ?? ""), now: Clock.ms() };
  const certificates = parseCertificates(await downloadFile(url));
  let proof = verifyCertificate(certificates, trust);
  for (let issuerCount = 0; issuerCount < MAX_ISSUERS && proof && "lacks" in proof; issuerCount++) {
    const issuer = findIssuerUrl(proof.lacks);
    const issuers = issuer === undefined ? [] : parseCertificates(await downloadFile(issuer));
    if (issuers.length === 0) return undefined;
    certificates.push(...issuers);
    proof = verifyCertificate(certificates, trust);
  }
  return proof;
}

/**
 * Downloads a file. Without an answer it throws, so that SNS tries again, because that is not the sender's fault. Redirects are not
 * followed.
 */
async function downloadFile(url: string): Promise<Uint8Array> {
  const service = new ProviderClient(usePorts().web, "Amazon", { timeoutSeconds: 5, maxBytes: 64 * 1024 });
  const answer = await service.send({ method: "GET", url, headers: {} });
  return answer.status === 200 ? answer.body : new Uint8Array();
}

export * as SnsCertificates from "./sns-certificates.ts";
