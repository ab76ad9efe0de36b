import { drop, edit, type Mutant, never, omit, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "uploads: another user takes it",
    at: "upload/upload#requireReady",
    change: without("upload.created_by"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: all users see it",
    at: "upload/upload#get",
    change: drop("useActorId"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: it is used again",
    at: "upload/upload#requireReady",
    change: never("USED"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: it is used after its time",
    at: "upload/upload#requireReady",
    change: never("EXPIRED"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: another size is used",
    at: "upload/upload#requireReady",
    change: edit("if (source.size !== upload.size)", "if (source.size > upload.size)"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: bytes go before their time",
    at: "upload/upload#expire",
    change: replaceCall("loadDue", "Records.load(Uploads, id)"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: bytes stay",
    at: "upload.entity#Uploads",
    change: omit("clocks"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a name may be a path",
    at: "upload.rules#findNameFault",
    change: edit("if (/[/\\\\]/.test(name) ||", 'if (name === "/" ||'),
    tests: "test/platform/upload",
  },
  {
    name: "uploads: the answer of a keyed form is the one of its file",
    at: "upload/upload#withoutIdempotency",
    change: omit("idempotency"),
    tests: "test/functions/http/multipart.test.ts",
  },
  {
    name: "attachments: what was copied, and never attached, stays",
    at: "upload/upload#expire",
    change: never('upload.status !== "USED"'),
    tests: "test/people/attachment/attachment.test.ts",
  },
];
