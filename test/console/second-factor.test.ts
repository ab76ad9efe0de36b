import { buildQrPath } from "@crm/console/frame/second-factor/qr-path.ts";
import { buildTextFile, groupSecret } from "@crm/console/frame/second-factor/secret-text.ts";
import { describe, expect, it } from "vitest";

describe("the path of a QR code", () => {
  const [dark, light] = [true, false];
  it.each([
    [[], ""],
    [[[light, light]], ""],
    [[[dark, dark, light, dark]], "M0 0h2v1h-2zM3 0h1v1h-1z"],
    [[[light], [dark]], "M0 1h1v1h-1z"],
  ])("of %j is %j", (rows, path) => {
    expect(buildQrPath(rows)).toBe(path);
  });
});

it.each([
  ["", ""],
  ["ABCD", "ABCD"],
  ["ABCDEFGHI", "ABCD EFGH I"],
])("the secret %j is shown as %j", (secret, text) => {
  expect(groupSecret(secret)).toBe(text);
});

it("the file of recovery codes has one code a line", () => {
  expect(decodeURIComponent(buildTextFile(["AB-1", "CD-2"]).split(",")[1] ?? "")).toBe("AB-1\nCD-2\n");
});
