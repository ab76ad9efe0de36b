import { declared } from "../jobs/export/exportable.ts";
import { Conversation } from "./conversation.ts";
import { messageGrants } from "./message.domain.ts";
import { Message } from "./message.ts";

export const messages = declared(Message.listed, { entity: "messages", read: messageGrants.read });

export const conversations = declared(Conversation.listed, { entity: "conversations", read: messageGrants.read });
