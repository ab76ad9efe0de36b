import { noteGrants } from "@crm/core/people/note/note.kind.ts";
import { Note } from "@crm/core/people/note/note.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { comments } from "./comments.ts";
import { noteLinks } from "./links.ts";

const { read, write } = noteGrants;

const operations = [
  ...crud({
    noun: "Note",
    plural: "Notes",
    tag: "Notes",
    path: "/notes",
    read,
    write,
    remove: write,
    domain: Note,
    output: recordSchema("Note", Note.Info),
    row: recordSchema("NoteRow", Note.Row),
    links: noteLinks,
  }),
  buildExportOperation("exportNotes", "notes", "Notes", read, Note.listDefinition),
  ...comments,
] as const;

/** Notes and comments can be about records of any kind, so the function needs all domains. */
export const notes = defineApiFunction(operations, { uses: ["domains", "objects:records:get"] });
