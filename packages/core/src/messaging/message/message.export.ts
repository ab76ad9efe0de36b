import { declareExport } from "../../platform/export/exportable.ts";
import { Conversation } from "./conversation.ts";
import { messageGrants } from "./message.kind.ts";
import { Message } from "./message.ts";

export const messages = declareExport(Message.listDefinition, { entity: "messages", read: messageGrants.read });

export const conversations = declareExport(Conversation.listDefinition, { entity: "conversations", read: messageGrants.read });
