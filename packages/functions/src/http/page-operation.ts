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
  /** The query parameters that its form takes from the address; by default the token of the link. */
  addressFields?: readonly string[];
  /** For a page that only redirects. */
  status?: 302;
  keyspaces?: readonly Keyspace[];
  /** Maximum bytes of the body, if people write more than a few lines. */
  largestBody?: number;
  /** Renders an error, if the page does not do it as other pages do. */
  refusal?: Operation["refusal"];
}

/** Errors are in the language of the visitor. */
const refuseLink: Operation["refusal"] = async (failure, request) =>
  (await import("../pages/link-failure.ts")).linkFailurePage(failure, request);
const refuseAddress: Operation["refusal"] = async (failure, request) =>
  (await import("../pages/link-failure.ts")).addressFailurePage(failure, request);

/** Declares a page for people, or the target of its form. It is below the origin and always answers with HTML. */
export const pageOperation = <const N extends string, S extends z.ZodType>(declared: PageDeclaration<N, S>) =>
  operation({
    largestBody: 8 * 1024,
    addressFields: ["token"],
    refusal: declared.addressFields?.includes("token") === false ? refuseAddress : refuseLink,
    ...declared,
    tag: "Pages",
    access: "public",
    kind: "page",
    keyed: false,
    takesForms: true,
  });
