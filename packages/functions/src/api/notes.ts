import { noteGrants } from "@crm/core/note/note.domain.ts";
import { Note } from "@crm/core/note/note.ts";
import { serves } from "../http/function.ts";
import { recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { aboutLinks } from "./links.ts";

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
    output: recordOf("Note", Note.Info),
    row: recordOf("NoteRow", Note.Row),
    links: aboutLinks("/notes"),
  }),
  exporting(
    "exportNotes",
    "notes",
    "Notes",
    read,
    Note.list.schema,
    async () => (await import("@crm/core/note/note.export.ts")).notes,
  ),
] as const;

/** What notes are about is of any kind. */
export const notes = serves(operations, { uses: ["domains"] });
