import { contentDisposition } from "@crm/core/kernel/content-disposition.ts";
import {
  currentStatus,
  detectType,
  findNameFault,
  GRACE_SECONDS,
  SEND_SECONDS,
  USE_SECONDS,
} from "@crm/core/platform/upload/upload.rules.ts";
import { objectKey, parseObjectKey } from "@crm/core/storage/table/object-key.ts";
import { describe, expect, it } from "vitest";

const createdAt = "2026-01-02T00:00:00.000Z";
const msAfterCreation = (seconds: number): number => Date.parse(createdAt) + seconds * 1000;

describe("the status of an upload", () => {
  it.each([
    ["PENDING", false, 0, "PENDING"],
    ["PENDING", false, SEND_SECONDS - 1, "PENDING"],
    ["PENDING", false, SEND_SECONDS, "EXPIRED"],
    ["PENDING", true, 0, "STORED"],
    // A transfer that started in time may end later.
    ["PENDING", true, SEND_SECONDS + 1, "STORED"],
    ["PENDING", true, USE_SECONDS - 1, "STORED"],
    ["PENDING", true, USE_SECONDS, "EXPIRED"],
    ["PENDING", true, USE_SECONDS + GRACE_SECONDS, "EXPIRED"],
    ["USED", true, 0, "USED"],
    ["USED", false, USE_SECONDS, "USED"],
    ["EXPIRED", true, 0, "EXPIRED"],
  ] as const)("%s, with bytes: %s, after %d seconds, is %s", (status, isThere, seconds, now) => {
    const expires_at = new Date(msAfterCreation(SEND_SECONDS)).toISOString();
    expect(currentStatus({ status, created_at: createdAt, expires_at }, { isThere, now: msAfterCreation(seconds) })).toBe(now);
  });

  it("is EXPIRED as soon as its link is, for any lifetime", () => {
    const upload = { status: "PENDING", created_at: createdAt, expires_at: new Date(msAfterCreation(60)).toISOString() } as const;
    const states = [59, 60].map((seconds) => currentStatus(upload, { isThere: false, now: msAfterCreation(seconds) }));
    expect(states).toEqual(["PENDING", "EXPIRED"]);
  });
});

describe("detection of a file type by its first bytes", () => {
  it.each([
    ["a workbook", Buffer.from("504b0304140006", "hex"), "XLSX"],
    ["the end of a zip alone", Buffer.from("504b0506", "hex"), "UNKNOWN"],
    ["CSV", Buffer.from("name;city\r\nZoë;\tŁódź\r\n"), "TEXT"],
    ["CSV in Windows-1252", Buffer.from("name\r\nZo\xeb", "latin1"), "TEXT"],
    ["CSV with a mark", Buffer.from("\ufeffname"), "TEXT"],
    ["UTF-16, little end first", Buffer.from("\ufeffname", "utf16le"), "TEXT"],
    ["UTF-16, big end first", Buffer.from("\ufeffname", "utf16le").swap16(), "TEXT"],
    ["a picture", Buffer.from("89504e470d0a1a0a0000", "hex"), "UNKNOWN"],
    ["a PDF with its binary mark", Buffer.from("255044462d312e370a00", "hex"), "UNKNOWN"],
    ["an old workbook", Buffer.from("d0cf11e0a1b11ae10000", "hex"), "UNKNOWN"],
    ["nothing", Buffer.alloc(0), "UNKNOWN"],
  ])("%s", (_, bytes, type) => {
    expect(detectType(bytes)).toBe(type);
  });
});

describe("the name of a file", () => {
  it.each(["list.csv", "Größe (1).csv", "名簿.xlsx", "..a", "a b", "👩‍👩‍👧.csv"])("may be %s", (name) => {
    expect(findNameFault(name)).toBeUndefined();
  });

  it.each([
    "",
    "  ",
    ".",
    "..",
    "a/b",
    "a\\b",
    "/etc/passwd",
    "a\nb",
    "a\u0000",
    "a\u007f",
    "a\u202egpj.csv",
    "a\u2066b",
    "a\u0085b",
  ])("cannot be %j", (name) => {
    expect(findNameFault(name)).toBeTypeOf("string");
  });
});

describe("the content disposition of a file", () => {
  it.each([
    ["list.csv", `attachment; filename="list.csv"; filename*=UTF-8''list.csv`],
    ["Zoë €.csv", `attachment; filename="Zo_ _.csv"; filename*=UTF-8''Zo%C3%AB%20%E2%82%AC.csv`],
    [`a"b\\c%41'(*)!.csv`, `attachment; filename="a_b_c_41'(*)!.csv"; filename*=UTF-8''a%22b%5Cc%2541%27%28%2A%29%21.csv`],
    ["a\r\nset-cookie: x", `attachment; filename="a__set-cookie: x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`],
    ["half \ud83d", `attachment; filename="half _"; filename*=UTF-8''half%20%EF%BF%BD`],
  ])("%j", (name, expected) => {
    expect(contentDisposition(name)).toBe(expected);
  });
});

describe("the key of an object", () => {
  it("consists of tenant, kind and rest", () => {
    expect(parseObjectKey("ten_1/imports/imp_1/rows/000001")).toEqual({
      tenant: "ten_1",
      kind: "imports",
      rest: "imp_1/rows/000001",
    });
    expect(parseObjectKey("ten_1/imports/")).toEqual({ tenant: "ten_1", kind: "imports", rest: "" });
  });

  it.each(["../x", "a/../b", "a//b", ".", "a b", "a\u0000", "ä"])("cannot contain %j", (part) => {
    expect(() => parseObjectKey(`ten_1/uploads/${part}`)).toThrow("Invalid object key");
  });

  it("needs the context of a tenant", () => {
    expect(() => objectKey("uploads", "x")).toThrow("No context");
  });
});
