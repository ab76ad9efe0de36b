import { expect, it } from "vitest";
import { listTypeEscapes } from "../../../scripts/type-escapes.ts";

const listKinds = (source: string): string[] => listTypeEscapes(source, "module.ts").map(({ kind }) => kind);

it.each([
  ["const a = b as never;", ["as never", "as never without a reason"]],
  ["const a = b as never; // The port takes any command.", ["as never"]],
  ["// The port takes any command.\nconst a = b as never;", ["as never"]],
  ["// Another line.\nconst c = 1;\nconst a = b as never;", ["as never", "as never without a reason"]],
  ['const a = "https://a.example" as never;', ["as never", "as never without a reason"]],
  ["const a = b as never[];", ["as never", "as never without a reason"]],
  ["const a = b as unknown as string;", ["as unknown as"]],
  ["const a = b as string;", []],
])("%j goes around the type checker by %j", (source, kinds) => {
  expect(listKinds(source)).toEqual(kinds);
});
