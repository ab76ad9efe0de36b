import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type * as z from "zod";
import { type Operation, operation, type RawResponse } from "./operation.ts";

interface PageDeclaration<N extends string, S extends z.ZodType> {
  name: N;
  method: "GET" | "POST";
  path: string;
  summary: string;
  verb: Verb<S, RawResponse>;
  /** Of one that only leads on. */
  status?: 302;
  keyspaces?: readonly Keyspace[];
  /** Bytes, where people write more than a few lines. */
  largestBody?: number;
  /** How it says what is wrong, where that is not in English. */
  refusal?: Operation["refusal"];
}

/** A page for people, or what its form is sent to: below the origin itself, in HTML whatever becomes of it. */
export const pageOperation = <const N extends string, S extends z.ZodType>(declared: PageDeclaration<N, S>) =>
  operation({
    largestBody: 8 * 1024,
    refusal: async (failure) => (await import("../pages/layout.ts")).failurePage(failure),
    ...declared,
    tag: "Pages",
    access: "public",
    kind: "page",
    keyed: false,
    takesForms: true,
  });
