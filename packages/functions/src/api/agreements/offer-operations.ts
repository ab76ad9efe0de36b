import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import type * as z from "zod";
import { type Operation, operation } from "../../http/operation.ts";
import { toNounPhrase } from "../shared/noun-phrase.ts";
import { offerOutput, sendDialog, sendPreviewOptions } from "./share-link-output.ts";

interface Offered<N extends string, O extends z.ZodType> {
  /** The noun in operation names, such as `Quote`. */
  noun: N;
  path: string;
  tag: string;
  read: Permission;
  write: Permission;
  output: O;
  links: NonNullable<Operation["links"]>;
}

interface AnswerVerbs {
  send: Verb;
  previewSending: Verb;
  readOffer: Verb;
  revoke: Verb;
  present: Verb;
  accept: Verb;
  reject: Verb;
}

/** Builds the operations that send a quote or a proposal, and those that record the customer's answer. */
export function buildAnswerOperations<const N extends string, O extends z.ZodType, D extends AnswerVerbs>(
  { noun, path, read, write, tag, output, links }: Offered<N, O>,
  verbs: D,
  descriptions: { send: string; accept: string },
) {
  const nounPhrase = `a ${toNounPhrase(noun)}`;
  const recordPath = `${path}/{id}`;
  const writing = { method: "POST", tag, access: write } as const;
  const record = { ...writing, output, kind: "record", links } as const;
  return [
    operation({
      name: `send${noun}`,
      path: `${recordPath}/send`,
      summary: `Send ${nounPhrase} to the customer`,
      description: descriptions.send,
      verb: verbs.send as D["send"],
      dialog: sendDialog,
      ...record,
    }),
    operation({
      name: `preview${noun}Sending`,
      path: `${recordPath}/send-preview`,
      summary: `Preview the sending of ${nounPhrase}`,
      verb: verbs.previewSending as D["previewSending"],
      ...sendPreviewOptions,
      tag,
      access: write,
    }),
    operation({
      name: `read${noun}Offer`,
      method: "GET",
      path: `${recordPath}/offer`,
      tag,
      access: read,
      summary: "Read what was sent, seen and answered for a proposal",
      verb: verbs.readOffer as D["readOffer"],
      output: offerOutput,
    }),
    operation({
      name: `revoke${noun}Links`,
      path: `${recordPath}/links/revoke`,
      summary: `Revoke the links to ${nounPhrase}`,
      description: "Sending again creates a new link.",
      verb: verbs.revoke as D["revoke"],
      output: offerOutput,
      ...writing,
    }),
    operation({
      name: `present${noun}`,
      path: `${recordPath}/present`,
      summary: `Mark ${nounPhrase} as presented`,
      verb: verbs.present as D["present"],
      ...record,
    }),
    operation({
      name: `accept${noun}`,
      path: `${recordPath}/accept`,
      summary: `Accept ${nounPhrase} for the customer`,
      description: descriptions.accept,
      verb: verbs.accept as D["accept"],
      ...record,
    }),
    operation({
      name: `reject${noun}`,
      path: `${recordPath}/reject`,
      summary: `Reject ${nounPhrase} for the customer`,
      verb: verbs.reject as D["reject"],
      ...record,
    }),
  ] as const;
}

interface VersionVerbs {
  create: Verb;
  compare: Verb;
  Comparison: z.ZodType;
}

/** Builds the operations that make and compare versions, and the one that answers with the PDF. */
export function buildVersionOperations<const N extends string, O extends z.ZodType, D extends VersionVerbs, P extends Verb>(
  { noun, path, read, write, tag, output, links }: Offered<N, O>,
  versions: D,
  pdf: P,
) {
  const nounPhrase = `a ${toNounPhrase(noun)}`;
  const recordPath = `${path}/{id}`;
  const readOptions = { method: "GET", tag, access: read } as const;
  return [
    operation({
      name: `create${noun}Version`,
      method: "POST",
      path: `${recordPath}/version`,
      summary: `Create a new version of ${nounPhrase}`,
      description: "A DRAFT that replaces the latest version.",
      verb: versions.create as D["create"],
      status: 201,
      tag,
      access: write,
      output,
      kind: "record",
      links,
    }),
    operation({
      name: `compare${noun}s`,
      path: `${recordPath}/compare`,
      summary: `Compare two versions of ${nounPhrase}`,
      verb: versions.compare as D["compare"],
      output: versions.Comparison.meta({ id: `${noun}Comparison` }) as D["Comparison"],
      ...readOptions,
    }),
    operation({
      name: `get${noun}Pdf`,
      path: `${recordPath}/pdf`,
      summary: `Get ${nounPhrase} as a PDF`,
      description:
        "The file that the customer gets. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link.",
      verb: pdf,
      kind: "raw",
      ...readOptions,
    }),
  ] as const;
}
