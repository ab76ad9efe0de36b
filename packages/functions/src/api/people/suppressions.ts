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
    summary: "List suppressed addresses",
    description: "Channels, reasons and times; the addresses themselves are not stored.",
    verb: Suppression.list,
    output: recordSchema("SuppressionRow", Suppression.Row),
    ...commonOptions,
  }),
  operation({
    name: "createSuppression",
    method: "POST",
    path: "/suppressions",
    access: suppressionGrants.write,
    summary: "Suppress an address",
    description: "Has no effect if the address is already suppressed for this reason.",
    verb: Suppression.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "checkSuppression",
    method: "GET",
    path: "/suppressions/check",
    access: suppressionGrants.read,
    summary: "Check whether an address is suppressed",
    verb: Suppression.check,
    output: Suppression.CheckResult.meta({ id: "SuppressionCheck" }),
    tag: "Suppressions",
  }),
  operation({
    name: "liftSuppression",
    method: "DELETE",
    path: "/suppressions",
    access: suppressionGrants.write,
    summary: "Remove an address from the suppression list",
    description: "Only administrators can remove a bounce or complaint that a provider reported.",
    verb: Suppression.lift,
    ...record,
  }),
  operation({
    name: "getSuppression",
    method: "GET",
    path: "/suppressions/{id}",
    access: suppressionGrants.read,
    summary: "Read why an address is suppressed",
    verb: Suppression.get,
    ...record,
  }),
  operation({
    name: "removeSuppression",
    method: "DELETE",
    path: "/suppressions/{id}",
    access: suppressionGrants.write,
    summary: "Remove a suppression by its id",
    description: "Only administrators can remove a bounce or complaint that a provider reported.",
    verb: Suppression.remove,
    ...record,
  }),
  buildImportOperation(
    "importSuppressions",
    "suppressions",
    "Suppressions",
    suppressionGrants.write,
    "Each row is an address on a channel.",
    async () => (await import("@crm/core/people/suppression/suppression.import.ts")).suppressions,
  ),
] as const;
