import { declared } from "../jobs/export/exportable.ts";
import { noteGrants } from "./note.domain.ts";
import { Note } from "./note.ts";

export const notes = declared(Note.listed, { entity: "notes", read: noteGrants.read });
