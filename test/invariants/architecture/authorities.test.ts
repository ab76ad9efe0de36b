import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { domains } from "@crm/core/domains.ts";
import { actAs, runAsSystem, runIn, systemContext, useActorId, useContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { describe, expect, it } from "vitest";
import { findAuthorityFaults, findUses, listAuthorities } from "./authorities.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const FOLDERS = ["core", "functions", "local", "aws"].map((name) => `packages/${name}/src`);

const uses = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !/\.(domain|personal-data)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .flatMap((file) => findUses(file, readFileSync(join(root, file), "utf8"))),
);
const declared = listAuthorities(domains);

describe("work in another name than that of its caller", () => {
  it("names an authority that a manifest declares", () => {
    expect(uses.length).toBeGreaterThan(50);
    expect(findAuthorityFaults(uses, declared)).toEqual([]);
  });

  it.each([
    ['actAs("unknown", actor)', 'x.ts: no manifest declares the authority "unknown"'],
    ['runAsSystem("unknown", work)', 'x.ts: no manifest declares the authority "unknown"'],
    ['systemContext(usePorts(), String(item.tenant_id), "unknown")', 'x.ts: no manifest declares the authority "unknown"'],
    ['buildActorContext(user, { authority: "unknown", request })', 'x.ts: no manifest declares the authority "unknown"'],
    ['createWorker<R, P>({ name: "unknown" })', 'x.ts: no manifest declares the authority "unknown"'],
    ["runAsSystem(name, work)", "x.ts: name the authority by a literal"],
  ])("is found without a declaration: %s", (source, fault) => {
    expect(findAuthorityFaults([...uses, ...findUses("x.ts", source)], declared)).toEqual([fault]);
  });

  it("is found if a manifest declares what nothing uses, or the same name twice", () => {
    const more = [{ name: "ghost", manifest: "boat", rights: "user", basis: "release" } as const];
    expect(findAuthorityFaults(uses, [...declared, ...more, ...more])).toEqual([
      ...["", ""].map(() => 'The manifest of boat declares the authority "ghost", which nothing uses'),
      'The manifest of boat declares the authority "ghost" a second time',
    ]);
  });
});

describe("a context with another actor", () => {
  const context = systemContext({} as Ports, "ten_1", "stream");
  const other = { type: "system", tenant_id: "ten_1", id: "system:other" } as const;

  it("is refused without an authority for this actor", () => {
    runIn(context, () => {
      expect(() => runIn({ ...useContext(), actor: other }, useActorId)).toThrow("No authority for the actor system:other");
      // An authority is that of one actor.
      const { authority } = actAs("stream", { ...other });
      if (!authority) throw new Error("The context has no authority");
      expect(() => runIn({ ...useContext(), actor: other, authority }, useActorId)).toThrow("No authority");
    });
  });

  it("is made by actAs and runAsSystem, and can be entered again from within", () => {
    const seen = runIn(context, () =>
      runIn(actAs("stream", other), () => [useActorId(), runAsSystem("due", useActorId), runIn(context, useActorId)]),
    );
    expect(seen).toEqual(["system:other", "system:due", "system:stream"]);
  });
});
