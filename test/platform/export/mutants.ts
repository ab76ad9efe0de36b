import { drop, edit, type Mutant, never, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exports: parts of two workers have one name",
    at: "export/part#partKey",
    change: replaceCall("objectKey", 'objectKey("exports", id, "parts", worker.slice(0, 0) + "w", pad(part, PART_DIGITS))'),
    tests: "test/platform/export/worker-crash.test.ts",
  },
  {
    name: "exports: a part has no bound of characters",
    at: "export/part#writePart",
    change: never("MAX_PART_CHARACTERS"),
    tests: "test/platform/export/concurrent-writes.test.ts",
  },
  {
    name: "exports: a part that was closed early is not gone on from",
    at: "export/part#writePart",
    change: edit("after = chunk.at(-1)?.id;", ""),
    tests: "test/platform/export/concurrent-writes.test.ts",
  },
  {
    name: "exports: files of two workers have one name",
    at: "export/worker#assembleFile",
    change: replaceCall("objectKey", 'objectKey("exports", record.id, "file", "whole")'),
    tests: "test/platform/export/worker-crash.test.ts",
  },
  {
    name: "exports: a worker does not ask whether the list may be read",
    at: "export/worker#work",
    change: replaceCall("hasPermission", "hasPermission(exportable.read) && !record"),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "exports: a user who sees the requester sees their exports",
    at: "export/export#readOwn",
    change: drop("useActorId"),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "exports: files stay for ever",
    at: "export/worker#deleteLeftovers",
    change: edit('await usePorts().objects.delete(objectKey("exports", id, ""));', ""),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "exports: a separator within a part of a list stands bare",
    at: "export/row-cells#quotePart",
    change: returns('text === null ? `"${text.replaceAll(\'"\', \'""\')}"` : text'),
    tests: "test/platform/export/round-trip.test.ts",
  },
];
