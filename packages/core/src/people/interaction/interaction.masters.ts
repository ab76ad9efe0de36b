import { masterKind } from "../../kernel/master-kind.ts";

export const INTERACTION_TYPES = masterKind("interaction_types", {
  label: "Interaction types",
  extras: ["is_trackable"],
  defaults: () => [
    { code: "phone", name: "Phone", icon: "phone" },
    { code: "email", name: "Email", icon: "mail", is_trackable: true },
    { code: "in_person", name: "In-Person", icon: "user" },
    { code: "video_call", name: "Video Call", icon: "video" },
    { code: "chat", name: "Chat", icon: "message-circle" },
    { code: "social_media", name: "Social Media", icon: "share-2" },
    { code: "call", name: "Call", icon: "phone-call" },
    { code: "meeting", name: "Meeting", icon: "users" },
    { code: "demo", name: "Demo", icon: "monitor" },
    { code: "presentation", name: "Presentation", icon: "presentation" },
    { code: "follow_up", name: "Follow-up", icon: "repeat" },
    { code: "support", name: "Support", icon: "life-buoy" },
    { code: "email_opened", name: "Email opened", icon: "mail-open", is_trackable: true },
    { code: "email_clicked", name: "Email clicked", icon: "mouse-pointer-click", is_trackable: true },
    { code: "website_visit", name: "Website visit", icon: "globe", is_trackable: true },
    { code: "form_submission", name: "Form submission", icon: "file-text", is_trackable: true },
    { code: "download", name: "Download", icon: "download", is_trackable: true },
    { code: "sms", name: "SMS", icon: "smartphone" },
    { code: "note", name: "Note", icon: "sticky-note" },
  ],
});

export const COMMUNICATION_CHANNELS = masterKind("communication_channels", {
  label: "Communication channels",
  extras: ["is_opt_in_required"],
  defaults: () => [
    { code: "email", name: "Email", icon: "mail" },
    { code: "phone", name: "Phone", icon: "phone" },
    { code: "sms", name: "SMS", icon: "smartphone", is_opt_in_required: true },
    { code: "whatsapp", name: "WhatsApp", icon: "message-circle", is_opt_in_required: true },
    { code: "linkedin", name: "LinkedIn", icon: "linkedin" },
  ],
});

export const COMMUNICATION_TYPES = masterKind("communication_types", {
  label: "Communication types",
  extras: [],
  defaults: () => [
    { code: "call", name: "Call", icon: "phone" },
    { code: "email", name: "Email", icon: "mail" },
    { code: "sms", name: "SMS", icon: "smartphone" },
    { code: "meeting", name: "Meeting", icon: "users" },
    { code: "chat", name: "Chat", icon: "message-circle" },
    { code: "note", name: "Note", icon: "sticky-note" },
  ],
});
