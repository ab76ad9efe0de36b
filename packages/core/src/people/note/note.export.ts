import { declareExport } from "../../platform/export/exportable.ts";
import { noteGrants } from "./note.kind.ts";
import { Note } from "./note.ts";

export const notes = declareExport(Note.listDefinition, { entity: "notes", read: noteGrants.read });
