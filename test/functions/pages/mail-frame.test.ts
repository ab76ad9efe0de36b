import { createHash } from "node:crypto";
import { showMailFrame } from "@crm/functions/pages/mail-frame.ts";
import { expect, it } from "vitest";

it("a mail is shown in a frame without origin, which runs its own script alone and leads nowhere", () => {
  const { body, headers } = showMailFrame();
  const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(String(body)) ?? [];
  const policy = new Map(
    (headers["content-security-policy"] ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")] as const;
    }),
  );
  expect(policy.get("script-src")).toBe(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  expect(policy.get("sandbox")).toBe("allow-scripts");
  expect(policy.get("frame-ancestors")).toBe("'self'");
  for (const name of ["default-src", "form-action", "base-uri"]) expect(policy.get(name)).toBe("'none'");
});
