import { suppressionGrants } from "@crm/core/suppression/suppression.domain.ts";
import { SuppressedAddresses } from "@crm/core/suppression/suppression.entity.ts";
import { Suppression } from "@crm/core/suppression/suppression.ts";
import { operation, recordOf } from "../http/operation.ts";
import { importing } from "./files.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { tag: "Suppressions", links: linksOf(SuppressedAddresses) };
const record = { ...shown, output: recordOf("Suppression", Suppression.Info), kind: "record" } as const;

/** Addresses that are not written to. */
export const suppressions = [
  ...listing({
    name: "listSuppressions",
    path: "/suppressions",
    access: suppressionGrants.read,
    summary: "List addresses that are not written to",
    description: "Their channels, reasons and times; the addresses themselves are not kept.",
    verb: Suppression.list,
    output: recordOf("SuppressionRow", Suppression.Row),
    ...shown,
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
    output: Suppression.Checked.meta({ id: "SuppressionCheck" }),
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
  importing(
    "importSuppressions",
    "suppressions",
    "Suppressions",
    suppressionGrants.write,
    "Each row is an address of a channel.",
    async () => (await import("@crm/core/suppression/suppression.import.ts")).suppressions,
  ),
] as const;
