import { SuppressedAddresses } from "@crm/core/people/suppression/suppression.entity.ts";
import { suppressionGrants } from "@crm/core/people/suppression/suppression.kind.ts";
import { Suppression } from "@crm/core/people/suppression/suppression.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildImportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const commonOptions = { tag: "Suppressions", links: linksFor(SuppressedAddresses) };
const record = { ...commonOptions, output: recordSchema("Suppression", Suppression.Info), kind: "record" } as const;

/** Operations on suppressions: addresses that receive no messages. */
export const suppressions = [
  ...buildListOperations({
    name: "listSuppressions",
    path: "/suppressions",
    access: suppressionGrants.read,
    summary: "List addresses that are not written to",
    description: "Their channels, reasons and times; the addresses themselves are not kept.",
    verb: Suppression.list,
    output: recordSchema("SuppressionRow", Suppression.Row),
    ...commonOptions,
  }),
  operation({
    name: "createSuppression",
    method: "POST",
    path: "/suppressions",
    access: suppressionGrants.write,
    summary: "Put an address on the list of those that are not written to",
    description: "For a reason that stands already it changes nothing.",
    verb: Suppression.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "checkSuppression",
    method: "GET",
    path: "/suppressions/check",
    access: suppressionGrants.read,
    summary: "Ask whether an address is written to",
    verb: Suppression.check,
    output: Suppression.CheckResult.meta({ id: "SuppressionCheck" }),
    tag: "Suppressions",
  }),
  operation({
    name: "liftSuppression",
    method: "DELETE",
    path: "/suppressions",
    access: suppressionGrants.write,
    summary: "Take an address off the list of those that are not written to",
    description: "What a provider reported, a bounce or a complaint, is lifted by administrators.",
    verb: Suppression.lift,
    ...record,
  }),
  operation({
    name: "getSuppression",
    method: "GET",
    path: "/suppressions/{id}",
    access: suppressionGrants.read,
    summary: "Read why an address is not written to",
    verb: Suppression.get,
    ...record,
  }),
  operation({
    name: "removeSuppression",
    method: "DELETE",
    path: "/suppressions/{id}",
    access: suppressionGrants.write,
    summary: "Take an address off the list by the id of its suppression",
    description: "What a provider reported, a bounce or a complaint, is lifted by administrators.",
    verb: Suppression.remove,
    ...record,
  }),
  buildImportOperation(
    "importSuppressions",
    "suppressions",
    "Suppressions",
    suppressionGrants.write,
    "Each row is an address of a channel.",
    async () => (await import("@crm/core/people/suppression/suppression.import.ts")).suppressions,
  ),
] as const;
