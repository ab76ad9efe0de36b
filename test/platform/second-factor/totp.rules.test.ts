import {
  buildOtpauthUri,
  computeCode,
  computeStep,
  decodeBase32,
  encodeBase32,
  findStep,
} from "@crm/core/platform/second-factor/totp.rules.ts";
import { describe, expect, it } from "vitest";

const secret = Buffer.from("12345678901234567890");

describe("codes of authenticator apps", () => {
  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("are those of RFC 6238, appendix B, at second %i", (second, code) => {
    expect(computeCode(secret, computeStep(second * 1000), 8)).toBe(code);
    expect(computeCode(secret, computeStep(second * 1000))).toBe(code.slice(-6));
  });

  const now = 1111111109;
  const step = computeStep(now * 1000);
  it.each([
    [-2, null, undefined],
    [-1, null, step - 1],
    [0, null, step],
    [1, null, step + 1],
    [2, null, undefined],
    [0, step - 1, step],
    [0, step, undefined],
    [-1, step, undefined],
    [1, step, step + 1],
  ])("of the step %i after the use of step %s give %s", (offset, lastStep, found) => {
    expect(findStep(secret, computeCode(secret, step + offset), now * 1000, lastStep)).toBe(found);
  });

  it.each(["", "00000", "0000000", "ABCDEF", "07081804"])("are not %j", (code) => {
    expect(findStep(secret, code, now * 1000, null)).toBeUndefined();
  });
});

describe("the secret", () => {
  it.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("%j is %s in base32 (RFC 4648, section 10)", (bytes, text) => {
    expect(encodeBase32(Buffer.from(bytes))).toBe(text);
    expect(Buffer.from(decodeBase32(text)).toString()).toBe(bytes);
  });

  it("is in the address for apps, whose label keeps issuer and account apart", () => {
    expect(buildOtpauthUri("Möbel: Süd & Co", "ada@x.example", "MZXW6")).toBe(
      "otpauth://totp/M%C3%B6bel%20%20S%C3%BCd%20%26%20Co:ada%40x.example?secret=MZXW6&issuer=M%C3%B6bel%20%20S%C3%BCd%20%26%20Co&algorithm=SHA1&digits=6&period=30",
    );
  });
});
