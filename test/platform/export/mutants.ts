import { drop, edit, type Mutant, never, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exports: records of restricted persons are exported",
    at: "export/part#selectExportable",
    change: edit("!hasProcessingPolicy()", "true"),
    tests: "test/invariants/registry/processing.test.ts",
  },
  {
    name: "exports: chosen records are exported although the list does not have them",
    at: "export/part#loadChosenRecords",
    change: edit("extent?.matches(record) === true", "true"),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "exports: two workers write parts under the same name",
    at: "export/part#partKey",
    change: replaceCall("objectKey", 'objectKey("exports", id, "parts", worker.slice(0, 0) + "w", pad(part, PART_DIGITS))'),
    tests: "test/platform/export/worker-crash.test.ts",
  },
  {
    name: "exports: a part can hold any number of characters",
    at: "export/part#writePart",
    change: never("MAX_PART_CHARACTERS"),
    tests: "test/platform/export/concurrent-writes.test.ts",
  },
  {
    name: "exports: the export does not continue after a part that was closed early",
    at: "export/part#writePart",
    change: edit("after = wholeChunk.at(-1)?.id;", ""),
    tests: "test/platform/export/concurrent-writes.test.ts",
  },
  {
    name: "exports: two workers write the file under the same name",
    at: "export/worker#assembleFile",
    change: replaceCall("objectKey", 'objectKey("exports", record.id, "file", "whole")'),
    tests: "test/platform/export/worker-crash.test.ts",
  },
  {
    name: "exports: a worker does not check the read permission on the list",
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
    name: "exports: files are never deleted",
    at: "export/worker#deleteLeftovers",
    change: edit('await usePorts().objects.delete(objectKey("exports", id, ""));', ""),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "exports: a separator within a list item is not quoted",
    at: "export/row-cells#quotePart",
    change: returns('text === null ? `"${text.replaceAll(\'"\', \'""\')}"` : text'),
    tests: "test/platform/export/round-trip.test.ts",
  },
];
