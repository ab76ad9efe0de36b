import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

/** Certificates (RFC 5280), as authorities make them: for doubles of those who sign by one. Written in DER, because Node reads them only. */

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size =
    body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const seq = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const text = (tag: number, value: string): Buffer => tlv(tag, Buffer.from(value));
const TRUE = tlv(0x01, Buffer.from([0xff]));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = rest.map((arc) => {
    const bytes = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return Buffer.from(bytes);
  });
  return tlv(0x06, Buffer.from([first * 40 + second]), ...arcs);
}

/** `YYYYMMDDHHMMSSZ` */
const time = (ms: number): Buffer => text(0x18, `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "")}Z`);
const nameOf = (common: string): Buffer => seq(tlv(0x31, seq(oid("2.5.4.3"), text(0x0c, common))));
const extension = (id: string, value: Uint8Array, isCritical = false): Buffer =>
  seq(oid(id), ...(isCritical ? [TRUE] : []), tlv(0x04, value));

const SHA256_BY = { rsa: seq(oid("1.2.840.113549.1.1.11"), tlv(0x05)), ec: seq(oid("1.2.840.10045.4.3.2")) };

export interface Holder {
  name: string;
  /** PEM, as the key. */
  certificate: string;
  key: string;
}

export interface Wanted {
  name: string;
  from: number;
  to: number;
  is_authority?: boolean;
  /** Names of hosts that it is good for. */
  hosts?: readonly string[];
  /** Where the certificate of its issuer lies. */
  issuer_url?: string;
  /** Authorities sign by elliptic curves here, which are made sooner. */
  keys?: "rsa" | "ec";
}

const pairOf = (keys: "rsa" | "ec") =>
  keys === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Makes one with a new key, signed by another holder, or by itself. */
export function holderOf(
  { name, from, to, is_authority = false, hosts = [], issuer_url, keys = "ec" }: Wanted,
  issuer?: Holder,
): Holder {
  const { publicKey, privateKey } = pairOf(keys);
  const signing: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  const algorithm = SHA256_BY[signing.asymmetricKeyType === "rsa" ? "rsa" : "ec"];
  const extensions = [
    extension("2.5.29.19", seq(...(is_authority ? [TRUE] : [])), true),
    ...(hosts.length > 0 ? [extension("2.5.29.17", seq(...hosts.map((host) => text(0x82, host))))] : []),
    ...(issuer_url ? [extension("1.3.6.1.5.5.7.1.1", seq(seq(oid("1.3.6.1.5.5.7.48.2"), text(0x86, issuer_url))))] : []),
  ];
  const signed = seq(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    nameOf(issuer?.name ?? name),
    seq(time(from), time(to)),
    nameOf(name),
    publicKey.export({ format: "der", type: "spki" }),
    tlv(0xa3, seq(...extensions)),
  );
  const made = seq(signed, algorithm, tlv(0x03, Buffer.from([0]), sign("sha256", signed, signing)));
  return {
    name,
    certificate: new X509Certificate(made).toString(),
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
