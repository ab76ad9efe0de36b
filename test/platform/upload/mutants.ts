import { drop, edit, type Mutant, never, omit, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "uploads: a user can use the upload of another user",
    at: "upload/upload#requireReady",
    change: without("upload.created_by"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: all users can see an upload",
    at: "upload/upload#get",
    change: drop("useActorId"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a used upload can be used again",
    at: "upload/upload#requireReady",
    change: never("USED"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: an expired upload can be used",
    at: "upload/upload#requireReady",
    change: never("EXPIRED"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a file smaller than the declared size is accepted",
    at: "upload/upload#requireReady",
    change: edit("if (source.size !== upload.size)", "if (source.size > upload.size)"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: files are deleted before they expire",
    at: "upload/upload#expire",
    change: replaceCall("loadDue", "Records.load(Uploads, id)"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: expired files are never deleted",
    at: "upload.entity#Uploads",
    change: omit("clocks"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a file name may contain a path",
    at: "upload.rules#findNameFault",
    change: edit("if (/[/\\\\]/.test(name) ||", 'if (name === "/" ||'),
    tests: "test/platform/upload",
  },
  {
    name: "uploads: a form with an idempotency key returns the response of its file upload",
    at: "upload/upload#withoutIdempotency",
    change: omit("idempotency"),
    tests: "test/functions/http/multipart.test.ts",
  },
  {
    name: "attachments: copied files that were never attached are not deleted",
    at: "upload/upload#expire",
    change: never('upload.status !== "USED"'),
    tests: "test/people/attachment/attachment.test.ts",
  },
];
