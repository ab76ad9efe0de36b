import { BlockList, isIP } from "node:net";

/**
 * The addresses of the public internet. IPv4: all except those that IANA reserves (iana-ipv4-special-registry). IPv6: those that IANA
 * allocated (2000::/3) except those that it reserves (iana-ipv6-special-registry). IPv6 forms of IPv4 addresses (mapped, compatible, NAT64,
 * 6to4, Teredo) and addresses of local networks are therefore not public.
 */
const reservedRanges = new BlockList();

for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  reservedRanges.addSubnet(net, bits, "ipv4");

for (const [net, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
] as const)
  reservedRanges.addSubnet(net, bits, "ipv6");

const allocatedRanges = new BlockList();
allocatedRanges.addSubnet("2000::", 3, "ipv6");

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !reservedRanges.check(address, "ipv4");
  return (
    family === 6 && !address.includes("%") && allocatedRanges.check(address, "ipv6") && !reservedRanges.check(address, "ipv6")
  );
}

const PRIVATE_HOST_PATTERN = /(?:^|\.)(?:local|localhost|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/**
 * Whether a host can be a name on the public internet. Every host that a tenant names passes this check when it is saved. `resolveAddress`
 * (outbound-http.ts) checks the addresses of the name at each connection.
 */
export function isPublicHostName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return name.includes(".") && isIP(name) === 0 && !PRIVATE_HOST_PATTERN.test(name);
}
