import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

/** X.509 certificates (RFC 5280) for doubles of services that sign with certificates. Encoded in DER here, because Node can only read them. */

const encodeTlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size =
    body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const encodeSequence = (...parts: readonly Uint8Array[]): Buffer => encodeTlv(0x30, ...parts);
const encodeText = (tag: number, value: string): Buffer => encodeTlv(tag, Buffer.from(value));
const DER_TRUE = encodeTlv(0x01, Buffer.from([0xff]));

function encodeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = rest.map((arc) => {
    const bytes = [arc & 0x7f];
    for (let remainder = arc >> 7; remainder > 0; remainder >>= 7) bytes.unshift((remainder & 0x7f) | 0x80);
    return Buffer.from(bytes);
  });
  return encodeTlv(0x06, Buffer.from([first * 40 + second]), ...arcs);
}

/** `YYYYMMDDHHMMSSZ` */
const encodeTime = (ms: number): Buffer => encodeText(0x18, `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "")}Z`);
const encodeName = (common: string): Buffer =>
  encodeSequence(encodeTlv(0x31, encodeSequence(encodeOid("2.5.4.3"), encodeText(0x0c, common))));
const encodeExtension = (id: string, value: Uint8Array, isCritical = false): Buffer =>
  encodeSequence(encodeOid(id), ...(isCritical ? [DER_TRUE] : []), encodeTlv(0x04, value));

const SIGNATURE_ALGORITHMS = {
  rsa: encodeSequence(encodeOid("1.2.840.113549.1.1.11"), encodeTlv(0x05)),
  ec: encodeSequence(encodeOid("1.2.840.10045.4.3.2")),
};

export interface CertificateHolder {
  name: string;
  /** PEM, like the key. */
  certificate: string;
  key: string;
}

interface CertificateOptions {
  name: string;
  from: number;
  to: number;
  is_authority?: boolean;
  /** Host names for which the certificate is valid. */
  hosts?: readonly string[];
  /** The URL of the issuer's certificate. */
  issuer_url?: string;
  /** By default elliptic curves, whose keys are generated faster. */
  keys?: "rsa" | "ec";
}

const generateKeys = (keys: "rsa" | "ec") =>
  keys === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Issues a certificate with a new key, signed by the issuer, or by itself without one. */
export function issueCertificate(
  { name, from, to, is_authority = false, hosts = [], issuer_url, keys = "ec" }: CertificateOptions,
  issuer?: CertificateHolder,
): CertificateHolder {
  const { publicKey, privateKey } = generateKeys(keys);
  const signing: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  const algorithm = SIGNATURE_ALGORITHMS[signing.asymmetricKeyType === "rsa" ? "rsa" : "ec"];
  const extensions = [
    encodeExtension("2.5.29.19", encodeSequence(...(is_authority ? [DER_TRUE] : [])), true),
    ...(hosts.length > 0 ? [encodeExtension("2.5.29.17", encodeSequence(...hosts.map((host) => encodeText(0x82, host))))] : []),
    ...(issuer_url
      ? [
          encodeExtension(
            "1.3.6.1.5.5.7.1.1",
            encodeSequence(encodeSequence(encodeOid("1.3.6.1.5.5.7.48.2"), encodeText(0x86, issuer_url))),
          ),
        ]
      : []),
  ];
  const signed = encodeSequence(
    encodeTlv(0xa0, encodeTlv(0x02, Buffer.from([2]))),
    encodeTlv(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    encodeName(issuer?.name ?? name),
    encodeSequence(encodeTime(from), encodeTime(to)),
    encodeName(name),
    publicKey.export({ format: "der", type: "spki" }),
    encodeTlv(0xa3, encodeSequence(...extensions)),
  );
  const certificateBytes = encodeSequence(signed, algorithm, encodeTlv(0x03, Buffer.from([0]), sign("sha256", signed, signing)));
  return {
    name,
    certificate: new X509Certificate(certificateBytes).toString(),
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
